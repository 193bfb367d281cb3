package snapshot

import (
	"unicode/utf8"

	"example.org/carnet/store"
)

// values packs the columns of values, each in the part's order.
func (p *partPacker) values() {
	lists := make([][]*store.Change, len(p.Values))
	for _, o := range p.order {
		c := &p.batch[o.at]
		g := p.groupOf[p.field[o.at]]
		lists[g] = append(lists[g], c)
	}
	for g, list := range lists {
		if isFact(list[0].Kind, list[0].Field) {
			p.Values[g] = p.packFacts(list)
			continue
		}
		p.Values[g] = p.packValues(list)
	}
}

func (p *partPacker) packValues(list []*store.Change) partValues {
	if all(list, isNameValue) {
		refs := make([]uint64, len(list))
		for i, c := range list {
			if text, _ := textOf(c.Value); len(c.Value) > 0 {
				refs[i] = p.names.ref(string(text))
			}
		}
		return partValues{Form: valuesName, Columns: [][]byte{packNumbers(refs)}}
	}
	if few, ok := packFew(list); ok {
		return few
	}
	if all(list, isTextValue) {
		return packTexts(list)
	}
	lengths, content := make([]uint64, len(list)), []byte(nil)
	for i, c := range list {
		lengths[i] = uint64(len(c.Value))
		content = append(content, c.Value...)
	}
	return partValues{Form: valuesRaw, Columns: [][]byte{packNumbers(lengths), content}}
}

func all(list []*store.Change, is func([]byte) bool) bool {
	for _, c := range list {
		if !is(c.Value) {
			return false
		}
	}
	return true
}

// textOf gives the text in a value that is one, in its shortest form.
func textOf(value []byte) (text []byte, ok bool) {
	size := 1
	switch {
	case len(value) > 1<<8+1:
		size = 3
	case len(value) > 24:
		size = 2
	}
	if len(value) < size || len(value) > maxPartValue {
		return nil, false
	}
	var head [9]byte
	text = value[size:]
	if string(appendHead(head[:0], 0x60, uint64(len(text)))) != string(value[:size]) || !utf8.Valid(text) {
		return nil, false
	}
	return text, true
}

// isTextValue tells whether a value is a text or cleared.
func isTextValue(value []byte) bool {
	_, ok := textOf(value)
	return ok || len(value) == 0
}

// isNameValue tells whether a value is a name with 16 random letters, as ids of records are, or cleared.
func isNameValue(value []byte) bool {
	if len(value) == 0 {
		return true
	}
	text, ok := textOf(value)
	if !ok || !isName(string(text)) {
		return false
	}
	var room [nameRaw]byte
	_, _, ok = usualName(room[:0], string(text))
	return ok
}

func packTexts(list []*store.Change) partValues {
	lengths, texts := make([]uint64, len(list)), []byte(nil)
	for i, c := range list {
		if text, ok := textOf(c.Value); ok {
			lengths[i] = uint64(len(text)) + 1
			texts = append(texts, text...)
		}
	}
	return partValues{Form: valuesText, Columns: [][]byte{packNumbers(lengths), texts}}
}

// packFew lists values once that come twice or more on average; false when they do not.
func packFew(list []*store.Change) (partValues, bool) {
	places, at := map[string]uint64{}, make([]uint64, len(list))
	var lengths []uint64
	var content []byte
	for i, c := range list {
		place, known := places[string(c.Value)]
		if !known {
			place = uint64(len(places))
			if places[string(c.Value)] = place; 2*len(places) > len(list) {
				return partValues{}, false
			}
			lengths, content = append(lengths, uint64(len(c.Value))), append(content, c.Value...)
		}
		at[i] = place
	}
	return partValues{Form: valuesFew, Columns: [][]byte{packNumbers(at), packNumbers(lengths), content}}, true
}

// Columns of facts.
const (
	factOdd      = iota // of each: 0 for a usual one, otherwise its length + 1
	factOddBytes        // bytes: the CBOR of those
	factMeetings        // of each usual one, here and below: reference, or 0 for that of the one before
	factMembers         // reference
	factKindsOf         // place in factKinds
	factTimes           // zigzag: the stamp's wall less the fact's time, less the same of the one before, from 0
	factStations        // 0 for none, or place + 1 among those below
	factStationLengths
	factStationTexts // bytes
	factNonces       // number of bytes * 4 + form
	factNonceBytes   // bytes
	factUndoes       // reference, or 0 for none
	factColumns
)

func (p *partPacker) packFacts(list []*store.Change) partValues {
	var columns [factColumns][]uint64
	for column := range columns {
		columns[column] = make([]uint64, 0, len(p.facts))
	}
	v := partValues{Form: valuesFacts, Columns: make([][]byte, factColumns)}
	stations, off, meeting, next := map[string]uint64{}, int64(0), "", 0
	add := func(column int, n uint64) { columns[column] = append(columns[column], n) }
	for i, c := range list {
		if p.odd[i] > 0 {
			v.Columns[factOddBytes] = append(v.Columns[factOddBytes], c.Value...)
			continue
		}
		f := &p.facts[next]
		next++
		add(factKindsOf, placeOfKind(f.kind))
		add(factTimes, zigzag(c.Wall-f.at-off))
		off = c.Wall - f.at
		if f.station != "" && stations[f.station] == 0 {
			stations[f.station] = uint64(len(stations)) + 1
			add(factStationLengths, uint64(len(f.station)))
			v.Columns[factStationTexts] = append(v.Columns[factStationTexts], f.station...)
		}
		add(factStations, stations[f.station])
		before, form := len(v.Columns[factNonceBytes]), 0
		v.Columns[factNonceBytes], form = takeNonce(v.Columns[factNonceBytes], f.nonce)
		add(factNonces, uint64((len(v.Columns[factNonceBytes])-before)*nonceForms+form))
	}
	for i := range p.facts {
		if p.facts[i].meeting == meeting {
			add(factMeetings, 0)
			continue
		}
		meeting = p.facts[i].meeting
		add(factMeetings, p.names.ref(meeting))
	}
	for i := range p.facts {
		add(factMembers, p.names.ref(p.facts[i].member))
	}
	for i := range p.facts {
		ref := uint64(refNone)
		if p.facts[i].undoes != "" {
			ref = p.names.ref(p.facts[i].undoes)
		}
		add(factUndoes, ref)
	}
	columns[factOdd] = p.odd
	for column, numbers := range columns {
		if column != factOddBytes && column != factStationTexts && column != factNonceBytes {
			v.Columns[column] = packNumbers(numbers)
		}
	}
	return v
}

func placeOfKind(kind string) uint64 {
	for i, k := range factKinds {
		if k == kind {
			return uint64(i)
		}
	}
	return 0
}
