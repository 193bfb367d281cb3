package sync

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// stick is a second bucket that laptops of a test may carry with them.
func (o *office) stick() *shelf { return &shelf{objects: map[string][]byte{}, clock: o.clock} }

// uses lets a laptop use these places from now on, named by their order.
func (l *laptop) uses(shelves ...*shelf) []*way {
	l.t.Helper()
	var places []Place
	var ways []*way
	for i, s := range shelves {
		w := &way{shelf: s, loseAfter: -1, dieAfter: -1}
		name := string(rune('a' + i))
		places, ways = append(places, Place{Name: name, Address: "mem:" + name, Bucket: w}), append(ways, w)
	}
	if err := l.engine.UsePlaces(places); err != nil {
		l.t.Fatal(err)
	}
	return ways
}

func TestWhatWasWrittenHereReachesEveryPlaceByteForByte(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	stick := o.stick()
	f.uses(o.shelf, stick)
	f.put(member(1, "Un"))
	r := f.round()
	if r.Pushed.Snapshots != 1 || len(r.Places) != 2 || r.Places[1].Carried == 0 || r.Places[1].Waiting != 0 {
		t.Errorf("%+v", r)
	}
	for k, data := range o.shelf.objects {
		if strings.HasPrefix(k, "join/") {
			continue
		}
		same := false
		for other, bytes := range stick.objects {
			same = same || matter(other) == matter(k) && string(bytes) == string(data)
		}
		if !same {
			t.Errorf("%s did not reach the stick", k)
		}
	}
	if r := f.round(); r.asked() != "list 2 get 0 put 0 head 0 delete 0" {
		t.Errorf("then %s", r.asked())
	}
}

func TestWhatIsLearntAtOnePlaceIsCarriedToTheOthersInTheSameRound(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	stick := o.stick()
	f.uses(o.shelf, stick)
	f.round()
	b.uses(stick) // B is at the venue, without the network
	b.put(member(2, "Deux"))
	b.round()
	c.put(member(3, "Trois"))
	c.round()
	if r := f.round(); f.family(2) != "Deux" || f.family(3) != "Trois" || r.Places[0].Carried != 1 {
		t.Errorf("F reads %q and %q, %+v", f.family(2), f.family(3), r.Places)
	}
	if r := c.round(); c.family(2) != "Deux" || r.asked() != "list 1 get 1 put 0 head 0 delete 0" {
		t.Errorf("C reads %q, asked %s", c.family(2), r.asked())
	}
	f.round()
	if b.round(); b.family(3) != "Trois" {
		t.Errorf("B reads %q", b.family(3))
	}
}

func TestAnAbsentPlaceIsNamedAndDoesNotStopTheOthers(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	stick := o.stick()
	ways := f.uses(o.shelf, stick)
	f.round()
	ways[0].offline = true
	f.put(member(1, "Un"))
	r := f.round()
	if r.Places[0].State != PlaceFailed || r.Places[0].Code != "bucket_unreachable" || r.Places[1].State != PlaceReached || r.Places[1].Waiting != 0 {
		t.Errorf("%+v", r.Places)
	}
	if n, _ := f.engine.Waiting(10); n != 0 {
		t.Errorf("%d changes still count as not sent", n)
	}
	if states := f.engine.PlaceStates(); states[0].Waiting != 1 || states[0].Problem == nil || states[1].Waiting != 0 {
		t.Errorf("%+v", states)
	}
	f.again()
	ways = f.uses(o.shelf, stick)
	if r := f.round(); r.Places[0].Carried != 1 || r.Places[0].Waiting != 0 {
		t.Errorf("when it came back: %+v", r.Places)
	}
	if b.round(); b.family(1) != "Un" {
		t.Errorf("B reads %q", b.family(1))
	}
	ways[0].offline, ways[1].offline = true, true
	f.fails("bucket_unreachable")
}

func TestAPlaceThatWasRemovedAndComesBackIsComparedWhole(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	stick := o.stick()
	f.uses(o.shelf, stick)
	f.round()
	f.uses(o.shelf)
	f.put(member(1, "Un"))
	f.round()
	b.round()
	b.put(member(2, "Deux"))
	b.round()
	f.round()
	f.uses(o.shelf, stick)
	if r := f.round(); r.Places[1].Carried != 2 || r.Places[1].Lost != 0 {
		t.Errorf("%+v", r.Places[1])
	}
}

