package store

import (
	"bytes"
	"encoding/binary"
	"iter"
	"slices"
)

// pile keeps millions of short rows until they are wanted in order. It sorts them in runs while more come, and
// keeps of each row only what differs from the one before it in its run.
type pile struct {
	filling heapOfRows
	packing chan []byte     // the run that is being sorted; nil when there is none
	spare   chan heapOfRows // room of one that was
	runs    [][]byte
}

// heapOfRows is rows one after the other, and where they are.
type heapOfRows struct {
	bytes []byte
	rows  []rowAt
}

// rowAt says where a row lies.
type rowAt struct{ from, size uint32 }

// pileRun is how many bytes of rows are sorted at once.
const pileRun = 8 << 20

func (p *pile) add(rows [][]byte) {
	for _, row := range rows {
		p.addOne(row)
	}
}

func (p *pile) addOne(row []byte) {
	if len(p.filling.bytes) > 0 && len(p.filling.bytes)+len(row) > pileRun {
		p.pack()
	}
	h := &p.filling
	h.rows = append(h.rows, rowAt{uint32(len(h.bytes)), uint32(len(row))})
	h.bytes = append(h.bytes, row...)
}

// pack has the rows that came sorted beside, after those before them.
func (p *pile) pack() {
	p.land()
	full, packed := p.filling, make(chan []byte, 1)
	if p.spare == nil {
		p.spare = make(chan heapOfRows, 1)
	}
	p.filling, p.packing = heapOfRows{}, packed
	select {
	case p.filling = <-p.spare:
	default:
		p.filling.bytes = make([]byte, 0, pileRun)
	}
	go func() {
		packed <- full.pack()
		select {
		case p.spare <- heapOfRows{full.bytes[:0], full.rows[:0]}:
		default:
		}
	}()
}

func (p *pile) land() {
	if p.packing != nil {
		p.runs = append(p.runs, <-p.packing)
		p.packing = nil
	}
}

func (h *heapOfRows) at(r rowAt) []byte { return h.bytes[r.from : r.from+r.size] }

// pack gives the rows in order: of each how many bytes are those of the one before, how many come, and these.
func (h *heapOfRows) pack() []byte {
	slices.SortFunc(h.rows, func(a, b rowAt) int { return bytes.Compare(h.at(a), h.at(b)) })
	out, before := make([]byte, 0, len(h.bytes)/2), []byte(nil)
	for _, r := range h.rows {
		row := h.at(r)
		same := 0
		for same < min(len(row), len(before)) && row[same] == before[same] {
			same++
		}
		out = binary.AppendUvarint(binary.AppendUvarint(out, uint64(same)), uint64(len(row)-same))
		out = append(out, row[same:]...)
		before = row
	}
	return bytes.Clone(out)
}

// sorted gives the rows in order, once; each holds until the next.
func (p *pile) sorted() iter.Seq[[]byte] {
	p.land()
	if len(p.filling.rows) > 0 {
		p.runs = append(p.runs, p.filling.pack())
	}
	var heads []*run
	for _, packed := range p.runs {
		if r := (&run{rest: packed}); r.next() {
			heads = append(heads, r)
		}
	}
	*p = pile{}
	slices.SortFunc(heads, compareRuns)
	return func(yield func([]byte) bool) {
		for len(heads) > 0 {
			if !yield(heads[0].row) {
				return
			}
			if !heads[0].next() {
				heads[0] = heads[len(heads)-1]
				heads = heads[:len(heads)-1]
			}
			sink(heads)
		}
	}
}

// run is where one sorted run is read.
type run struct {
	rest, row []byte
}

func compareRuns(a, b *run) int { return bytes.Compare(a.row, b.row) }

func (r *run) next() bool {
	if len(r.rest) == 0 {
		return false
	}
	same, n := binary.Uvarint(r.rest)
	more, m := binary.Uvarint(r.rest[n:])
	r.rest = r.rest[n+m:]
	r.row = append(r.row[:same], r.rest[:more]...)
	r.rest = r.rest[more:]
	return true
}

// sink lets the first of the runs find its place: none comes before the one at half its place.
func sink(heads []*run) {
	for at := 0; ; {
		child := 2*at + 1
		if child >= len(heads) {
			return
		}
		if child+1 < len(heads) && compareRuns(heads[child+1], heads[child]) < 0 {
			child++
		}
		if compareRuns(heads[at], heads[child]) <= 0 {
			return
		}
		heads[at], heads[child] = heads[child], heads[at]
		at = child
	}
}
