package snapshot

import (
	"example.org/carnet/sync/signed"
)

// packed is how columns travel: names of laptops and regular ids as their bytes, one after the other.
type packed struct {
	_        struct{} `cbor:",toarray"`
	Devices  []byte   // 10 bytes each
	Kinds    []string
	Prefixes []string // for each kind, what stands before the "_" of its regular ids; none when all are empty
	IDs      []byte   // 10 bytes for each record with a regular id, in the order of the records
	Odd      []oddID  // the other records, by place
	KindOf   []uint64
	Fields   []string
	Walls    []int64
	Logicals []uint64
	Gaps     []uint64
	Counts   []uint64
	Steps    []int64
	FieldOf  []uint64
	Values   [][]byte
	Replaces []uint64
	Seen     []uint64
	Owners   []uint64
	Dots     []int64
}

type oddID struct {
	_     struct{} `cbor:",toarray"`
	Place uint64
	ID    string
}

// pack gives the columns as they travel. What is all zeros is left out, save Counts and Dots, which
// say how long others are.
func (c *columns) pack() packed {
	t := c.thin()
	p := packed{Kinds: t.Kinds, KindOf: t.KindOf, Fields: t.Fields, Walls: t.Walls, Logicals: t.Logicals, Gaps: t.Gaps, Counts: t.Counts,
		Steps: t.Steps, FieldOf: t.FieldOf, Values: t.Values, Replaces: t.Replaces, Seen: t.Seen, Owners: t.Owners, Dots: t.Dots}
	p.Devices, _ = joined(c.Devices) // an edit with another device's name was refused before
	prefixes, any := make([]string, len(c.Kinds)), false
	for i, id := range c.Records {
		prefix, b, ok := regular(id)
		kind := c.KindOf[i]
		if ok && prefixes[kind] == "" {
			prefixes[kind], any = prefix, true
		}
		if ok && prefixes[kind] == prefix {
			p.IDs = append(p.IDs, b[:]...)
			continue
		}
		p.Odd = append(p.Odd, oddID{Place: uint64(i), ID: id})
	}
	if any {
		p.Prefixes = prefixes
	}
	return p
}

// unpack is the reverse of pack; it believes nothing.
func (p *packed) unpack() (columns, error) {
	c := columns{Kinds: p.Kinds, KindOf: p.KindOf, Fields: p.Fields, Walls: p.Walls, Logicals: p.Logicals, Gaps: p.Gaps, Counts: p.Counts,
		Steps: p.Steps, FieldOf: p.FieldOf, Values: p.Values, Replaces: p.Replaces, Seen: p.Seen, Owners: p.Owners, Dots: p.Dots}
	var ok bool
	if c.Devices, ok = split(p.Devices); !ok || len(p.IDs)%rawLength != 0 || len(p.Odd) > maxLoad || len(p.Prefixes) > len(p.Kinds) {
		return c, errColumns
	}
	count := len(p.IDs)/rawLength + len(p.Odd)
	c.KindOf = filled(c.KindOf, count)
	if len(c.KindOf) != count || count > maxLoad {
		return c, errColumns
	}
	c.Records = make([]string, count)
	ids, odd := p.IDs, p.Odd
	for i := range c.Records {
		if len(odd) > 0 && odd[0].Place == uint64(i) {
			c.Records[i], odd = odd[0].ID, odd[1:]
			continue
		}
		kind := c.KindOf[i]
		if len(ids) == 0 || kind >= uint64(len(p.Prefixes)) || p.Prefixes[kind] == "" {
			return c, errColumns
		}
		c.Records[i], ids = p.Prefixes[kind]+"_"+lettered(ids[:rawLength]), ids[rawLength:]
	}
	if len(odd) > 0 {
		return c, errColumns
	}
	return c, nil
}

// readColumns reads the columns of a section in the form of the delta's version.
func readColumns(version int, plain []byte) (c columns, err error) {
	if version == 1 {
		err = signed.Decode(plain, &c)
		return c, err
	}
	if len(plain) == 0 {
		return c, nil // nothing is said
	}
	var p packed
	if err := signed.Decode(plain, &p); err != nil {
		return c, err
	}
	return p.unpack()
}
