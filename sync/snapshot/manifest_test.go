package snapshot

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

var testCover = [32]byte{9, 8, 7}

// roster of one laptop.
func onlyKey(device string, key ed25519.PublicKey) SignKeys {
	return func(d string) (ed25519.PublicKey, bool) { return key, d == device }
}

func newIdentity(t testing.TB) *Identity {
	t.Helper()
	id, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func someManifest() *Manifest {
	h := signed.HashOf([]byte("something"))
	return &Manifest{Whole: testWhole, Roster: 4, RosterHead: signed.ShortOf(h), Wall: 1_795_294_809_000, Sum: h,
		Frontier: []Place{{Device: "aaaabbbbccccdddd", Incarnation: 1, Number: 12, Hash: h, Last: 1<<40 + 7, Wall: 1_795_294_808_000},
			{Device: "bbbbccccddddeeee", Number: 1, Hash: h, Wall: 1_795_294_807_000}},
		Dropped: []Dropped{{Kind: "member", ID: "mem_aaaabbbbccccdddd", Sum: h}, {Kind: "scan", ID: "scn_aaaabbbbccccdddd", Sum: h}},
		Aside:   []Aside{{Device: "aaaabbbbccccdddd", Number: 9, Hash: signed.ShortOf(h)}, {Device: "aaaabbbbccccdddd", Number: 9, Hash: signed.ShortOf(h), First: 7}},
		Tails:   [][]byte{append(bytes.Repeat([]byte{3}, 3*TailHash), h[:TailHash]...), h[:TailHash]},
		Parts:   []PartSum{{Hash: h, Size: 1234, Changes: 99, Object: signed.ShortOf(h)}, {Hash: h, Size: 7, Changes: 1, Object: signed.ShortOf(h)}},
	}
}

// object is any covered and signed object of the bucket, with how it is read.
type object struct {
	key    string
	data   []byte
	read   func(key string, data []byte, network string, cover [32]byte, keys SignKeys) error
	keys   SignKeys
	prefix string // of its faults
}

// someObjects gives one of each sort that is covered and signed.
func someObjects(t testing.TB, id *Identity) map[string]object {
	t.Helper()
	m, order := someManifest(), someOrder()
	keys := onlyKey(id.Device(), id.SignKey())
	all := map[string]object{}
	keep := func(name, prefix string, read func(string, []byte, string, [32]byte, SignKeys) error) func(key string, data []byte, err error) {
		return func(key string, data []byte, err error) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all[name] = object{key: key, data: data, read: read, keys: keys, prefix: prefix}
		}
	}
	keep("manifest", "full", func(k string, d []byte, n string, c [32]byte, s SignKeys) error {
		_, err := ReadManifest(k, d, n, c, s)
		return err
	})(WriteManifest(id, testCover, m))
	keep("co-signature", "full", func(k string, d []byte, n string, c [32]byte, s SignKeys) error {
		_, err := ReadCosignature(k, d, n, c, s)
		return err
	})(WriteCosignature(id, testCover, m, 1_795_294_810_000))
	keep("order", "erasure", func(k string, d []byte, n string, c [32]byte, s SignKeys) error {
		_, err := ReadEraseOrder(k, d, n, c, s)
		return err
	})(WriteEraseOrder(id, testCover, order, orderTime))
	keep("receipt", "erasure", func(k string, d []byte, n string, c [32]byte, s SignKeys) error {
		_, err := ReadReceipt(k, d, n, c, s)
		return err
	})(WriteReceipt(id, testCover, order, 1_795_294_811_000, 5))
	return all
}

