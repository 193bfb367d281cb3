package snapshot

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// anyChanges draws a set of changes: twins, dots of changes that are not there, odd names and values.
func anyChanges() *rapid.Generator[[]store.Change] {
	device := rapid.SampledFrom([]string{"aaaabbbbccccdddd", "bbbbccccddddeeee", "zz", "ééé"})
	kind := rapid.SampledFrom([]store.Kind{store.KindMember, store.KindScan, store.KindConsent, "later"})
	record := rapid.OneOf(rapid.SampledFrom([]string{"mem_aaaabbbbccccdddd", "mem_aaaabbbbccccddde", "x", "_aaaabbbbccccdddd", "mem_aaaabbbbccccddd1", "é_aaaabbbbccccdddd"}),
		rapid.StringMatching(`[a-z]{3}_[a-z2-7]{16}`), rapid.StringN(1, 20, 60).Filter(isName))
	field := rapid.OneOf(rapid.SampledFrom([]string{"~", "given", "email", "fact", "chapters:chp_aaaabbbbccccdddd", "chapters:é", "chapters", "chapters:"}), rapid.StringN(1, 8, 30).Filter(isName))
	dots := rapid.Custom(func(t *rapid.T) []store.Dot {
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) store.Dot {
			return store.Dot{Device: device.Draw(t, "owner"), Seq: rapid.Uint64Range(1, 1<<63).Draw(t, "seq")}
		}), 0, 3).Draw(t, "dots")
		slices.SortFunc(list, compareDots)
		if list = slices.Compact(list); len(list) == 0 {
			return nil
		}
		return list
	})
	one := rapid.Custom(func(t *rapid.T) store.Change {
		c := store.Change{Kind: kind.Draw(t, "kind"), Record: record.Draw(t, "record"), Field: field.Draw(t, "field"),
			Stamp: store.Stamp{Wall: rapid.OneOf(rapid.Int64Range(1_795_000_000_000, 1_795_000_000_005), rapid.Int64Range(0, 1<<62)).Draw(t, "wall"),
				Logical: rapid.OneOf(rapid.Just(uint32(0)), rapid.Uint32()).Draw(t, "logical"),
				Dot:     store.Dot{Device: device.Draw(t, "device"), Seq: rapid.OneOf(rapid.Uint64Range(1, 12), rapid.Uint64Range(1, 1<<62)).Draw(t, "seq")}}}
		c.Replaces = slices.DeleteFunc(dots.Draw(t, "replaces"), func(d store.Dot) bool { return d == c.Dot })
		if len(c.Replaces) == 0 {
			c.Replaces = nil
		}
		c.Seen = dots.Draw(t, "seen")
		c.Value = anyValue(t, &c)
		return c
	})
	return rapid.Custom(func(t *rapid.T) []store.Change {
		all := rapid.SliceOfN(one, 1, 60).Draw(t, "changes")
		slices.SortFunc(all, func(a, b store.Change) int {
			if c := comparePlaces(&a, &b); c != 0 {
				return c
			}
			return compareContent(&a, &b)
		})
		return slices.CompactFunc(all, func(a, b store.Change) bool { return comparePlaces(&a, &b) == 0 && compareContent(&a, &b) == 0 })
	})
}

func anyValue(t *rapid.T, c *store.Change) []byte {
	var value any
	switch rapid.IntRange(0, 8).Draw(t, "sort") {
	case 0:
		return nil
	case 1:
		value = true
	case 2:
		value = rapid.Int64().Draw(t, "number")
	case 3:
		value = strings.Repeat("é", rapid.SampledFrom([]int{0, 11, 12, 127, 128, 32_766}).Draw(t, "long"))
	case 4:
		value = rapid.StringMatching(`[a-z]{3}_[a-z2-7]{16}`).Draw(t, "id")
	case 5, 6:
		f := store.ScanFact{Meeting: rapid.SampledFrom([]string{"mtg_aaaabbbbccccdddd", "mtg_bbbbbbbbccccdddd", "m", ""}).Draw(t, "meeting"), Member: "mem_aaaabbbbccccddde",
			Kind: rapid.SampledFrom([]string{"in", "out", "undo", "later"}).Draw(t, "pass"), At: rapid.Int64Range(-3, 1<<60).Draw(t, "at"), Station: rapid.SampledFrom([]string{"", "A", "Porte É"}).Draw(t, "station"),
			Nonce: rapid.OneOf(rapid.StringMatching(`([0-9a-f]{2}){0,20}`), rapid.StringMatching(`[a-z2-7]{0,30}`), rapid.StringMatching(`scn_[a-z2-7]{16}`), rapid.String()).Draw(t, "nonce"), Undoes: rapid.SampledFrom([]string{"", "scn_aaaabbbbccccdddd"}).Draw(t, "undoes")}
		if value = f; c.Kind == store.KindScan && rapid.Bool().Draw(t, "own id") {
			c.Record, c.Field = store.ScanID(f), "fact"
		}
	case 7:
		value = map[int]any{0: "odd", 3: rapid.Int().Draw(t, "inside")}
	default:
		value = rapid.String().Draw(t, "text")
	}
	data, err := canonicalCBOR.Marshal(value)
	if err != nil || len(data) > maxPartValue {
		t.Fatal(err)
	}
	return data
}

