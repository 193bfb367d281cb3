package snapshot

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// desk is one laptop with one key, enough to write and read deltas.
type desk struct {
	id      *signed.Identity
	header  Header
	witness Witness
	key     [32]byte
	office  [32]byte
}

const (
	networkKey = "kkkkllllmmmmnnnn"
	officeKey  = "ooooppppqqqqrrrr"
)

func newDesk(t testing.TB) *desk {
	id, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return &desk{id: id, key: [32]byte{1, 2, 3}, office: [32]byte{4, 5, 6}, header: Header{
		Network: "net_aaaabbbbccccdddd", Number: 1, Wall: 1_795_294_809_000, Roster: 1,
		RosterHead: signed.ShortOf(signed.HashOf([]byte("roster"))),
	}, witness: Witness{Digest: bytes.Repeat([]byte{7}, CompareBytes), Frontier: make([]byte, CompareBytes)}}
}

func (d *desk) keys(id string) ([32]byte, bool) {
	if id == officeKey {
		return d.office, true
	}
	return d.key, id == networkKey
}

func (d *desk) networkKeys(id string) ([32]byte, bool) { return d.key, id == networkKey }

func (d *desk) expect() Expect {
	return Expect{
		Network: d.header.Network,
		SignKey: func(device string) (ed25519.PublicKey, bool) { return d.id.SignKey(), device == d.id.Device() },
		Link:    func(string) Link { return Link{} },
	}
}

func (d *desk) name(data []byte) Name {
	return Name{Time: time.UnixMilli(d.header.Wall).Truncate(time.Second).UTC(), Device: d.id.Device(), Number: d.header.Number, Hash: signed.ShortOf(signed.HashOf(data))}
}

func (d *desk) seal(t testing.TB, edits ...store.Edit) []byte {
	t.Helper()
	return d.sealTwo(t, edits)
}

