package snapshot

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

const segmentDevice = "aaaabbbbccccdddd"

// enclose makes deltas of these bytes; a segment doesn't look inside.
func enclose(first uint64, contents ...[]byte) (all []Enclosed) {
	for i, data := range contents {
		all = append(all, Enclosed{Data: data, Name: Name{Time: orderTime.Add(time.Duration(i) * time.Minute), Device: segmentDevice,
			Number: first + uint64(i), Hash: signed.ShortOf(signed.HashOf(data))}})
	}
	return all
}

func TestASegmentGivesBackItsDeltasByteForByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		deltas := enclose(rapid.Uint64Range(1, 1<<50).Draw(t, "first"), rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 300), 1, 40).Draw(t, "deltas")...)
		key, object, err := WriteSegment(deltas)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadSegment(key, object)
		if err != nil || len(back) != len(deltas) {
			t.Fatal(err)
		}
		for i := range deltas {
			if back[i].Name != deltas[i].Name || !bytes.Equal(back[i].Data, deltas[i].Data) {
				t.Fatalf("%+v is now %+v", deltas[i], back[i])
			}
		}
		if again, same, _ := WriteSegment(back); again != key || !bytes.Equal(same, object) {
			t.Fatal("two objects of one segment")
		}
	})
}

func TestTheDeltasOfASegmentAreStillBelievedOnlyBySignature(t *testing.T) {
	d := newDesk(t)
	data := d.seal(t, d.edit(1, "mem_aaaa", "Ada"))
	key, object, err := WriteSegment([]Enclosed{{Name: d.name(data), Data: data}})
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadSegment(key, object)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(back[0].Name, back[0].Data, d.expect()); err != nil {
		t.Error(err)
	}
	elsewhere := d.expect()
	elsewhere.Network = "net_another"
	if _, err := Open(back[0].Name, back[0].Data, elsewhere); !fault.Is(err, "delta_forged") {
		t.Errorf("in another network: %v", err)
	}
	// Somebody who puts the delta under another number or laptop gets nowhere either.
	late := back[0]
	late.Name.Number = 2
	key, object, _ = WriteSegment([]Enclosed{late})
	if back, err := ReadSegment(key, object); err != nil {
		t.Error(err)
	} else if _, err := Open(back[0].Name, back[0].Data, d.expect()); !fault.Is(err, "delta_misnamed") {
		t.Errorf("under another number: %v", err)
	}
}

func TestEveryFlippedBitAndEveryCutOfASegmentIsRefused(t *testing.T) {
	key, object, err := WriteSegment(enclose(5, []byte("one delta"), []byte("another"), nil))
	if err != nil {
		t.Fatal(err)
	}
	refused := func(bad []byte, at int) {
		t.Helper()
		if _, err := ReadSegment(key, bad); !fault.Is(err, "segment_unreadable") {
			t.Fatalf("at %d: %v", at, err)
		}
		// Under a name made for it, it must not be taken for a segment of another form.
		n, _ := ParseSegmentName(key)
		n.Hash = signed.ShortOf(signed.HashOf(bad))
		if deltas, err := ReadSegment(n.String(), bad); err == nil {
			if again, _, err := WriteSegment(deltas); err != nil || again != n.String() {
				t.Fatalf("at %d: two forms of one segment", at)
			}
		}
	}
	for i := range object {
		for bit := range 8 {
			bad := bytes.Clone(object)
			bad[i] ^= 1 << bit
			refused(bad, i)
		}
		refused(object[:i], i)
	}
	refused(append(bytes.Clone(object), 0), len(object))
}

