package sync

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

func (l *laptop) claims(task string, first uint64) (won bool, others []string) {
	l.t.Helper()
	won, others, err := l.engine.Claim(context.Background(), task, first)
	if err != nil {
		l.t.Fatal(err)
	}
	return won, others
}

// lastOwn is the sequence of the last change that this laptop made.
func (l *laptop) lastOwn() uint64 { return l.store.Frontier()[l.id.Device()] }

func twoAdmins(t *testing.T) (o *office, f, b *laptop) {
	o = newOffice(t)
	f = o.founder()
	b = o.joined(f, "B", roster.Admin)
	o.agree(f, b)
	return o, f, b
}

func TestWhoClaimsFirstHasItForGoodAndTheOtherIsToldByWhom(t *testing.T) {
	_, f, b := twoAdmins(t)
	before := f.way.Cost()
	if won, _ := f.claims("mlg_a-1", 0); !won {
		t.Fatal("alone and did not get it")
	}
	if c := f.way.Cost().Since(before); c.Put != 1 || c.List != 1 || c.Get != 0 {
		t.Errorf("it took %+v", c)
	}
	if won, others := b.claims("mlg_a-1", 0); won || !slices.Equal(others, []string{f.id.Device()}) {
		t.Errorf("%v %v", won, others)
	}
	f.again()
	before = f.way.Cost()
	if won, _ := f.claims("mlg_a-1", 0); !won || f.way.Cost().Since(before).Requests() != 0 {
		t.Error("what was won is asked for again, or lost")
	}
	b.again()
	if won, others := b.claims("mlg_a-1", 0); won || len(others) != 1 {
		t.Errorf("%v %v", won, others)
	}
	if won, _ := b.claims("mlg_a-2", 0); !won {
		t.Error("another task was not given")
	}
}

// careless is a bucket that replaces whatever is there, whatever was asked, as some services do.
type careless struct{ *way }

func (c careless) Put(ctx context.Context, key string, body []byte) error {
	c.shelf.mu.Lock()
	delete(c.objects, key)
	c.shelf.mu.Unlock()
	return c.way.Put(ctx, key, body)
}

func TestOfManyAtOnceAtMostOneGetsATaskWhateverTheBucketDoes(t *testing.T) {
	for _, ignores := range []bool{false, true} {
		_, f, b := twoAdmins(t)
		if ignores {
			f.engine.Bucket, b.engine.Bucket = careless{f.way}, careless{b.way}
		}
		got := 0
		for n := range 200 {
			task := "mlg_a-" + string(rune('a'+n%26)) + string(rune('a'+n/26))
			var wins [2]bool
			var both sync.WaitGroup
			for i, l := range []*laptop{f, b} {
				both.Go(func() {
					won, _, err := l.engine.Claim(context.Background(), task, 0)
					if err != nil {
						t.Error(err)
					}
					wins[i] = won
				})
			}
			both.Wait()
			if wins[0] && wins[1] {
				t.Fatalf("both have %s", task)
			}
			if wins[0] || wins[1] {
				got++
			}
		}
		t.Logf("conditions ignored %v: one laptop got %d of 200, nobody the rest", ignores, got)
	}
}

func TestAClaimCutOffAnywhereIsFinishedOrLeftOpen(t *testing.T) {
	for stop := range 3 {
		_, f, b := twoAdmins(t)
		f.way.dieAfter = stop
		won, _, err := f.engine.Claim(context.Background(), "mlg_a-1", 0)
		if (err == nil) != (stop == 2) || won != (stop == 2) {
			t.Fatalf("after %d requests: %v %v", stop, won, err)
		}
		f.again()
		f.way.dieAfter = -1
		if stop == 0 { // nothing of it was ever there
			if won, _ := b.claims("mlg_a-1", 0); !won {
				t.Error("B did not get what nobody has")
			}
			if won, _ := f.claims("mlg_a-1", 0); won {
				t.Error("both have it")
			}
			continue
		}
		if won, _ := b.claims("mlg_a-1", 0); won {
			t.Error("B got what F reached for before")
		}
	}
	_, f, b := twoAdmins(t)
	f.way.loseAfter = 0
	if _, _, err := f.engine.Claim(context.Background(), "mlg_a-1", 0); !fault.Is(err, "bucket_unreachable") {
		t.Fatal(err)
	}
	f.again()
	if won, _ := f.claims("mlg_a-1", 0); !won {
		t.Error("a lost answer is taken for somebody else")
	}
	if won, _ := b.claims("mlg_a-1", 0); won {
		t.Error("both have it")
	}
}

