package snapshot

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"

	"example.org/carnet/store"
)

// invented is a network that never was: members whom some laptops wrote down, and scans at the doors
// of their meetings. The same numbers give the same network.
type invented struct {
	changes []store.Change // in canonical order
	members []map[string]any
	scans   []map[string]any // in the order of their times
}

var (
	syllables = strings.Fields("Bou Char Dé Fla Ga Ghi Hé La Le Ma Mé Mi Nad Ou Pel Quen Ri Ro Sé Tan Trem Val Zo cha bel lan ler mon né quet ran tha vi")
	endings   = strings.Fields("ard beau blay deau elle gny ieux lac mont neault quin rault son tier ville")
)

func inventName(n int) string {
	return syllables[n%len(syllables)] + syllables[n/7%len(syllables)] + endings[n/len(syllables)%len(endings)]
}

func invent(members, scans int) *invented {
	in := &invented{}
	r := rand.New(rand.NewPCG(2026, 11))
	id := func(prefix string) string {
		var b [10]byte
		binary.BigEndian.PutUint64(b[:], r.Uint64())
		binary.BigEndian.PutUint16(b[8:], uint16(r.Uint32()))
		return prefix + "_" + rawBase32.EncodeToString(b[:])
	}
	laptops := make([]inventedLaptop, 15)
	for i := range laptops {
		laptops[i] = inventedLaptop{name: id("")[1:], office: id("off"), wall: 1_790_000_000_000}
	}
	communities, people := list(max(members/20, 5), func(int) string { return id("com") }), list(members, func(int) string { return id("mem") })
	chapters := list(10, func(int) string { return id("chp") })
	for n, person := range people {
		l := &laptops[n*len(laptops)/len(people)]
		given, family := inventName(r.IntN(3000)), inventName(r.IntN(25000))
		fields := map[string]any{"given": given, "family": family, "email": fmt.Sprintf("%s.%s%d@ville%d.example.org", strings.ToLower(given), strings.ToLower(family), n, r.IntN(5000)),
			"title": []string{"Mairesse", "Conseiller", "Directrice générale", "Coordonnatrice, climat", "Chief of Staff"}[r.IntN(5)], "role": []string{"elected", "staff", "partner"}[r.IntN(3)],
			"community": communities[r.IntN(len(communities))], "language": []string{"fr", "en"}[r.IntN(2)], "office": l.office}
		if r.IntN(4) > 0 {
			fields["phone"] = fmt.Sprintf("+1 555 %03d-%04d", n/10000, r.IntN(10000))
		}
		l.wall += int64(r.IntN(300))
		row := map[string]any{"id": person, "chapters": []string{}}
		for _, name := range []string{"given", "family", "email", "phone", "role", "title", "community", "language", "office"} {
			if value, has := fields[name]; has {
				in.changes = append(in.changes, l.change(store.KindMember, person, name, value))
				row[name] = value
			}
		}
		for _, chapter := range chapters {
			if r.IntN(6) == 0 {
				in.changes = append(in.changes, l.change(store.KindMember, person, "chapters:"+chapter, true))
				row["chapters"] = append(row["chapters"].([]string), chapter)
			}
		}
		in.members = append(in.members, row)
	}
	meetings := scans/400 + 1
	for m := range meetings {
		meeting, first := id("mtg"), 1_791_000_000_000+int64(m)*36_000_000
		doors := 1 + r.IntN(3)
		office := r.IntN(len(laptops))
		for door := range doors {
			l := &laptops[(office+door)%len(laptops)]
			at := first + int64(r.IntN(60_000))
			for range 400 / doors {
				if len(in.scans) == scans {
					break
				}
				at += int64(3_000 + r.IntN(20_000))
				f := store.ScanFact{Meeting: meeting, Member: people[r.IntN(len(people))], Kind: []string{"in", "in", "in", "out"}[r.IntN(4)], At: at,
					Station: string(rune('A' + door)), Nonce: id("scn")}
				l.wall = max(l.wall, at+int64(2+r.IntN(40)))
				in.changes = append(in.changes, l.change(store.KindScan, store.ScanID(f), "fact", f))
				in.scans = append(in.scans, map[string]any{"id": store.ScanID(f), "meeting": f.Meeting, "member": f.Member, "kind": f.Kind, "at": f.At, "station": f.Station, "nonce": f.Nonce})
			}
		}
	}
	slices.SortFunc(in.changes, func(a, b store.Change) int { return comparePlaces(&a, &b) })
	slices.SortStableFunc(in.scans, func(a, b map[string]any) int { return int(a["at"].(int64) - b["at"].(int64)) })
	return in
}

func list(n int, make func(int) string) (all []string) {
	for i := range n {
		all = append(all, make(i))
	}
	return all
}

type inventedLaptop struct {
	name, office string
	wall         int64
	seq          uint64
}

func (l *inventedLaptop) change(kind store.Kind, record, field string, value any) store.Change {
	l.seq++
	data, err := canonicalCBOR.Marshal(value)
	if err != nil {
		panic(err)
	}
	return store.Change{Kind: kind, Record: record, Field: field, Value: data,
		Stamp: store.Stamp{Wall: l.wall, Dot: store.Dot{Device: l.name, Seq: l.seq}}}
}

