package sync

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// An object that came with other bytes than its name speaks of may come whole another time: it was spoilt on
// its way, or half copied, or somebody puts it right. Such a refusal is no judgement. The object is fetched again in the
// next round, then at growing intervals, and whenever a listing says that its size has changed.

// damage is what is known of an object that came spoilt from one place.
type damage struct {
	_     struct{} `cbor:",toarray"`
	Place string
	Tries uint64
	Next  int64 // not fetched again before, by our clock; milliseconds since 1970
	Size  int64 // as the place listed it afterwards; -1 until it does
}

// pauses are how long a spoilt object is left alone after the first try, the second and so on.
var pauses = []time.Duration{0, 5 * time.Minute, time.Hour, daily}

// mostRetried bounds what one visit fetches again.
const mostRetried = 64

// isIntact tells whether bytes are those that a key speaks of.
func (e *Engine) isIntact(key string, data []byte) bool {
	switch {
	case strings.HasPrefix(key, roster.Prefix):
		if _, _, err := roster.ParseName(key); err != nil {
			return true
		}
		_, err := e.member.Cover.Open(key, data)
		return err == nil
	case strings.HasPrefix(key, roster.RecoveryPrefix):
		if e.State() == nil {
			return true
		}
		safe, found, err := e.safeguarded()
		return err != nil || !found || safe.Key != key || bytes.Equal(data, safe.Object)
	case strings.HasPrefix(key, invitation.Prefix):
		return invitation.Intact(key, data)
	}
	return snapshot.Intact(key, data, e.member.Cover)
}

// isSpoilt tells whether what is refused may be another time what its name says. Without bytes the reason tells.
func (e *Engine) isSpoilt(key string, data []byte, reason string) bool {
	if data == nil && !strings.HasSuffix(reason, "_unreadable") && !strings.HasSuffix(reason, "_altered") &&
		!strings.HasSuffix(reason, "_too_large") && reason != "object_missing" {
		return false
	}
	return !e.isIntact(key, data)
}

// spoil notes one more try, or that the refusal is final. The caller holds look.
func (e *Engine) spoil(n notes, name string, spoilt bool) {
	if !spoilt {
		if _, was := e.damaged[name]; was {
			delete(e.damaged, name)
			n[noteDamaged+name] = nil
		}
		return
	}
	list := slices.Clone(e.damaged[name])
	at := slices.IndexFunc(list, func(d damage) bool { return d.Place == e.placeHere() })
	if at < 0 {
		at, list = len(list), append(list, damage{Place: e.placeHere(), Size: -1})
	}
	d := &list[at]
	d.Next = e.Now().Add(pauses[min(int(d.Tries), len(pauses)-1)]).UnixMilli()
	d.Tries++
	e.damaged[name] = list
	n.set(noteDamaged+name, list)
}

func (e *Engine) placeHere() string {
	if e.here == nil {
		return ""
	}
	return e.here.id
}

// isDue tells whether a spoilt object is to be fetched again from the place that is visited. The caller holds look.
func (e *Engine) isDue(name string) bool {
	list, spoilt := e.damaged[name]
	at := slices.IndexFunc(list, func(d damage) bool { return d.Place == e.placeHere() })
	if !spoilt || at < 0 {
		return spoilt
	}
	now := e.Now().UnixMilli()
	return now >= list[at].Next || list[at].Next-now > 2*daily.Milliseconds() // or our clock went back
}

// isSpoiltNow tells whether an object is on the list since its bytes are not what its name says.
func (e *Engine) isSpoiltNow(key string) bool {
	e.look.RLock()
	defer e.look.RUnlock()
	_, spoilt := e.damaged[short("", key)]
	return spoilt
}

// isBarred tells whether a listed object is refused and not to be fetched again now.
func (e *Engine) isBarred(o bucket.Object) bool {
	name := short("", o.Key)
	e.look.Lock()
	defer e.look.Unlock()
	if _, refused := e.refused[name]; !refused {
		return false
	}
	list := e.damaged[name]
	if at := slices.IndexFunc(list, func(d damage) bool { return d.Place == e.placeHere() }); at >= 0 {
		was := list[at].Size
		list[at].Size = o.Size
		if was != o.Size && was >= 0 {
			return false
		}
		if o.Size > snapshot.MaxObject {
			return true // nothing that is good is as large
		}
	}
	return !e.isDue(name)
}

// isAsLarge notes the size that a spoilt delta is listed with.
func (s *step) isAsLarge(c *candidate) {
	s.isBarred(bucket.Object{Key: c.key, Size: c.size})
	s.look.Lock()
	defer s.look.Unlock()
	if list, spoilt := s.damaged[short("", c.key)]; spoilt {
		s.notes.set(noteDamaged+short("", c.key), list)
	}
}

// dueDeltas gives the spoilt deltas of this place that are to be fetched again though no listing reached them.
func (r *round) dueDeltas(listed map[string]bool) (list []candidate) {
	for _, key := range r.dueKeys() {
		name, err := snapshot.ParseName(key)
		if _, waits := r.held[key]; err == nil && !waits && !listed[key] && !r.knows(name) {
			list = append(list, candidate{key: key, name: name})
		}
	}
	return list
}

