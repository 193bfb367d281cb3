package sync

import (
	"strings"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
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