func TestTwoNamesForOneBucketCostNothingTwice(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.uses(o.shelf, o.shelf)
	f.round()
	count := len(o.shelf.objects)
	f.put(member(1, "Un"))
	b.put(member(2, "Deux"))
	b.round()
	for range 3 {
		f.round()
	}
	if more := len(o.shelf.objects) - count; more != 2 {
		t.Errorf("%d new objects", more)
	}
	o.agree(f, b)
}

func TestALaptopThatWaitsToBeAdmittedAsksAtEveryPlace(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	stick := o.stick()
	f.uses(o.shelf, stick)
	f.round()
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	f.round()
	l := o.laptop("L")
	l.accept(i, s)
	ways := l.uses(o.shelf, stick)
	ways[0].offline = true
	l.round()
	if r := f.round(); len(r.Admitted) != 1 {
		t.Errorf("admitted %v", r.Admitted)
	}
	ways[0].offline = false
	if r := l.round(); r.Standing != Active {
		t.Errorf("L is %s", r.Standing)
	}
	o.agree(f, l)
}

func TestABucketRolledBackToYesterdayIsNamedAndFilledAgain(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	yesterday := map[string][]byte{}
	for k, v := range o.shelf.objects {
		yesterday[k] = v
	}
	o.clock.wait(20 * time.Hour)
	f.put(member(1, "Un"))
	b.put(member(2, "Deux"))
	o.agree(f, b)
	o.shelf.objects = yesterday
	r := f.round()
	if !r.Places[0].Rewound || r.Places[0].Lost < 2 || r.Places[0].Carried < 2 || !r.NeedsPerson() {
		t.Errorf("%+v", r.Places)
	}
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	if c.family(1) != "Un" || c.family(2) != "Deux" {
		t.Errorf("C reads %q and %q", c.family(1), c.family(2))
	}
	if r := f.round(); r.Places[0].Lost > 0 || len(r.Missing)+len(r.Held) > 0 {
		t.Errorf("afterwards %+v", r)
	}
}

func TestADeletedObjectIsPutBackWithinADay(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Un"))
	o.agree(f, b)
	f.put(member(2, "Deux"))
	o.agree(f, b)
	gone := key(t, o, f, 1)
	delete(o.shelf.objects, gone)
	o.clock.wait(25 * time.Hour)
	if r := b.round(); r.Places[0].Lost != 1 || r.Places[0].Carried != 1 || r.Places[0].Rewound {
		t.Errorf("%+v", r.Places)
	}
	c := o.joined(f, "C", roster.Coordinator)
	if c.round(); c.family(1) != "Un" {
		t.Errorf("C reads %q", c.family(1))
	}
}

func TestAWrongServerClockHidesNothingForLongerThanADay(t *testing.T) {
	for name, off := range map[string]time.Duration{"a day ahead": 24 * time.Hour, "a day behind": -24 * time.Hour, "ten minutes ahead": 10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Coordinator)
			c := o.joined(f, "C", roster.Coordinator)
			o.agree(f, b, c)
			f.way.off, b.way.off, c.way.off = off, off, off
			f.put(member(1, "Un"))
			f.round()
			b.round() // B looks while the clock is wrong, C does not
			f.way.off, b.way.off, c.way.off = 0, 0, 0
			o.clock.wait(5 * time.Minute)
			f.put(member(2, "Deux"))
			f.round()
			b.round()
			c.round()
			o.clock.wait(25 * time.Hour)
			for range 3 {
				f.round()
				b.round()
				c.round()
			}
			for _, l := range []*laptop{b, c} {
				if l.family(1) != "Un" || l.family(2) != "Deux" {
					t.Errorf("%s reads %q and %q", l.name, l.family(1), l.family(2))
				}
			}
			o.agree(f, b, c)
		})
	}
}

func TestAnIdleRoundNamesOneObjectOnly(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	for range 12 {
		f.put(member(1, o.clock.now().String()))
		f.round()
	}
	f.round() // names what was sent last
	o.clock.wait(2 * time.Minute)
	f.round() // nobody sends anything under that second any more
	f.way.listed = 0
	if r := f.round(); f.way.listed > 1 || r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
		t.Errorf("%d names listed, %s", f.way.listed, r.asked())
	}
	o.clock.wait(16 * time.Minute)
	f.round() // looks again at what was not settled
	f.way.listed = 0
	for range 20 {
		o.clock.wait(5 * time.Minute)
		if f.round(); f.way.listed > 20 {
			t.Fatalf("%d names listed", f.way.listed)
		}
	}
}

