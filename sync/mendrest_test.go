package sync

import (
	"strings"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

func TestAnEraseOrderAndReceiptsThatAPlaceLosesAreNamedAndPutBackWithinADay(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, tree), member(2, "Reste"))
	o.agree(f, b)
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(3, f, b)
	before := o.copyOfShelf()
	gone := append(o.loses(snapshot.ReceiptPrefix), o.loses(snapshot.ErasePrefix)...)
	if len(gone) != 3 {
		t.Fatalf("there were %v", gone)
	}
	o.clock.wait(25 * time.Hour)
	said := map[string]bool{}
	for _, l := range []*laptop{b, f} {
		for _, key := range l.round().Places[0].Gone {
			said[key] = true
		}
	}
	for _, key := range gone {
		if !said[key] || string(o.shelf.objects[key]) != string(before[key]) {
			t.Errorf("%s: named %t, put back %t", key, said[key], len(o.shelf.objects[key]) > 0)
		}
	}
	o.days(1, f, b)
	for _, l := range []*laptop{f, b} {
		if r := l.round(); r.Places[0].Lost > 0 {
			t.Errorf("%s still misses %v", l.name, r.Places[0].Gone)
		}
	}
}

func TestABundleOfDeltasThatAPlaceLosesIsNamedAndMadeAgainWithinADay(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.writes(1, manyDeltas+10)
	o.agree(f, b)
	before := o.copyOfShelf()
	gone := o.loses(snapshot.SegmentPrefix)
	o.clock.wait(25 * time.Hour)
	if r := f.round(); !names(r, gone) {
		t.Errorf("named %v of %v", r.Places[0].Gone, gone)
	}
	for _, key := range gone {
		if string(o.shelf.objects[key]) != string(before[key]) {
			t.Errorf("%s was not put back", key)
		}
	}
	if r := f.round(); r.Places[0].Lost > 0 {
		t.Errorf("F still misses %v", r.Places[0].Gone)
	}
}

// laterDay is the bucket as it was on an earlier day, put in place of what it is.
func (o *office) rollBack(to map[string][]byte) {
	o.shelf.mu.Lock()
	defer o.shelf.mu.Unlock()
	o.shelf.objects = to
}

func TestABucketThatIsEmptiedOrRolledBackAfterACompactionIsWholeAfterOneRound(t *testing.T) {
	for what, lose := range map[string]func(o *office, early map[string][]byte){
		"emptied":                        func(o *office, _ map[string][]byte) { o.rollBack(map[string][]byte{}) },
		"rolled back":                    func(o *office, early map[string][]byte) { o.rollBack(early) },
		"emptied but for the roster":     func(o *office, _ map[string][]byte) { o.loses("log/"); o.loses("full/") },
		"the log emptied, fulls as then": func(o *office, early map[string][]byte) { o.rollBack(early); o.loses("log/") },
	} {
		t.Run(what, func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joinedAt(f, "B", roster.Coordinator, away)
			f.put(person(1, "Exemple", away, "450 555-0101"), person(4, "Quatre", home, "450 555-0104"))
			f.writes(10, 4)
			o.agree(f, b)
			f.compacts()
			o.days(2, b, f)
			early := o.copyOfShelf()
			for from := 20; from < 40; from += 10 {
				f.writes(from, 3)
				b.put(person(2, "Invention", away, "450 555-0102"))
				o.agree(f, b)
				f.compacts()
				o.days(4, b, f)
			}
			f.writes(40, 1)
			o.agree(f, b)
			lose(o, early)
			rewound := false
			for _, l := range []*laptop{f, b} {
				r := l.round()
				rewound = rewound || r.Places[0].Rewound
			}
			if !rewound {
				t.Error("nobody said that the bucket shows an earlier day")
			}
			o.begins(f, away, b)
		})
	}
}

func TestAnErasedWordIsInNoObjectAfterABucketIsRolledBackToBeforeTheErasure(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, tree), member(2, "Reste"))
	f.writes(10, 4)
	o.agree(f, b)
	f.compacts()
	o.days(2, b, f)
	early := o.copyOfShelf()
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(3, f, b)
	f.writes(20, 3)
	o.agree(f, b)
	f.compacts()
	o.days(3, b, f)
	if where := f.bucketSays(tree); len(where) > 0 {
		t.Fatalf("it is in %v even before", where)
	}
	o.rollBack(early)
	if len(f.bucketSays(tree)) == 0 {
		t.Fatal("the bucket of that day does not have it")
	}
	f.round()
	if where := f.bucketSays(tree); len(where) > 0 {
		t.Errorf("the bucket has it in %v", where)
	}
	b.round()
	c := o.newcomer(f, "C", home, roster.Coordinator)
	c.round()
	o.agree(f, b, c)
	if c.family(1) != "unknown_id" || c.family(2) != "Reste" || c.family(22) != "Famille22" {
		t.Errorf("C reads %q, %q and %q", c.family(1), c.family(2), c.family(22))
	}
	for _, l := range []*laptop{f, b, c} {
		if where := l.says(tree); len(where) > 0 {
			t.Errorf("%s has it in %v", l.name, where)
		}
	}
}

