package snapshot

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/sync/signed"
)

var errPart = errors.New("columns of a part contradict each other")

// partReader puts one part's changes back together. Until a change is asked for it is a few numbers.
type partReader struct {
	form    partColumns
	names   *nameReader
	rows    []row // in the part's order
	records []string
	kindOf  []uint32 // of each record, its kind's place + 1
	dots    []store.Dot
	values  []valueReader
	groupOf []int    // of each field, its column of values
	order   []uint32 // places in rows, in canonical order
}

type row struct {
	wall            int64
	seq             uint64
	logical, device uint32
	record, field   uint32
	value           uint32 // place in its column
	dots            uint32 // place of its first
	replaces, seen  uint16
}

// unpackPart reads a part's plain content. Names go on from the parts before.
func unpackPart(names *nameReader, plain []byte) (*partReader, error) {
	p := &partReader{names: names}
	if err := signed.DecodeCanonical(plain, &p.form); err != nil {
		return nil, err
	}
	f := &p.form
	if f.Changes == 0 || f.Changes > maxPartChanges || f.Records == 0 || f.Records > f.Changes || f.Dots > maxPartDots || !p.listed() {
		return nil, errPart
	}
	if err := names.unpack(&f.Names); err != nil {
		return nil, err
	}
	for _, step := range []func() error{p.readStamps, p.readSteps, p.readDots, p.readRefs, p.readValues, p.tellRecords, p.arrange} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if len(names.fresh) > 0 {
		return nil, errNames
	}
	return p, nil
}

// listed checks the lists of texts.
func (p *partReader) listed() bool {
	f := &p.form
	bad := func(s string) bool { return !isName(s) }
	if !ascending(f.Kinds) || !ascending(f.Devices) || slices.ContainsFunc(f.Kinds, bad) || slices.ContainsFunc(f.Devices, bad) {
		return false
	}
	for i, field := range f.Fields {
		if field.Kind >= uint64(len(f.Kinds)) || !isName(field.Name) || i > 0 && compareFields(f.Fields[i-1], field) >= 0 {
			return false
		}
	}
	return len(f.Devices) > 0 && len(f.Fields) > 0
}

