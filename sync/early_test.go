package sync

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
)

// diary is a way that notes when requests begin and end.
type diary struct {
	*way
	mu    sync.Mutex
	lines []string
	list  func() error // before a listing goes on
	put   func() error // before a PUT goes on
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) List(ctx context.Context, prefix, after string) (bucket.Page, error) {
	d.note("list " + prefix)
	defer d.note("listed")
	if d.list != nil {
		if err := d.list(); err != nil {
			return bucket.Page{}, err
		}
	}
	return d.way.List(ctx, prefix, after)
}

func (d *diary) Put(ctx context.Context, key string, body []byte) error {
	d.note("put")
	if d.put != nil {
		if err := d.put(); err != nil {
			return err
		}
	}
	return d.way.Put(ctx, key, body)
}

// listsFirst tells whether no PUT set out before a listing had come back.
func (d *diary) listsFirst() bool {
	put, listed := slices.Index(d.lines, "put"), slices.Index(d.lines, "listed")
	return put < 0 || listed >= 0 && listed < put
}

// watched lets a laptop's requests be noted from now on.
func watched(l *laptop) *diary {
	d := &diary{way: l.way}
	l.engine.Bucket = d
	return d
}

func TestWhatWasEditedGoesOutWhileThePlaceIsListed(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	d := watched(f)
	here, there := make(chan bool, 1), make(chan bool, 1)
	meet := func(mine, other chan bool) func() error {
		return func() error {
			mine <- true
			select {
			case <-other:
				return nil
			case <-time.After(20 * time.Second):
				return fault.New("bucket_unreachable")
			}
		}
	}
	d.list, d.put = meet(here, there), meet(there, here)
	f.put(member(1, "Exemple"))
	r := f.round()
	if r.asked() != "list 1 get 0 put 1 head 0 delete 0" || r.Pushed.Snapshots != 1 {
		t.Errorf("asked %s, pushed %+v", r.asked(), r.Pushed)
	}
	d.list, d.put = nil, nil
	if r := b.round(); r.asked() != "list 1 get 1 put 0 head 0 delete 0" || b.family(1) != "Exemple" {
		t.Errorf("B asked %s and reads %q", r.asked(), b.family(1))
	}
	if r := f.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" || r.Pulled.Snapshots+r.Pushed.Snapshots > 0 {
		t.Errorf("the author's next round asked %s, %+v", r.asked(), r)
	}
}

func TestTheListingComesFirstWhereItCouldForbidSomething(t *testing.T) {
	for _, row := range []struct {
		what  string
		first bool
		make  func(o *office, f, b *laptop)
	}{
		{"nothing", false, func(*office, *laptop, *laptop) {}},
		{"nine minutes passed", false, func(o *office, _, _ *laptop) { o.clock.wait(9 * time.Minute) }},
		{"eleven minutes passed", true, func(o *office, _, _ *laptop) { o.clock.wait(11 * time.Minute) }},
		{"the home was opened again", true, func(_ *office, f, _ *laptop) { f.again() }},
		{"our clock went back", true, func(o *office, f, _ *laptop) {
			f.engine.Now = func() time.Time { return o.clock.now().Add(-time.Hour) }
		}},
		{"the place has no clock", true, func(_ *office, f, _ *laptop) { f.way.clockless = true; f.round() }},
		{"a delta is under way", true, func(o *office, f, _ *laptop) {
			f.put(member(7, "Perdue"))
			f.way.dieAfter = 0
			f.fails("bucket_unreachable")
			f.way.dieAfter = -1
		}},
		{"a statement is to be sent", true, func(o *office, f, _ *laptop) {
			if err := f.engine.AddOffice(roster.Office{ID: "off_away", Name: "Halifax"}); err != nil {
				o.t.Fatal(err)
			}
		}},
		{"records are to be erased", true, func(o *office, f, _ *laptop) {
			if err := f.engine.Erase([]store.RecordRef{{Kind: store.KindMember, ID: member(2, "").ID}}, "request"); err != nil {
				o.t.Fatal(err)
			}
		}},
		{"something is missing", true, func(o *office, f, b *laptop) {
			b.put(member(3, "Trois"))
			b.round()
			o.shelf.mu.Lock()
			delete(o.shelf.objects, key(t, o, b, 0))
			o.shelf.mu.Unlock()
			b.engine.Objects = ""
			b.put(member(4, "Quatre"))
			b.round()
			f.round()
		}},
	} {
		t.Run(row.what, func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Coordinator)
			f.put(member(2, "Oubliée"))
			o.agree(f, b)
			row.make(o, f, b)
			d := watched(f)
			f.put(member(1, "Exemple"))
			f.round()
			if d.listsFirst() != row.first {
				t.Errorf("the listing comes first: %t; %s", d.listsFirst(), strings.Join(d.lines, ", "))
			}
		})
	}
}

