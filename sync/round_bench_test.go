package sync

import (
	"strconv"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

func BenchmarkIdleRound(b *testing.B) {
	o := newOffice(b)
	f := o.founder()
	f.round()
	for b.Loop() {
		f.round()
	}
}

func BenchmarkPublishOneField(b *testing.B) {
	o := newOffice(b)
	f := o.founder()
	f.round()
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		f.put(member(1, strconv.Itoa(n)))
		b.StartTimer()
		f.round()
	}
}

func BenchmarkReceiveOneField(b *testing.B) {
	o := newOffice(b)
	f := o.founder()
	f.round()
	l := o.joined(f, "B", roster.Coordinator)
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		f.put(member(1, strconv.Itoa(n)))
		f.round()
		b.StartTimer()
		l.round()
	}
}

func BenchmarkReceiveTenThousandChanges(b *testing.B) {
	o := newOffice(b)
	f := o.founder()
	f.round()
	l := o.joined(f, "B", roster.Coordinator)
	n := 0
	for b.Loop() {
		b.StopTimer()
		_, err := f.store.EditEach(func(yield func(func(*store.Tx) error) bool) {
			for range 3334 {
				n++
				m := member(n, "Exemple")
				if !yield(func(tx *store.Tx) error { _, err := tx.Put(m); return err }) {
					return
				}
			}
		})
		if err != nil {
			b.Fatal(err)
		}
		f.round()
		b.StartTimer()
		l.round()
	}
}
