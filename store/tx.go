package store

import (
	"bytes"
	"reflect"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
)

// Ref names one change of one record.
type Ref struct {
	Kind   Kind
	Record string
	Change Dot
}

// Tx collects what one action of a person writes. It reads its own writes.
type Tx struct {
	b      *batch
	drafts map[recordID]*draft
	order  []*draft
}

// draft is one record as the transaction wants it: values by path, over its state.
type draft struct {
	u       *unit
	values  []draftValue // few, so that a search is a look along the row
	renamed map[Dot]Dot  // changes that an undo brings back, by the names that they had
	carry   bool         // what stands in another scope than it belongs to is to be brought there
}

type draftValue struct {
	path   string
	value  cbor.RawMessage
	forced bool // to be written even where that value shows already

	back   []Change // what an undo brings back, by stamp; value is that of the last
	beside *Dot     // the undone change, in whose place back comes to stand, one beside the other; nil for one in place of all
}

// width is how many changes write this value.
func (v *draftValue) width() int {
	if v.beside != nil {
		return len(v.back)
	}
	return 1
}

func (d *draft) find(path string) *draftValue {
	for i := range d.values {
		if d.values[i].path == path {
			return &d.values[i]
		}
	}
	return nil
}

func (b *batch) begin() *Tx { return &Tx{b: b, drafts: map[recordID]*draft{}} }

func (t *Tx) draft(kind Kind, id string) (*draft, error) {
	at := recordID{kind, id}
	if d := t.drafts[at]; d != nil {
		return d, nil
	}
	if t.b.meta.drops[at] {
		return nil, fault.New("record_erased", "kind", string(kind), "id", id)
	}
	u, err := t.b.unit(kind, id)
	if err != nil {
		return nil, err
	}
	d := &draft{u: u}
	t.drafts[at] = d
	t.order = append(t.order, d)
	return d, nil
}

// value is what the transaction shows for a path.
func (d *draft) value(path string) cbor.RawMessage {
	if v := d.find(path); v != nil {
		return v.value
	}
	return d.u.st.look(path).shown()
}

// set notes a value where it differs from the one on display.
func (d *draft) set(path string, value cbor.RawMessage) (changed bool) {
	v := d.find(path)
	switch {
	case v != nil && bytes.Equal(v.value, value), v == nil && bytes.Equal(d.u.st.look(path).shown(), value):
		return false
	case v != nil:
		v.value = value
	default:
		d.values = append(d.values, draftValue{path: path, value: value})
	}
	return true
}

// exists tells whether the record is there, to the transaction.
func (d *draft) exists() bool {
	if v := d.find(tombstone); v != nil {
		return len(v.value) == 0
	}
	return d.u.st.visible() || len(d.values) > 0 && d.u.st.life() == absent
}

// Put compares with what is stored and notes one change for each field that differs.
// It tells whether anything differed. A deleted record comes back; a fact that is there is left alone.
func (t *Tx) Put(r Record) (changed bool, err error) {
	s, ok := schemas[r.RecordKind()]
	if !ok || r.RecordID() == "" || len(r.RecordID()) > maxName || strings.IndexByte(r.RecordID(), 0) >= 0 {
		return false, fault.New("bad_change", "kind", string(r.RecordKind()), "record", r.RecordID(), "what", "name")
	}
	if v := reflect.ValueOf(r); v.Kind() == reflect.Pointer {
		r = v.Elem().Interface().(Record)
	}
	d, err := t.draft(s.kind, r.RecordID())
	if err != nil || s.fact && d.exists() {
		return false, err
	}
	var there []string // elements of sets that the record has
	err = s.eachValue(r, &t.b.values, func(path string, value cbor.RawMessage) error {
		if len(path) > maxName || len(value) > maxValue || strings.IndexByte(path, 0) >= 0 {
			return fault.New("bad_change", "kind", string(s.kind), "record", r.RecordID(), "field", path[:min(len(path), 64)], "what", "too long")
		}
		if isElement(path) {
			there = append(there, path)
		}
		changed = d.set(path, value) || changed
		return nil
	})
	if err != nil {
		return false, err
	}
	changed = d.dropElements(there) || changed
	if l := d.u.st.life(); len(d.value(tombstone)) > 0 && l != alive && l != doubted {
		changed = d.set(tombstone, nil) || changed
	}
	return changed, nil
}