// unpacked reads several columns of the same length.
func unpacked(count int, columns ...[]byte) (lists [][]uint64, err error) {
	lists = make([][]uint64, len(columns))
	for i, column := range columns {
		if lists[i], err = unpackNumbers(column, count); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

func (p *partReader) readStamps() error {
	f := &p.form
	runs, err := unpackNumbers(f.Runs, len(f.Devices))
	if err != nil {
		return err
	}
	total := uint64(0)
	for _, n := range runs {
		if total += n; n > f.Changes || total > f.Changes {
			return errPart
		}
	}
	lists, err := unpacked(int(total), f.Counts, f.Walls, f.Logicals, f.Gaps)
	if err != nil {
		return err
	}
	p.rows = make([]row, 0, f.Changes)
	run, wall := 0, int64(0)
	for device, n := range runs {
		seq := uint64(0)
		for range n {
			count, logical, gap := lists[0][run], lists[2][run], lists[3][run]
			wall += unzigzag(lists[1][run])
			first := seq + gap
			if count >= f.Changes-uint64(len(p.rows)) || logical > 1<<32-1 || first < seq || first == 0 || first+count < first || wall < 0 {
				return errPart
			}
			for i := range count + 1 {
				p.rows = append(p.rows, row{wall: wall, seq: first + i, logical: uint32(logical), device: uint32(device)})
			}
			seq = first + count
			run++
		}
	}
	if uint64(len(p.rows)) != f.Changes {
		return errPart
	}
	return nil
}

func (p *partReader) readSteps() error {
	f := &p.form
	lists, err := unpacked(len(p.rows), f.Steps, f.FieldOf)
	if err != nil {
		return err
	}
	p.kindOf = make([]uint32, f.Records)
	at, next := int64(0), int64(0)
	for i := range p.rows {
		at += unzigzag(lists[0][i])
		field := lists[1][i]
		if at < 0 || at > next || at >= int64(f.Records) || field >= uint64(len(f.Fields)) {
			return errPart
		}
		if at == next {
			next++
		}
		kind := uint32(f.Fields[field].Kind) + 1
		if p.kindOf[at] != 0 && p.kindOf[at] != kind {
			return errPart
		}
		p.kindOf[at] = kind
		p.rows[i].record, p.rows[i].field = uint32(at), uint32(field)
	}
	if next != int64(f.Records) {
		return errPart
	}
	return nil
}

func (p *partReader) readDots() error {
	f := &p.form
	lists, err := unpacked(len(p.rows), f.Replaces, f.Seen)
	if err != nil {
		return err
	}
	of, err := unpacked(int(f.Dots), f.Owners, f.Dot)
	if err != nil {
		return err
	}
	p.dots = make([]store.Dot, f.Dots)
	last := make([]uint64, len(f.Devices))
	for i, owner := range of[0] {
		if owner >= uint64(len(last)) {
			return errPart
		}
		last[owner] += uint64(unzigzag(of[1][i]))
		p.dots[i] = store.Dot{Device: f.Devices[owner], Seq: last[owner]}
	}
	next := uint64(0)
	for i := range p.rows {
		replaces, seen := lists[0][i], lists[1][i]
		if replaces > maxOneDots || seen > maxOneDots || replaces+seen > f.Dots-next {
			return errPart
		}
		p.rows[i].dots, p.rows[i].replaces, p.rows[i].seen = uint32(next), uint16(replaces), uint16(seen)
		next += replaces + seen
	}
	if next != f.Dots {
		return errPart
	}
	return nil
}

// readRefs finds the ids of records; "" for those that follow from their facts.
func (p *partReader) readRefs() error {
	refs, err := unpackNumbers(p.form.Refs, int(p.form.Records))
	if err != nil {
		return err
	}
	p.records = make([]string, len(refs))
	for i, ref := range refs {
		if ref == refNone {
			continue
		}
		if p.records[i], err = p.names.name(ref); err != nil {
			return err
		}
	}
	return nil
}

// tellRecords gives the scans' ids that follow from their first usual fact.
func (p *partReader) tellRecords() error {
	for i := range p.rows {
		r := &p.rows[i]
		if p.records[r.record] != "" {
			continue
		}
		if facts := p.values[p.groupOf[r.field]].facts; facts != nil && facts.usual(int(r.value)) {
			p.records[r.record] = facts.id(int(r.value))
		}
	}
	if slices.Contains(p.records, "") {
		return errPart
	}
	return nil
}

// arrange puts the changes in canonical order, and refuses a change that is there twice.
func (p *partReader) arrange() error {
	places := make([]uint32, len(p.records))
	for i := range places {
		places[i] = uint32(i)
	}
	slices.SortFunc(places, func(a, b uint32) int {
		if p.kindOf[a] != p.kindOf[b] {
			return int(p.kindOf[a]) - int(p.kindOf[b])
		}
		return strings.Compare(p.records[a], p.records[b])
	})
	for i := 1; i < len(places); i++ {
		a, b := places[i-1], places[i]
		if p.kindOf[a] == p.kindOf[b] && p.records[a] == p.records[b] {
			return errPart // one record told as two
		}
	}
	starts := make([]uint32, len(p.records))
	for _, r := range p.rows {
		starts[r.record]++
	}
	total := uint32(0)
	for _, place := range places {
		starts[place], total = total, total+starts[place]
	}
	p.order = make([]uint32, len(p.rows))
	ends := slices.Clone(starts)
	for i, r := range p.rows {
		p.order[ends[r.record]] = uint32(i)
		ends[r.record]++
	}
	for _, place := range places {
		if err := p.arrangeRecord(p.order[starts[place]:ends[place]]); err != nil {
			return err
		}
	}
	return nil
}

func (p *partReader) arrangeRecord(rows []uint32) error {
	slices.SortFunc(rows, p.compare)
	for i := 1; i < len(rows); i++ {
		if p.compare(rows[i-1], rows[i]) >= 0 {
			return errPart
		}
	}
	return nil
}

// compare orders two changes of one record.
func (p *partReader) compare(i, j uint32) int {
	a, b := &p.rows[i], &p.rows[j]
	if a.field != b.field {
		return cmp.Compare(a.field, b.field)
	}
	if c := cmp.Or(cmp.Compare(a.wall, b.wall), cmp.Compare(a.logical, b.logical), cmp.Compare(a.device, b.device), cmp.Compare(a.seq, b.seq)); c != 0 {
		return c
	}
	if i == j {
		return 0
	}
	x, y := p.change(i), p.change(j)
	return compareContent(&x, &y)
}

// change makes one change.
func (p *partReader) change(at uint32) store.Change {
	r := &p.rows[at]
	field := &p.form.Fields[r.field]
	c := store.Change{Kind: store.Kind(p.form.Kinds[field.Kind]), Record: p.records[r.record], Field: field.Name,
		Stamp: store.Stamp{Wall: r.wall, Logical: r.logical, Dot: store.Dot{Device: p.form.Devices[r.device], Seq: r.seq}}}
	if between := r.dots + uint32(r.replaces); r.replaces > 0 {
		c.Replaces = p.dots[r.dots:between:between]
	}
	if start := r.dots + uint32(r.replaces); r.seen > 0 {
		c.Seen = p.dots[start : start+uint32(r.seen) : start+uint32(r.seen)]
	}
	c.Value = p.values[p.groupOf[r.field]].value(int(r.value))
	return c
}
