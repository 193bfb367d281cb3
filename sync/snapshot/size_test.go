package snapshot

import (
	"testing"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store"
	"example.org/carnet/sync/signed"
)

// Real edits: one field of one member, who has an id of the usual form, replaces a value that another
// laptop wrote, with a word on what was newly seen of that laptop.
func (d *desk) realEdit(at int, field, value string) store.Edit {
	hash := signed.HashOf([]byte{byte(at), byte(at >> 8)})
	e := store.Edit{Wall: d.header.Wall - 120_000 + int64(at)*731, Device: d.id.Device(), First: 70_000 + uint64(at)}
	encoded, _ := cbor.Marshal(value)
	e.Changes = []store.Change{{Kind: store.KindMember, Record: "mem_" + signed.Fingerprint(hash, 16), Field: field, Value: encoded,
		Replaces: []store.Dot{{Device: "aaaabbbbccccdddd", Seq: 52_000 + uint64(at)*13}},
		Stamp:    store.Stamp{Wall: e.Wall, Dot: store.Dot{Device: e.Device, Seq: e.First}}}}
	return e
}

// The sizes are exact up to the chance in names of keys and laptops, which does not compress.
func TestADeltaIsSmall(t *testing.T) {
	d := newDesk(t)
	d.header.Number, d.header.Previous, d.header.Incarnation = 4000, signed.HashOf([]byte("x")), 1
	d.header.Heads = []Head{{Device: "aaaabbbbccccdddd", Number: 1000, Hash: signed.ShortOf(signed.HashOf(nil))}}
	var shared, private []store.Edit
	for i := range 50 {
		hash := signed.HashOf([]byte("word" + string(rune('a'+i))))
		shared = append(shared, d.realEdit(2*i, "family", "Tremblay-"+signed.Fingerprint(hash, 6)))
		private = append(private, d.realEdit(2*i+1, "email", signed.Fingerprint(hash, 8)+"@example.org"))
	}
	for _, c := range []struct {
		what string
		data []byte
		most int
	}{
		{"a beacon", d.seal(t), 300},
		{"one shared field", d.seal(t, d.realEdit(0, "family", "Tremblay")), 400},
		{"one private field", d.sealTwo(t, nil, d.realEdit(0, "phone", "450 555-0101")), 500},
		{"100 edits, half of them private", d.sealTwo(t, shared, private...), 2560},
	} {
		t.Logf("%s: %d bytes", c.what, len(c.data))
		if len(c.data) > c.most {
			t.Errorf("%s takes %d bytes, at most %d", c.what, len(c.data), c.most)
		}
	}
}
