package snapshot

import (
	"cmp"
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/sync/signed"
)

// partColumns is the plain content of a part. Its changes lie in the order of device and sequence, as
// they were made, since then most of a stamp follows from the change before; a reader puts them back in
// the order of kind, record and field. Byte strings are columns of numbers, see packNumbers, unless said.
type partColumns struct {
	_       struct{} `cbor:",toarray"`
	Changes uint64
	Records uint64
	Dots    uint64
	Kinds   []string    // ascending
	Fields  []partField // ascending
	Devices []string    // ascending; all that made a change or own a dot

	// A run is changes of one edit with sequences one after the other.
	Runs     []byte // of each device, how many
	Counts   []byte // of each run: changes less 1
	Walls    []byte // zigzag: less that of the run before, from 0
	Logicals []byte
	Gaps     []byte // sequence of the first, less that of the device's change before, from 0

	Steps    []byte // of each change, zigzag: its record's place less that of the change before, from 0
	FieldOf  []byte // place in Fields
	Replaces []byte // number of dots
	Seen     []byte
	Owners   []byte // of each dot: place in Devices
	Dot      []byte // zigzag: sequence less that of the owner's dot before, from 0

	Refs   []byte // of each record, in the order of their first changes: its id's reference, 0 for a scan's that follows from its fact
	Values []partValues
	Names  nameColumns
}

type partField struct {
	_    struct{} `cbor:",toarray"`
	Kind uint64   // place in Kinds
	Name string
}

// partValues are the values of a register, or of all elements of a set, of one kind.
type partValues struct {
	_       struct{} `cbor:",toarray"`
	Form    uint64
	Columns [][]byte
}

// Forms of values.
const (
	valuesRaw   = iota // lengths; the CBOR
	valuesText         // lengths + 1, or 0 for cleared; the text
	valuesName         // references; 0 for cleared
	valuesFew          // places among those below; lengths; the CBOR
	valuesFacts        // see packFacts
)

// group tells which fields share a column of values: those with one kind and one name up to the ":".
func group(a, b partField) bool {
	if a.Kind != b.Kind {
		return false
	}
	x, _, setA := strings.Cut(a.Name, ":")
	y, _, setB := strings.Cut(b.Name, ":")
	return setA && setB && x == y
}

// groups gives, for each field, the place of its column, and the first field of each column.
func groups(fields []partField) (of []int, first []int) {
	of = make([]int, len(fields))
	for i := range fields {
		if i == 0 || !group(fields[i-1], fields[i]) {
			first = append(first, i)
		}
		of[i] = len(first) - 1
	}
	return of, first
}

// ranks numbers texts in their order.
type ranks map[string]uint32

func (r ranks) add(text string) {
	if _, known := r[text]; !known {
		r[text] = 0
	}
}

func (r ranks) sorted() []string {
	list := make([]string, 0, len(r))
	for text := range r {
		list = append(list, text)
	}
	slices.Sort(list)
	for i, text := range list {
		r[text] = uint32(i)
	}
	return list
}

type fieldKey struct {
	kind  store.Kind
	field string
}

// packer of one part; batch is in canonical order.
type partPacker struct {
	partColumns
	names   *nameWriter
	batch   []store.Change
	devices ranks
	fields  map[fieldKey]uint32
	order   []arranged // places in batch, as the part has them
	record  []uint32   // of each change of the batch: which record, counted in the batch's order
	field   []uint32   // likewise: place in Fields
	groupOf []int
	facts   []fact   // of usual facts, in the part's order
	odd     []uint64 // of each fact: 0 for a usual one, otherwise its length + 1
	told    []bool   // of each record: its id follows from its first usual fact
	met     []bool   // of each record: its first usual fact was met
}

type arranged struct {
	seq    uint64
	device uint32
	at     uint32
}

// packPart gives the plain content of a part; nil when it would be too large.
func packPart(names *nameWriter, batch []store.Change) []byte {
	p := partPacker{names: names, batch: batch, devices: ranks{}, fields: map[fieldKey]uint32{}}
	if !p.survey() {
		return nil
	}
	p.arrange()
	p.stamps()
	p.dots()
	p.takeFacts()
	p.steps()
	p.values()
	if len(p.names.fresh) > maxPartNames {
		return nil
	}
	p.Names = p.names.pack()
	plain := signed.Encode(p.partColumns)
	if len(plain) > maxPartPlain {
		return nil
	}
	return plain
}

// survey lists what the changes are of, and counts.
func (p *partPacker) survey() bool {
	kinds, values := ranks{}, 0
	p.record, p.field = make([]uint32, len(p.batch)), make([]uint32, len(p.batch))
	for i := range p.batch {
		c := &p.batch[i]
		values += len(c.Value)
		p.Dots += uint64(len(c.Replaces) + len(c.Seen))
		if i == 0 || c.Device != p.batch[i-1].Device {
			p.devices.add(c.Device)
		}
		for _, d := range c.Replaces {
			p.devices.add(d.Device)
		}
		for _, d := range c.Seen {
			p.devices.add(d.Device)
		}
		p.field[i] = p.fieldOf(c)
		if i == 0 || c.Kind != p.batch[i-1].Kind {
			kinds.add(string(c.Kind))
		}
		if i == 0 || c.Record != p.batch[i-1].Record || c.Kind != p.batch[i-1].Kind {
			p.Records++
		}
		p.record[i] = uint32(p.Records - 1)
	}
	p.Changes = uint64(len(p.batch))
	p.Kinds, p.Devices = kinds.sorted(), p.devices.sorted()
	p.listFields(kinds)
	return values <= maxPartValues && p.Dots <= maxPartDots
}

