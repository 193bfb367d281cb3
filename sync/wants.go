package sync

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Every delta tells what its author newly saw of the others. What somebody saw and is not here is
// sought: everything is listed for it, then it is asked for in our next delta, and whoever keeps
// its bytes puts them back under a new time.

// sought is a delta that exists and is not here.
type sought struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Number uint64
	Hash   signed.Short
	Since  int64 // when it was first told of, by our clock
	Asked  int64 // when it was last asked for
}

// asking is what was last asked for, and when.
type asking struct {
	_   struct{} `cbor:",toarray"`
	At  int64
	For []string
}

const (
	mostSought = 1024
	// askAgain is after how long something that nobody put back is asked for once more.
	askAgain = 24 * time.Hour
)

func soughtName(device string, number uint64, hash signed.Short) string {
	return matterOf(device, number, hash)
}

// hear takes in what a delta tells: which deltas its author has seen, and which it lacks.
func (e *Engine) hear(n notes, d *snapshot.Delta) {
	e.heard(n, d)
	e.sees(n, d)
	changed := false
	for _, told := range d.Heads {
		if told.Hash == (signed.Short{}) {
			continue // its author does not know which one that is any more
		}
		if told.Device == e.device && told.Number > e.seesUs[d.Device] && e.has(told.Device, told.Number, told.Hash) {
			e.seesUs[d.Device] = told.Number
			n.set(noteSeesUs+d.Device, told.Number)
		}
		if told.Device == e.device && told.Number > e.acked.Number && e.has(told.Device, told.Number, told.Hash) {
			e.acked = acknowledged{Number: told.Number}
			n.set(noteAcked, e.acked)
		}
		if e.has(told.Device, told.Number, told.Hash) || !e.mayBeSought(told.Device, told.Number) || len(e.sought) >= mostSought {
			continue
		}
		name := soughtName(told.Device, told.Number, told.Hash)
		if _, known := e.sought[name]; !known {
			e.sought[name] = sought{Device: told.Device, Number: told.Number, Hash: told.Hash, Since: e.Now().UnixMilli()}
			changed = true
		}
	}
	if changed {
		e.noteSought(n)
	}
	for _, want := range d.Wants {
		if want.Device == d.Device && want.Number > d.Number {
			e.answerPages(d)
			continue
		}
		e.answerWant(n, want)
	}
}

// mayBeSought is false for what no good reader would take in.
func (e *Engine) mayBeSought(device string, number uint64) bool {
	s := e.State()
	if s == nil {
		return false
	}
	l, known := s.Laptop(device)
	return known && (!l.Revoked || number <= l.Last && (l.Ends == nil || !e.allKnown(device, l.Ends)))
}

// answerWant puts what somebody lacks on the way to every place, if its bytes are here.
func (e *Engine) answerWant(n notes, w want) {
	if at, done := e.answered[w]; done && e.Now().Sub(at).Abs() < daily {
		return // whoever asks again sooner does not see what is there
	}
	if len(e.answered) > mostSought {
		clear(e.answered)
	}
	e.answered[w] = e.Now()
	files, err := e.keptFiles()
	if err != nil {
		e.Log.Warn("kept objects could not be listed", "error", err)
		return
	}
	here := false
	for matter, file := range files {
		name, err := snapshot.ParseName(snapshot.Prefix + file)
		if err == nil && name.Device == w.Device && name.Number == w.Number && e.knows(name) {
			e.owe(n, matter, true)
			here = true
		}
	}
	if !here && e.covered(w.Device, w.Number) { // who asks for it finds nothing to begin from
		e.gens.told = true
	}
}

func (e *Engine) noteSought(n notes) {
	list := []sought{}
	for _, name := range slices.Sorted(maps.Keys(e.sought)) {
		list = append(list, e.sought[name])
	}
	n.set(noteSought, list)
}

func (e *Engine) loadSought() error {
	var list []sought
	_, err := read(e.Store, noteSought, &list)
	for _, s := range list {
		e.sought[soughtName(s.Device, s.Number, s.Hash)] = s
	}
	return err
}

