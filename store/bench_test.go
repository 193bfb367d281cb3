package store

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func quantile(d []time.Duration, q float64) time.Duration {
	slices.Sort(d)
	return d[min(len(d)-1, int(float64(len(d))*q))]
}

// BenchmarkScanAcknowledged measures one scan, journalled, synced and in the view, against one append and sync of
// 4 KiB to a file beside it, turn by turn in the same run.
func BenchmarkScanAcknowledged(b *testing.B) {
	s := laptop(b, b.TempDir(), "dev_bench")
	raw, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer raw.Close()
	block := make([]byte, 4096)
	var scans, appends []time.Duration
	for i := 0; b.Loop(); i++ {
		started := time.Now()
		_, err := raw.Write(block)
		if err == nil {
			err = raw.Sync()
		}
		if err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		f := ScanFact{Meeting: "mtg_forum", Member: "mem_" + strconv.Itoa(i), Kind: "in", At: middle.UnixMilli(), Station: "North", Nonce: strconv.Itoa(i)}
		scan := Scan{ID: ScanID(f), Fact: f}
		if _, err := s.Edit(func(tx *Tx) error { _, err := tx.Put(scan); return err }); err != nil {
			b.Fatal(err)
		}
		appends, scans = append(appends, middle.Sub(started)), append(scans, time.Since(middle))
	}
	us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	b.ReportMetric(us(quantile(appends, 0.5)), "raw-p50-us")
	b.ReportMetric(us(quantile(appends, 0.99)), "raw-p99-us")
	b.ReportMetric(us(quantile(scans, 0.5)), "scan-p50-us")
	b.ReportMetric(us(quantile(scans, 0.99)), "scan-p99-us")
	b.ReportMetric(us(quantile(scans, 0.5))/us(quantile(appends, 0.5)), "p50-ratio")
	b.ReportMetric(us(quantile(scans, 0.99))/us(quantile(appends, 0.99)), "p99-ratio")
}

var families = strings.Fields("Tremblay Gagnon Roy Côté Bouchard Morin Lavoie Fortin Gagné Smith Brown Martin Wilson MacDonald Campbell Anderson Jones Leblanc Singh Étienne Ouellet Nguyen Kowalski Okpik")

func benchMember(i int) Member {
	return Member{ID: DerivedID(KindMember, strconv.Itoa(i)), Given: "Given" + strconv.Itoa(i%977), Family: families[i%len(families)] + strconv.Itoa(i%613),
		Email: fmt.Sprintf("person.%d@example.org", i), Phone: fmt.Sprintf("+1 555 %07d", i), Role: "staff", Title: "Planner",
		Community: DerivedID(KindCommunity, strconv.Itoa(i%4000)), Language: "fr", Office: "off_toronto", Chapters: []string{"chp_north"}}
}

func benchSteps(n int, record func(int) Record) iter.Seq[func(*Tx) error] {
	return func(yield func(func(*Tx) error) bool) {
		for i := range n {
			r := record(i)
			if !yield(func(tx *Tx) error { _, err := tx.Put(r); return err }) {
				return
			}
		}
	}
}

// BenchmarkBulkLoad measures 100,000 new members, journalled, in the view and in the directory.
func BenchmarkBulkLoad(b *testing.B) {
	for b.Loop() {
		s := laptop(b, b.TempDir(), "dev_bench")
		s.WaitDirectory()
		started := time.Now()
		if n, err := s.EditEach(benchSteps(100_000, func(i int) Record { return benchMember(i) })); n != 100_000 || err != nil {
			b.Fatal(n, err)
		}
		loaded := time.Since(started)
		if _, total := s.WaitDirectory().Members(queryAll); total != 100_000 {
			b.Fatal(total)
		}
		b.ReportMetric(loaded.Seconds(), "load-s")
		started = time.Now()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(started).Seconds(), "close-s")
	}
}

// largeHome makes a home of 100,000 members and 1,000,000 scans once, and keeps it for the next run.
func largeHome(b *testing.B) string {
	b.Helper()
	dir := filepath.Join(os.TempDir(), "carnet-bench-home-1")
	done := dir + ".done"
	if _, err := os.Stat(done); err == nil {
		return dir
	}
	_ = os.RemoveAll(dir)
	s := laptop(b, dir, "dev_bench")
	steps := func(n int, record func(int) Record) {
		if _, err := s.EditEach(benchSteps(n, record)); err != nil {
			b.Fatal(err)
		}
	}
	started := time.Now()
	steps(4000, func(i int) Record {
		return Community{ID: DerivedID(KindCommunity, strconv.Itoa(i)), Name: fmt.Sprintf("Town %d", i), NameFR: fmt.Sprintf("Ville %d", i), Province: "QC", Country: "CA"}
	})
	steps(100_000, func(i int) Record { return benchMember(i) })
	steps(1_000_000, func(i int) Record {
		f := ScanFact{Meeting: DerivedID(KindMeeting, strconv.Itoa(i%2000)), Member: DerivedID(KindMember, strconv.Itoa(i%100_000)), Kind: "in",
			At: 1_760_000_000_000 + int64(i), Station: "North", Nonce: strconv.Itoa(i)}
		return Scan{ID: ScanID(f), Fact: f}
	})
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	b.Logf("built in %s", time.Since(started))
	if err := os.WriteFile(done, nil, 0o600); err != nil {
		b.Fatal(err)
	}
	return dir
}

// resident gives the megabytes of memory this process holds.
func resident(b *testing.B) (all, anonymous float64) {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		parts := strings.Fields(line)
		if len(parts) < 2 {
			continue
		}
		kb, _ := strconv.ParseFloat(parts[1], 64)
		switch parts[0] {
		case "VmRSS:":
			all = kb / 1024
		case "RssAnon:":
			anonymous = kb / 1024
		}
	}
	return all, anonymous
}

// BenchmarkOpenLargeHome measures the way to the first page of members and to a complete directory.
func BenchmarkOpenLargeHome(b *testing.B) {
	dir := largeHome(b)
	debug.FreeOSMemory()
	var first, ready []time.Duration
	for b.Loop() {
		started := time.Now()
		s, err := Open(dir, Options{Key: testKey, Device: "dev_bench"})
		if err != nil {
			b.Fatal(err)
		}
		cards, err := s.FirstMembers("fr", 50)
		if err != nil || len(cards) != 50 {
			b.Fatal(len(cards), err)
		}
		first = append(first, time.Since(started))
		if _, total := s.WaitDirectory().Members(queryAll); total != 100_000 {
			b.Fatal(total)
		}
		ready = append(ready, time.Since(started))
		runtime.GC()
		all, anonymous := resident(b)
		b.ReportMetric(all, "resident-MB")
		b.ReportMetric(anonymous, "anonymous-MB")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(quantile(first, 0.5).Milliseconds()), "first-page-ms")
	b.ReportMetric(float64(quantile(ready, 0.5).Milliseconds()), "directory-ms")
}
