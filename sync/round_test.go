package sync

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
)

func TestWhatOneWritesTheOtherReadsForExactlyTheRequestsPromised(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)

	f.put(member(1, "Exemple"))
	sent := f.round()
	if sent.asked() != "list 1 get 0 put 1 head 0 delete 0" || sent.Pushed.Snapshots != 1 || sent.Pushed.Changes == 0 {
		t.Errorf("publish asked %s and sent %+v", sent.asked(), sent.Pushed)
	}
	got := b.round()
	if got.asked() != "list 1 get 1 put 0 head 0 delete 0" || got.Pulled.Changes != sent.Pushed.Changes {
		t.Errorf("receive asked %s and got %+v of %+v", got.asked(), got.Pulled, sent.Pushed)
	}
	if b.family(1) != "Exemple" {
		t.Errorf("B reads %q", b.family(1))
	}
	for _, l := range []*laptop{f, b} {
		if idle := l.round(); idle.asked() != "list 1 get 0 put 0 head 0 delete 0" {
			t.Errorf("an idle round of %s asked %s", l.name, idle.asked())
		}
	}
	f.put(member(1, "Invention"))
	if r := f.round(); r.BytesOut > 700 {
		t.Errorf("one field takes %d bytes", r.BytesOut)
	}
}

func TestTwoWhoEditOneFieldSeeAConflictAndNothingIsLost(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Exemple"))
	o.agree(f, b)
	f.put(member(1, "Inventé"))
	b.put(member(1, "Imaginaire"))
	f.round()
	if r := b.round(); r.Conflicts != 1 || !r.NeedsPerson() {
		t.Errorf("B sees %d conflicts", r.Conflicts)
	}
	o.agree(f, b)
	conflicts, err := f.store.Conflicts()
	if err != nil || len(conflicts) != 1 || len(conflicts[0].Values) != 2 {
		t.Fatalf("%v %+v", err, conflicts)
	}
	if _, err := f.store.Settle(conflicts[0].ID, "Inventé"); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	if r := b.round(); r.Conflicts != 0 || b.family(1) != "Inventé" {
		t.Errorf("after settling B sees %d conflicts and %q", r.Conflicts, b.family(1))
	}
}

func TestOfflineLosesNothing(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.way.offline = true
	f.put(member(1, "Exemple"))
	if r := f.fails("bucket_unreachable"); r.StaleSince == "" {
		t.Error("the report does not say since when it may be out of date")
	}
	if n, err := f.engine.Waiting(100); err != nil || n == 0 {
		t.Errorf("%d changes wait, %v", n, err)
	}
	f.again()
	f.way.offline = false
	f.round()
	if n, _ := f.engine.Waiting(100); n != 0 {
		t.Errorf("%d changes still wait", n)
	}
	b.round()
	if b.family(1) != "Exemple" {
		t.Errorf("B reads %q", b.family(1))
	}
}

// silent answers nothing until the caller gives up.
type silent struct{ bucket.Bucket }

func (silent) List(ctx context.Context, _, _ string) (bucket.Page, error) {
	<-ctx.Done()
	return bucket.Page{}, fault.New("bucket_unreachable").Because(ctx.Err())
}

func (silent) Cost() bucket.Cost { return bucket.Cost{} }

func TestARoundGivesUpOnASilentNetworkWithinFiveSeconds(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.engine.Bucket = silent{}
	begin := time.Now()
	f.fails("bucket_unreachable")
	if took := time.Since(begin); took > 20*time.Second { // it would wait for minutes
		t.Errorf("it took %s", took)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	begin = time.Now()
	if _, err := f.engine.Round(ctx); err == nil || time.Since(begin) > 15*time.Second {
		t.Errorf("a cancelled round: %v after %s", err, time.Since(begin))
	}
}

func TestALostAnswerSendsTheSameBytesAndNothingTwice(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	count := len(o.shelf.objects)
	f.put(member(1, "Exemple"))
	f.again() // so that it lists first
	f.way.loseAfter = 0
	f.fails("bucket_unreachable")
	f.put(member(2, "Invention")) // written before the retry, not part of it
	f.again()
	if r := f.round(); r.asked() != "list 1 get 0 put 1 head 0 delete 0" || r.Pushed.Snapshots != 2 {
		t.Errorf("asked %s, pushed %+v", r.asked(), r.Pushed)
	}
	if got := len(o.shelf.objects) - count; got != 2 {
		t.Errorf("%d new objects", got)
	}
	o.agree(f, b)
	if r := b.round(); len(r.Quarantined) > 0 || b.family(1) != "Exemple" || b.family(2) != "Invention" {
		t.Errorf("%+v", r)
	}
}

func TestADeltaThatNeverArrivedIsFoundEvenDaysLater(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.put(member(1, "Exemple"))
	f.way.dieAfter = 1 // the listing, then nothing
	f.fails("bucket_unreachable")
	f.way.dieAfter = -1
	for range 3 {
		o.clock.wait(24 * time.Hour)
		b.round()
	}
	f.again()
	f.round()
	if r := b.round(); b.family(1) != "Exemple" || r.asked() != "list 1 get 1 put 0 head 0 delete 0" {
		t.Errorf("B reads %q, asked %s", b.family(1), r.asked())
	}
}

func TestACrashAtAnyRequestIsMadeGoodByTheNextRound(t *testing.T) {
	for _, lose := range []bool{false, true} {
		for at := range 8 {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Admin)
			b.put(member(1, "Exemple"))
			b.round()
			f.put(member(2, "Invention"))
			if err := f.engine.AddOffice(roster.Office{ID: "off_away", Name: "Halifax"}); err != nil {
				t.Fatal(err)
			}
			if lose {
				f.way.loseAfter = at
			} else {
				f.way.dieAfter = at
			}
			_, _ = f.engine.Round(context.Background())
			f.way.loseAfter, f.way.dieAfter = -1, -1
			f.again()
			o.agree(f, b)
			if _, known := b.engine.State().Office("off_away"); !known || b.family(2) != "Invention" || f.family(1) != "Exemple" {
				t.Fatalf("lose %v at %d: office %v, %q, %q", lose, at, known, b.family(2), f.family(1))
			}
			if n := len(b.round().Quarantined) + len(f.round().Quarantined); n > 0 {
				t.Fatalf("lose %v at %d: %d objects quarantined", lose, at, n)
			}
		}
	}
}

