package store

import (
	"fmt"
	"iter"
	"testing"
)

// BenchmarkBootstrap begins from 3,000 members and 30,000 scans.
func BenchmarkBootstrap(b *testing.B) {
	a := laptop(b, memoryDir(b), "dev_a")
	steps := func(yield func(func(*Tx) error) bool) {
		for i := range 3000 {
			m := Member{ID: fmt.Sprintf("mem_%06d", i), Given: "Ada", Family: fmt.Sprintf("Nom%d", i), Email: fmt.Sprintf("m%d@example.org", i), Phone: "555-0100", Role: "staff"}
			if !yield(func(tx *Tx) error { _, err := tx.Put(m); return err }) {
				return
			}
		}
		for i := range 30000 {
			f := ScanFact{Meeting: fmt.Sprintf("mtg_%d", i/400), Member: fmt.Sprintf("mem_%06d", i%3000), Kind: "in", At: int64(i) * 1000, Nonce: fmt.Sprint(i)}
			if !yield(func(tx *Tx) error { _, err := tx.Put(Scan{ID: ScanID(f), Fact: f}); return err }) {
				return
			}
		}
	}
	if _, err := a.EditEach(steps); err != nil {
		b.Fatal(err)
	}
	var all []Change
	for c, err := range a.ChangesUpTo(a.Frontier(), "") {
		all = append(all, must(b, c, err))
	}
	row := func(yield func(Change, error) bool) {
		for _, c := range all {
			if !yield(c, nil) {
				return
			}
		}
	}
	b.ReportMetric(float64(len(all)), "changes")
	for b.Loop() {
		b.StopTimer()
		s := laptop(b, memoryDir(b), "dev_b")
		b.StartTimer()
		if err := s.Bootstrap(Beginning{UpTo: a.Frontier(), Changes: []iter.Seq2[Change, error]{row}}); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		must(b, true, s.Close())
		b.StartTimer()
	}
}
