package snapshot

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxNames     = 1 << 20 // names that parts share; those beyond are told each time anew
	maxPartNames = 1 << 19

	nameRaw     = 10 // bytes that a usual name's random letters stand for
	nameLetters = 16
)

// A name is referred to by a number: 0 none, or what follows from something else; 1 the next name
// that was not told before; from 2 on the place of one that was.
const (
	refNone  = 0
	refNew   = 1
	refFirst = 2
)

var errNames = errors.New("a name that was not told")

// isName tells whether kinds, ids, fields and laptops may be called so.
func isName(s string) bool {
	return s != "" && len(s) <= maxText && strings.IndexByte(s, 0) < 0 && utf8.ValidString(s)
}

// usualName appends the bytes that the 16 random letters at the end of a name stand for, and gives
// what stands before the "_" before them.
func usualName(raw []byte, s string) (longer []byte, prefix string, ok bool) {
	at := len(s) - nameLetters - 1
	if at < 0 || s[at] != '_' {
		return raw, "", false
	}
	longer, ok = appendRaw(raw, s[at+1:])
	return longer, s[:at], ok
}

// nameColumns tell the names that come first in this part, in the order in which they come.
type nameColumns struct {
	_        struct{} `cbor:",toarray"`
	Count    uint64
	Prefixes []string // ascending
	Forms    []byte   // numbers, for each name: 0 a text, otherwise its prefix's place + 1
	Raw      []byte   // 10 bytes for each name with a prefix
	Lengths  []byte   // numbers, for each text
	Texts    []byte
}

// nameWriter numbers names over all parts of a full snapshot.
type nameWriter struct {
	places map[string]uint32
	fresh  []string // of this part
	room   int
}

func newNameWriter() *nameWriter { return &nameWriter{places: map[string]uint32{}, room: maxNames} }

func (w *nameWriter) ref(name string) uint64 {
	if place, told := w.places[name]; told {
		return uint64(place) + refFirst
	}
	if len(w.places) < w.room {
		w.places[name] = uint32(len(w.places))
	}
	w.fresh = append(w.fresh, name)
	return refNew
}

// keep ends a part whose names are told.
func (w *nameWriter) keep() { w.fresh = w.fresh[:0] }

// forget takes the names of a part back that was given up.
func (w *nameWriter) forget() {
	for _, name := range w.fresh {
		delete(w.places, name)
	}
	w.fresh = w.fresh[:0]
}

// pack gives the names of this part.
func (w *nameWriter) pack() nameColumns {
	c := nameColumns{Count: uint64(len(w.fresh))}
	places, prefixOf := map[string]uint64{}, make([]string, len(w.fresh))
	forms, lengths := make([]uint64, len(w.fresh)), []uint64(nil)
	for i, name := range w.fresh {
		raw, prefix, ok := usualName(c.Raw, name)
		if !ok {
			lengths = append(lengths, uint64(len(name)))
			c.Texts = append(c.Texts, name...)
			continue
		}
		if c.Raw, prefixOf[i], forms[i] = raw, prefix, 1; places[prefix] == 0 {
			places[prefix] = 1
			c.Prefixes = append(c.Prefixes, prefix)
		}
	}
	slices.Sort(c.Prefixes)
	for i, prefix := range c.Prefixes {
		places[prefix] = uint64(i) + 1
	}
	for i, form := range forms {
		if form > 0 {
			forms[i] = places[prefixOf[i]]
		}
	}
	c.Forms, c.Lengths = packNumbers(forms), packNumbers(lengths)
	return c
}

// nameReader gives names back over all parts.
type nameReader struct {
	told  []string
	fresh []string
}

// unpack reads the names of a part, which its references then take one by one.
func (r *nameReader) unpack(c *nameColumns) error {
	if c.Count > maxPartNames || !ascending(c.Prefixes) {
		return errNames
	}
	forms, err := unpackNumbers(c.Forms, int(c.Count))
	if err != nil {
		return err
	}
	texts := 0
	for _, form := range forms {
		if form == 0 {
			texts++
		}
	}
	lengths, err := unpackNumbers(c.Lengths, texts)
	if err != nil {
		return err
	}
	if len(c.Raw) != (len(forms)-texts)*nameRaw {
		return errNames
	}
	r.fresh = make([]string, 0, c.Count)
	raw, text := c.Raw, c.Texts
	for _, form := range forms {
		var name string
		switch {
		case form > uint64(len(c.Prefixes)):
			return errNames
		case form > 0:
			name = lettersOf(c.Prefixes[form-1]+"_", [nameRaw]byte(raw[:nameRaw]))
			raw = raw[nameRaw:]
		case lengths[0] > uint64(len(text)):
			return errNames
		default:
			name, text = string(text[:lengths[0]]), text[lengths[0]:]
			lengths = lengths[1:]
		}
		if !isName(name) {
			return errNames
		}
		r.fresh = append(r.fresh, name)
	}
	if len(text) > 0 {
		return errNames
	}
	return nil
}

func ascending(list []string) bool {
	for i := 1; i < len(list); i++ {
		if list[i-1] >= list[i] {
			return false
		}
	}
	return true
}

// name gives what a reference stands for.
func (r *nameReader) name(ref uint64) (string, error) {
	switch {
	case ref == refNew && len(r.fresh) > 0:
		name := r.fresh[0]
		r.fresh = r.fresh[1:]
		if len(r.told) < maxNames {
			r.told = append(r.told, name)
		}
		return name, nil
	case ref >= refFirst && ref-refFirst < uint64(len(r.told)):
		return r.told[ref-refFirst], nil
	}
	return "", errNames
}
