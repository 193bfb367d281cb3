package sync

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// shutPart notes which sections of a delta were closed, and counted by their sums, when it was taken in.
type shutPart struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Parts  []uint64
}

func shutName(chain string, number uint64) string {
	return noteShut + chain + "/" + strconv.FormatUint(number/blockSize, 10)
}

// shut notes closed sections of a delta on a chain or branch; none takes the note back.
func (s *step) shut(chain string, number uint64, parts []uint64) {
	name := shutName(chain, number)
	list, err := s.shutList(name)
	if err != nil {
		s.Log.Error("the note of closed sections could not be read", "chain", chain, "error", err)
	}
	list = slices.DeleteFunc(list, func(p shutPart) bool { return p.Number == number })
	if len(parts) > 0 {
		list = append(list, shutPart{Number: number, Parts: parts})
	}
	if s.notes[name] = nil; len(list) > 0 {
		s.notes.set(name, list)
	}
}

func (s *step) shutList(name string) (list []shutPart, err error) {
	if data, staged := s.notes[name]; staged {
		if len(data) > 0 {
			err = signed.Decode(data, &list)
		}
		return list, err
	}
	_, err = read(s.Store, name, &list)
	return list, err
}

// reopen takes in what was closed to this laptop, once it holds new keys, and judges again what was
// set aside.
func (r *round) reopen() error {
	if r.sawRoster || r.rosterChanged || r.compare {
		if err := r.openDark(); err != nil {
			return err
		}
		if err := r.openShut(); err != nil {
			return err
		}
	}
	if err := r.judgeAgain(); err != nil {
		return err
	}
	return r.bringDetails()
}

// openDark takes in deltas of which not even the network's section could be read.
func (r *round) openDark() error {
	names, err := r.Store.Notes(noteSkipped)
	for _, note := range names {
		var key string
		if _, err := read(r.Store, note, &key); err != nil {
			return err
		}
		delta, data, err := r.reread(key)
		if err != nil {
			return err
		}
		if delta == nil {
			continue
		}
		content, err := delta.Contents(r.ring.Find)
		if err == nil && dark(&content) {
			if err := r.nameDark(key, data, delta); err != nil {
				return err
			}
			continue
		}
		s := r.newStep()
		s.notes[note] = nil
		s.forgive(s.notes, short("", key), "delta_closed")
		v := &verified{key: key, data: data, delta: delta}
		s.good = append(s.good, v)
		if err != nil {
			s.refuse(s.notes, key, data, err)
		} else {
			s.weigh(v, &content)
		}
		if err := s.commit(); err != nil {
			return err
		}
	}
	return err
}

// darkness is how long a key may take to come after the statement that a delta's author went by.
const darkness = 2 * daily

// nameDark puts a delta on the list whose key did not come with the roster that its author went by: a key that is
// nobody's. Nobody can silence the comparison of states with it for longer than darkness.
func (r *round) nameDark(key string, data []byte, d *snapshot.Delta) error {
	if r.isOnList(key) || !r.roster.Stands(d.RosterHead) {
		return nil
	}
	return r.refuseNow(key, data, fault.New("delta_closed", "device", d.Device))
}

// isDarkForGood tells of a delta that was named so, long ago. The caller holds look.
func (e *Engine) isDarkForGood(name string) bool {
	f, refused := e.refused[name]
	return refused && f.Reason == "delta_closed" && e.Now().UnixMilli()-f.At >= darkness.Milliseconds()
}

// openShut takes in sections of offices whose keys have come since.
func (r *round) openShut() error {
	ids := slices.Sorted(maps.Keys(r.ring))
	var before []string
	if _, err := read(r.Store, noteRing, &before); err != nil || slices.Equal(ids, before) {
		return err
	}
	names, err := r.Store.Notes(noteShut)
	if err != nil {
		return err
	}
	lacking := false
	for _, name := range names {
		chain, _, _ := strings.Cut(strings.TrimPrefix(name, noteShut), "/")
		var list []shutPart
		if _, err := read(r.Store, name, &list); err != nil {
			return err
		}
		for _, p := range list {
			found, err := r.openAgain(chain, p)
			if err != nil {
				return err
			}
			lacking = lacking || !found
		}
	}
	if lacking {
		return nil // a full snapshot may have them: until this laptop has begun from one it looks again, once a day at least
	}
	n := notes{}
	n.set(noteRing, ids)
	_, err = r.keep(nil, n)
	return err
}

// readsWhole tells whether nothing is closed any more of a scope whose key is here. Who was given an office lately has nothing but the sums of what was
// sealed for it before, where the bytes are not to be had, until it begins from a full snapshot: it neither writes that office's part nor judges another's.
func (r *round) readsWhole(scope string) (bool, error) {
	if !r.Holds(scope) || slices.Contains(r.gens.origin.Shut, scope) {
		return false, nil
	}
	shut, err := r.Store.Notes(noteShut)
	if err != nil || len(shut) == 0 || scope == "" {
		return err == nil, err
	}
	var before []string
	_, err = read(r.Store, noteRing, &before)
	return slices.ContainsFunc(before, func(id string) bool { return r.ring[id].Scope == scope }), err
}