func TestAManifestAndItsCosignatureAreReadBack(t *testing.T) {
	id, other := newIdentity(t), newIdentity(t)
	m := someManifest()
	key, data, err := WriteManifest(id, testCover, m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadManifest(key, data, m.Network, testCover, onlyKey(id.Device(), id.SignKey()))
	if err != nil || !reflect.DeepEqual(got, m) {
		t.Fatalf("%v\n got %+v\nwant %+v", err, got, m)
	}
	if up := got.UpTo(); len(up) != 1 || up["aaaabbbbccccdddd"] != 1<<40+7 || got.Changes() != 100 || got.Size() != 1241 {
		t.Errorf("up to %v, %d changes, %d bytes", up, got.Changes(), got.Size())
	}
	key, data, err = WriteCosignature(other, testCover, got, 5)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ReadCosignature(key, data, m.Network, testCover, onlyKey(other.Device(), other.SignKey()))
	if err != nil || !c.Confirms(m) || c.Device != other.Device() || c.Wall != 5 {
		t.Fatalf("%+v %v", c, err)
	}
	if changed := *m; true {
		changed.Hash[0]++
		if c.Confirms(&changed) {
			t.Error("another manifest is confirmed")
		}
	}
	if own := *c; true {
		own.Device = m.Author
		if own.Confirms(m) {
			t.Error("an author's own word counts as another's")
		}
	}
}

func TestOneMessageIsOneObjectAndItsCoverTellsNothing(t *testing.T) {
	id := newIdentity(t)
	for name, o := range someObjects(t, id) {
		if again := someObjects(t, id)[name]; again.key != o.key || !bytes.Equal(again.data, o.data) {
			t.Errorf("%s: two objects of one message", name)
		}
		for _, word := range []string{"net_", "mem_", "carnet", "request", id.Device()} {
			if bytes.Contains(o.data, []byte(word)) {
				t.Errorf("%s: %q shows through", name, word)
			}
		}
	}
}

func TestEveryFlippedBitAndEveryCutOfASignedObjectIsRefused(t *testing.T) {
	for name, o := range someObjects(t, newIdentity(t)) {
		refused := func(bad []byte, where int) {
			t.Helper()
			if err := o.read(o.key, bad, testWhole.Network, testCover, o.keys); !fault.Is(err, o.prefix+"_unreadable") {
				t.Fatalf("%s at %d: %v", name, where, err)
			}
		}
		for i := range o.data {
			for bit := range 8 {
				bad := bytes.Clone(o.data)
				bad[i] ^= 1 << bit
				refused(bad, i)
			}
			refused(o.data[:i], i)
		}
		refused(append(bytes.Clone(o.data), 0), len(o.data))
		refused(make([]byte, 5<<20), 0)
	}
}

func TestASignedObjectHoldsOnlyUnderItsNameInItsNetworkByItsLaptop(t *testing.T) {
	id, other := newIdentity(t), newIdentity(t)
	objects, others := someObjects(t, id), someObjects(t, other)
	for name, o := range objects {
		check := func(what, code string, err error) {
			t.Helper()
			if !fault.Is(err, o.prefix+code) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
		if err := o.read(o.key, o.data, testWhole.Network, testCover, o.keys); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		check("another's name", "_misnamed", o.read(others[name].key, o.data, testWhole.Network, testCover, o.keys))
		check("another network", "_other_network", o.read(o.key, o.data, "net_another", testCover, o.keys))
		check("another cover", "_unreadable", o.read(o.key, o.data, testWhole.Network, [32]byte{1}, o.keys))
		check("nobody known", "_device_unknown", o.read(o.key, o.data, testWhole.Network, testCover, onlyKey("", nil)))
		check("another's key", "_forged", o.read(o.key, o.data, testWhole.Network, testCover, onlyKey(id.Device(), other.SignKey())))
		for swap, with := range objects {
			if swap != name && o.read(o.key, with.data, testWhole.Network, testCover, o.keys) == nil {
				t.Errorf("%s was read as %s", swap, name)
			}
			if swap != name && o.read(with.key, o.data, testWhole.Network, testCover, o.keys) == nil {
				t.Errorf("%s was read under the name of %s", name, swap)
			}
		}
	}
	c := objects["co-signature"]
	if err := c.read(strings.Replace(c.key, id.Device(), other.Device(), 1), c.data, testWhole.Network, testCover, onlyKey(other.Device(), other.SignKey())); !fault.Is(err, "full_forged") {
		t.Errorf("a co-signature under another laptop's name: %v", err)
	}
	m := objects["manifest"]
	for _, renamed := range []string{strings.Replace(m.key, "00000003", "00000004", 1), strings.Replace(m.key, "network", "off_b", 1)} {
		if err := m.read(renamed, m.data, testWhole.Network, testCover, m.keys); !fault.Is(err, "full_misnamed") {
			t.Errorf("%s: %v", renamed, err)
		}
	}
}

// said covers and signs any payload as a message of this kind.
func said(t testing.TB, id *Identity, folder, kind string, payload []byte) (message signed.Hash, data []byte) {
	t.Helper()
	m := id.Sign(kind, payload)
	data, err := covered(testCover, folder, m)
	if err != nil {
		t.Fatal(err)
	}
	return signed.HashOf(m), data
}

func TestAManifestThatContradictsItselfOrIsABombIsRefused(t *testing.T) {
	id := newIdentity(t)
	keys := onlyKey(id.Device(), id.SignKey())
	read := func(kind string, payload []byte) error {
		hash, data := said(t, id, FullPrefix, kind, payload)
		name := FullName{Generation: 3, Sort: ManifestObject, Hash: signed.ShortOf(hash)}
		_, err := ReadManifest(name.String(), data, testWhole.Network, testCover, keys)
		return err
	}
	form := func(change func(f *manifestForm)) []byte {
		m := someManifest()
		f := manifestForm{Network: m.Network, Generation: 3, Author: id.Device(), Frontier: m.Frontier, Wall: 1, Root: RootOf(m.Parts), Dropped: m.Dropped, Aside: m.Aside, Tails: m.Tails, Parts: m.Parts}
		change(&f)
		return signed.Encode(f)
	}
	if err := read(FullKind, form(func(*manifestForm) {})); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(f *manifestForm){
		"another root":       func(f *manifestForm) { f.Root[0]++ },
		"a part less":        func(f *manifestForm) { f.Parts = f.Parts[1:] },
		"a laptop twice":     func(f *manifestForm) { f.Frontier[1] = f.Frontier[0] },
		"laptops disordered": func(f *manifestForm) { f.Frontier[0], f.Frontier[1] = f.Frontier[1], f.Frontier[0] },
		"no laptop":          func(f *manifestForm) { f.Frontier[0].Device = "x" },
		"dropped twice":      func(f *manifestForm) { f.Dropped[1] = f.Dropped[0] },
		"a nameless record":  func(f *manifestForm) { f.Dropped[0].ID = "" },
		"a huge part":        func(f *manifestForm) { f.Parts[0].Size = MaxPart + 1; f.Root = RootOf(f.Parts) },
		"an empty part":      func(f *manifestForm) { f.Parts[0].Changes = 0; f.Root = RootOf(f.Parts) },
		"too many changes":   func(f *manifestForm) { f.Parts[0].Changes = 1 << 40; f.Root = RootOf(f.Parts) },
		"an end twice": func(f *manifestForm) {
			f.Frontier = append(slices.Clone(f.Frontier[:1]), f.Frontier[0])
		},
		"a tail without its end": func(f *manifestForm) { f.Tails[0] = bytes.Repeat([]byte{3}, TailHash) },
		"half a hash":            func(f *manifestForm) { f.Tails[1] = f.Tails[1][1:] },
		"a tail too long":        func(f *manifestForm) { f.Tails[1] = append(bytes.Repeat([]byte{3}, TailHash), f.Tails[1]...) },
		"a tail less":            func(f *manifestForm) { f.Tails = f.Tails[1:] },
		"aside twice":            func(f *manifestForm) { f.Aside[1] = f.Aside[0] },
		"aside by nobody":        func(f *manifestForm) { f.Aside[0].Device = "" },
		"before 1970":            func(f *manifestForm) { f.Wall = -1 },
	} {
		if err := read(FullKind, form(change)); !fault.Is(err, "full_unreadable") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, payload := range map[string][]byte{
		"nothing": {}, "huge array": {0x8e, 0x60, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "huge text": {0x8e, 0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"deep": bytes.Repeat([]byte{0x81}, 100_000), "a byte more": append(form(func(*manifestForm) {}), 0), "endless": {0x9f, 0xff},
	} {
		if err := read(FullKind, payload); !fault.Is(err, "full_unreadable") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := read("carnet-full-3", nil); !fault.Is(err, "full_newer") {
		t.Error(err)
	}
	bad := someManifest()
	bad.Scope = "../x"
	if _, _, err := WriteManifest(id, testCover, bad); !fault.Is(err, "full_invalid") {
		t.Error(err)
	}
}

// signedGolden keeps one object of each sort with the key that signed them.
type signedGolden struct {
	Device string
	Key    []byte
	Names  map[string]string
	Data   map[string][]byte
}

// Before the second version of the manifest.
func TestGoldenSignedObjectsAreStillRead(t *testing.T) {
	path := filepath.Join("testdata", "full-1", "signed")
	if os.Getenv("CARNET_GOLDEN") == "write" {
		id := newIdentity(t)
		g := signedGolden{Device: id.Device(), Key: id.SignKey(), Names: map[string]string{}, Data: map[string][]byte{}}
		for name, o := range someObjects(t, id) {
			g.Names[name], g.Data[name] = o.key, o.data
		}
		data, err := cbor.Marshal(g)
		if err != nil || os.MkdirAll(filepath.Dir(path), 0o755) != nil || os.WriteFile(path, data, 0o644) != nil {
			t.Fatal("not written")
		}
	}
	data, err := os.ReadFile(path)
	var g signedGolden
	if err == nil {
		err = cbor.Unmarshal(data, &g)
	}
	if err != nil || len(g.Names) != 4 {
		t.Fatal(err)
	}
	for name, o := range someObjects(t, newIdentity(t)) {
		if err := o.read(g.Names[name], g.Data[name], testWhole.Network, testCover, onlyKey(g.Device, g.Key)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	m, err := ReadManifest(g.Names["manifest"], g.Data["manifest"], testWhole.Network, testCover, onlyKey(g.Device, g.Key))
	if want := someManifest(); err != nil || !reflect.DeepEqual(m.Frontier, want.Frontier) || !reflect.DeepEqual(m.Dropped, want.Dropped) || m.Sum != want.Sum || !m.First || len(m.Aside)+len(m.Tails) > 0 {
		t.Errorf("%+v %v", m, err)
	}
}

func TestAManifestNamesEveryEndOfAChainThatSplit(t *testing.T) {
	id := newIdentity(t)
	keys := onlyKey(id.Device(), id.SignKey())
	m := someManifest()
	m.Tails = nil
	other := m.Frontier[0]
	other.Number, other.Hash, other.Last = 14, signed.HashOf([]byte("other")), 9
	m.Frontier = slices.Insert(m.Frontier, 1, other)
	key, data, err := WriteManifest(id, testCover, m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadManifest(key, data, m.Network, testCover, keys)
	if err != nil || len(got.Frontier) != 3 || got.UpTo()[other.Device] != 1<<40+7 {
		t.Errorf("%+v %v", got, err)
	}
	// The first version knew one end of a laptop.
	f := firstForm{Network: m.Network, Generation: 3, Author: id.Device(), Frontier: m.Frontier, Root: RootOf(m.Parts), Dropped: m.Dropped, Parts: m.Parts}
	hash, data := said(t, id, FullPrefix, FirstFullKind, signed.Encode(f))
	key = FullName{Generation: 3, Sort: ManifestObject, Hash: signed.ShortOf(hash)}.String()
	if _, err := ReadManifest(key, data, m.Network, testCover, keys); !fault.Is(err, "full_unreadable") {
		t.Error(err)
	}
}

func FuzzReadManifest(f *testing.F) {
	id := newIdentity(f)
	keys := onlyKey(id.Device(), id.SignKey())
	m := someManifest()
	if _, _, err := WriteManifest(id, testCover, m); err != nil {
		f.Fatal(err)
	}
	f.Add(signed.Encode(manifestForm{Network: m.Network, Generation: 3, Author: id.Device(), Frontier: m.Frontier, Root: m.Root, Dropped: m.Dropped, Aside: m.Aside, Tails: m.Tails, Parts: m.Parts}))
	f.Add([]byte{0x8e})
	f.Fuzz(func(t *testing.T, payload []byte) {
		hash, data := said(t, id, FullPrefix, FullKind, payload)
		key := FullName{Generation: 3, Sort: ManifestObject, Hash: signed.ShortOf(hash)}.String()
		if got, err := ReadManifest(key, data, testWhole.Network, testCover, keys); err == nil {
			if again, _, err := WriteManifest(id, testCover, got); err != nil || again != key {
				t.Fatalf("two forms of one manifest: %v", err)
			}
		}
	})
}

func FuzzReadCosignature(f *testing.F) {
	id := newIdentity(f)
	keys := onlyKey(id.Device(), id.SignKey())
	f.Add(signed.Encode(cosignForm{Network: testWhole.Network, Generation: 3, Wall: 7}))
	f.Fuzz(func(t *testing.T, payload []byte) {
		hash, data := said(t, id, FullPrefix, CosignKind, payload)
		key := FullName{Generation: 3, Sort: CosignObject, Device: id.Device(), Hash: signed.ShortOf(hash)}.String()
		if got, err := ReadCosignature(key, data, testWhole.Network, testCover, keys); err == nil && got.Network != testWhole.Network {
			t.Fatal("another network's")
		}
	})
}