func TestWhoWasAwayErasesBeforeItSaysSomething(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(2, "Oubliée"))
	o.agree(f, b)
	if err := f.engine.Erase([]store.RecordRef{{Kind: store.KindMember, ID: member(2, "").ID}}, "request"); err != nil {
		t.Fatal(err)
	}
	f.round()
	b.put(member(2, "Rappelée"))
	o.clock.wait(11 * time.Minute)
	if r := b.round(); r.Pushed.Changes != 0 {
		t.Errorf("B sent %d changes of what was to be erased", r.Pushed.Changes)
	}
	o.agree(f, b)
}

func TestAPutThatFailsBesideTheListingIsSentAgainWithTheNextRound(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	d := watched(f)
	d.put = func() error { return fault.New("bucket_unreachable") }
	b.put(member(2, "Invention"))
	b.round()
	f.put(member(1, "Exemple"))
	if r := f.fails("bucket_unreachable"); r.Requests.List != 1 || f.family(2) != "Invention" {
		t.Errorf("what was listed was not taken in: %s, %q", r.asked(), f.family(2))
	}
	if n := strings.Count(strings.Join(d.lines, " "), "put"); n != 1 {
		t.Errorf("%d PUTs in one round", n)
	}
	d.put = nil
	if r := f.round(); r.asked() != "list 1 get 0 put 1 head 0 delete 0" || r.Pushed.Snapshots != 1 {
		t.Errorf("asked %s, pushed %+v", r.asked(), r.Pushed)
	}
	o.agree(f, b)
}

func TestAnAnswerThatIsLostBesideTheListingIsMadeGoodByIt(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	d := watched(f)
	arrived := make(chan bool)
	d.list = func() error { <-arrived; return nil }
	f.put(member(1, "Exemple"))
	f.engine.Bucket = &liar{way: f.way, put: func(_ string, done func() error) error {
		defer close(arrived)
		_ = done()
		return fault.New("bucket_unreachable")
	}, list: func(p bucket.Page) (bucket.Page, error) { return d.List(context.Background(), "log/", "") }}
	if r := f.round(); r.Pushed.Snapshots != 1 {
		t.Errorf("%+v", r)
	}
	f.engine.Bucket = f.way
	o.agree(f, b)
	if r := f.round(); len(r.Split)+len(r.Quarantined)+r.Pushed.Snapshots > 0 || b.family(1) != "Exemple" {
		t.Errorf("%+v, B reads %q", r, b.family(1))
	}
}

func TestAListingThatFailsDoesNotUndoThePutBesideIt(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	d := watched(f)
	d.list = func() error { return fault.New("bucket_unreachable") }
	f.put(member(1, "Exemple"))
	if r := f.fails("bucket_unreachable"); r.Pushed.Snapshots != 1 {
		t.Errorf("%+v", r)
	}
	if n, err := f.engine.Waiting(10); n != 0 || err != nil {
		t.Errorf("%d changes wait, %v", n, err)
	}
	d.list = nil
	f.again()
	if r := f.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
		t.Errorf("asked %s", r.asked())
	}
	o.agree(f, b)
	if b.family(1) != "Exemple" {
		t.Errorf("B reads %q", b.family(1))
	}
}

// mute answers neither listings nor PUTs until the caller gives up.
type mute struct {
	silent
}

func (mute) Put(ctx context.Context, _ string, _ []byte) error {
	<-ctx.Done()
	return fault.New("bucket_unreachable").Because(ctx.Err())
}

func TestWithSomethingToSendARoundGivesUpOnASilentNetworkAsSoon(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.round()
	f.round()
	f.put(member(1, "Exemple"))
	f.engine.Bucket = mute{}
	begin := time.Now()
	f.fails("bucket_unreachable")
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	f.engine.Bucket = f.way
	if r := f.round(); r.Pushed.Snapshots != 1 {
		t.Errorf("%+v", r)
	}
}

// The name of what goes out beside a listing is reckoned from the one before. When the place's clock was set meanwhile, others would
// not look so far back: the delta after it leads them there.
func TestWhatIsNamedByAClockThatWasSetIsFoundAtOnce(t *testing.T) {
	for _, step := range []time.Duration{3 * time.Hour, -3 * time.Hour, 40 * time.Second, -40 * time.Second} {
		t.Run(step.String(), func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Coordinator)
			o.agree(f, b)
			o.clock.wait(40 * time.Minute)
			o.agree(f, b) // what was, is settled
			f.way.off, b.way.off = step, step
			b.put(member(2, "Deux"))
			b.round()
			f.put(member(1, "Un"))
			f.round()
			b.round()
			f.round()
			if b.family(1) != "Un" || f.family(2) != "Deux" {
				t.Errorf("B reads %q, F reads %q", b.family(1), f.family(2))
			}
			o.agree(f, b)
		})
	}
}
