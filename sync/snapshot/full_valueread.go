package snapshot

import (
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store"
)

// valueReader gives the values of one column.
type valueReader struct {
	form    uint64
	numbers []uint64 // lengths, references or places
	ends    []uint32 // of each value or, with valuesFew, of each listed one, in content
	content []byte
	names   []string
	facts   *factsReader
}

// readValues reads all columns of values, and checks each.
func (p *partReader) readValues() error {
	var first []int
	p.groupOf, first = groups(p.form.Fields)
	if len(p.form.Values) != len(first) {
		return errPart
	}
	counts := make([]int, len(first))
	for i := range p.rows {
		g := p.groupOf[p.rows[i].field]
		p.rows[i].value = uint32(counts[g])
		counts[g]++
	}
	p.values = make([]valueReader, len(first))
	total := uint64(0)
	for g := range p.values {
		field := p.form.Fields[first[g]]
		if counts[g] == 0 {
			return errPart
		}
		v, size, err := p.readColumn(&p.form.Values[g], counts[g], isFact(store.Kind(p.form.Kinds[field.Kind]), field.Name), g)
		if err != nil {
			return err
		}
		p.values[g] = v
		if total += size; total > maxPartValues {
			return errPart
		}
	}
	return nil
}

var valueColumns = [...]int{valuesRaw: 2, valuesText: 2, valuesName: 1, valuesFew: 3, valuesFacts: factColumns}

func (p *partReader) readColumn(form *partValues, count int, isFact bool, group int) (v valueReader, size uint64, err error) {
	if form.Form >= uint64(len(valueColumns)) || len(form.Columns) != valueColumns[form.Form] || (form.Form == valuesFacts) != isFact {
		return v, 0, errPart
	}
	v = valueReader{form: form.Form}
	if form.Form == valuesFacts {
		v.facts, size, err = p.readFacts(form.Columns, count, group)
		return v, size, err
	}
	if v.numbers, err = unpackNumbers(form.Columns[0], count); err != nil {
		return v, 0, err
	}
	switch form.Form {
	case valuesRaw:
		size, err = v.readRaw(v.numbers, form.Columns[1])
	case valuesText:
		size, err = v.readTexts(form.Columns[1])
	case valuesName:
		size, err = v.readNames(p.names)
	case valuesFew:
		size, err = v.readFew(form.Columns[1], form.Columns[2])
	}
	return v, size, err
}

func (v *valueReader) readRaw(lengths []uint64, content []byte) (size uint64, err error) {
	v.content, v.ends = content, make([]uint32, len(lengths))
	for i, n := range lengths {
		if n > maxPartValue || n > uint64(len(content))-size {
			return 0, errPart
		}
		if err := checkValue(content[size : size+n]); err != nil {
			return 0, err
		}
		size += n
		v.ends[i] = uint32(size)
	}
	if size != uint64(len(content)) {
		return 0, errPart
	}
	return size, nil
}

func (v *valueReader) readTexts(content []byte) (size uint64, err error) {
	v.content, v.ends = content, make([]uint32, len(v.numbers))
	for i, n := range v.numbers {
		if n > 0 {
			n--
		}
		if n > maxPartValue-3 || n > uint64(len(content))-size || !utf8.Valid(content[size:size+n]) {
			return 0, errPart
		}
		size += n
		v.ends[i] = uint32(size)
	}
	if size != uint64(len(content)) {
		return 0, errPart
	}
	return size, nil
}

func (v *valueReader) readNames(names *nameReader) (size uint64, err error) {
	v.names = make([]string, len(v.numbers))
	for i, ref := range v.numbers {
		if ref == refNone {
			continue
		}
		if v.names[i], err = names.name(ref); err != nil {
			return 0, err
		}
		size += uint64(len(v.names[i]))
	}
	v.numbers = nil
	return size, nil
}

func (v *valueReader) readFew(lengths, content []byte) (size uint64, err error) {
	count := uint64(0)
	for _, place := range v.numbers {
		if place > count {
			return 0, errPart
		}
		count = max(count, place+1)
	}
	list, err := unpackNumbers(lengths, int(count))
	if err != nil {
		return 0, err
	}
	if _, err := v.readRaw(list, content); err != nil {
		return 0, err
	}
	for _, place := range v.numbers {
		size += list[place]
	}
	return size, nil
}

// checkValue asks the store, which knows best, whether it would take a value.
func checkValue(value []byte) error {
	if len(value) == 0 || len(value) == 1 && value[0] == 0xf5 {
		return nil
	}
	e := store.Edit{Device: "a", First: 1, Changes: []store.Change{{Kind: "a", Record: "a", Field: "a", Value: value,
		Stamp: store.Stamp{Dot: store.Dot{Device: "a", Seq: 1}}}}}
	back, err := store.ReadEdit(store.AppendEdit(nil, &e))
	if err == nil && (len(back.Changes) != 1 || len(back.Changes[0].Value) != len(value)) {
		return errPart
	}
	return err
}

// value gives the value at a place; nil for a cleared one.
func (v *valueReader) value(at int) cbor.RawMessage {
	switch v.form {
	case valuesFacts:
		return v.facts.value(at)
	case valuesName:
		if v.names[at] == "" {
			return nil
		}
		return appendWord(make([]byte, 0, len(v.names[at])+3), v.names[at])
	case valuesFew:
		at = int(v.numbers[at])
	}
	start := uint32(0)
	if at > 0 {
		start = v.ends[at-1]
	}
	content := v.content[start:v.ends[at]:v.ends[at]]
	if v.form == valuesText {
		if v.numbers[at] == 0 {
			return nil
		}
		return append(appendHead(make([]byte, 0, len(content)+5), 0x60, uint64(len(content))), content...)
	}
	if len(content) == 0 {
		return nil
	}
	return cbor.RawMessage(content)
}

