package snapshot

import (
	"errors"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// columns is how edits lie in a section: everything of one sort together, so that it packs well,
// texts once, and numbers as differences from what one would expect. They traveled like this in the
// first version; see packed for this one.
type columns struct {
	_       struct{} `cbor:",toarray"`
	Devices []string // other laptops named in dots; dots name the author as 0 and these from 1
	Kinds   []string
	Records []string // ids, in the order in which they first appear
	KindOf  []uint64 // for each record, its place in Kinds
	Fields  []string

	// One for each edit.
	Walls    []int64  // milliseconds since the edit before; the first since the header's wall
	Logicals []uint64 //
	Gaps     []uint64 // sequences left out since the edit before; the first since the header's First
	Counts   []uint64 // changes

	// One for each change.
	Steps    []int64  // from the place in Records of the change before
	FieldOf  []uint64 // place in Fields
	Values   [][]byte // CBOR; empty when cleared
	Replaces []uint64 // number of dots
	Seen     []uint64

	// One for each dot: those replaced by a change, then those seen.
	Owners []uint64
	Dots   []int64 // sequence, less that of the dot before of the same owner; the author's start at the header's First
}

const (
	maxText  = 256     // bytes of a kind, record id or field
	maxValue = 1 << 20 // bytes of one value
	maxLoad  = 1 << 19 // changes, and dots, in one section
)

// thin gives the columns as they are written.
func (c columns) thin() columns {
	c.KindOf, c.Walls, c.Logicals, c.Gaps = zeroless(c.KindOf), zeroless(c.Walls), zeroless(c.Logicals), zeroless(c.Gaps)
	c.Steps, c.FieldOf, c.Replaces, c.Seen = zeroless(c.Steps), zeroless(c.FieldOf), zeroless(c.Replaces), zeroless(c.Seen)
	c.Owners = zeroless(c.Owners)
	return c
}

func zeroless[N int64 | uint64](list []N) []N {
	for _, n := range list {
		if n != 0 {
			return list
		}
	}
	return nil
}

// fill makes the columns as long as what they are about.
func (c *columns) fill() {
	edits, changes := len(c.Counts), len(c.Values)
	c.KindOf, c.Owners = filled(c.KindOf, len(c.Records)), filled(c.Owners, len(c.Dots))
	c.Walls, c.Logicals, c.Gaps = filled(c.Walls, edits), filled(c.Logicals, edits), filled(c.Gaps, edits)
	c.Steps, c.FieldOf = filled(c.Steps, changes), filled(c.FieldOf, changes)
	c.Replaces, c.Seen = filled(c.Replaces, changes), filled(c.Seen, changes)
}

func filled[N int64 | uint64](list []N, length int) []N {
	if len(list) == 0 {
		return make([]N, length)
	}
	return list
}

// encodeEdits writes the edits of the header's device.
func encodeEdits(h *Header, edits []store.Edit) ([]byte, error) {
	w := newWriter(h)
	for _, e := range edits {
		if e.Device != h.Device || e.First < w.next || len(e.Changes) == 0 {
			return nil, fault.New("delta_foreign_edit", "device", e.Device)
		}
		w.edit(e)
	}
	if len(edits) == 0 {
		return nil, nil
	}
	if _, ok := joined(w.Devices); !ok {
		return nil, fault.New("delta_foreign_edit", "device", h.Device)
	}
	plain := signed.Encode(w.pack())
	if len(plain) > maxPlain || len(w.Steps) > maxLoad || len(w.Dots) > maxLoad {
		return nil, fault.New("delta_too_large")
	}
	return plain, nil
}

type writer struct {
	columns
	wall    int64
	next    uint64
	at      int64
	last    []uint64 // by owner, the dot before
	devices places
	kinds   places
	records places
	fields  places
}

// places numbers texts in the order in which they first appear.
type places map[string]uint64

func (p places) of(text string, list *[]string) (place uint64, isNew bool) {
	place, known := p[text]
	if !known {
		place = uint64(len(p))
		p[text] = place
		*list = append(*list, text)
	}
	return place, !known
}

func newWriter(h *Header) *writer {
	return &writer{wall: h.Wall, next: h.First, last: []uint64{h.First},
		devices: places{}, kinds: places{}, records: places{}, fields: places{}}
}

func (w *writer) edit(e store.Edit) {
	w.Walls = append(w.Walls, e.Wall-w.wall)
	w.Logicals = append(w.Logicals, uint64(e.Logical))
	w.Gaps = append(w.Gaps, e.First-w.next)
	w.Counts = append(w.Counts, uint64(len(e.Changes)))
	w.wall, w.next = e.Wall, e.First+uint64(len(e.Changes))
	for _, c := range e.Changes {
		w.change(e.Device, c)
	}
}

func (w *writer) change(author string, c store.Change) {
	record, isNew := w.records.of(string(c.Kind)+" "+c.Record, &w.Records)
	if isNew {
		w.Records[record] = c.Record
		kind, _ := w.kinds.of(string(c.Kind), &w.Kinds)
		w.KindOf = append(w.KindOf, kind)
	}
	field, _ := w.fields.of(c.Field, &w.Fields)
	w.Steps = append(w.Steps, int64(record)-w.at)
	w.at = int64(record)
	w.FieldOf = append(w.FieldOf, field)
	w.Values = append(w.Values, c.Value)
	w.Replaces = append(w.Replaces, uint64(len(c.Replaces)))
	w.Seen = append(w.Seen, uint64(len(c.Seen)))
	for _, d := range c.Replaces {
		w.dot(author, d)
	}
	for _, d := range c.Seen {
		w.dot(author, d)
	}
}

func (w *writer) dot(author string, d store.Dot) {
	owner := uint64(0)
	if d.Device != author {
		place, isNew := w.devices.of(d.Device, &w.Devices)
		if owner = place + 1; isNew {
			w.last = append(w.last, 0)
		}
	}
	w.Owners = append(w.Owners, owner)
	w.Dots = append(w.Dots, int64(d.Seq-w.last[owner]))
	w.last[owner] = d.Seq
}

var errColumns = errors.New("columns contradict each other")

// decodeEdits reads what encodeEdits wrote, and what it wrote in an earlier version.
func decodeEdits(h *Header, version int, plain []byte) ([]store.Edit, error) {
	r := reader{h: h, wall: h.Wall, next: h.First}
	var err error
	if r.columns, err = readColumns(version, plain); err != nil {
		return nil, err
	}
	if len(r.Values) > maxLoad || len(r.Dots) > maxLoad {
		return nil, errColumns
	}
	r.fill()
	if !r.sound() {
		return nil, errColumns
	}
	r.last = make([]uint64, len(r.Devices)+1)
	r.last[0] = h.First
	edits := make([]store.Edit, len(r.Counts))
	for i := range edits {
		if err := r.edit(i, &edits[i]); err != nil {
			return nil, err
		}
	}
	if r.change != len(r.Steps) || r.dot != len(r.Dots) {
		return nil, errColumns
	}
	return edits, nil
}

type reader struct {
	columns
	h           *Header
	wall        int64
	next        uint64
	at          int64
	change, dot int // how far the columns are read
	last        []uint64
}

// sound checks all that can be checked without walking the columns.
func (r *reader) sound() bool {
	edits, changes := len(r.Counts), len(r.Steps)
	return len(r.Walls) == edits && len(r.Logicals) == edits && len(r.Gaps) == edits &&
		len(r.FieldOf) == changes && len(r.Values) == changes &&
		len(r.Replaces) == changes && len(r.Seen) == changes &&
		len(r.Owners) == len(r.Dots) && len(r.KindOf) == len(r.Records) &&
		short(r.Kinds) && short(r.Records) && short(r.Fields) && devices(r.Devices, r.h.Device)
}

func short(texts []string) bool {
	for _, text := range texts {
		if text == "" || len(text) > maxText {
			return false
		}
	}
	return true
}

func devices(names []string, author string) bool {
	for _, name := range names {
		if !signed.IsDevice(name) || name == author {
			return false
		}
	}
	return true
}

func (r *reader) edit(i int, e *store.Edit) error {
	count := r.Counts[i]
	if count == 0 || count > uint64(len(r.Steps)-r.change) || r.Logicals[i] > 1<<32-1 {
		return errColumns
	}
	r.wall += r.Walls[i]
	first := r.next + r.Gaps[i]
	if first < r.next || first+count < first {
		return errColumns
	}
	*e = store.Edit{Wall: r.wall, Logical: uint32(r.Logicals[i]), Device: r.h.Device, First: first,
		Changes: make([]store.Change, count)}
	r.next = first + count
	for j := range e.Changes {
		c := &e.Changes[j]
		c.Stamp = store.Stamp{Wall: e.Wall, Logical: e.Logical, Dot: store.Dot{Device: e.Device, Seq: first + uint64(j)}}
		if err := r.read(c); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) read(c *store.Change) error {
	i := r.change
	r.change++
	r.at += r.Steps[i]
	if r.at < 0 || r.at >= int64(len(r.Records)) || r.FieldOf[i] >= uint64(len(r.Fields)) ||
		r.KindOf[r.at] >= uint64(len(r.Kinds)) || len(r.Values[i]) > maxValue {
		return errColumns
	}
	c.Kind = store.Kind(r.Kinds[r.KindOf[r.at]])
	c.Record, c.Field = r.Records[r.at], r.Fields[r.FieldOf[i]]
	if len(r.Values[i]) > 0 {
		if err := signed.Wellformed(r.Values[i]); err != nil {
			return err
		}
		c.Value = cbor.RawMessage(r.Values[i])
	}
	var err error
	if c.Replaces, err = r.dots(r.Replaces[i]); err == nil {
		c.Seen, err = r.dots(r.Seen[i])
	}
	return err
}

func (r *reader) dots(count uint64) ([]store.Dot, error) {
	if count > uint64(len(r.Dots)-r.dot) {
		return nil, errColumns
	}
	if count == 0 {
		return nil, nil
	}
	dots := make([]store.Dot, count)
	for i := range dots {
		owner := r.Owners[r.dot]
		if owner >= uint64(len(r.last)) {
			return nil, errColumns
		}
		r.last[owner] += uint64(r.Dots[r.dot])
		dots[i] = store.Dot{Device: r.h.Device, Seq: r.last[owner]}
		if owner > 0 {
			dots[i].Device = r.Devices[owner-1]
		}
		r.dot++
	}
	return dots, nil
}