func TestAFullSnapshotGivesBackExactlyWhatItWasMadeOf(t *testing.T) {
	draw := anyChanges()
	rapid.Check(t, func(rt *rapid.T) {
		changes := draw.Draw(rt, "set")
		l := shelveCut(t, testWhole, rapid.SampledFrom([]int{1, 100, gatherWeight}).Draw(rt, "room"), inOrder(changes))
		back, err := l.read()
		if err != nil {
			rt.Fatal(err)
		}
		if !reflect.DeepEqual(back, changes) {
			for i := range changes {
				if i >= len(back) || !reflect.DeepEqual(back[i], changes[i]) {
					rt.Fatalf("change %d\n got %+v\nwant %+v", i, back[min(i, len(back)-1)], changes[i])
				}
			}
			rt.Fatalf("%d changes came back of %d", len(back), len(changes))
		}
	})
}

func TestAFullSnapshotOfManyPartsSharesNamesBetweenThem(t *testing.T) {
	in := invent(300, 3_000)
	l := shelveCut(t, testWhole, 8<<10, in.seq())
	back, err := l.read()
	if err != nil || len(l.m.Parts) < 8 || !reflect.DeepEqual(back, in.changes) {
		t.Fatalf("%d parts, %d changes of %d: %v", len(l.m.Parts), len(back), len(in.changes), err)
	}
}

func TestEveryLaptopFindsTheSameRootWhateverTheOrderOfTwins(t *testing.T) {
	in := invent(50, 200)
	twin := in.changes[7]
	twin.Value = []byte{0x61, 'x'}
	one := slices.Insert(slices.Clone(in.changes), 7, twin)
	two := slices.Insert(slices.Clone(in.changes), 8, twin)
	sums, err := SumFull(inOrder(one))
	if err != nil {
		t.Fatal(err)
	}
	again, err := SumFull(inOrder(two))
	if err != nil || RootOf(sums) != RootOf(again) || RootOf(sums) != shelve(t, testWhole, inOrder(one)).m.Root {
		t.Errorf("two roots of one state: %v", err)
	}
	if less, _ := SumFull(inOrder(in.changes)); RootOf(less) == RootOf(sums) {
		t.Error("one root of two states")
	}
}