func TestWhatNobodyCanKnowOfNeedsNoBucketAndIsClaimedBeforeItIsTold(t *testing.T) {
	o, f, b := twoAdmins(t)
	f.way.offline = true
	f.put(member(1, "Exemple"))
	first := f.lastOwn()
	if won, _ := f.claims("mlg_a-1", first); !won {
		t.Fatal("not given")
	}
	f.again()
	if won, _ := f.claims("mlg_a-1", first); !won {
		t.Fatal("forgotten")
	}
	f.way.offline = false
	f.way.dieAfter = 2 // listing, claim; not the delta
	f.fails("bucket_unreachable")
	if len(keysUnder(o, snapshot.ClaimPrefix)) != 1 || b.family(1) != "unknown_id" {
		t.Fatal("the claim is not there before what tells of it")
	}
	f.way.dieAfter = -1
	f.again()
	o.agree(f, b)
	if won, others := b.claims("mlg_a-1", 0); won || !slices.Equal(others, []string{f.id.Device()}) {
		t.Errorf("B: %v %v", won, others)
	}
	f.way.offline = true
	if _, _, err := f.engine.Claim(context.Background(), "mlg_a-2", first); !fault.Is(err, "bucket_unreachable") {
		t.Errorf("another part of what others know: %v", err)
	}
}

func TestADeltaThatMayBeOutCountsAsTold(t *testing.T) {
	_, f, _ := twoAdmins(t)
	f.put(member(1, "Exemple"))
	first := f.lastOwn()
	f.again()           // so that it lists first
	f.way.loseAfter = 0 // the delta arrives, its answer does not
	f.fails("bucket_unreachable")
	f.way.offline = true
	f.again()
	if _, _, err := f.engine.Claim(context.Background(), "mlg_a-1", first); !fault.Is(err, "bucket_unreachable") {
		t.Errorf("%v", err)
	}
}

func TestALaptopRestoredFromABackupDoesNotTrustWhatItClaimedBefore(t *testing.T) {
	_, f, _ := twoAdmins(t)
	f.put(member(1, "Exemple"))
	first := f.lastOwn()
	f.claims("mlg_a-1", 0)
	if _, err := f.store.StartIncarnation(); err != nil {
		t.Fatal(err)
	}
	f.again()
	for _, c := range []struct {
		task  string
		first uint64
	}{{"mlg_a-1", 0}, {"mlg_b-1", first}} {
		if won, others := f.claims(c.task, c.first); won || !slices.Equal(others, []string{f.id.Device()}) {
			t.Errorf("%s: %v %v", c.task, won, others)
		}
	}
	if won, _ := f.claims("mlg_c-1", 0); !won {
		t.Error("a new task was not given")
	}
}

func TestClaimsThatNobodySignedDoNotCountAndSpoiltOnesDo(t *testing.T) {
	o, f, b := twoAdmins(t)
	b.claims("mlg_a-1", 0)
	key := keysUnder(o, snapshot.ClaimPrefix)[0]
	genuine := o.shelf.objects[key]
	o.shelf.objects[key] = genuine[:len(genuine)-1]
	if won, _ := f.claims("mlg_a-1", 0); won {
		t.Error("a spoilt claim was passed over")
	}
	_, forged, err := snapshot.WriteClaim(f.id, f.engine.member.Cover, &snapshot.Claim{Network: f.engine.Network(), Task: "mlg_a-2"})
	if err != nil {
		t.Fatal(err)
	}
	o.shelf.objects[strings.Replace(key, "mlg_a-1", "mlg_a-2", 1)] = forged
	if won, _ := f.claims("mlg_a-2", 0); won {
		t.Error("a claim with another content than its name's was passed over")
	}
	o.shelf.objects[snapshot.ClaimsOf("mlg_a-3")+"notes.txt"] = []byte("x")
	if won, _ := f.claims("mlg_a-3", 0); !won {
		t.Error("a stranger's file counts as a claim")
	}
}

