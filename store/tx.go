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
	u      *unit
	values map[string]cbor.RawMessage
	forced map[string]bool // paths to write even where that value shows already
}

func (b *batch) begin() *Tx { return &Tx{b: b, drafts: map[recordID]*draft{}} }

func (t *Tx) draft(kind Kind, id string) (*draft, error) {
	at := recordID{kind, id}
	if d := t.drafts[at]; d != nil {
		return d, nil
	}
	u, err := t.b.unit(kind, id)
	if err != nil {
		return nil, err
	}
	d := &draft{u: u, values: map[string]cbor.RawMessage{}, forced: map[string]bool{}}
	t.drafts[at] = d
	t.order = append(t.order, d)
	return d, nil
}

// value is what the transaction shows for a path.
func (d *draft) value(path string) cbor.RawMessage {
	if v, ok := d.values[path]; ok {
		return v
	}
	return d.u.st.look(path).shown()
}

// set notes a value where it differs from the one on display.
func (d *draft) set(path string, value cbor.RawMessage) (changed bool) {
	if bytes.Equal(d.value(path), value) {
		return false
	}
	d.values[path] = value
	return true
}

// exists tells whether the record is there, to the transaction.
func (d *draft) exists() bool {
	if v, ok := d.values[tombstone]; ok {
		return len(v) == 0
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
	var there map[string]bool // elements of sets that the record has
	err = s.eachValue(r, func(path string, value cbor.RawMessage) error {
		if len(path) > maxName || len(value) > maxValue || strings.IndexByte(path, 0) >= 0 {
			return fault.New("bad_change", "kind", string(s.kind), "record", r.RecordID(), "field", path[:min(len(path), 64)], "what", "too long")
		}
		if isElement(path) {
			if there == nil {
				there = map[string]bool{}
			}
			there[path] = true
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
func (d *draft) dropElements(there map[string]bool) (changed bool) {
	for i := range d.u.st.fields {
		if path := d.u.st.fields[i].name; isElement(path) && !there[path] {
			changed = d.set(path, nil) || changed
		}
	}
	for path, v := range d.values {
		if isElement(path) && !there[path] && len(v) > 0 {
			changed = d.set(path, nil) || changed
		}
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
		for path := range d.values {
			st.fieldOf(path)
		}
	}
	err = fillRecord(&r, st, func(path string) (cbor.RawMessage, bool) { v, ok := d.values[path]; return v, ok })
	return r, err
}

// finish turns the drafts into one edit and merges it into the batch.
func (t *Tx) finish(now int64) (e Edit, refs []Ref, err error) {
	b := t.b
	e = Edit{Device: b.device, First: b.meta.next}
	e.Wall, e.Logical = b.meta.wall, b.meta.logical+1
	if now > e.Wall {
		e.Wall, e.Logical = now, 0
	}
	for _, d := range t.order {
		for _, path := range d.paths() {
			c := d.change(path, &e)
			if err := b.merge(c, true); err != nil {
				return e, nil, err
			}
			e.Changes = append(e.Changes, c)
			refs = append(refs, Ref{Kind: c.Kind, Record: c.Record, Change: c.Dot})
		}
	}
	return e, refs, nil
}

// paths gives what the draft changes, the tombstone last, so that it has seen the rest.
func (d *draft) paths() []string {
	paths := make([]string, 0, len(d.values))
	for path, value := range d.values {
		if d.forced[path] || !bytes.Equal(d.u.st.look(path).shown(), value) {
			paths = append(paths, path)
		}
	}
	slices.SortFunc(paths, func(a, b string) int {
		if (a == tombstone) != (b == tombstone) {
			if a == tombstone {
				return 1
			}
			return -1
		}
		return strings.Compare(a, b)
	})
	return paths
}

func (d *draft) change(path string, e *Edit) Change {
	st := d.u.st
	c := Change{Kind: st.kind, Record: st.id, Field: path, Value: d.values[path], Replaces: st.look(path).dots()}
	c.Stamp = Stamp{Wall: e.Wall, Logical: e.Logical, Dot: Dot{Device: e.Device, Seq: e.First + uint64(len(e.Changes))}}
	if path == tombstone && len(c.Value) > 0 {
		c.Seen = st.liveDots()
	}
	return c
}

// force writes a path even where it shows that value already: to settle a conflict, to delete in doubt.
func (d *draft) force(path string, value cbor.RawMessage) {
	d.values[path], d.forced[path] = value, true
}
