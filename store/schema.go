package store

import (
	"bytes"
	"reflect"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
)

// kinds are the records of this version; to add one, add its struct in kinds.go and a line here and in prefixes.
var kinds = []Record{Network{}, Office{}, Community{}, Chapter{}, Member{}, Meeting{}, Scan{}, Consent{},
	Series{}, Registration{}, Request{}, Zones{}, Mailing{}, Message{}, Template{}, Incoming{}, Settled{}, Clock{}, Prepared{}}

// schema says how the struct of a kind maps to fields.
type schema struct {
	kind   Kind
	fact   bool // one field that is never edited
	fields []schemaField

	private map[string]bool // the fields for one office alone, by name
	owned   bool            // that office is the one which the record's field office names
	links   []string        // the registers by whose values records are found
}

type schemaField struct {
	name  string
	index int // of the struct field
	form  form
}

type form int

const (
	formText form = iota
	formInt
	formBool
	formSet
	formFact
)

var (
	schemas   = map[Kind]*schema{}
	names     = map[string]string{tombstone: tombstone} // known field names, so that reading allocates none
	factWrite cbor.EncMode
	factRead  cbor.DecMode
)

func init() {
	var err error
	if factWrite, err = cbor.CoreDetEncOptions().EncMode(); err != nil {
		panic(err)
	}
	options := cbor.DecOptions{DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden}
	if factRead, err = options.DecMode(); err != nil {
		panic(err)
	}
	for _, r := range kinds {
		schemas[r.RecordKind()] = schemaOf(r)
	}
}

func schemaOf(r Record) *schema {
	t := reflect.TypeOf(r)
	s := &schema{kind: r.RecordKind(), private: map[string]bool{}}
	for i := range t.NumField() {
		tag, ok := t.Field(i).Tag.Lookup("carnet")
		if !ok {
			continue
		}
		name, rest, _ := strings.Cut(tag, ",")
		options := strings.Split(rest, ",")
		f := schemaField{name: name, index: i}
		if slices.Contains(options, "private") {
			s.private[name] = true
		}
		if slices.Contains(options, "link") {
			s.links = append(s.links, name)
		}
		s.owned = s.owned || name == "office"
		switch kind := t.Field(i).Type.Kind(); {
		case slices.Contains(options, "set") && kind == reflect.Slice:
			f.form = formSet
		case kind == reflect.String:
			f.form = formText
		case kind == reflect.Int || kind == reflect.Int64:
			f.form = formInt
		case kind == reflect.Bool:
			f.form = formBool
		case kind == reflect.Struct:
			f.form, s.fact = formFact, true
		default:
			panic("no form for field " + name + " of " + t.Name())
		}
		s.fields = append(s.fields, f)
		names[name] = name
	}
	return s
}

func isFact(kind Kind) bool {
	s := schemas[kind]
	return s != nil && s.fact
}

// formOf gives the form of one field, false for a field of a later version.
func formOf(kind Kind, name string) (form, bool) {
	s := schemas[kind]
	if s == nil {
		return 0, false
	}
	i := slices.IndexFunc(s.fields, func(f schemaField) bool { return f.name == name })
	if i < 0 {
		return 0, false
	}
	return s.fields[i].form, true
}

func fieldName(b []byte) string {
	if name, ok := names[string(b)]; ok {
		return name
	}
	return string(b)
}

var setTrue = cbor.RawMessage{wireTrue}