// openAgain opens what can be opened of one delta's closed sections, if its bytes are to be had. What was counted by its sum is
// counted by its changes from then on, in the same durable step.
func (r *round) openAgain(chain string, p shutPart) (found bool, err error) {
	delta, key, data, err := r.deltaAt(chain, p.Number)
	if delta == nil || err != nil {
		r.gens.again = r.gens.again || err == nil && r.liesIn(authorOf(chain), p.Number)
		return false, err
	}
	content, err := delta.Contents(r.ring.Find)
	if err != nil {
		return true, nil
	}
	s := r.newStep()
	v := &verified{key: key, data: data, delta: delta}
	s.good = append(s.good, v)
	left, fresh := s.unlock(v, &content, p.Parts)
	if len(left) == len(p.Parts) {
		return true, nil
	}
	s.shut(chain, p.Number, left)
	for _, e := range content.Edits() {
		for _, scope := range scopesOf(&e) {
			if fresh[scope] {
				s.proposeOne(v, e, scope)
			}
		}
	}
	before := r.report.Pulled.Snapshots
	err = s.commit()
	r.report.Pulled.Snapshots = before
	return true, err
}

// unlock enters every part of a delta and takes the sums of those out that were closed until now. It
// gives the parts that stay closed, and the scopes that have opened.
func (s *step) unlock(v *verified, content *snapshot.Content, shut []uint64) (left []uint64, fresh map[string]bool) {
	scopes, fresh := map[string]bool{}, map[string]bool{}
	for i := range content.Parts {
		p := &content.Parts[i]
		err := s.enter(p, scopes, v.delta)
		was := slices.Contains(shut, uint64(i))
		switch {
		case !p.Open && was:
			left = append(left, uint64(i))
		case err != nil && was:
			s.refuse(s.notes, v.key, v.data, err) // its sum stays counted
			s.putAside(v.delta, s.ring[p.Key].Scope, 0, p.Sum)
		case was:
			fresh[s.ring[p.Key].Scope] = true
			s.unsum(v.delta, p)
		}
		if !p.Open || err != nil {
			p.Edits = nil
		}
	}
	return left, fresh
}

// keyOf finds the key of a delta that was taken in: among the copies kept here, then in the bucket.
func (r *round) keyOf(device string, number uint64) (string, error) {
	what := copyOf(device, number)
	if r.copies == nil {
		r.copies = map[string][]string{}
		r.gatherCopies()
	}
	if len(r.copies[what]) == 0 && !r.listedAll && r.Bucket != nil {
		page, err := r.list(snapshot.Prefix, snapshot.Prefix)
		if err != nil {
			return "", err
		}
		r.listedAll = true
		for _, o := range page.Objects {
			r.copyNamed(o.Key)
		}
	}
	if keys := r.copies[what]; len(keys) > 0 {
		return keys[0], nil
	}
	return "", nil
}

func copyOf(device string, number uint64) string {
	return "-" + device + "-" + strconv.FormatUint(number, 10) + "-"
}

func (r *round) gatherCopies() {
	files, err := os.ReadDir(r.Objects)
	if err != nil {
		return // there may be none
	}
	for _, file := range files {
		r.copyNamed(snapshot.Prefix + file.Name())
	}
}

// keepCopy is keepObject; where copies were gathered already, this one is found among them.
func (r *round) keepCopy(key string, data []byte) {
	r.keepObject(key, data)
	if r.copies != nil {
		r.copyNamed(key)
	}
}

func (r *round) copyNamed(key string) {
	if name, err := snapshot.ParseName(key); err == nil && r.knows(name) {
		what := copyOf(name.Device, name.Number)
		if !slices.ContainsFunc(r.copies[what], func(other string) bool { return matter(other) == matter(key) }) {
			r.copies[what] = append(r.copies[what], key)
		}
	}
}

// reread gives a delta that was verified before, from wherever its bytes are; nil when they are gone.
func (r *round) reread(key string) (*snapshot.Delta, []byte, error) {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return nil, nil, nil
	}
	data, err := r.bytesOf(key)
	if data == nil || err != nil {
		return nil, nil, err
	}
	delta, err := snapshot.Read(r.State().Network, name, data)
	if err != nil || signed.ShortOf(delta.Hash) != name.Hash || !r.knows(name) {
		return nil, nil, nil // not the object that was verified then
	}
	return delta, data, nil
}

// bytesOf finds the bytes of an object: among the copies, in quarantine, in the bucket. They are to be
// held against the object's name.
func (r *round) bytesOf(key string) ([]byte, error) {
	if data := r.bytesHere(key); data != nil {
		return data, nil
	}
	if r.Bucket == nil {
		return nil, nil // no place is visited
	}
	data, err := r.Bucket.Get(r.ctx, key, snapshot.MaxObject)
	if fault.Is(err, "object_missing") || fault.Is(err, "object_too_large") {
		return nil, nil
	}
	return data, err
}

// bytesHere looks for them on this laptop alone.
func (e *Engine) bytesHere(key string) []byte {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return nil
	}
	for _, path := range []string{filepath.Join(e.Objects, strings.TrimPrefix(key, snapshot.Prefix)), filepath.Join(e.Quarantine, short("", key))} {
		data, err := os.ReadFile(path)
		if err == nil && signed.ShortOf(signed.HashOf(data)) == name.Hash {
			return data
		}
	}
	return nil
}