// sealTwo seals edits for the network and, when there are more, some for an office.
func (d *desk) sealTwo(t testing.TB, edits []store.Edit, private ...store.Edit) []byte {
	t.Helper()
	sections := []Section{{Key: networkKey, Edits: edits}}
	if len(private) > 0 {
		sections = append(sections, Section{Key: officeKey, Edits: private, Sum: someSum})
	}
	data, err := Seal(d.id, d.header, d.witness, sections, d.keys)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var someSum = [32]byte{9, 9, 9}

// opened gives what a reader with these keys finds.
func opened(t testing.TB, d *Delta, keys Keys) Content {
	t.Helper()
	c, err := d.Contents(keys)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// edit is one action that sets fields of one member, each replacing an earlier value of another laptop.
func (d *desk) edit(first uint64, record string, values ...string) store.Edit {
	e := store.Edit{Wall: d.header.Wall + int64(first), Logical: 2, Device: d.id.Device(), First: first}
	for i, v := range values {
		value, _ := cbor.Marshal(v)
		e.Changes = append(e.Changes, store.Change{
			Kind: store.KindMember, Record: record, Field: fmt.Sprintf("field%d", i), Value: value,
			Replaces: []store.Dot{{Device: "aaaabbbbccccdddd", Seq: 900 + first}, {Device: e.Device, Seq: first / 2}},
			Stamp:    store.Stamp{Wall: e.Wall, Logical: e.Logical, Dot: store.Dot{Device: e.Device, Seq: first + uint64(i)}},
		})
	}
	return e
}

func TestEditsComeOutAsTheyWentIn(t *testing.T) {
	d := newDesk(t)
	gone := d.edit(9, "mem_cccc", "x")
	gone.Changes[0].Field, gone.Changes[0].Value, gone.Changes[0].Replaces = "~", cbor.RawMessage{0xf5}, nil
	gone.Changes[0].Seen = []store.Dot{{Device: "aaaabbbbccccdddd", Seq: 3}}
	cleared := d.edit(20, "mem_aaaa", "x")
	cleared.Changes[0].Value = nil
	edits := []store.Edit{d.edit(5, "mem_aaaa", "Ada", "Exemple"), d.edit(7, "mem_bbbb", "Bo", "Invention"), gone, cleared}
	data := d.seal(t, edits...)
	got, err := Open(d.name(data), data, d.expect())
	if err != nil {
		t.Fatal(err)
	}
	c := opened(t, got, d.keys)
	if back := c.Edits(); len(c.Closed()) > 0 || !reflect.DeepEqual(back, edits) || !c.Witnessed || !reflect.DeepEqual(c.Witness, d.witness) {
		t.Fatalf("closed %v, witness %+v\n got %+v\nwant %+v", c.Closed(), c.Witness, back, edits)
	}
	if got.First != 5 || got.Last != 20 {
		t.Errorf("spans %d to %d", got.First, got.Last)
	}
	if l := got.Link(Link{}); l.Number != 1 || l.Last != 20 || l.Hash != signed.HashOf(data) {
		t.Errorf("link %+v", l)
	}
}

func TestAnEmptyDeltaIsABeacon(t *testing.T) {
	d := newDesk(t)
	data := d.seal(t)
	got, err := Open(d.name(data), data, d.expect())
	if err != nil {
		t.Fatal(err)
	}
	if c := opened(t, got, d.keys); len(c.Edits())+len(c.Closed()) > 0 || got.First != 0 || !c.Witnessed {
		t.Errorf("%+v", c)
	}
}

func TestAReaderWithoutTheKeySkipsTheSectionAndKeepsTheChain(t *testing.T) {
	d := newDesk(t)
	data := d.seal(t, d.edit(1, "mem_aaaa", "Ada"))
	got, err := Open(d.name(data), data, d.expect())
	if err != nil {
		t.Fatal(err)
	}
	c := opened(t, got, func(string) ([32]byte, bool) { return [32]byte{}, false })
	if len(c.Edits()) > 0 || c.Witnessed || !reflect.DeepEqual(c.Closed(), []string{networkKey}) {
		t.Errorf("%+v", c)
	}
	if _, err := got.Contents(func(string) ([32]byte, bool) { return [32]byte{9}, true }); !fault.Is(err, "delta_bad_section") {
		t.Errorf("with a wrong key: %v", err)
	}
}

// What one action said for the network and for an office is one action again for whoever reads both;
// who reads the network alone learns the sum of the rest, and nothing of it in the clear.
func TestWhatAnOfficeReadsIsClosedToOthersAndSummedForThem(t *testing.T) {
	d := newDesk(t)
	whole := d.edit(5, "mem_aaaabbbbccccdddd", "Ada", "Exemple", "450 555-0101")
	shared, private := whole, whole
	shared.Changes, private.First, private.Changes = whole.Changes[:2], 7, whole.Changes[2:]
	data := d.sealTwo(t, []store.Edit{shared}, private)
	got, err := Open(d.name(data), data, d.expect())
	if err != nil {
		t.Fatal(err)
	}
	all := opened(t, got, d.keys)
	if back := all.Edits(); len(back) != 1 || !reflect.DeepEqual(back[0], whole) {
		t.Errorf("with both keys %+v", back)
	}
	part := opened(t, got, d.networkKeys)
	if back := part.Edits(); len(back) != 1 || !reflect.DeepEqual(back[0], shared) || !reflect.DeepEqual(part.Closed(), []string{officeKey}) {
		t.Errorf("with the network's key %+v", part)
	}
	if p := part.Parts[1]; p.Open || !p.Summed || p.Sum != someSum || got.Last != 7 {
		t.Errorf("the closed part is %+v, last %d", p, got.Last)
	}
	for _, word := range [][]byte{[]byte("450 555"), []byte("Exemple"), someSum[:3], d.witness.Digest} {
		if bytes.Contains(data, word) {
			t.Errorf("%q stands in the clear", word)
		}
	}
}

func TestEveryFlippedBitAndEveryCutIsRefused(t *testing.T) {
	d := newDesk(t)
	good := d.sealTwo(t, []store.Edit{d.edit(1, "mem_aaaa", "Ada")}, d.edit(2, "mem_aaaa", "450"))
	name := d.name(good)
	refused := func(data []byte, what string, at int) {
		t.Helper()
		for _, n := range []Name{name, d.name(data)} { // under the old name, and renamed to fit
			if _, err := Open(n, data, d.expect()); err == nil {
				t.Fatalf("%s at %d was accepted", what, at)
			} else if fault.CodeOf(err) == "unexpected" {
				t.Fatalf("%s at %d: no name for %v", what, at, err)
			}
		}
	}
	for i := range good {
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			refused(bad, "flip", i)
		}
		refused(good[:i], "cut", i)
	}
	refused(append(bytes.Clone(good), 0), "a byte more", len(good))
}

func TestWhatDoesNotFitIsRefusedByName(t *testing.T) {
	d, other := newDesk(t), newDesk(t)
	data := d.seal(t, d.edit(1, "mem_aaaa", "Ada"))
	name := d.name(data)
	change := func(f func(*Expect)) Expect {
		e := d.expect()
		f(&e)
		return e
	}
	at := func(l Link) Expect { return change(func(e *Expect) { e.Link = func(string) Link { return l } }) }
	renamed := name
	renamed.Number = 2
	swapped := name
	swapped.Hash[0]++
	for _, c := range []struct {
		what string
		name Name
		data []byte
		want Expect
		code string
	}{
		{"a picture", name, []byte("\x89PNG\r\n"), d.expect(), "delta_unreadable"},
		{"nothing", name, nil, d.expect(), "delta_unreadable"},
		{"five megabytes", name, make([]byte, 5<<20), d.expect(), "delta_too_large"},
		{"a later version", name, d.id.Sign("carnet-delta-3", nil), d.expect(), "delta_newer"},
		{"an unknown laptop", other.name(data), other.seal(t), d.expect(), "delta_device_unknown"},
		{"another laptop's signature", name, data, change(func(e *Expect) {
			e.SignKey = func(string) (ed25519.PublicKey, bool) { return other.id.SignKey(), true }
		}), "delta_forged"},
		{"another network", name, data, change(func(e *Expect) { e.Network = "net_other" }), "delta_forged"},
		{"another laptop in the name", Name{Time: name.Time, Device: other.id.Device(), Number: 1, Hash: name.Hash}, data, change(func(e *Expect) {
			e.SignKey = func(device string) (ed25519.PublicKey, bool) { return other.id.SignKey(), device == other.id.Device() }
		}), "delta_forged"},
		{"a laptop's key under another's name", Name{Time: name.Time, Device: other.id.Device(), Number: 1, Hash: name.Hash}, data, change(func(e *Expect) {
			e.SignKey = func(string) (ed25519.PublicKey, bool) { return d.id.SignKey(), true }
		}), "delta_forged"},
		{"another number in the name", renamed, data, d.expect(), "delta_misnamed"},
		{"another hash in the name", swapped, data, d.expect(), "delta_misnamed"},
		{"the same again", name, data, at(Link{Number: 1, Hash: signed.HashOf(data)}), "delta_replayed"},
		{"two at one number", name, data, at(Link{Number: 1, Hash: signed.HashOf(nil)}), "delta_forked"},
		{"an old one", name, data, at(Link{Number: 5}), "delta_forked"},
	} {
		if _, err := Open(c.name, c.data, c.want); !fault.Is(err, c.code) {
			t.Errorf("%s: got %v, want %s", c.what, err, c.code)
		}
	}
}

func TestTheChainGoesUpByOne(t *testing.T) {
	d := newDesk(t)
	first := signed.HashOf([]byte("first"))
	d.header.Number, d.header.Previous, d.header.Incarnation = 2, first, 1
	data := d.seal(t, d.edit(10, "mem_aaaa", "Ada"))
	for _, c := range []struct {
		what   string
		before Link
		code   string
	}{
		{"next", Link{Number: 1, Hash: first, Last: 9}, ""},
		{"next of a laptop that started over", Link{Number: 1, Hash: first, Incarnation: 1, Last: 9}, ""},
		{"gap", Link{}, "delta_gap"},
		{"other past", Link{Number: 1, Hash: signed.HashOf(nil)}, "delta_forked"},
		{"older life", Link{Number: 1, Hash: first, Incarnation: 2}, "delta_forked"},
		{"changes that went out before", Link{Number: 1, Hash: first, Last: 10}, "delta_replayed"},
	} {
		want := d.expect()
		want.Link = func(string) Link { return c.before }
		_, err := Open(d.name(data), data, want)
		if c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
			t.Errorf("%s: got %v, want %q", c.what, err, c.code)
		}
	}
}