func TestChangesOutOfOrderAreNotWritten(t *testing.T) {
	in := invent(20, 20)
	swapped := slices.Clone(in.changes)
	swapped[3], swapped[4] = swapped[4], swapped[3]
	nameless := slices.Clone(in.changes)
	nameless[5].Field = ""
	for name, list := range map[string][]store.Change{"swapped": swapped, "twice": slices.Insert(slices.Clone(in.changes), 3, in.changes[3]), "nameless": nameless} {
		if _, err := SumFull(inOrder(list)); !fault.Is(err, "full_disordered") {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("broken")
	if _, err := SumFull(func(yield func(store.Change, error) bool) { yield(store.Change{}, broken) }); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestPartsTooLargeAreCutInHalves(t *testing.T) {
	var changes []store.Change
	for i := range 150 {
		r := rand.NewChaCha8([32]byte{byte(i)})
		value := append([]byte{0x59, 0xff, 0xf0}, make([]byte, 0xfff0)...)
		_, _ = r.Read(value[3:])
		changes = append(changes, store.Change{Kind: "later", Record: "r", Field: "f", Value: value,
			Stamp: store.Stamp{Wall: int64(i), Dot: store.Dot{Device: "d", Seq: uint64(i) + 1}}})
	}
	l := shelveCut(t, testWhole, 1<<30, inOrder(changes))
	if back, err := l.read(); err != nil || len(l.m.Parts) < 3 || !reflect.DeepEqual(back, changes) {
		t.Fatalf("%d parts: %v", len(l.m.Parts), err)
	}
}

// small is a full snapshot of one part that has some of everything.
func small(t testing.TB) (*library, []store.Change) {
	in := invent(3, 4)
	changes := in.changes
	changes[0].Replaces = []store.Dot{{Device: "aaaabbbbccccdddd", Seq: 7}}
	changes[1].Value = nil
	return shelve(t, testWhole, inOrder(changes)), changes
}

func TestEveryFlippedBitAndEveryCutOfAPartIsRefused(t *testing.T) {
	l, _ := small(t)
	key := l.m.PartKey(0)
	good := l.objects[key]
	refused := func(bad []byte, what string) {
		t.Helper()
		l.objects[key] = bad
		if _, err := l.read(); !fault.Is(err, "full_altered") {
			t.Fatalf("%s: %v", what, err)
		}
		// Even under a manifest that speaks of just these bytes the seal does not hold.
		lying := *l.m
		lying.Parts = []PartSum{{Hash: l.m.Parts[0].Hash, Size: uint64(len(bad)), Changes: l.m.Parts[0].Changes, Object: signed.ShortOf(signed.HashOf(bad))}}
		for _, err := range ReadFull(&lying, testKeys, func(string) ([]byte, error) { return bad, nil }) {
			if err == nil {
				t.Fatalf("%s: opened under a lying manifest", what)
			}
		}
	}
	for i := range good {
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			refused(bad, "bit "+strconv.Itoa(bit)+" of byte "+strconv.Itoa(i))
		}
		refused(good[:i], "cut at "+strconv.Itoa(i))
	}
	refused(append(bytes.Clone(good), 0), "a byte more")
}

func TestAPartOpensOnlyInItsOwnPlace(t *testing.T) {
	in := invent(40, 400)
	l := shelveCut(t, testWhole, 4<<10, in.seq())
	open := func(of Whole, number int, object []byte) error {
		m := &Manifest{Whole: of, Parts: make([]PartSum, number+1)}
		m.Parts[number] = PartSum{Hash: l.m.Parts[0].Hash, Size: uint64(len(object)), Object: signed.ShortOf(signed.HashOf(object))}
		_, err := m.open(number, object, testKeys)
		return err
	}
	object := l.objects[l.m.PartKey(0)]
	if err := open(testWhole, 0, object); err != nil {
		t.Fatal(err)
	}
	network, round, scope := testWhole, testWhole, testWhole
	network.Network, round.Generation, scope.Scope = "net_another", 4, "off_another"
	for name, err := range map[string]error{"network": open(network, 0, object), "generation": open(round, 0, object), "scope": open(scope, 0, object), "number": open(testWhole, 1, object)} {
		if !fault.Is(err, "full_unreadable") {
			t.Errorf("another %s: %v", name, err)
		}
	}
	swapped := *l.m
	swapped.Parts = slices.Clone(l.m.Parts)
	swapped.Parts[0], swapped.Parts[1] = swapped.Parts[1], swapped.Parts[0]
	for _, err := range ReadFull(&swapped, testKeys, l.get) {
		if err == nil {
			t.Fatal("parts in another order were read")
		}
		break
	}
	for _, err := range ReadFull(l.m, func(string) ([32]byte, bool) { return [32]byte{}, false }, l.get) {
		if !fault.Is(err, "missing_key") {
			t.Error(err)
		}
	}
	late := *l.m
	late.Frontier = slices.Clone(l.m.Frontier)
	late.Frontier[0].Last--
	beyond := false
	for _, err := range ReadFull(&late, testKeys, l.get) {
		beyond = beyond || fault.Is(err, "full_beyond_frontier")
	}
	if !beyond {
		t.Error("a change beyond the frontier was read")
	}
}

// forged seals any content as a part, as a laptop with the key could.
func forged(t testing.TB, content []byte) *library {
	t.Helper()
	box, err := closeBox([32]byte{1, 2, 3}, testWhole.bound(0), content)
	if err != nil {
		t.Fatal(err)
	}
	object := signed.Encode(partForm{Kind: partKind, Key: testKeyID, Box: box})
	plain, _ := decompress(content)
	m := &Manifest{Whole: testWhole, Parts: []PartSum{{Hash: signed.HashOf(plain), Size: uint64(len(object)), Changes: 1, Object: signed.ShortOf(signed.HashOf(object))}}}
	return &library{m: m, objects: map[string][]byte{m.PartKey(0): object}}
}

func TestBombsAndLyingCountsInAPartAreRefused(t *testing.T) {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	bomb := z.EncodeAll(make([]byte, 256<<20), []byte{packedZstd})
	zeros := z.EncodeAll(make([]byte, maxPartPlain+1), []byte{packedZstd})
	counts := func(change func(*partColumns)) []byte {
		_, changes := small(t)
		var plain []byte
		k := cutter{names: newNameWriter(), room: gatherWeight, emit: func(p []byte, _ int) error { plain = p; return nil }}
		if err := k.all(inOrder(changes)); err != nil {
			t.Fatal(err)
		}
		var f partColumns
		if err := signed.DecodeCanonical(plain, &f); err != nil {
			t.Fatal(err)
		}
		change(&f)
		return compress(signed.Encode(f))
	}
	for name, content := range map[string][]byte{
		"zstd bomb": bomb, "too long": zeros, "nothing": nil, "unknown packing": {7, 1, 2},
		"huge array":   {packedPlain, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"deep":         append([]byte{packedPlain}, bytes.Repeat([]byte{0x81}, 100_000)...),
		"changes":      counts(func(f *partColumns) { f.Changes = 1 << 40 }),
		"records":      counts(func(f *partColumns) { f.Records = f.Changes + 1 }),
		"dots":         counts(func(f *partColumns) { f.Dots = 1 << 40 }),
		"names":        counts(func(f *partColumns) { f.Names.Count = 1 << 40 }),
		"runs":         counts(func(f *partColumns) { f.Runs = packNumbers([]uint64{1 << 63, 1 << 63}) }),
		"a run":        counts(func(f *partColumns) { f.Counts = nil }),
		"a kind":       counts(func(f *partColumns) { f.Kinds[0] = "zzz" }),
		"a field less": counts(func(f *partColumns) { f.Fields = f.Fields[1:] }),
		"a column":     counts(func(f *partColumns) { f.Values[0].Columns = nil }),
		"another form": counts(func(f *partColumns) { f.Values[0].Form = valuesFacts }),
		"a value less": counts(func(f *partColumns) { f.Values = f.Values[1:] }),
		"no record":    counts(func(f *partColumns) { f.Refs = nil }),
		"a name more":  counts(func(f *partColumns) { f.Names.Count++; f.Names.Raw = append(f.Names.Raw, make([]byte, 10)...) }),
	} {
		if _, err := forged(t, content).read(); !fault.Is(err, "full_unreadable") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNumbersHaveOneForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.OneOf(rapid.Uint64Range(0, 300), rapid.Uint64())).Draw(t, "numbers")
		packed := packNumbers(list)
		back, err := unpackNumbers(packed, len(list))
		if err != nil || !slices.Equal(back, list) {
			t.Fatalf("%v: %v", back, err)
		}
		bad := bytes.Clone(packed)
		if len(bad) == 0 {
			return
		}
		bad[rapid.IntRange(0, len(bad)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if other, err := unpackNumbers(bad, len(list)); err == nil && !bytes.Equal(packNumbers(other), bad) {
			t.Fatalf("%x has two forms", other)
		}
	})
}

func TestAScansIDFollowsFromItsFactAsInTheStore(t *testing.T) {
	f := fact{meeting: "mtg_a", member: "mem_b", kind: "in", nonce: strings.Repeat("n", 250)}
	id := store.ScanID(store.ScanFact{Meeting: f.meeting, Member: f.member, Kind: f.kind, Nonce: f.nonce})
	if f.id() != id || !f.makes(id) || f.makes("scn_aaaabbbbccccdddd") || f.makes("") {
		t.Error(f.id(), id)
	}
}

func TestFullNamesHaveOneForm(t *testing.T) {
	hash := signed.ShortOf(signed.HashOf(nil))
	const letters = "4oymiquy7qobjgx36tejs35zeq"
	for want, n := range map[string]FullName{
		"full/00000003/network-12-" + letters:                      {Generation: 3, Sort: PartObject, Number: 12, Hash: hash},
		"full/00000003/off_abc-manifest-" + letters:                {Generation: 3, Scope: "off_abc", Sort: ManifestObject, Hash: hash},
		"full/99999999/network-cosign-aaaabbbbccccdddd-" + letters: {Generation: 99_999_999, Sort: CosignObject, Device: "aaaabbbbccccdddd", Hash: hash},
	} {
		if got, err := ParseFullName(want); err != nil || got != n || n.String() != want {
			t.Errorf("%s: %+v %v", want, got, err)
		}
		for _, bad := range []string{"", want + "a", want[1:], want[:len(want)-1], strings.Replace(want, "000", "00", 1), strings.Replace(want, "-12-", "-012-", 1),
			strings.Replace(want, "-12-", "-4096-", 1), strings.Replace(want, "manifest", "manifesto", 1), strings.Replace(want, "9999", "99999", 1), strings.Replace(want, "99999999", "00000000", 1),
			strings.Replace(want, "off_abc", "../../etc", 1), strings.Replace(want, "off_abc", "", 1), strings.Replace(want, "cosign-aaaa", "cosign-AAAA", 1), strings.ToUpper(want)} {
			if _, err := ParseFullName(bad); bad != want && !fault.Is(err, "full_misnamed") {
				t.Errorf("%q: %v", bad, err)
			}
		}
	}
}

func TestTheGoldenFullSnapshotIsStillRead(t *testing.T) {
	_, changes := small(t)
	path := filepath.Join("testdata", "full-1", "part")
	if os.Getenv("CARNET_GOLDEN") == "write" {
		l, _ := small(t)
		if os.MkdirAll(filepath.Dir(path), 0o755) != nil || os.WriteFile(path, l.objects[l.m.PartKey(0)], 0o644) != nil {
			t.Fatal("not written")
		}
	}
	object, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l, _ := small(t)
	l.m.Parts[0].Size, l.m.Parts[0].Object = uint64(len(object)), signed.ShortOf(signed.HashOf(object))
	l.objects = map[string][]byte{l.m.PartKey(0): object}
	if back, err := l.read(); err != nil || !reflect.DeepEqual(back, changes) {
		t.Errorf("%d changes of %d: %v", len(back), len(changes), err)
	}
	if got := signed.Letters(signed.ShortOf(l.m.Root)); got != goldenRoot {
		t.Errorf("the root of these changes was %s and is now %s", goldenRoot, got)
	}
}

const goldenRoot = "4almwvvss5z47jisyuxzkbpm4y"

func FuzzUnpackPart(f *testing.F) {
	for _, in := range []*invented{invent(2, 3), invent(5, 0)} {
		k := cutter{names: newNameWriter(), room: gatherWeight, emit: func(p []byte, _ int) error { f.Add(p); return nil }}
		if err := k.all(in.seq()); err != nil {
			f.Fatal(err)
		}
	}
	f.Add([]byte{0x93, 0x01})
	f.Fuzz(func(t *testing.T, plain []byte) {
		p, err := unpackPart(&nameReader{}, plain)
		if err != nil {
			return
		}
		upTo := store.Frontier{}
		for _, device := range p.form.Devices {
			upTo[device] = 1<<64 - 1
		}
		if p.within(upTo) != nil {
			return
		}
		var changes, back []store.Change
		for _, at := range p.order {
			changes = append(changes, p.change(at))
		}
		k := cutter{names: newNameWriter(), room: 1 << 30, emit: func(again []byte, _ int) error {
			names := &nameReader{}
			p, err := unpackPart(names, again)
			if err != nil {
				return err
			}
			for _, at := range p.order {
				back = append(back, p.change(at))
			}
			return nil
		}}
		if err := k.all(inOrder(changes)); err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		if len(back) == len(changes) && !reflect.DeepEqual(back, changes) {
			t.Fatal("changed on the way")
		}
	})
}

func FuzzParseFullName(f *testing.F) {
	f.Add("full/00000003/network-12-4oymiquy7qobjgx36tejs35zeq")
	f.Add("full/00000003/network-cosign-aaaabbbbccccdddd-4oymiquy7qobjgx36tejs35zeq")
	f.Fuzz(func(t *testing.T, key string) {
		if n, err := ParseFullName(key); err == nil && n.String() != key {
			t.Errorf("%q has two forms", key)
		}
	})
}