func TestAHomeWithoutNetworkOrRemoteSaysSo(t *testing.T) {
	o := newOffice(t)
	l := o.laptop("L")
	if _, err := New(l.options()); !fault.Is(err, "no_network") {
		t.Error(err)
	}
	if belongs, err := Belongs(l.store); belongs || err != nil {
		t.Error(belongs, err)
	}
	f := o.founder()
	f.engine.Bucket = nil
	f.fails("no_remote")
	if _, _, err := Found(f.options(), roster.Founder{}); !fault.Is(err, "network_exists") {
		t.Error(err)
	}
	if _, _, err := f.engine.Invite("off_nowhere", roster.Door, "C", morning.Add(time.Hour)); !fault.Is(err, "unknown_office") {
		t.Error(err)
	}
}

func TestManyEditsTravelInSeveralObjects(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	text := strings.Repeat("Une longue note. ", 60)
	_, err := f.store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for n := range 4000 {
			if !yield(func(tx *store.Tx) error {
				m := member(n, "Exemple")
				m.Notes = text
				_, err := tx.Put(m)
				return err
			}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := f.round(); r.Pushed.Snapshots < 2 || r.Requests.Put != r.Pushed.Snapshots {
		t.Errorf("pushed %+v, asked %s", r.Pushed, r.asked())
	}
	o.agree(f, b)
	if b.store.Count(store.KindMember) != 4000 {
		t.Errorf("B has %d members", b.store.Count(store.KindMember))
	}
}

func TestAHomeRestoredFromACopyCatchesUpWithItself(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	backup := t.TempDir()
	if err := os.CopyFS(backup, os.DirFS(b.home)); err != nil {
		t.Fatal(err)
	}
	b.again()
	b.put(member(1, "Après la copie"))
	b.round()
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	b.home = backup
	b.open()
	var err error
	if b.engine, err = New(b.options()); err != nil {
		t.Fatal(err)
	}
	b.round()
	if b.family(1) != "Après la copie" {
		t.Errorf("the restored home reads %q", b.family(1))
	}
	b.put(member(2, "Après le retour"))
	o.agree(b, f)
	if r := f.round(); f.family(2) != "Après le retour" || len(r.Quarantined) > 0 {
		t.Errorf("F reads %q, %v", f.family(2), r.Quarantined)
	}
}

func TestARoundThroughARealFolder(t *testing.T) {
	o := newOffice(t)
	folder := bucket.Remote{Kind: bucket.Folder, Path: t.TempDir()}
	through := func(l *laptop) *laptop {
		b, err := bucket.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = b.Close() })
		l.engine.Bucket = b
		return l
	}
	f := through(o.founder())
	f.put(member(1, "Un"))
	f.round()
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	b := o.laptop("B")
	b.accept(i, s)
	through(b)
	b.round()
	f.round()
	o.agree(b, f)
	if b.family(1) != "Un" {
		t.Errorf("B reads %q", b.family(1))
	}
}

func TestAnotherBucketIsFilledWithWhatTheLaptopsHave(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Un"))
	b.put(member(2, "Deux"))
	o.agree(f, b)
	old := o.shelf.objects
	o.shelf.objects = map[string][]byte{}
	f.put(member(3, "Trois"))
	if err := f.engine.LedTo("elsewhere"); err != nil {
		t.Fatal(err)
	}
	f.again()
	f.round()
	if err := b.engine.LedTo("elsewhere"); err != nil {
		t.Fatal(err)
	}
	b.round()
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	if c.family(1) != "Un" || c.family(2) != "Deux" || c.family(3) != "Trois" {
		t.Errorf("C reads %q, %q and %q", c.family(1), c.family(2), c.family(3))
	}
	for k, data := range old {
		if !strings.HasPrefix(k, "join/") && string(o.shelf.objects[k]) != string(data) {
			t.Errorf("%s was left behind", k)
		}
	}
	if err := f.engine.LedTo("elsewhere"); err != nil { // the same again
		t.Fatal(err)
	}
	if r := f.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" || len(r.Quarantined)+len(r.Missing) > 0 {
		t.Errorf("then %s, %+v", r.asked(), r)
	}
}