// dropElements clears the elements of sets that are not there any more.
func (d *draft) dropElements(there []string) (changed bool) {
	drop := func(path string) {
		if isElement(path) && !slices.Contains(there, path) {
			changed = d.set(path, nil) || changed
		}
	}
	for i := range d.u.st.fields {
		drop(d.u.st.fields[i].name)
	}
	for i := range d.values {
		drop(d.values[i].path)
	}
	return changed
}

// Delete puts a tombstone that has seen the record's present values. Fault unknown_id.
func (t *Tx) Delete(kind Kind, id string) error {
	d, err := t.draft(kind, id)
	if err != nil {
		return err
	}
	if !d.exists() {
		return fault.New("unknown_id", "kind", string(kind), "id", id)
	}
	d.force(tombstone, setTrue)
	return nil
}

// GetIn reads one record as the transaction has it. Fault unknown_id.
func GetIn[T Record](t *Tx, id string) (r T, err error) {
	d, err := t.draft(r.RecordKind(), id)
	if err != nil {
		return r, err
	}
	if !d.exists() {
		return r, fault.New("unknown_id", "kind", string(r.RecordKind()), "id", id)
	}
	st := d.u.st
	if len(d.values) > 0 { // elements that are only in the draft need a place in the state to be seen
		st = st.clone()
		for _, v := range d.values {
			st.fieldOf(v.path)
		}
	}
	err = fillRecord(&r, st, func(path string) (cbor.RawMessage, bool) {
		if v := d.find(path); v != nil {
			return v.value, true
		}
		return nil, false
	})
	return r, err
}

// finish turns the drafts into one edit and merges it into the batch. Its changes are numbered scope by scope, those for all
// first, and merged record by record, the tombstone last, so that it has seen the rest.
func (t *Tx) finish(now int64) (e Edit, refs []Ref, err error) {
	b := t.b
	e = Edit{Device: b.device, First: b.meta.next}
	e.Wall, e.Logical = b.meta.wall, b.meta.logical+1
	if now > e.Wall {
		e.Wall, e.Logical = now, 0
	}
	plan, err := t.plan()
	if err != nil || len(plan) == 0 {
		return e, nil, err
	}
	places := placesOf(plan)
	e.Changes, refs = make([]Change, len(plan)), make([]Ref, len(plan))
	for i := range plan {
		plan[i].dot = Dot{Device: e.Device, Seq: e.First + uint64(places[i])}
	}
	for i := range plan {
		w, at := &plan[i], places[i]
		c := e.Changes[at : at+1 : at+1]
		c[0] = w.change(plan)
		c[0].Wall, c[0].Logical = e.Wall, e.Logical
		if err := b.mergeInto(w.d.u, c); err != nil {
			return e, nil, err
		}
		if w.v != nil { // what goes along needs no undoing of its own
			refs[at] = Ref{Kind: c[0].Kind, Record: c[0].Record, Change: w.dot}
		}
	}
	for i := range e.Changes { // only now: what is above the frontier is new
		b.advance(&e.Changes[i], true)
	}
	return e, slices.DeleteFunc(refs, func(r Ref) bool { return r.Record == "" }), nil
}

// settle keeps the values that change something, the tombstone last, so that it has seen the rest.
func (d *draft) settle() {
	d.values = slices.DeleteFunc(d.values, func(v draftValue) bool {
		return !v.forced && bytes.Equal(d.u.st.look(v.path).shown(), v.value)
	})
	slices.SortFunc(d.values, func(a, b draftValue) int {
		if (a.path == tombstone) != (b.path == tombstone) {
			if a.path == tombstone {
				return 1
			}
			return -1
		}
		return strings.Compare(a.path, b.path)
	})
}

// force writes a path even where it shows that value already: to settle a conflict, to delete in doubt.
func (d *draft) force(path string, value cbor.RawMessage) {
	d.set(path, value)
	if d.find(path) == nil {
		d.values = append(d.values, draftValue{path: path, value: value})
	}
	v := d.find(path)
	v.forced, v.back, v.beside = true, nil, nil
}
