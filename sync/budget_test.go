package sync

import (
	"context"
	"fmt"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

// The sizes are what the promise in docs/SCALE.md counts: bodies of PUTs, by the real store and engine.
func TestWhatIsPublishedIsSmall(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	var all []store.Record
	for n := range 100 {
		all = append(all, member4(n, "Tremblay", "450 555-0100"))
	}
	b.put(all...)
	o.agree(f, b)
	sent := func(what string, most int64, edits ...store.Record) {
		t.Helper()
		for _, r := range edits {
			f.put(r)
		}
		r := f.round()
		t.Logf("%s: %d bytes", what, r.BytesOut)
		if r.Requests.Put != 1 || r.BytesOut > most {
			t.Errorf("%s took %s, %d bytes; at most %d", what, r.asked(), r.BytesOut, most)
		}
		b.round()
	}
	sent("one shared field", 700, member4(1, "Tremblay-Roy", "450 555-0100"))
	sent("one private field", 700, member4(2, "Tremblay", "450 555-0199"))
	var hundred []store.Record
	for n := range 100 {
		m := member4(n, "Tremblay", "450 555-0100")
		if n%2 == 0 {
			m.Family = fmt.Sprintf("Exemple-%d", n*7919)
		} else {
			m.Phone = fmt.Sprintf("450 555-%04d", n*97)
		}
		hundred = append(hundred, m)
	}
	sent("100 edits", 2560, hundred...)
}

// member4 is a member whose id has the chance of a real one.
func member4(n int, family, phone string) store.Member {
	m := person(n, family, home, phone)
	m.ID = store.DerivedID(store.KindMember, fmt.Sprint(n))
	return m
}

func BenchmarkCheckOfABucketOfAHundredThousandChanges(b *testing.B) {
	o := newOffice(b)
	f := o.founder()
	f.round()
	_, err := f.store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for n := range 25_000 {
			m := member4(n, fmt.Sprintf("Exemple-%d", n), fmt.Sprintf("450 555-%04d", n%10_000))
			if !yield(func(tx *store.Tx) error { _, err := tx.Put(m); return err }) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	f.round()
	for b.Loop() {
		if _, problems, err := f.engine.Check(context.Background()); err != nil || len(problems) > 0 {
			b.Fatal(problems, err)
		}
		b.ReportMetric(float64(len(o.shelf.objects)), "objects")
	}
}