// fieldOf numbers fields in the order in which they come; listFields brings them into theirs.
func (p *partPacker) fieldOf(c *store.Change) uint32 {
	key := fieldKey{c.Kind, c.Field}
	place, known := p.fields[key]
	if !known {
		place = uint32(len(p.fields))
		p.fields[key] = place
	}
	return place
}

func (p *partPacker) listFields(kinds ranks) {
	for key := range p.fields {
		p.Fields = append(p.Fields, partField{Kind: uint64(kinds[string(key.kind)]), Name: key.field})
	}
	slices.SortFunc(p.Fields, compareFields)
	places := make([]uint32, len(p.Fields))
	for i, f := range p.Fields {
		places[p.fields[fieldKey{store.Kind(p.Kinds[f.Kind]), f.Name}]] = uint32(i)
	}
	for i, place := range p.field {
		p.field[i] = places[place]
	}
	var first []int
	p.groupOf, first = groups(p.Fields)
	p.Values = make([]partValues, len(first))
}

func compareFields(a, b partField) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
}

func (p *partPacker) arrange() {
	p.order = make([]arranged, len(p.batch))
	last, place := "", uint32(0)
	for i := range p.batch {
		c := &p.batch[i]
		if i == 0 || c.Device != last {
			last, place = c.Device, p.devices[c.Device]
		}
		p.order[i] = arranged{seq: c.Seq, device: place, at: uint32(i)}
	}
	slices.SortFunc(p.order, func(a, b arranged) int {
		switch {
		case a.device != b.device:
			return int(a.device) - int(b.device)
		case a.seq != b.seq:
			return cmp.Compare(a.seq, b.seq)
		}
		return int(a.at) - int(b.at)
	})
}

func (p *partPacker) stamps() {
	runs := make([]uint64, len(p.Devices))
	var counts, walls, logicals, gaps []uint64
	var before *store.Change
	wall := int64(0)
	for i, o := range p.order {
		c := &p.batch[o.at]
		same := i > 0 && p.order[i-1].device == o.device
		if same && c.Seq == before.Seq+1 && c.Wall == before.Wall && c.Logical == before.Logical {
			counts[len(counts)-1]++
			before = c
			continue
		}
		gap := c.Seq
		if same {
			gap -= before.Seq
		}
		runs[o.device]++
		counts, walls = append(counts, 0), append(walls, zigzag(c.Wall-wall))
		logicals, gaps = append(logicals, uint64(c.Logical)), append(gaps, gap)
		before, wall = c, c.Wall
	}
	p.Runs, p.Counts, p.Walls = packNumbers(runs), packNumbers(counts), packNumbers(walls)
	p.Logicals, p.Gaps = packNumbers(logicals), packNumbers(gaps)
}

func (p *partPacker) dots() {
	replaces, seen := make([]uint64, len(p.order)), make([]uint64, len(p.order))
	owners, seqs := make([]uint64, 0, p.Dots), make([]uint64, 0, p.Dots)
	last := make([]uint64, len(p.Devices))
	add := func(dots []store.Dot) uint64 {
		for _, d := range dots {
			owner := p.devices[d.Device]
			owners, seqs = append(owners, uint64(owner)), append(seqs, zigzag(int64(d.Seq-last[owner])))
			last[owner] = d.Seq
		}
		return uint64(len(dots))
	}
	for i, o := range p.order {
		replaces[i], seen[i] = add(p.batch[o.at].Replaces), add(p.batch[o.at].Seen)
	}
	p.Replaces, p.Seen, p.Owners, p.Dot = packNumbers(replaces), packNumbers(seen), packNumbers(owners), packNumbers(seqs)
}

// takeFacts takes the scans apart and finds the records whose ids follow from them. Values are looked at
// in the order in which they lie in memory, and only then put in the part's.
func (p *partPacker) takeFacts() {
	p.told, p.met = make([]bool, p.Records), make([]bool, p.Records)
	var scratch [512]byte
	taken, place := []fact(nil), make([]uint32, len(p.batch)) // place of each + 1, or 0 for an odd one
	for i := range p.batch {
		if c := &p.batch[i]; isFact(c.Kind, c.Field) {
			if f, usual := takeFact(c.Value, scratch[:]); usual {
				f.told = f.makes(c.Record)
				taken = append(taken, f)
				place[i] = uint32(len(taken))
			}
		}
	}
	p.facts = make([]fact, 0, len(taken))
	for _, o := range p.order {
		if place[o.at] == 0 {
			if c := &p.batch[o.at]; isFact(c.Kind, c.Field) {
				p.odd = append(p.odd, uint64(len(c.Value))+1)
			}
			continue
		}
		f := &taken[place[o.at]-1]
		p.odd, p.facts = append(p.odd, 0), append(p.facts, *f)
		if r := p.record[o.at]; !p.met[r] {
			p.met[r], p.told[r] = true, f.told
		}
	}
}

// steps says of which record and field each change is.
func (p *partPacker) steps() {
	steps, fieldOf := make([]uint64, len(p.order)), make([]uint64, len(p.order))
	refs, place := make([]uint64, 0, p.Records), make([]int64, p.Records)
	at := int64(0)
	for i, o := range p.order {
		c, r := &p.batch[o.at], p.record[o.at]
		if place[r] == 0 {
			ref := uint64(refNone)
			if !p.told[r] {
				ref = p.names.ref(c.Record)
			}
			refs = append(refs, ref)
			place[r] = int64(len(refs))
		}
		steps[i] = zigzag(place[r] - 1 - at)
		at = place[r] - 1
		fieldOf[i] = uint64(p.field[o.at])
	}
	p.Steps, p.FieldOf, p.Refs = packNumbers(steps), packNumbers(fieldOf), packNumbers(refs)
}