// factsReader gives facts: odd ones as they are, the others put together again.
type factsReader struct {
	odd   []uint32 // of each: 0 for a usual one, otherwise where it ends in bytes + 1
	place []uint32 // of each: among the usual ones, or the odd one's start
	bytes []byte
	facts []fact
}

func (p *partReader) readFacts(columns [][]byte, count, group int) (*factsReader, uint64, error) {
	odd, err := unpackNumbers(columns[factOdd], count)
	if err != nil {
		return nil, 0, err
	}
	f := &factsReader{odd: make([]uint32, count), place: make([]uint32, count), bytes: columns[factOddBytes]}
	size, usual := uint64(0), 0
	for i, n := range odd {
		if n == 0 {
			f.place[i] = uint32(usual)
			usual++
			continue
		}
		if n--; n > maxPartValue || n > uint64(len(f.bytes))-size {
			return nil, 0, errPart
		}
		value := f.bytes[size : size+n]
		if _, isUsual := takeFact(value, nil); isUsual {
			return nil, 0, errPart
		}
		if err := checkValue(value); err != nil {
			return nil, 0, err
		}
		f.place[i], f.odd[i] = uint32(size), uint32(size+n)+1
		size += n
	}
	if size != uint64(len(f.bytes)) {
		return nil, 0, errPart
	}
	f.facts = make([]fact, usual)
	more, err := f.read(columns, p.names)
	if err != nil {
		return nil, 0, err
	}
	return f, size + more, p.readTimes(f, columns[factTimes], group)
}

// readTimes reads the facts' times, which lean on their stamps.
func (p *partReader) readTimes(f *factsReader, column []byte, group int) error {
	times, err := unpackNumbers(column, len(f.facts))
	if err != nil {
		return err
	}
	off := int64(0)
	for i := range p.rows {
		r := &p.rows[i]
		if p.groupOf[r.field] != group || f.odd[r.value] > 0 {
			continue
		}
		place := f.place[r.value]
		off += unzigzag(times[place])
		at := r.wall - off
		if at < 0 {
			return errPart
		}
		f.facts[place].at = at
	}
	return nil
}

// read reads all of the usual facts but their times.
func (f *factsReader) read(columns [][]byte, names *nameReader) (size uint64, err error) {
	n := len(f.facts)
	lists, err := unpacked(n, columns[factMeetings], columns[factMembers], columns[factKindsOf], columns[factStations], columns[factNonces], columns[factUndoes])
	if err != nil {
		return 0, err
	}
	if err := f.readFactNames(lists[0], lists[1], lists[5], names); err != nil {
		return 0, err
	}
	if err := f.readStations(lists[3], columns[factStationLengths], columns[factStationTexts]); err != nil {
		return 0, err
	}
	nonces := columns[factNonceBytes]
	for i := range f.facts {
		fact := &f.facts[i]
		length, form := lists[4][i]/nonceForms, int(lists[4][i]%nonceForms)
		if lists[2][i] >= uint64(len(factKinds)) || length > uint64(len(nonces)) || length > maxWord {
			return 0, errPart
		}
		var ok bool
		if fact.nonce, ok = makeNonce(nonces[:length], form); !ok {
			return 0, errPart
		}
		fact.kind, nonces = factKinds[lists[2][i]], nonces[length:]
		size += uint64(32 + len(fact.meeting) + len(fact.member) + len(fact.station) + len(fact.nonce) + len(fact.undoes))
	}
	if len(nonces) > 0 {
		return 0, errPart
	}
	return size, nil
}

func (f *factsReader) readFactNames(meetings, members, undoes []uint64, names *nameReader) (err error) {
	meeting := ""
	for i := range f.facts {
		if meetings[i] != 0 {
			if meeting, err = names.name(meetings[i]); err != nil {
				return err
			}
		}
		if f.facts[i].meeting = meeting; meeting == "" {
			return errNames
		}
	}
	for i := range f.facts {
		if f.facts[i].member, err = names.name(members[i]); err != nil {
			return err
		}
	}
	for i := range f.facts {
		if undoes[i] == refNone {
			continue
		}
		if f.facts[i].undoes, err = names.name(undoes[i]); err != nil {
			return err
		}
	}
	return nil
}

func (f *factsReader) readStations(places []uint64, lengths, texts []byte) error {
	count := uint64(0)
	for _, place := range places {
		if place > count+1 {
			return errPart
		}
		count = max(count, place)
	}
	list, err := unpackNumbers(lengths, int(count))
	if err != nil {
		return err
	}
	stations := make([]string, count)
	for i, n := range list {
		if n == 0 || n > maxWord || n > uint64(len(texts)) || !utf8.Valid(texts[:n]) {
			return errPart
		}
		stations[i], texts = string(texts[:n]), texts[n:]
	}
	if len(texts) > 0 {
		return errPart
	}
	for i, place := range places {
		if place > 0 {
			f.facts[i].station = stations[place-1]
		}
	}
	return nil
}

func (f *factsReader) usual(at int) bool { return f.odd[at] == 0 }
func (f *factsReader) id(at int) string  { return f.facts[f.place[at]].id() }

func (f *factsReader) value(at int) cbor.RawMessage {
	if end := f.odd[at]; end > 0 {
		if end-1 == f.place[at] {
			return nil
		}
		return cbor.RawMessage(f.bytes[f.place[at] : end-1 : end-1])
	}
	fact := &f.facts[f.place[at]]
	return makeFact(make([]byte, 0, 48+len(fact.meeting)+len(fact.member)+len(fact.station)+len(fact.nonce)+len(fact.undoes)), fact)
}