func TestClaimsStayOutOfTheWayOfRoundsSweepsAndChecks(t *testing.T) {
	o, f, b := twoAdmins(t)
	f.claims("mlg_a-1", 0)
	f.put(member(1, "Exemple"))
	o.agree(f, b)
	f.compacts()
	o.days(3, f, b)
	f.round()
	if r := f.round(); len(r.Quarantined) > 0 || r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
		t.Errorf("%s, refused %v", r.asked(), r.Quarantined)
	}
	if n := len(keysUnder(o, snapshot.ClaimPrefix)); n != 1 {
		t.Errorf("%d claims are left", n)
	}
	if problems := b.checked(); len(problems) > 0 {
		t.Errorf("the check finds %v", problems)
	}
	if err := f.engine.Erase([]store.RecordRef{{Kind: store.KindMember, ID: member(1, "").ID}}, "request"); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
}

func TestAClaimGoesToEveryPlaceThatALaptopUses(t *testing.T) {
	o, f, b := twoAdmins(t)
	stick := o.stick()
	f.uses(o.shelf, stick)
	f.claims("mlg_a-1", 0)
	f.put(member(1, "Exemple"))
	f.round()
	b.uses(stick)
	if won, others := b.claims("mlg_a-1", 0); won || len(others) != 1 {
		t.Errorf("%v %v", won, others)
	}
}

// A keeper who loses a claim, or turns back to a day before it, would let the next one who looks see itself alone.
func TestAClaimThatABucketLostIsPutBackWithinADay(t *testing.T) {
	o, f, b := twoAdmins(t)
	f.claims("mlg_a-1", 0)
	o.days(1, f, b)
	past := maps.Clone(o.shelf.objects)
	f.claims("mlg_a-2", 0)
	f.put(member(1, "Exemple"))
	f.round()
	key := keysUnder(o, snapshot.ClaimPrefix)[0]
	delete(o.shelf.objects, key)
	o.days(1, f, b)
	if won, _ := b.claims("mlg_a-1", 0); won {
		t.Error("a lost claim was not put back")
	}
	o.shelf.objects = past // without the second, and all that F told since
	r := f.round()
	if won, _ := b.claims("mlg_a-2", 0); won {
		t.Error("what was rolled back was not put back")
	}
	if len(r.Places) != 1 || r.Places[0].Lost == 0 {
		t.Errorf("%+v", r.Places)
	}
}

func TestWhoDoesNotSeeItsOwnClaimGetsNothing(t *testing.T) {
	_, f, _ := twoAdmins(t)
	f.way.hide = f.id.Device()
	if won, _, err := f.engine.Claim(context.Background(), "mlg_a-1", 0); won || !fault.Is(err, "bucket_refused") {
		t.Errorf("%v %v", won, err)
	}
	f.way.hide = ""
	if won, _ := f.claims("mlg_a-1", 0); !won {
		t.Error("it stays open for good")
	}
}

// Without the keys nobody makes a claim into none: whatever its keeper makes of it, it counts. What is nobody's word does not.
func TestAClaimCountsWhateverItsKeeperMakesOfIt(t *testing.T) {
	s, other := besiege(t), besiege(t)
	s.gather()
	x := s.sorts[slices.IndexFunc(s.sorts, func(x *sort) bool { return x.unread })]
	s.shelf.objects = map[string][]byte{}
	e, ctx := s.b.engine, context.Background()
	for i, data := range append(s.spoilt(x, true), x.object, other.away[other.under(snapshot.ClaimPrefix)[0]]) {
		s.shelf.objects[x.key] = data
		if rival, err := e.rival(ctx, s.b.way, x.key); err != nil || rival != s.f.id.Device() {
			t.Fatalf("way %d of %d bytes: %q, %v", i, len(data), rival, err)
		}
	}
	delete(s.shelf.objects, x.key) // listed and gone
	if rival, err := e.rival(ctx, s.b.way, x.key); err != nil || rival != s.f.id.Device() {
		t.Errorf("%q, %v", rival, err)
	}
	// One that somebody else's key signed under F's name, and one that F signed for another network.
	thief, err := s.f.id.Rekeyed()
	if err != nil {
		t.Fatal(err)
	}
	for network, id := range map[string]*signed.Identity{e.Network(): thief, "net_other": s.f.id} {
		key, object, err := snapshot.WriteClaim(id, e.member.Cover, &snapshot.Claim{Network: network, Task: "mlg_a-1", Incarnation: 7})
		if err != nil {
			t.Fatal(err)
		}
		s.shelf.objects[key] = object
		if rival, err := e.rival(ctx, s.b.way, key); err != nil || rival != "" {
			t.Errorf("%s: %q, %v", network, rival, err)
		}
	}
}