// dueKeys lists what is to be fetched again from the place that is visited, and came from there before.
func (r *round) dueKeys() (keys []string) {
	r.look.RLock()
	defer r.look.RUnlock()
	for _, name := range slices.Sorted(maps.Keys(r.damaged)) {
		here := slices.ContainsFunc(r.damaged[name], func(d damage) bool { return d.Place == r.placeHere() && d.Size <= snapshot.MaxObject })
		if f, refused := r.refused[name]; refused && here && r.isDue(name) && len(keys) < mostRetried {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// mend comes before a place is looked at: it forgets what was spoilt and has come whole since, under whatever name,
// and fetches what is due and no listing of deltas speaks of.
func (r *round) mend() error {
	n := notes{}
	r.look.Lock()
	for name, f := range maps.Clone(r.refused) {
		if _, spoilt := r.damaged[name]; spoilt && r.isHereWhole(f.Key) {
			r.absolve(n, name)
		}
	}
	r.look.Unlock()
	if len(n) > 0 {
		if _, err := r.keep(nil, n); err != nil {
			return err
		}
	}
	for _, key := range r.dueKeys() {
		if strings.HasPrefix(key, snapshot.Prefix) {
			continue
		}
		if err := r.fetchAgain(key); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) isHereWhole(key string) bool {
	if strings.HasPrefix(key, snapshot.ErasePrefix) {
		return r.knowsOrder(key)
	}
	if name, err := snapshot.ParseName(key); err == nil && strings.HasPrefix(key, snapshot.Prefix) {
		return r.knows(name)
	}
	_, hash, err := roster.ParseName(key)
	return err == nil && strings.HasPrefix(key, roster.Prefix) && r.roster != nil && r.roster.Has(hash)
}

// fetchAgain looks whether an object is whole by now. If so its refusal is forgotten, and this visit looks at it like at
// any other; so is that of an object that is there no more.
func (r *round) fetchAgain(key string) error {
	data, err := r.Bucket.Get(r.ctx, key, snapshot.MaxObject)
	switch code := fault.CodeOf(err); {
	case code == "object_missing":
		n := notes{}
		r.look.Lock()
		r.absolve(n, short("", key))
		r.look.Unlock()
		_, err := r.keep(nil, n)
		return err
	case code == "object_too_large":
		data = nil
	case err != nil:
		return err
	}
	r.look.RLock()
	f, still := r.refused[short("", key)]
	r.look.RUnlock()
	if still {
		return r.refuseNow(key, data, fault.New(f.Reason, "key", key))
	}
	if strings.HasPrefix(key, roster.Prefix) {
		return r.lookUp()
	}
	r.gens.told = true
	return nil
}

// whole is told of every object that comes. One that was spoilt before and is not now is judged as if it came for
// the first time.
func (r *round) whole(key string, data []byte) {
	name := short("", key)
	r.look.RLock()
	_, spoilt := r.damaged[name]
	r.look.RUnlock()
	if !spoilt || !r.isIntact(key, data) {
		return
	}
	r.look.Lock()
	defer r.look.Unlock()
	r.absolve(r.mended, name)
	r.Log.Info("an object came whole after all", "key", key)
}

// absolve takes a spoilt object off the list. The caller holds look.
func (e *Engine) absolve(n notes, name string) {
	delete(e.refused, name)
	delete(e.damaged, name)
	n[noteRefused+name], n[noteDamaged+name] = nil, nil
	if e.Quarantine != "" {
		_ = os.Remove(filepath.Join(e.Quarantine, name)) // it may never have been kept
	}
}

// forgiveSpoilt forgets a spoilt object that is there no more.
func (s *step) forgiveSpoilt(key string) {
	s.look.Lock()
	defer s.look.Unlock()
	if _, spoilt := s.damaged[short("", key)]; spoilt {
		s.absolve(s.notes, short("", key))
	}
}

// keepMended makes durable what came whole in this visit, after it was taken in. When the visit ended early it may not
// have been, and nothing is forgotten.
func (r *round) keepMended(ended error) error {
	if ended != nil {
		return r.takeBack()
	}
	r.look.Lock()
	n := r.mended
	r.mended = notes{}
	for note := range n {
		if name, ok := strings.CutPrefix(note, noteRefused); ok {
			if _, again := r.refused[name]; again { // it was whole, and bad
				delete(n, note)
				delete(n, noteDamaged+name)
			}
		}
	}
	r.look.Unlock()
	if len(n) == 0 {
		return nil
	}
	_, err := r.keep(nil, n)
	return err
}

func (r *round) takeBack() error {
	r.look.Lock()
	defer r.look.Unlock()
	for note := range r.mended {
		name, ok := strings.CutPrefix(note, noteRefused)
		if !ok {
			continue
		}
		var f refusal
		if found, err := read(r.Store, note, &f); err != nil || !found {
			return err
		}
		var list []damage
		if _, err := read(r.Store, noteDamaged+name, &list); err != nil {
			return err
		}
		r.refused[name], r.damaged[name] = f, list
	}
	r.mended = notes{}
	return nil
}

// fromBefore marks what a program refused that did not tell spoilt bytes from bad ones.
func (e *Engine) fromBefore() {
	for name, f := range e.refused {
		_, known := e.damaged[name]
		sure := !strings.HasSuffix(f.Reason, "_unreadable") && !strings.HasSuffix(f.Reason, "_forged") && !strings.HasSuffix(f.Reason, "_altered") && !strings.HasSuffix(f.Reason, "_misnamed")
		if f.Reader >= 3 || known || sure || e.isIntact(f.Key, nil) {
			continue
		}
		e.damaged[name] = []damage{}
		for _, p := range e.places {
			e.damaged[name] = append(e.damaged[name], damage{Place: p.id, Size: -1})
		}
	}
}

// named joins what this round refused, though it may have come whole since, to what is on the list.
func (r *round) named() []Refused {
	list := r.Quarantined()
	r.look.RLock()
	defer r.look.RUnlock()
	for _, f := range r.refusedNow {
		if !slices.ContainsFunc(list, func(x Refused) bool { return x.Key == f.Key }) {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b Refused) int { return strings.Compare(a.Key, b.Key) })
	return list
}
