package sync

import (
	"slices"
	"strconv"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// What all readers of a scope have set aside is in no full snapshot's parts. Its manifest names it all the same: of an office's sections every
// laptop counts the sum, and what was set aside for its author's role may be allowed later, also where somebody began meanwhile.

// asidePart is what was set aside of one delta for one scope.
type asidePart struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Hash   signed.Short
	Scope  string
	First  uint64 // sequence of the first change of an action; 0 for what the section has, whatever it is
	Sum    [32]byte
}

func (p *asidePart) isOf(d *snapshot.Delta, scope string, first uint64) bool {
	return p.Number == d.Number && p.Hash == signed.ShortOf(d.Hash) && p.Scope == scope && p.First == first
}

// mostAside bounds what is kept of the deltas of one block.
const mostAside = 2000

func asideName(device string, number uint64) string {
	return noteAside + device + "/" + strconv.FormatUint(number/blockSize, 10)
}

// putAside notes something that was set aside, and its sum where that counts.
func (s *step) putAside(d *snapshot.Delta, scope string, first uint64, sum store.Sum) {
	list := s.asideList(d.Device, d.Number)
	at := slices.IndexFunc(list, func(p asidePart) bool { return p.isOf(d, scope, first) })
	switch {
	case at >= 0 && first == 0:
		list[at].Sum = store.Sum(list[at].Sum).Add(sum)
	case at >= 0 || len(list) >= mostAside:
		return
	default:
		list = append(list, asidePart{Number: d.Number, Hash: signed.ShortOf(d.Hash), Scope: scope, First: first, Sum: sum})
	}
	s.notes.set(asideName(d.Device, d.Number), list)
}

// takeUp notes that something which was set aside counts now.
func (s *step) takeUp(d *snapshot.Delta, scope string, first uint64) {
	name := asideName(d.Device, d.Number)
	list := slices.DeleteFunc(s.asideList(d.Device, d.Number), func(p asidePart) bool { return p.isOf(d, scope, first) })
	if s.notes[name] = nil; len(list) > 0 {
		s.notes.set(name, list)
	}
}

func (s *step) asideList(device string, number uint64) (list []asidePart) {
	name := asideName(device, number)
	var err error
	if data, staged := s.notes[name]; staged {
		if len(data) > 0 {
			err = signed.Decode(data, &list)
		}
	} else {
		_, err = read(s.Store, name, &list)
	}
	if err != nil {
		s.Log.Error("the note of what was set aside could not be read", "device", device, "error", err)
	}
	return list
}

// asideIn lists what was set aside of a scope up to these places.
func (r *round) asideIn(scope string, places []snapshot.Place) ([]snapshot.Aside, error) {
	at := standing{Places: places}
	list := []snapshot.Aside{}
	names, err := r.Store.Notes(noteAside)
	for _, name := range names {
		device, _, _ := strings.Cut(strings.TrimPrefix(name, noteAside), "/")
		var parts []asidePart
		if _, err := read(r.Store, name, &parts); err != nil {
			return nil, err
		}
		for _, p := range parts {
			if p.Scope == scope && r.holds(&at, snapshot.Name{Device: device, Number: p.Number, Hash: p.Hash}) {
				list = append(list, snapshot.Aside{Device: device, Number: p.Number, Hash: p.Hash, First: p.First, Sum: p.Sum})
			}
		}
	}
	slices.SortFunc(list, snapshot.CompareAside)
	return list[:min(len(list), snapshot.MaxAside)], err
}

// forgetAside lets go of what was set aside of a laptop after its end.
func (r *round) forgetAside(device string, last uint64, n notes) error {
	names, err := r.Store.Notes(noteAside + device + "/")
	for _, name := range names {
		var list []asidePart
		if _, err := read(r.Store, name, &list); err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(p asidePart) bool { return p.Number > last })
		if n[name] = nil; len(list) > 0 {
			n.set(name, list)
		}
	}
	return err
}

// takeAside notes what manifests name, for a laptop that begins. What may be allowed later is put with what is to be judged again, if
// the delta is anywhere.
func (r *round) takeAside(n notes, held []*snapshot.Manifest) error {
	kept := map[string][]asidePart{}
	doubts := map[string]doubt{}
	for _, m := range held {
		for _, a := range m.Aside {
			name := asideName(a.Device, a.Number)
			kept[name] = append(kept[name], asidePart{Number: a.Number, Hash: a.Hash, Scope: m.Scope, First: a.First, Sum: a.Sum})
			if a.First == 0 {
				continue
			}
			key, err := r.keyNow(snapshot.Name{Device: a.Device, Number: a.Number, Hash: a.Hash})
			if err != nil {
				return err
			}
			if key != "" {
				d := doubts[short("", key)]
				d.Key, d.Device, d.Motions = key, a.Device, append(d.Motions, doubted{First: a.First, Scope: m.Scope})
				doubts[short("", key)] = d
			}
		}
	}
	for name, list := range kept {
		n.set(name, list)
	}
	for name, d := range doubts {
		n.set(noteDoubted+name, d)
		r.putOnList(n, name, d)
	}
	return nil
}

// putOnList has who begins name what is to be judged again like everybody who was there: an admin may take it in, and else nobody left might know of it.
// What a person has seen stays seen.
func (r *round) putOnList(n notes, name string, d doubt) {
	f := r.refused[name]
	if f.Reason != "role_forbids" {
		f = refusal{Key: d.Key, Reason: "role_forbids", At: r.Now().UnixMilli(), Reader: reader}
	}
	n.set(noteRefused+name, f)
}

// keyNow finds under which name a delta lies, here or at the place; empty when it is nowhere.
func (r *round) keyNow(name snapshot.Name) (string, error) {
	what := matterOf(name.Device, name.Number, name.Hash)
	for _, f := range r.refused {
		if _, err := snapshot.ParseName(f.Key); err == nil && matter(f.Key) == what && r.bytesHere(f.Key) != nil {
			return f.Key, nil
		}
	}
	files, err := r.keptFiles()
	if err != nil {
		return "", err
	}
	if file, kept := files[what]; kept {
		return snapshot.Prefix + file, nil
	}
	if r.sight.logs == nil {
		page, err := r.list(snapshot.Prefix, snapshot.Prefix)
		if err != nil {
			return "", err
		}
		r.sight.listed(page, true)
	}
	for _, o := range r.sight.logs {
		if _, err := snapshot.ParseName(o.Key); err == nil && matter(o.Key) == what {
			return o.Key, nil
		}
	}
	return "", nil
}

// bringDoubted keeps the bytes of what is to be judged again, so that they need not be fetched each time.
func (r *round) bringDoubted() error {
	if r.Quarantine == "" {
		return nil
	}
	n := notes{}
	for _, d := range r.doubts {
		if r.bytesHere(d.Key) != nil {
			continue
		}
		data, err := r.bytesOf(d.Key)
		if err == nil && data != nil {
			err = r.keepAside(n, d.Key, data)
		}
		if err != nil {
			return err
		}
	}
	_, err := r.keep(nil, n)
	return err
}