func TestSegmentsThatContradictThemselvesOrAreBombsAreRefused(t *testing.T) {
	read := func(object []byte, last uint64) error {
		_, err := ReadSegment(SegmentName{Device: segmentDevice, First: 1, Last: last, Hash: signed.ShortOf(signed.HashOf(object))}.String(), object)
		return err
	}
	one := segment{Kind: SegmentKind, Deltas: []enclosure{{Time: 7, Data: []byte("x")}}}
	if err := read(signed.Encode(one), 1); err != nil {
		t.Fatal(err)
	}
	late := segment{Kind: SegmentKind, Deltas: []enclosure{{Time: latest + 1}}}
	for name, object := range map[string][]byte{"nothing": {}, "a time too late": signed.Encode(late), "deep": bytes.Repeat([]byte{0x81}, 100_000),
		"huge array": append(signed.Encode(SegmentKind), 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "none": signed.Encode(segment{Kind: SegmentKind})} {
		if err := read(object, 1); !fault.Is(err, "segment_unreadable") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := read(signed.Encode(one), 2); !fault.Is(err, "segment_unreadable") {
		t.Errorf("another count: %v", err)
	}
	if err := read(signed.Encode(segment{Kind: "carnet-segment-2"}), 1); !fault.Is(err, "segment_newer") {
		t.Error(err)
	}
	if err := read(make([]byte, MaxObject+1), 1); !fault.Is(err, "segment_too_large") {
		t.Error(err)
	}
	gap := enclose(1, []byte("a"), []byte("b"))
	gap[1].Name.Number = 3
	foreign := enclose(1, []byte("a"), []byte("b"))
	foreign[1].Name.Device = "bbbbccccddddeeee"
	misnamed := enclose(1, []byte("a"))
	misnamed[0].Data = []byte("b")
	for name, deltas := range map[string][]Enclosed{"none": nil, "gap": gap, "foreign": foreign, "misnamed": misnamed, "number 0": enclose(0, []byte("a"))} {
		if _, _, err := WriteSegment(deltas); !fault.Is(err, "segment_invalid") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASegmentIsFilledUpToItsLimit(t *testing.T) {
	deltas := enclose(1, make([]byte, 2<<20), make([]byte, 1<<20), make([]byte, 1<<20), []byte("x"))
	n := Fits(deltas)
	if n != 2 {
		t.Fatal(n)
	}
	if _, object, err := WriteSegment(deltas[:n]); err != nil || len(object) > MaxObject {
		t.Error(err)
	}
	if _, _, err := WriteSegment(deltas); !fault.Is(err, "segment_invalid") {
		t.Error(err)
	}
	if many := enclose(1, make([][]byte, MaxSegmentDeltas+1)...); Fits(many) != MaxSegmentDeltas {
		t.Error(Fits(many))
	}
}

func TestSegmentNamesHaveOneForm(t *testing.T) {
	const want = "seg/aaaabbbbccccdddd-7-4102-4oymiquy7qobjgx36tejs35zeq"
	if n, err := ParseSegmentName(want); err != nil || n.First != 7 || n.Count() != 4096 || n.String() != want {
		t.Errorf("%+v %v", n, err)
	}
	for _, bad := range []string{"", want + "a", want[1:], strings.Replace(want, "-7-", "-07-", 1), strings.Replace(want, "-7-", "-0-", 1), strings.Replace(want, "4102", "6", 1),
		strings.Replace(want, "4102", "4103", 1), strings.Replace(want, "4102", "18446744073709551615", 1), strings.Replace(want, "aaaa", "AAAA", 1), "log/" + want[4:]} {
		if _, err := ParseSegmentName(bad); !fault.Is(err, "segment_misnamed") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestTheGoldenSegmentIsStillRead(t *testing.T) {
	deltas := enclose(5, []byte("one delta"), []byte("another"))
	key, object, err := WriteSegment(deltas)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "segment-1", strings.TrimPrefix(key, SegmentPrefix))
	if os.Getenv("CARNET_GOLDEN") == "write" && (os.MkdirAll(filepath.Dir(path), 0o755) != nil || os.WriteFile(path, object, 0o644) != nil) {
		t.Fatal("not written")
	}
	kept, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(kept, object) {
		t.Fatalf("the same deltas give another segment: %v", err)
	}
	if back, err := ReadSegment(key, kept); err != nil || !reflect.DeepEqual(back, deltas) {
		t.Errorf("%+v %v", back, err)
	}
}

func FuzzReadSegment(f *testing.F) {
	_, object, _ := WriteSegment(enclose(1, []byte("one delta"), []byte("another")))
	f.Add(object, uint64(2))
	f.Add([]byte{0x82}, uint64(1))
	f.Fuzz(func(t *testing.T, object []byte, count uint64) {
		n := SegmentName{Device: segmentDevice, First: 1, Last: count, Hash: signed.ShortOf(signed.HashOf(object))}
		if deltas, err := ReadSegment(n.String(), object); err == nil {
			if key, again, err := WriteSegment(deltas); err != nil || key != n.String() || !bytes.Equal(again, object) {
				t.Fatalf("two forms of one segment: %v", err)
			}
		}
	})
}

func FuzzParseSegmentName(f *testing.F) {
	f.Add("seg/aaaabbbbccccdddd-7-4102-4oymiquy7qobjgx36tejs35zeq")
	f.Fuzz(func(t *testing.T, key string) {
		if n, err := ParseSegmentName(key); err == nil && (n.String() != key || n.Count() > MaxSegmentDeltas) {
			t.Errorf("%q has two forms", key)
		}
	})
}
