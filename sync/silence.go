package sync

import (
	"slices"
	"strconv"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// longSilence is after how long a laptop that says nothing no longer holds anything back. When it comes
// back it begins from a full snapshot, and what it had not sent waits for a person.
const longSilence = 90 * daily

// inUse lists the laptops that were heard of within the last ninety days, and this one.
func (e *Engine) inUse() (devices []string) {
	now := e.Now().UnixMilli()
	for _, l := range e.State().Laptops() {
		w, heard := e.words[l.Device]
		at := w.At
		if !heard {
			at = e.heads[l.Device].Wall
		}
		if !l.Revoked && (l.Device == e.device || at > 0 && now-at < longSilence.Milliseconds()) {
			devices = append(devices, l.Device)
		}
	}
	return devices
}

// newcomers lists the laptops that were admitted within the last ninety days and have not said anything yet.
func (e *Engine) newcomers() (devices []string) {
	for _, l := range e.State().Laptops() {
		_, heard := e.words[l.Device]
		if !l.Revoked && !heard && e.heads[l.Device].Wall == 0 && e.Now().UnixMilli()-l.AdmittedAt < longSilence.Milliseconds() {
			devices = append(devices, l.Device)
		}
	}
	return devices
}

// wasSilent tells whether this laptop has not reached any place for ninety days.
func (e *Engine) wasSilent() bool {
	last := e.watching.Last
	return last > 0 && e.Now().UnixMilli()-last >= longSilence.Milliseconds()
}

// unsent is a change that was made here before a long silence and never sent.
type unsent struct {
	_      struct{} `cbor:",toarray"`
	Kind   store.Kind
	Record string
	Field  string
	Value  []byte
	Wall   int64
}

// setAsideUnsent puts own edits that never went out on a list for a person, in place of publishing
// them: what they rest on is from before everything that the others did meanwhile.
func (r *round) setAsideUnsent() error {
	list, err := r.readUnsent()
	if err != nil {
		return err
	}
	last := uint64(0)
	for edit, err := range r.Store.Unpublished(r.heads[r.device].Last) {
		if err != nil {
			return err
		}
		for _, c := range edit.Changes {
			list = append(list, unsent{Kind: c.Kind, Record: c.Record, Field: c.Field, Value: c.Value, Wall: c.Wall})
			last = c.Seq
		}
	}
	if last == 0 {
		return nil
	}
	n := notes{noteReady: nil}
	if err := forgetLong(r.Store, n, noteReadyData); err != nil {
		return err
	}
	n.unsent(list)
	if err := r.Store.MarkPublished(last, n); err != nil {
		return err
	}
	r.ready = nil
	return nil
}

// Unsent is a change that was made here before this laptop fell silent, and that nobody else has seen.
type Unsent struct {
	Which int
	Kind  store.Kind
	ID    string
	Field string
	To    any // the value that it wants; nil when it clears the field
	Now   any // the newest value of that field here; nil for none
	At    time.Time
}

// Unsent lists what was made here before a long silence and waits for a person.
func (e *Engine) Unsent() ([]Unsent, error) {
	list, err := e.readUnsent()
	shown := make([]Unsent, len(list))
	for i, u := range list {
		shown[i] = Unsent{Which: i, Kind: u.Kind, ID: u.Record, Field: u.Field, At: time.UnixMilli(u.Wall).UTC(), Now: e.valueHere(u.Kind, u.Record, u.Field)}
		if len(u.Value) > 0 && signed.Decode(u.Value, &shown[i].To) != nil {
			shown[i].To = nil
		}
	}
	return shown, err
}

// valueHere gives the value that a field has here, of several the one written last; nil for none.
func (e *Engine) valueHere(kind store.Kind, id, field string) any {
	past, err := e.Store.History(kind, id)
	if err != nil {
		return nil // nobody has written that record here
	}
	if at := slices.IndexFunc(past, func(p store.Past) bool { return p.Field == field }); at >= 0 {
		return past[at].To
	}
	return nil
}

// TakeUnsent makes the changes of these places again as edits of today, and takes them off the list. Those of
// a record that was erased meanwhile are let go. Faults: unknown_change and those of the store.
func (e *Engine) TakeUnsent(which []int) (count int, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	list, err := e.unsentAt(which)
	if err != nil || len(which) == 0 {
		return 0, err
	}
	_, err = e.Store.Edit(func(tx *store.Tx) error {
		for i, u := range list {
			if !slices.Contains(which, i) || e.Store.IsDropped(u.Kind, u.Record) {
				continue
			}
			changed, err := tx.Adopt(u.Kind, u.Record, u.Field, u.Value)
			if err != nil {
				return err
			}
			if changed {
				count++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return count, e.keepUnsent(list, which)
}

// LetGoUnsent takes changes off the list; they are never made. Fault unknown_change.
func (e *Engine) LetGoUnsent(which []int) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	list, err := e.unsentAt(which)
	if err != nil {
		return err
	}
	return e.keepUnsent(list, which)
}

// unsentAt gives the list, when it has all these places.
func (e *Engine) unsentAt(which []int) ([]unsent, error) {
	list, err := e.readUnsent()
	for _, at := range which {
		if at < 0 || at >= len(list) {
			return nil, fault.New("unknown_change", "change", strconv.Itoa(at))
		}
	}
	return list, err
}

// keepUnsent writes the list down without these places.
func (e *Engine) keepUnsent(list []unsent, without []int) error {
	n := notes{}
	if err := forgetLong(e.Store, n, noteUnsent); err != nil {
		return err
	}
	var left []unsent
	for i, u := range list {
		if !slices.Contains(without, i) {
			left = append(left, u)
		}
	}
	n.unsent(left)
	_, err := e.keep(nil, n)
	return err
}

// unsent writes the list in parts that a note holds.
func (n notes) unsent(list []unsent) {
	for start := 0; start*unsentPart < len(list); start++ {
		n.set(unsentName(start), list[start*unsentPart:min(len(list), (start+1)*unsentPart)])
	}
}

const unsentPart = 1000 // changes of one note

func unsentName(part int) string {
	return noteUnsent + string(rune('a'+part/26%26)) + string(rune('a'+part%26))
}

func (e *Engine) readUnsent() (list []unsent, err error) {
	names, err := e.Store.Notes(noteUnsent)
	for _, name := range names {
		var part []unsent
		if _, err := read(e.Store, name, &part); err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	return list, err
}

// forgetUnsent takes what speaks of these records off the list.
func (e *Engine) forgetUnsent(n notes, refs []snapshot.Reference) error {
	names, err := e.Store.Notes(noteUnsent)
	for _, name := range names {
		var part []unsent
		if _, err := read(e.Store, name, &part); err != nil {
			return err
		}
		kept := slices.DeleteFunc(slices.Clone(part), func(u unsent) bool {
			return slices.Contains(refs, snapshot.Reference{Kind: u.Kind, ID: u.Record})
		})
		if len(kept) < len(part) {
			n.set(name, kept)
		}
	}
	return err
}
