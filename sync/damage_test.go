package sync

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// spoiling is a way on which every object under a prefix loses its last bit while it lasts.
func spoiling(l *laptop, prefix string, gets *int) *liar {
	var mu sync.Mutex // several are fetched at once
	return &liar{way: l.way, get: func(key string, data []byte) ([]byte, error) {
		if strings.HasPrefix(key, prefix) {
			mu.Lock()
			*gets++
			mu.Unlock()
			data = bytes.Clone(data)
			data[len(data)-1] ^= 1
		}
		return data, nil
	}}
}

func TestWhatWasSpoiltOnItsWayIsTakenInWhenItComesWhole(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.put(member(1, "Un"))
	f.round()
	f.put(member(2, "Deux"))
	f.round()
	gets := 0
	b.engine.Bucket = spoiling(b, snapshot.Prefix, &gets)
	if r := b.round(); len(r.Quarantined) == 0 || b.family(1) == "Un" {
		t.Fatalf("nothing was spoilt: %+v", r)
	}
	b.again() // what is known of it is on the disk
	if r := b.round(); len(r.Quarantined)+len(r.Held)+len(r.Missing) > 0 || b.family(1) != "Un" || b.family(2) != "Deux" {
		t.Errorf("afterwards: %+v, %q, %q", r, b.family(1), b.family(2))
	}
	b.again()
	if r := b.round(); len(r.Quarantined) > 0 || r.Requests.Get > 0 {
		t.Errorf("later: %v, asked %s", r.Quarantined, r.asked())
	}
	o.agree(f, b)
}

func TestWhatStaysSpoiltIsFetchedAtGrowingIntervals(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.put(member(1, "Un"))
	f.round()
	k := key(t, o, f, 0)
	whole := o.shelf.objects[k]
	o.shelf.objects[k] = append(bytes.Clone(whole[:len(whole)-1]), whole[len(whole)-1]^1)
	gets := func(wait time.Duration) int {
		o.clock.wait(wait)
		r := b.round()
		if len(r.Quarantined) != 1 || r.Quarantined[0] != (Refused{Key: k, Reason: "delta_forged"}) {
			t.Errorf("%+v", r.Quarantined)
		}
		return r.Requests.Get
	}
	// Once a day two pages of the roster are read besides.
	for i, step := range []struct {
		wait time.Duration
		gets int
	}{{0, 2}, {0, 2}, {0, 0}, {time.Minute, 0}, {5 * time.Minute, 2}, {30 * time.Minute, 0}, {time.Hour, 2}, {5 * time.Hour, 0}, {19 * time.Hour, 4}, {23 * time.Hour, 0}} {
		if got := gets(step.wait); got != step.gets {
			t.Errorf("round %d asked for it %d times, want %d", i, got, step.gets)
		}
	}
	o.shelf.objects[k] = whole
	o.clock.wait(2 * time.Hour)
	if r := b.round(); len(r.Quarantined) > 0 || b.family(1) != "Un" {
		t.Errorf("put right: %+v, %q", r.Quarantined, b.family(1))
	}
	o.agree(f, b)
}

func TestAHalfCopiedObjectIsFetchedAgainWhenItHasGrown(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.put(member(1, "Un"))
	f.round()
	k := key(t, o, f, 0)
	whole := o.shelf.objects[k]
	o.shelf.objects[k] = whole[:100]
	for range 4 {
		if r := b.round(); len(r.Quarantined) != 1 {
			t.Errorf("%+v", r.Quarantined)
		}
	}
	b.again()
	b.round()
	o.shelf.objects[k] = whole
	if r := b.round(); len(r.Quarantined) > 0 || b.family(1) != "Un" {
		t.Errorf("%+v, %q", r.Quarantined, b.family(1))
	}
}

func TestASpoiltObjectThatComesUnderAnotherNameOrGoesIsOffTheList(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.put(member(1, "Un"))
	f.round()
	k := key(t, o, f, 0)
	whole := o.shelf.objects[k]
	o.shelf.objects[k] = []byte("noise")
	b.round()
	name, _ := snapshot.ParseName(k)
	name.Time = o.clock.now()
	o.shelf.objects[name.String()] = whole
	if b.round(); b.family(1) != "Un" {
		t.Errorf("B reads %q", b.family(1))
	}
	if r := b.round(); len(r.Quarantined) > 0 {
		t.Errorf("the good bytes came, and it says %v", r.Quarantined)
	}
	other := name
	other.Hash[0], other.Time = other.Hash[0]^1, o.clock.now()
	o.shelf.objects[other.String()] = []byte("noise")
	if r := b.round(); len(r.Quarantined) != 1 {
		t.Errorf("%v", r.Quarantined)
	}
	delete(o.shelf.objects, other.String())
	b.round()
	o.clock.wait(25 * time.Hour)
	b.round()
	if r := b.round(); len(r.Quarantined)+len(r.Held)+len(r.Missing) > 0 {
		t.Errorf("it is gone, and it says %+v", r)
	}
}

func TestSpoiltStatementsRequestsAndOrdersAreTakenWhenTheyComeWhole(t *testing.T) {
	for _, prefix := range []string{roster.Prefix, invitation.Prefix, snapshot.ErasePrefix, snapshot.ReceiptPrefix} {
		t.Run(prefix, func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Admin)
			f.put(member(1, "Un"))
			o.agree(f, b)
			i, s, err := f.engine.Invite(home, roster.Reader, "Sam Exemple", o.clock.now().Add(240*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			if err := f.engine.Erase([]store.RecordRef{{Kind: store.KindMember, ID: member(1, "").ID}}, "request"); err != nil {
				t.Fatal(err)
			}
			f.round()
			c := o.laptop("C")
			c.accept(i, s)
			c.round()
			gets := 0
			b.engine.Bucket = spoiling(b, prefix, &gets)
			o.clock.wait(25 * time.Hour)
			r := b.round()
			if gets == 0 || len(r.Quarantined) == 0 {
				t.Errorf("%d spoilt, %+v", gets, r.Quarantined)
			}
			b.engine.Bucket = b.way
			o.clock.wait(25 * time.Hour)
			for range 3 {
				b.round()
				f.round()
				c.round()
			}
			if r := b.round(); len(r.Quarantined)+len(r.Held)+len(r.Missing) > 0 || b.family(1) != "unknown_id" {
				t.Errorf("%+v, %q", r, b.family(1))
			}
			if c.engine.Standing() != Active {
				t.Errorf("C is %s", c.engine.Standing())
			}
			o.agree(f, b, c)
		})
	}
}

func TestOneSpoiltPlaceDoesNotKeepAnotherFromGivingTheObject(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.put(member(1, "Un"))
	f.round()
	gets := 0
	bad := spoiling(b, snapshot.Prefix, &gets)
	if err := b.engine.UsePlaces([]Place{{Name: "bad", Address: "a", Bucket: bad}, {Name: "good", Address: "b", Bucket: b.way}}); err != nil {
		t.Fatal(err)
	}
	r := b.round()
	if b.family(1) != "Un" || len(r.Quarantined) == 0 {
		t.Errorf("B reads %q, named %+v", b.family(1), r.Quarantined)
	}
	b.round()
	if r := b.round(); len(r.Quarantined) > 0 {
		t.Errorf("%+v", r.Quarantined)
	}
}
