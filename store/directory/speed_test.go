package directory

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
)

// BenchmarkKeystroke types the letters of names, and letters that match nobody, over 100,000 members.
func BenchmarkKeystroke(b *testing.B) {
	places := inventedPlaces(5000)
	d := New()
	cards := inventedCards(100_000, places)
	d.Load(cards, places)
	queries := []Query{}
	r := rand.New(rand.NewPCG(3, 3))
	for range 60 {
		c := cards[r.IntN(len(cards))]
		for _, text := range []string{c.Family, c.Given + " " + c.Family, c.Email, c.Community} {
			for i := 1; i <= len([]rune(text)); i++ {
				queries = append(queries, Query{Text: string([]rune(text)[:i]), Lang: []string{"en", "fr"}[i%2]})
			}
		}
	}
	queries = append(queries, Query{Text: "zzqx"}, Query{Text: "q"}, Query{Text: "a e i"}, Query{Text: "e", Role: "staff", Chapter: "chp_b", Province: "QC", TermEndsBefore: "2027-01-01"})
	times := make([]time.Duration, 0, b.N)
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		d.Members(queries[i%len(queries)])
		times = append(times, time.Since(start))
	}
	report(b, times)
}

func report(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "p50-µs")
}

func BenchmarkLoad(b *testing.B) {
	places := inventedPlaces(5000)
	cards := inventedCards(100_000, places)
	before := resident()
	d := New()
	for b.Loop() {
		d.Load(cards, places)
	}
	b.ReportMetric((resident()-before)/1e6, "MB-held")
	runtime.KeepAlive(d)
	runtime.KeepAlive(cards)
}

func resident() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func BenchmarkPutAndKeystroke(b *testing.B) {
	places := inventedPlaces(5000)
	cards := inventedCards(100_000, places)
	d := New()
	d.Load(cards, places)
	var puts, reads []time.Duration
	for i := 0; b.Loop(); i++ {
		c := cards[i%len(cards)]
		c.Family = fmt.Sprintf("Nouveau %d", i)
		start := time.Now()
		d.PutMember(c)
		puts = append(puts, time.Since(start))
		start = time.Now()
		d.Members(Query{Text: "nou"})
		reads = append(reads, time.Since(start))
	}
	slices.Sort(puts)
	b.ReportMetric(float64(puts[len(puts)*99/100].Microseconds()), "put-p99-µs")
	report(b, reads)
}

func BenchmarkPutMany(b *testing.B) {
	places := inventedPlaces(5000)
	cards := inventedCards(100_000, places)
	for b.Loop() {
		d := New()
		for _, c := range cards {
			d.PutMember(c)
		}
		d.Members(Query{})
	}
}