var canonicalCBOR, _ = cbor.CoreDetEncOptions().EncMode()

func (in *invented) seq() iter.Seq2[store.Change, error] { return inOrder(in.changes) }

func inOrder(changes []store.Change) iter.Seq2[store.Change, error] {
	return func(yield func(store.Change, error) bool) {
		for _, c := range changes {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// asRows gives how large the same rows are as lines of JSON under zstd's best level.
func (in *invented) asRows(t testing.TB) (packed, plain int64) {
	count := &counted{}
	z, err := zstd.NewWriter(count, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		t.Fatal(err)
	}
	plainCount := &counted{}
	lines := json.NewEncoder(io.MultiWriter(z, plainCount))
	for _, rows := range [][]map[string]any{in.members, in.scans} {
		for _, row := range rows {
			if err := lines.Encode(row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return count.n, plainCount.n
}

type counted struct{ n int64 }

func (c *counted) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	return len(b), nil
}

// library is a bucket that holds one full snapshot.
type library struct {
	m       *Manifest
	objects map[string][]byte
}

var testWhole = Whole{Network: "net_aaaabbbbccccdddd", Generation: 3}

const testKeyID = "kkkkllllmmmmnnnn"

func testKeys(id string) ([32]byte, bool) { return [32]byte{1, 2, 3}, id == testKeyID }

func shelve(t testing.TB, of Whole, changes iter.Seq2[store.Change, error]) *library {
	return shelveCut(t, of, gatherWeight, changes)
}

// shelveCut cuts parts earlier than usual.
func shelveCut(t testing.TB, of Whole, room int, changes iter.Seq2[store.Change, error]) *library {
	t.Helper()
	l := &library{m: &Manifest{Whole: of}, objects: map[string][]byte{}}
	upTo := map[string]uint64{}
	watched := func(yield func(store.Change, error) bool) {
		for c, err := range changes {
			upTo[c.Device] = max(upTo[c.Device], c.Seq)
			if !yield(c, err) {
				return
			}
		}
	}
	writeFull(of, room, testKeyID, testKeys, watched, func(part FullPart, err error) bool {
		if err != nil {
			t.Fatal(err)
		}
		if part.Number != len(l.m.Parts) || len(part.Object) > MaxPart {
			t.Fatalf("part %d has %d bytes", part.Number, len(part.Object))
		}
		l.m.Parts = append(l.m.Parts, part.PartSum)
		l.objects[part.Key] = part.Object
		return true
	})
	for device, last := range upTo {
		l.m.Frontier = append(l.m.Frontier, Place{Device: device, Number: 1, Last: last})
	}
	l.m.Root, l.m.Author = RootOf(l.m.Parts), "aaaabbbbccccdddd"
	slices.SortFunc(l.m.Frontier, func(a, b Place) int { return strings.Compare(a.Device, b.Device) })
	return l
}

func (l *library) get(key string) ([]byte, error) { return l.objects[key], nil }

// read gives all that the full holds.
func (l *library) read() (all []store.Change, err error) {
	for c, err := range ReadFull(l.m, testKeys, l.get) {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func (l *library) size() (n int64) {
	for _, object := range l.objects {
		n += int64(len(object))
	}
	return n
}

func TestAFullSnapshotTakesAtMostSevenTenthsOfItsRows(t *testing.T) {
	in := invent(2_000, 20_000)
	rows, _ := in.asRows(t)
	full := shelve(t, testWhole, in.seq()).size()
	t.Logf("2,000 members and 20,000 scans: %d bytes, as packed rows %d, ratio %.3f", full, rows, float64(full)/float64(rows))
	if float64(full) > 0.7*float64(rows) {
		t.Error("too large")
	}
}

// BenchmarkFull100k reports the sizes of a network of 100,000 members and 1,000,000 scans, and how fast
// its full snapshot is read, and read and written anew. Nothing but one part is in memory at a time.
func BenchmarkFull100k(b *testing.B) { benchmarkFull(b, 100_000, 1_000_000) }

// BenchmarkFull10k is a tenth of it.
func BenchmarkFull10k(b *testing.B) { benchmarkFull(b, 10_000, 100_000) }

func benchmarkFull(b *testing.B, members, scans int) {
	in := invent(members, scans)
	rows, _ := in.asRows(b)
	l, count := shelve(b, testWhole, in.seq()), len(in.changes)
	in = nil
	runtime.GC()
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for _, err := range ReadFull(l.m, testKeys, l.get) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != count {
				b.Fatal(n)
			}
		}
		b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "changes/s")
	})
	b.Run("readwrite", func(b *testing.B) {
		for b.Loop() {
			if again := shelve(b, testWhole, ReadFull(l.m, testKeys, l.get)); again.m.Root != l.m.Root {
				b.Fatal("another root")
			}
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "changes/s")
		b.ReportMetric(float64(m.HeapSys)/(1<<20), "MB-heap-ever")
		b.ReportMetric(float64(l.size()), "bytes")
		b.ReportMetric(float64(len(l.m.Parts)), "parts")
		b.ReportMetric(float64(l.size())/float64(rows), "of-packed-rows")
	})
}