func TestAnOldFullSnapshotThatSomebodyPutsBackAfterAnErasureIsRemovedWithinADay(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, tree), member(2, "Reste"))
	o.agree(f, b)
	f.compacts()
	o.days(2, b, f)
	early := o.copyOfShelf()
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(3, f, b)
	for key, data := range early {
		if strings.HasPrefix(key, snapshot.FullPrefix) || strings.HasPrefix(key, snapshot.Prefix) {
			o.shelf.objects[key] = data
		}
	}
	if len(f.bucketSays(tree)) == 0 {
		t.Fatal("nothing was put back")
	}
	o.days(1, b, f)
	if where := f.bucketSays(tree); len(where) > 0 {
		t.Errorf("the bucket has it in %v", where)
	}
}

func TestWhatOneOfSeveralPlacesLosesIsNamedThere(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, tree), member(2, "Reste"))
	o.agree(f, b)
	stick := o.stick()
	for _, l := range []*laptop{f, b} {
		l.uses(o.shelf, stick)
	}
	f.writes(10, manyDeltas+10)
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		o.clock.wait(25 * time.Hour)
		for _, l := range []*laptop{f, b} {
			for _, p := range l.round().Places {
				if p.Lost > 0 {
					t.Errorf("%s says that %s lost %v before it did", l.name, p.Name, p.Gone)
				}
			}
		}
	}
	whole := map[string]string{}
	var gone []string
	for key, data := range stick.objects {
		for _, prefix := range []string{snapshot.ErasePrefix, snapshot.ReceiptPrefix, snapshot.SegmentPrefix, roster.Prefix} {
			if strings.HasPrefix(key, prefix) {
				gone, whole[key] = append(gone, key), string(data)
			}
		}
	}
	if len(gone) < 5 {
		t.Fatalf("there were %v", gone)
	}
	for _, key := range gone {
		delete(stick.objects, key)
	}
	o.clock.wait(25 * time.Hour)
	said := map[string]bool{}
	for _, l := range []*laptop{f, b} {
		r := l.round()
		if r.Places[0].Lost > 0 {
			t.Errorf("%s says that the place with all of it lost %v", l.name, r.Places[0].Gone)
		}
		for _, key := range r.Places[1].Gone {
			said[key] = true
		}
	}
	for _, key := range gone {
		if !said[key] || string(stick.objects[key]) != whole[key] {
			t.Errorf("%s: named %t, put back %t", key, said[key], len(stick.objects[key]) > 0)
		}
	}
}

func TestWhoBeganFromWhatNobodyElseConfirmedPutsNothingErasedBack(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, tree), member(2, "Reste"))
	for range 2 {
		f.round()
		b.round()
	}
	f.writes(10, 3) // B, which has said nothing yet, comes when F has made them one full snapshot
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	for day := range 4 {
		o.clock.wait(25 * time.Hour)
		for _, l := range []*laptop{f, b} {
			if r := l.round(); r.Places[0].Lost > 0 || r.Places[0].Rewound {
				t.Errorf("on day %d %s says that %v are lost", day, l.name, r.Places[0].Gone)
			}
		}
		if where := append(b.says(tree), f.bucketSays(tree)...); len(where) > 0 {
			t.Errorf("on day %d it is in %v", day, where)
		}
	}
	o.agree(f, b)
}

func TestErasedWordsGoAgainInTheFirstRoundOfWhoMayRemoveThemThoughOthersFilledTheBucketBefore(t *testing.T) {
	for _, later := range []bool{false, true} {
		o := newOffice(t)
		f := o.founder()
		b := o.joined(f, "B", roster.Coordinator)
		f.put(member(1, tree), member(2, "Reste"))
		f.writes(10, 4)
		o.agree(f, b)
		f.compacts()
		o.days(2, b, f)
		early := o.copyOfShelf()
		if err := f.engine.Erase(refsOf(1), "request"); err != nil {
			t.Fatal(err)
		}
		o.days(3, f, b)
		if later { // the newest full snapshot is not the first without those words
			f.writes(20, 3)
			o.agree(f, b)
			f.compacts()
			o.days(3, b, f)
		}
		o.rollBack(early)
		if r := b.round(); !r.Places[0].Rewound || len(f.bucketSays(tree)) == 0 {
			t.Fatalf("B says %+v", r.Places[0])
		}
		f.round()
		if where := f.bucketSays(tree); len(where) > 0 {
			t.Errorf("later %t: the bucket has it in %v", later, where)
		}
		f.round()
		b.round()
		if r := f.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
			t.Errorf("then F asked %s", r.asked())
		}
		o.agree(f, b)
	}
}