// found lets go of what has come, or was refused for good, or will never be taken in.
func (r *round) found() error {
	before := len(r.sought)
	r.look.Lock()
	for name, s := range r.sought {
		if r.has(s.Device, s.Number, s.Hash) || !r.mayBeSought(s.Device, s.Number) || r.refusedForGood(name) {
			delete(r.sought, name)
		}
	}
	r.look.Unlock()
	if len(r.sought) == before {
		return nil
	}
	n := notes{}
	r.noteSought(n)
	_, err := r.keep(nil, n)
	return err
}

// refusedForGood tells whether an object was set aside for what it says, not for how it came: one
// that was damaged on its way may still come whole. The caller holds look.
func (e *Engine) refusedForGood(what string) bool {
	for name, f := range e.refused {
		if _, spoilt := e.damaged[name]; strings.HasPrefix(f.Key, snapshot.Prefix) && matter(f.Key) == what && !spoilt {
			return true
		}
	}
	return false
}

// missing names laptops of which others have seen more than is here, or of which something waits.
func (r *round) missing() []string {
	var list []string
	for _, s := range r.sought {
		list = append(list, s.Device)
	}
	for key := range r.held {
		list = append(list, deviceOf(key))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// want is a delta that a laptop asks for.
type want = snapshot.Want

// gaps lists the first numbers that are missing of every laptop, as far as one delta can ask.
func (e *Engine) gaps() []want {
	last := map[string]uint64{}
	for _, s := range e.sought {
		last[s.Device] = max(last[s.Device], s.Number)
	}
	waiting := map[want]bool{}
	for key := range e.held {
		if name, err := snapshot.ParseName(key); err == nil && e.mayBeSought(name.Device, name.Number) {
			waiting[want{Device: name.Device, Number: name.Number}] = true
			last[name.Device] = max(last[name.Device], name.Number-1)
		}
	}
	lacks := map[want]bool{}
	for device, number := range last {
		first := max(1, min(e.heads[device].Number+1, number)) // on a branch it may lie before our end of the chain; before a first delta that waits there is none
		for ; first <= number && first <= e.heads[device].Number+snapshot.MostWants; first++ {
			lacks[want{Device: device, Number: first}] = true
		}
	}
	for w := range waiting { // on a branch all that is known is that what comes right before it is missing, which may be long before the end of the chain
		if before := (want{Device: w.Device, Number: w.Number - 1}); before.Number > 0 {
			lacks[before] = true
		}
	}
	maps.DeleteFunc(lacks, func(w want, _ bool) bool { return waiting[w] })
	list := slices.SortedFunc(maps.Keys(lacks), func(a, b want) int {
		return cmp.Or(strings.Compare(a.Device, b.Device), cmp.Compare(a.Number, b.Number))
	})
	return list[:min(len(list), snapshot.MostWants)]
}

// wants is what our next delta asks for: what everything was listed for in vain.
func (e *Engine) wants() []want {
	if len(e.sought) == 0 && len(e.held) == 0 {
		return nil
	}
	return e.gaps()
}

// mustAsk tells whether it is time to ask for what is missing, even in a delta that says no more.
func (r *round) mustAsk() bool {
	wanted := r.askedFor()
	if len(wanted) == 0 {
		return false
	}
	since := r.Now().UnixMilli() - r.asking.At
	return r.asking.At == 0 || since < 0 || since >= askAgain.Milliseconds() ||
		since >= lookAgain.Milliseconds() && !slices.Equal(r.asking.For, wanted)
}

// hasAsked notes what the delta that went out asked for.
func (r *round) hasAsked() error {
	wanted := r.askedFor()
	if len(wanted) == 0 {
		return nil
	}
	r.asking = asking{At: r.Now().UnixMilli(), For: wanted}
	n := notes{}
	n.set(noteAsking, r.asking)
	_, err := r.keep(nil, n)
	return err
}

// askedFor names all that our next delta asks for.
func (r *round) askedFor() []string {
	names := []string{}
	for _, w := range r.wants() {
		names = append(names, w.Device+" "+strconv.FormatUint(w.Number, 10))
	}
	for _, p := range r.missingPages() {
		names = append(names, p.Key)
	}
	return names
}
