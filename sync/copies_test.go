package sync

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

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
	twin := &laptop{t: l.t, in: l.in, name: l.name + "'", home: folder, id: l.id, way: &way{shelf: l.way.shelf, loseAfter: -1, dieAfter: -1}}
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

// once is a line on which the first request for some object is not answered.
type once struct {
	*way
	of     string
	failed bool
}

func (o *once) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	if !o.failed && strings.Contains(key, o.of) {
		o.failed = true
		return nil, fault.New("bucket_unreachable")
	}
	return o.way.Get(ctx, key, limit)
}

// What the other home sent comes only when it is asked for again in the same round: nothing that was written here may be taken for sent by then.
func TestACopiedHomeLosesNothingWhenWhatTheOtherSentComesAtTheSecondTry(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(person(1, "Avant", home, "450 555-0101"))
	o.agree(f, b, c)
	twin := b.copied()
	b.put(member(10, "Un"))
	twin.put(person(1, "Avant", home, "450 555-0102"))
	b.round()
	line := &once{way: twin.way, of: "-" + b.id.Device() + "-"}
	twin.engine.Bucket = line
	_, _ = twin.engine.Round(context.Background())
	if !line.failed {
		t.Fatal("nothing was asked for")
	}
	o.agree(f, c, b, twin)
	for _, l := range []*laptop{f, b, c, twin} {
		if l.family(10) != "Un" || l.phone(1) != "450 555-0102" {
			t.Errorf("%s reads %q and %q", l.name, l.family(10), l.phone(1))
		}
	}
}

// An edit that stays here is in this home's digest, and its number may lie below what the other home sent later.
func TestAnEditOfACopiedHomeThatIsKeptBackRaisesNoAlarm(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b, c := o.joined(f, "B", roster.Coordinator), o.joined(f, "C", roster.Coordinator)
	f.put(member(1, "Avant"))
	o.agree(f, b, c)
	twin := b.copied()
	twin.way.offline = true
	twin.put(member(1, "De la copie"))
	if err := f.engine.Promote(b.id.Device(), roster.Door, home); err != nil {
		t.Fatal(err)
	}
	f.round()
	b.round()
	for n := range 3 {
		b.put(scannedAt(n))
		b.round()
	}
	o.agree(f, b, c)
	f.put(member(2, "Après")) // it says what its state is
	f.round()
	twin.way.offline = false
	if r := twin.round(); r.Withheld != 1 {
		t.Errorf("the copy keeps back %d edits", r.Withheld)
	}
	o.agreeBut(twin, f, c)
}

func scannedAt(n int) store.Scan {
	fact := store.ScanFact{Meeting: "mtg_forum", Member: member(1, "").ID, Kind: "in", At: int64(n), Nonce: "n"}
	return store.Scan{ID: store.ScanID(fact), Fact: fact}
}

// Whoever was behind a damaged object catches up in one round once it lies there whole again, and not by one delta a round, which two homes that go on writing would outrun.
func TestBehindADamagedDeltaOfACopiedHomeOneCatchesUpAtOnce(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	twin := b.copied()
	writes := func(n int) {
		for _, l := range []*laptop{b, twin} {
			l.put(member(100*n+len(l.name), "Écrit"))
			l.round()
		}
	}
	writes(1)
	o.agree(f, b, twin)
	b.put(member(1, "Abîmé"))
	b.round()
	logs := o.shelf.keys("log/")
	o.spoils(logs[slices.IndexFunc(logs, func(key string) bool {
		return strings.HasSuffix(key, signed.Letters(signed.ShortOf(b.engine.heads[b.id.Device()].Hash)))
	})])
	f.round()
	writes(2)
	f.round() // it reads what follows, and cannot take it in
	o.days(1, b, f)
	if len(f.engine.held) > 0 {
		t.Errorf("F still holds %v", f.engine.held)
	}
	o.agree(f, b, twin)
}

// What is missing of one home's chain may lie long before the end of the other's, which a newcomer takes for the laptop's own.
func TestANewcomerAsksForWhatIsSpoiltOfOneOfTwoHomes(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	b.put(member(1, "Avant"))
	o.agree(f, b)
	twin := b.copied()
	for n := range 4 {
		for _, l := range []*laptop{b, twin} {
			l.put(member(100*n+len(l.name), "Écrit"))
			l.round()
		}
		o.clock.wait(time.Minute)
	}
	o.agree(f, b, twin)
	logs := o.shelf.keys("log/")
	o.spoils(logs[slices.IndexFunc(logs, func(key string) bool { return strings.Contains(key, b.id.Device()+"-2-") })])
	c := o.joined(f, "C", roster.Coordinator)
	o.days(4, c, f, b, twin)
	o.agree(f, b, twin, c)
}