// However many objects came, one round a quarter of an hour later names them once more; every other round in which nobody has news
// names one at most, so that what an idle round costs does not depend on how much came before.
func TestWhatCameIsListedOnceMoreAndThenNoRoundNamesItAgain(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	o.clock.wait(40 * time.Minute)
	f.round()
	for n := range 50 {
		b.put(member(n, "Exemple"))
		b.round()
	}
	o.clock.wait(2 * time.Minute)
	f.round()
	o.clock.wait(2 * time.Minute)
	f.round()
	again := 0
	for range 12 * 20 {
		o.clock.wait(5 * time.Minute)
		f.way.listed = 0
		if r := f.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
			t.Fatalf("asked %s", r.asked())
		}
		if f.way.listed > 1 {
			again++
			if f.way.listed > 53 {
				t.Errorf("%d names listed", f.way.listed)
			}
		}
	}
	if again != 1 {
		t.Errorf("%d rounds named more than one", again)
	}
}

func TestAnObjectThatAppearsLateUnderAnOldNameIsFoundSoon(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	f.put(member(1, "Un"))
	f.round()
	late := key(t, o, f, 0)
	c.way.hide = late // it is on its way for ten minutes
	b.way.hide = late
	o.clock.wait(time.Minute)
	b.put(member(2, "Deux"))
	b.round()
	c.round()
	o.clock.wait(10 * time.Minute)
	b.way.hide, c.way.hide = "", ""
	for range 3 {
		o.clock.wait(5 * time.Minute)
		c.round()
	}
	if c.family(1) != "Un" || c.family(2) != "Deux" {
		t.Errorf("C reads %q and %q", c.family(1), c.family(2))
	}
}

// copied gives the same laptop a second home as it was at a moment.
func (l *laptop) copied() *laptop {
	l.t.Helper()
	if err := l.store.Close(); err != nil {
		l.t.Fatal(err)
	}
	folder := l.t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(l.home)); err != nil {
		l.t.Fatal(err)
	}
	l.again()
	twin := &laptop{t: l.t, name: l.name + "'", home: folder, id: l.id, way: &way{shelf: l.way.shelf, loseAfter: -1, dieAfter: -1}}
	twin.open()
	l.t.Cleanup(func() { _ = twin.store.Close() })
	var err error
	if twin.engine, err = New(twin.options()); err != nil {
		l.t.Fatal(err)
	}
	return twin
}

func TestTwoLaptopsWithOneCopiedHomeLoseNothing(t *testing.T) {
	orders := [][]int{{0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 0, 1}}
	for _, order := range orders {
		o := newOffice(t)
		f := o.founder()
		b := o.joined(f, "B", roster.Coordinator)
		c := o.joined(f, "C", roster.Coordinator)
		d := o.joined(f, "D", roster.Coordinator)
		f.put(member(1, "Avant"))
		o.agree(f, b, c, d)
		twin := b.copied()
		readers := []*laptop{f, c, d}
		for n := range 4 {
			b.put(member(10+n, "Un"), member(1, "De B"))
			twin.put(member(20+n, "Autre"), member(1, "De la copie"))
			steps := []func(){func() { b.round() }, func() { twin.round() }, func() { readers[n%3].round() }, func() { readers[(n+1)%3].round() }}
			for _, at := range order {
				steps[at]()
			}
		}
		o.agree(f, c, d, b, twin)
		for _, l := range []*laptop{f, b, twin, c, d} {
			for n := range 4 {
				if l.family(10+n) != "Un" || l.family(20+n) != "Autre" {
					t.Fatalf("order %v: %s reads %q and %q", order, l.name, l.family(10+n), l.family(20+n))
				}
			}
			if r := l.round(); len(r.Split) != 1 || r.Split[0] != b.id.Device() || !r.NeedsPerson() || len(r.Quarantined)+len(r.Held)+len(r.Missing) > 0 {
				t.Fatalf("order %v: %s says %+v", order, l.name, r)
			}
		}
	}
}