// eachValue gives the value of every path of a record: registers and facts by name, sets by element.
// Zero values are cleared ones, for which value is empty.
func (s *schema) eachValue(r Record, in *arena, each func(path string, value cbor.RawMessage) error) error {
	v := reflect.ValueOf(r)
	for i := range s.fields {
		f := &s.fields[i]
		at := v.Field(f.index)
		if f.form == formSet {
			for j := range at.Len() {
				if err := each(f.name+":"+at.Index(j).String(), setTrue); err != nil {
					return err
				}
			}
			continue
		}
		value, err := f.encode(at, in)
		if err == nil {
			err = each(f.name, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// arena gives room for many small values from one block.
type arena struct{ block []byte }

const arenaBlock = 64 << 10 // bytes

// keep makes room for n bytes and lets write append them.
func (a *arena) keep(n int, write func([]byte) []byte) cbor.RawMessage {
	if cap(a.block)-len(a.block) < n {
		a.block = make([]byte, 0, max(n, arenaBlock))
	}
	from := len(a.block)
	a.block = write(a.block)
	return cbor.RawMessage(a.block[from:len(a.block):len(a.block)])
}

func (f *schemaField) encode(v reflect.Value, in *arena) (cbor.RawMessage, error) {
	if v.IsZero() {
		return nil, nil
	}
	switch f.form {
	case formText:
		text := v.String()
		return in.keep(len(text)+5, func(b []byte) []byte { return appendText(b, text) }), nil
	case formInt:
		return appendInt(nil, v.Int()), nil
	case formBool:
		return setTrue, nil
	}
	b, err := factWrite.Marshal(v.Interface())
	return b, err
}

// fill writes the values on display into the struct that rec points to. staged, when given, tells what
// a transaction has written over a path.
func (s *schema) fill(rec reflect.Value, st *state, staged func(path string) (cbor.RawMessage, bool)) error {
	for i := range s.fields {
		f := &s.fields[i]
		if f.form == formSet {
			rec.Field(f.index).Set(reflect.ValueOf(elements(st, f.name, staged)))
			continue
		}
		value := st.look(f.name).shown()
		if staged != nil {
			if v, ok := staged(f.name); ok {
				value = v
			}
		}
		if err := f.decode(rec.Field(f.index), value); err != nil {
			return fault.New("bad_change", "kind", string(st.kind), "record", st.id, "field", f.name).Because(err)
		}
	}
	return nil
}

func (f *schemaField) decode(to reflect.Value, value cbor.RawMessage) error {
	if len(value) == 0 {
		return nil
	}
	r := wireReader{b: value}
	switch f.form {
	case formText:
		to.SetString(r.text(maxValue))
	case formInt:
		to.SetInt(r.int())
	case formBool:
		to.SetBool(bytes.Equal(value, setTrue))
	case formFact:
		return factRead.Unmarshal(value, to.Addr().Interface())
	}
	if r.err != nil { // a value of another form, from a later version: shown as absent, kept as it is
		to.SetZero()
	}
	return nil
}

// elements gives the present elements of a set, in order.
func elements(st *state, name string, staged func(string) (cbor.RawMessage, bool)) (present []string) {
	prefix := name + ":"
	for i := range st.fields {
		f := &st.fields[i]
		if !strings.HasPrefix(f.name, prefix) {
			continue
		}
		value := f.shown()
		if staged != nil {
			if v, ok := staged(f.name); ok {
				value = v
			}
		}
		if len(value) > 0 {
			present = append(present, f.name[len(prefix):])
		}
	}
	return present
}

// decodeAny gives a value to people: string, int64, bool or nil, and a fact as its struct.
func decodeAny(value cbor.RawMessage) any {
	if len(value) == 0 {
		return nil
	}
	switch value[0] & 0xe0 {
	case majorText:
		return (&wireReader{b: value}).text(maxValue)
	case majorUint, majorNeg:
		return (&wireReader{b: value}).int()
	case majorSimple:
		return value[0] == wireTrue
	}
	var fact ScanFact
	if factRead.Unmarshal(value, &fact) == nil {
		return fact
	}
	return value
}

// encodeAny is decodeAny's inverse for what a person may choose. Fault bad_change.
func encodeAny(kind Kind, name string, value any) (cbor.RawMessage, error) {
	want, known := formOf(kind, name)
	switch v := value.(type) {
	case nil:
		return nil, nil
	case string:
		if (!known || want == formText) && len(v) <= maxValue-8 {
			if v == "" {
				return nil, nil
			}
			return appendText(nil, v), nil
		}
	case int:
		return encodeAny(kind, name, int64(v))
	case int64:
		if !known || want == formInt {
			if v == 0 {
				return nil, nil
			}
			return appendInt(nil, v), nil
		}
	case bool:
		if !known || want == formBool || name == tombstone {
			if !v {
				return nil, nil
			}
			return setTrue, nil
		}
	}
	return nil, fault.New("bad_change", "kind", string(kind), "field", name, "what", "value")
}