func TestALaptopCannotSealWhatAnotherWrote(t *testing.T) {
	d, other := newDesk(t), newDesk(t)
	_, err := Seal(d.id, d.header, d.witness, []Section{{Key: networkKey, Edits: []store.Edit{other.edit(1, "mem_aaaa", "Ada")}}}, d.keys)
	if !fault.Is(err, "delta_foreign_edit") {
		t.Error(err)
	}
	_, err = Seal(d.id, d.header, d.witness, []Section{{Key: "k2", Edits: []store.Edit{d.edit(1, "mem_aaaa", "Ada")}}}, d.keys)
	if !fault.Is(err, "missing_key") {
		t.Error(err)
	}
}

func TestASectionCannotReachBeyondItsHeader(t *testing.T) {
	d := newDesk(t)
	h := d.header
	h.Device, h.First, h.Last = d.id.Device(), 5, 6
	for what, e := range map[string]store.Edit{"before": d.edit(4, "mem_aaaa", "Ada"), "after": d.edit(6, "mem_aaaa", "Ada", "Exemple")} {
		w := newWriter(&h)
		w.edit(e) // the writer of a program that does not care
		box, err := closeBox(d.key, h.bound(1, nil), compress(signed.Encode(w.thin())))
		if err != nil {
			t.Fatal(err)
		}
		delta := &Delta{Header: h, version: 1, bound: h.bound(1, nil), sections: []sealed{{Key: []byte(networkKey), Box: box}}}
		if _, err := delta.Contents(d.keys); !fault.Is(err, "delta_foreign_edit") && !fault.Is(err, "delta_bad_section") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What is wrong in an office's section only its office can see, so the network's is judged without it.
func TestABadSectionOfAnOfficeLeavesTheNetworksAlone(t *testing.T) {
	d := newDesk(t)
	one, two := d.edit(1, "mem_aaaa", "Ada"), d.edit(2, "mem_bbbb", "Bo")
	data := d.sealTwo(t, []store.Edit{one}, two)
	got, err := Open(d.name(data), data, d.expect())
	if err != nil {
		t.Fatal(err)
	}
	c := opened(t, got, func(id string) ([32]byte, bool) { return d.key, true })
	if p := c.Parts[1]; !fault.Is(p.Err, "delta_bad_section") || !p.Open || p.Sum != someSum || len(c.Edits()) != 1 {
		t.Errorf("%+v", c)
	}
}

func TestABombDoesNotGoOff(t *testing.T) {
	e, _ := zstd.NewWriter(nil)
	bomb := e.EncodeAll(make([]byte, 64<<20), []byte{packedZstd})
	if _, err := decompress(bomb); err == nil {
		t.Error("64 MB came out")
	}
	for _, bad := range [][]byte{nil, {7, 1, 2}, {packedZstd, 1, 2, 3}} {
		if _, err := decompress(bad); err == nil {
			t.Errorf("%v was unpacked", bad)
		}
	}
}

func TestAFullDeltaStaysBelowTheLimit(t *testing.T) {
	d := newDesk(t)
	var fill Fill
	var edits []store.Edit
	for i := uint64(1); ; i++ {
		hash := signed.HashOf([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
		e := d.edit(i, "mem_"+signed.Fingerprint(hash, 16), signed.Fingerprint(hash, 50))
		if !fill.Takes(e) {
			break
		}
		edits = append(edits, e)
	}
	if data := d.seal(t, edits...); len(data) > MaxObject || len(edits) < 10_000 {
		t.Errorf("%d edits in %d bytes", len(edits), len(data))
	}
}

func FuzzRead(f *testing.F) {
	d := newDesk(f)
	f.Add(d.seal(f, d.edit(1, "mem_aaaa", "Ada")))
	f.Add(d.seal(f))
	f.Add(d.sealTwo(f, []store.Edit{d.edit(1, "mem_aaaabbbbccccdddd", "Ada")}, d.edit(2, "mem_aaaabbbbccccdddd", "450")))
	f.Add([]byte{0x83})
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := Read(d.header.Network, d.name(data), data); err == nil {
			_, _ = got.Contents(d.keys)
		}
	})
}

func FuzzDecodeEdits(f *testing.F) {
	d := newDesk(f)
	h := d.header
	h.Device, h.First, h.Last = d.id.Device(), 1, 9
	plain, err := encodeEdits(&h, []store.Edit{d.edit(1, "mem_aaaa", "Ada", "Exemple"), d.edit(4, "mem_bbbb", "Bo")})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add([]byte{0x90})
	f.Add([]byte{0x92})
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = decodeEdits(&h, 1, data) // the first version is read as well
		edits, err := decodeEdits(&h, 2, data)
		if err != nil {
			return
		}
		again, err := encodeEdits(&h, edits)
		if err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		back, err := decodeEdits(&h, 2, again)
		if err != nil || !reflect.DeepEqual(back, edits) {
			t.Fatalf("changed on the way: %v", err)
		}
	})
}

func BenchmarkSealOneField(b *testing.B) {
	d := newDesk(b)
	e := d.edit(1, "mem_k3f5c7q2w4e6r7t2", "Une nouvelle fonction")
	for b.Loop() {
		d.seal(b, e)
	}
}

func BenchmarkOpenOneField(b *testing.B) {
	d := newDesk(b)
	data := d.seal(b, d.edit(1, "mem_k3f5c7q2w4e6r7t2", "Une nouvelle fonction"))
	for b.Loop() {
		got, err := Open(d.name(data), data, d.expect())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := got.Contents(d.keys); err != nil {
			b.Fatal(err)
		}
	}
}