func TestAHomePutBackFromAnOldCopyAndWrittenInKeepsBothPasts(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(member(1, "Avant"))
	o.agree(f, b, c)
	old := b.copied()
	for n := range 3 {
		b.put(member(10+n, "Après"), member(1, "Neuf"))
		b.round()
	}
	f.round()
	old.put(member(20, "Écrit dans la copie"), member(1, "Ancien"))
	old.again()
	old.put(member(21, "Encore"))
	old.round()
	old.put(member(22, "Plus tard"))
	o.agree(f, old, c)
	for _, l := range []*laptop{f, c, old} {
		for n, want := range map[int]string{10: "Après", 11: "Après", 12: "Après", 20: "Écrit dans la copie", 21: "Encore", 22: "Plus tard"} {
			if got := l.family(n); got != want {
				t.Errorf("%s reads %q of %d", l.name, got, n)
			}
		}
		conflicts, err := l.store.Conflicts()
		if err != nil || len(conflicts) != 1 || len(conflicts[0].Values) != 2 {
			t.Errorf("%s: %v, %+v", l.name, err, conflicts)
		}
	}
	o.clock.wait(8 * 24 * time.Hour)
	if r := f.round(); len(r.Split) != 0 {
		t.Errorf("a week later it is still told: %v", r.Split)
	}
}

func TestABucketThatHidesOneLaptopIsNoticedWithinThreeDays(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	day := func() {
		for range 3 {
			o.clock.wait(8 * time.Hour)
			for _, l := range []*laptop{f, b, c} {
				l.round()
			}
		}
	}
	for range 5 {
		day()
	}
	last := o.clock.now()
	f.round()
	hidden := "-" + b.id.Device() + "-"
	f.way.hide, c.way.hide = hidden, hidden // nobody but B sees B's own
	for range 3 {
		if r := f.round(); r.StaleSince != "" {
			t.Errorf("too soon: %s", r.StaleSince)
		}
		day()
	}
	for _, l := range []*laptop{f, c} {
		r := l.round()
		since, err := time.Parse(time.RFC3339, r.StaleSince)
		if err != nil || last.Sub(since).Abs() > 24*time.Hour || len(r.Silent) != 1 || r.Silent[0] != b.id.Device() {
			t.Errorf("%s: stale since %q, silent %v", l.name, r.StaleSince, r.Silent)
		}
	}
	if r := b.round(); r.StaleSince == "" {
		t.Error("B does not notice that nobody sees it")
	}
	f.way.hide, c.way.hide = "", ""
	day()
	day()
	for _, l := range []*laptop{f, b, c} {
		if r := l.round(); r.StaleSince != "" {
			t.Errorf("%s still says %s", l.name, r.StaleSince)
		}
	}
}

func TestALaptopInUseSpeaksOnceADay(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.round()
	puts := 0
	for range 3 * 24 {
		o.clock.wait(time.Hour)
		puts += f.round().Requests.Put
	}
	if puts < 2 || puts > 3 {
		t.Errorf("%d words in three days", puts)
	}
}

func TestAMissingObjectIsAskedForAndPutBackByWhoHasIt(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	f.put(member(1, "Un"))
	f.round()
	gone := key(t, o, f, 0)
	b.round()
	c.way.hide = strings.TrimPrefix(gone, snapshot.Prefix) // C never sees it under this name
	f.put(member(2, "Deux"))
	f.round()
	if r := c.round(); len(r.Missing) != 1 || c.family(1) != "unknown_id" {
		t.Errorf("%+v", r)
	}
	b.round() // hears that C asks, and puts it back
	if r := c.round(); c.family(1) != "Un" || c.family(2) != "Deux" || r.StaleSince != "" {
		t.Errorf("C reads %q and %q, %+v", c.family(1), c.family(2), r)
	}
}

func TestARoundThatIsCutAtAnyPlaceGoesOnWhereItWas(t *testing.T) {
	for at := range 12 {
		o := newOffice(t)
		f := o.founder()
		b := o.joined(f, "B", roster.Coordinator)
		o.agree(f, b)
		stick := o.stick()
		f.put(member(1, "Un"))
		b.put(member(2, "Deux"))
		b.round()
		ways := f.uses(o.shelf, stick)
		ways[at%2].dieAfter = at / 2
		_, err := f.engine.Round(context.Background())
		if err != nil && !fault.Is(err, "bucket_unreachable") {
			t.Fatal(err)
		}
		f.again()
		f.uses(o.shelf, stick)
		f.round()
		b.round()
		b.uses(stick)
		o.agree(f, b)
		if r := b.round(); b.family(1) != "Un" || f.family(2) != "Deux" || len(r.Quarantined) > 0 {
			t.Fatalf("at %d: %q, %q, %v", at, b.family(1), f.family(2), r.Quarantined)
		}
	}
}
