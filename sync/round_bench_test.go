package sync

import (
	"fmt"
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

// load writes many members and scans.
func (l *laptop) load(members, scans int) {
	l.t.Helper()
	people := func(n int) string { return store.DerivedID(store.KindMember, strconv.Itoa(n)) }
	steps := func(yield func(func(*store.Tx) error) bool) {
		for i := range members {
			m := member(i, fmt.Sprintf("Famille%d", i%5000))
			m.ID = people(i)
			m.Email, m.Phone = fmt.Sprintf("m%d@example.org", i), fmt.Sprintf("450 555-%04d", i%10000)
			if !yield(func(tx *store.Tx) error { _, err := tx.Put(m); return err }) {
				return
			}
		}
		for i := range scans {
			fact := store.ScanFact{Meeting: store.DerivedID(store.KindMeeting, strconv.Itoa(i/1000)), Member: people(i * 7 % members), Kind: "in", At: morning.UnixMilli() + int64(i)*1000, Nonce: fmt.Sprintf("%08x", i)}
			s := store.Scan{ID: store.ScanID(fact), Fact: fact}
			if !yield(func(tx *store.Tx) error { _, err := tx.Put(s); return err }) {
				return
			}
		}
	}
	if _, err := l.store.EditEach(steps); err != nil {
		l.t.Fatal(err)
	}
}
