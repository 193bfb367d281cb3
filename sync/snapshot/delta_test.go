package snapshot

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
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
	id     *signed.Identity
	header Header
	key    [32]byte
}

func newDesk(t testing.TB) *desk {
	id, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return &desk{id: id, key: [32]byte{1, 2, 3}, header: Header{
		Network: "net_aaaabbbbccccdddd", Number: 1, Wall: 1_795_294_809_000, Roster: 1,
		RosterHead: signed.ShortOf(signed.HashOf([]byte("roster"))), Digest: bytes.Repeat([]byte{7}, CompareBytes), Frontier: make([]byte, CompareBytes),
	}}
}

func (d *desk) keys(id string) ([32]byte, bool) { return d.key, id == "kkkkllllmmmmnnnn" }

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
	var sections []Section
	if len(edits) > 0 {
		sections = []Section{{Key: "kkkkllllmmmmnnnn", Edits: edits}}
	}
	data, err := Seal(d.id, d.header, sections, d.keys)
	if err != nil {
		t.Fatal(err)
	}
	return data
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
	back, missing, err := got.Edits(d.keys)
	if err != nil || len(missing) > 0 || !reflect.DeepEqual(back, edits) {
		t.Fatalf("err %v, missing %v\n got %+v\nwant %+v", err, missing, back, edits)
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
	if edits, missing, err := got.Edits(d.keys); len(edits)+len(missing) > 0 || err != nil {
		t.Errorf("%v %v %v", edits, missing, err)
	}
}

func TestAReaderWithoutTheKeySkipsTheSectionAndKeepsTheChain(t *testing.T) {
	d := newDesk(t)
	data := d.seal(t, d.edit(1, "mem_aaaa", "Ada"))
	got, err := Open(d.name(data), data, d.expect())
	if err != nil {
		t.Fatal(err)
	}
	edits, missing, err := got.Edits(func(string) ([32]byte, bool) { return [32]byte{}, false })
	if len(edits) > 0 || len(missing) != 1 || missing[0] != "kkkkllllmmmmnnnn" || err != nil {
		t.Errorf("%v %v %v", edits, missing, err)
	}
	if _, _, err := got.Edits(func(string) ([32]byte, bool) { return [32]byte{9}, true }); !fault.Is(err, "delta_bad_section") {
		t.Errorf("with a wrong key: %v", err)
	}
}

func TestEveryFlippedByteAndEveryCutIsRefused(t *testing.T) {
	d := newDesk(t)
	good := d.seal(t, d.edit(1, "mem_aaaa", "Ada"))
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
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 8)
		refused(bad, "flip", i)
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
		{"a later version", name, d.id.Sign("carnet-delta-2", nil), d.expect(), "delta_newer"},
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
	_, err := Seal(d.id, d.header, []Section{{Key: "kkkkllllmmmmnnnn", Edits: []store.Edit{other.edit(1, "mem_aaaa", "Ada")}}}, d.keys)
	if !fault.Is(err, "delta_foreign_edit") {
		t.Error(err)
	}
	_, err = Seal(d.id, d.header, []Section{{Key: "k2", Edits: []store.Edit{d.edit(1, "mem_aaaa", "Ada")}}}, d.keys)
	if !fault.Is(err, "missing_key") {
		t.Error(err)
	}
}

func TestASectionCannotReachBeyondItsHeader(t *testing.T) {
	d := newDesk(t)
	one, two := d.edit(1, "mem_aaaa", "Ada"), d.edit(1, "mem_bbbb", "Bo")
	data, err := Seal(d.id, d.header, []Section{{Key: "kkkkllllmmmmnnnn", Edits: []store.Edit{one}}, {Key: "kkkkllllmmmmnnnn", Edits: []store.Edit{two}}}, d.keys)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(d.name(data), data, d.expect())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := got.Edits(d.keys); !fault.Is(err, "delta_foreign_edit") {
		t.Errorf("one sequence twice: %v", err)
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

func TestAnObjectIsSmall(t *testing.T) {
	d := newDesk(t)
	d.header.Number, d.header.Previous = 4000, signed.HashOf([]byte("x"))
	d.header.Heads = []Head{{Device: "aaaabbbbccccdddd", Number: 1000, Hash: signed.ShortOf(signed.HashOf(nil))}}
	one := d.seal(t, d.edit(70_000, "mem_k3f5c7q2w4e6r7t2", "Une nouvelle fonction"))
	var hundred []store.Edit
	for i := range 100 {
		hash := signed.HashOf([]byte{byte(i)})
		hundred = append(hundred, d.edit(70_000+uint64(i), "mem_"+signed.Fingerprint(hash, 16), "Conseillère "+signed.Fingerprint(hash, 3)))
	}
	many := d.seal(t, hundred...)
	t.Logf("one field %d bytes, 100 edits %d bytes", len(one), len(many))
	if len(one) > 380 || len(many) > 1800 {
		t.Errorf("one field takes %d bytes, 100 edits %d", len(one), len(many))
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

// The golden file was written by this version; a later one must still read it. It has its name in
// the bucket, and beside it is the key that signed it.
func TestAGoldenDeltaIsStillRead(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "delta-1", "*-*"))
	if err != nil || len(paths) != 1 {
		t.Fatal(paths, err)
	}
	data, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join("testdata", "delta-1", "key"))
	if err != nil {
		t.Fatal(err)
	}
	name, err := ParseName(Prefix + filepath.Base(paths[0]))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(name, data, Expect{Network: "net_aaaabbbbccccdddd", SignKey: func(device string) (ed25519.PublicKey, bool) { return key, device == signed.DeviceOf(key) },
		Link: func(string) Link { return Link{} }})
	if err != nil {
		t.Fatal(err)
	}
	edits, missing, err := d.Edits(func(id string) ([32]byte, bool) { return [32]byte{1, 2, 3}, id == "kkkkllllmmmmnnnn" })
	if err != nil || len(missing) > 0 || len(edits) != 2 || len(edits[0].Changes) != 2 ||
		edits[1].Changes[0].Record != "mem_bbbb" || string(edits[1].Changes[0].Value) != "bBo" {
		t.Errorf("%v %v %+v", err, missing, edits)
	}
}

func FuzzRead(f *testing.F) {
	d := newDesk(f)
	f.Add(d.seal(f, d.edit(1, "mem_aaaa", "Ada")))
	f.Add(d.seal(f))
	f.Add([]byte{0x83})
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := Read(d.header.Network, d.name(data), data); err == nil {
			_, _, _ = got.Edits(d.keys)
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
	f.Fuzz(func(t *testing.T, data []byte) {
		edits, err := decodeEdits(&h, data)
		if err != nil {
			return
		}
		again, err := encodeEdits(&h, edits)
		if err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		back, err := decodeEdits(&h, again)
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
		if _, _, err := got.Edits(d.keys); err != nil {
			b.Fatal(err)
		}
	}
}
