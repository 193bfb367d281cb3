package sync

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// keys lists what the shelf has under a folder.
func (s *shelf) keys(prefix string) (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.objects {
		if strings.HasPrefix(key, prefix) {
			list = append(list, key)
		}
	}
	slices.Sort(list)
	return list
}

// compacts asks a laptop for a full snapshot and lets it write it.
func (l *laptop) compacts() {
	l.t.Helper()
	if err := l.engine.Compact(); err != nil {
		l.t.Fatal(err)
	}
	l.round()
}

// days lets time pass, with rounds of these laptops every day.
func (o *office) days(n int, laptops ...*laptop) {
	o.t.Helper()
	for range n {
		o.clock.wait(24*time.Hour + time.Minute)
		for _, l := range laptops {
			l.round()
		}
	}
}

// writes makes a laptop write n records, each in a delta of its own.
func (l *laptop) writes(from, n int) {
	l.t.Helper()
	for i := from; i < from+n; i++ {
		m := member(i, fmt.Sprintf("Famille%d", i))
		m.Email = fmt.Sprintf("m%d@example.org", i)
		l.put(m)
		l.round()
	}
}

func (l *laptop) startsFar(n int) { l.engine.gens.far = n }

func TestAGenerationIsWrittenConfirmedByOthersAndBegunFrom(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.writes(1, 6)
	b.writes(101, 6)
	o.agree(f, b)
	f.compacts()
	if got := o.shelf.keys("full/00000001/"); len(got) != 4 { // two parts, two manifests
		t.Fatalf("wrote %v", got)
	}
	o.days(1, b, f)
	cosigned := 0
	for _, key := range o.shelf.keys("full/00000001/") {
		if strings.Contains(key, "-cosign-"+b.id.Device()) {
			cosigned++
		}
	}
	if cosigned != 2 || len(f.engine.gens.good) != 1 || len(b.engine.gens.good) != 1 {
		t.Fatalf("%d co-signatures, F has %d, B has %d", cosigned, len(f.engine.gens.good), len(b.engine.gens.good))
	}
	f.writes(20, 2)
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c := o.laptop("C")
	c.accept(i, s)
	c.startsFar(5)
	var stages []string
	c.engine.Progress = func(stage string, done, total int64) {
		stages = append(stages, fmt.Sprintf("%s %t", stage, done <= total))
	}
	c.round()
	f.round()
	c.round()
	if got := len(c.engine.gens.origin.Places); got != 2 {
		t.Fatalf("C began from %d places", got)
	}
	if kept, err := os.ReadDir(c.home + "/objects"); err != nil || len(kept) > 8 {
		t.Errorf("C took in %d deltas, %v", len(kept), err)
	}
	if len(stages) == 0 || stages[0] != "begin true" {
		t.Errorf("progress %v", stages)
	}
	c.put(member(300, "Nouvelle"))
	o.agree(f, b, c)
	if c.family(3) != "Famille3" || c.family(103) != "Famille103" || c.family(21) != "Famille21" || f.family(300) != "Nouvelle" {
		t.Error("something is not there")
	}
	c.again()
	o.agree(f, b, c)
}

func TestAGenerationLaterWhatLiesBeforeIsRemovedAndNobodyMissesIt(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.writes(1, 5)
	o.agree(f, b)
	f.compacts()
	o.days(1, b, f)
	f.writes(10, 5)
	o.agree(f, b)
	f.compacts()
	o.days(1, b, f)
	logs := len(o.shelf.keys("log/"))
	o.days(2, b, f)
	if left := len(o.shelf.keys("log/")); left >= logs || left > 14 {
		t.Fatalf("%d of %d deltas left", left, logs)
	}
	f.writes(20, 2)
	f.compacts()
	o.days(3, b, f)
	if got := o.shelf.keys("full/00000001/"); len(got) != 0 {
		t.Errorf("left of the first generation: %v", got)
	}
	for range 3 {
		for _, l := range []*laptop{b, f} {
			o.clock.wait(25 * time.Hour)
			if r := l.round(); len(r.Missing) > 0 || r.StaleSince != "" || r.Places[0].Lost > 0 || len(r.Quarantined) > 0 {
				t.Errorf("%s: %+v", l.name, r)
			}
		}
	}
	c := o.joined(f, "C", roster.Door)
	o.agree(f, b, c)
	if c.family(1) != "Famille1" || c.family(12) != "Famille12" {
		t.Error("C lacks something")
	}
}

func TestABucketThatLetsNothingBeRemovedIsLeftAsItIs(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.way.keeps = true
	f.writes(1, 3)
	f.compacts()
	o.days(1, f)
	f.writes(5, 3)
	f.compacts()
	logs := len(o.shelf.keys("log/"))
	o.days(3, f)
	if left := len(o.shelf.keys("log/")); left < logs {
		t.Errorf("%d of %d left", left, logs)
	}
}

// damaged is one way in which a full snapshot can be bad.
func TestABadFullSnapshotIsNamedAndTheOneBeforeIsTaken(t *testing.T) {
	for what, damage := range map[string]func(o *office, key string){
		"flipped": func(o *office, key string) { o.shelf.objects[key][len(o.shelf.objects[key])/2] ^= 1 },
		"cut":     func(o *office, key string) { o.shelf.objects[key] = o.shelf.objects[key][:len(o.shelf.objects[key])/2] },
		"missing": func(o *office, key string) { delete(o.shelf.objects, key) },
		"replayed": func(o *office, key string) {
			for other, data := range o.shelf.objects {
				if strings.HasPrefix(other, "full/00000001/network-"+kindOf(key)) {
					o.shelf.objects[key] = data
				}
			}
		},
	} {
		for _, kind := range []string{"0", "manifest"} {
			t.Run(what+" "+kind, func(t *testing.T) {
				o := newOffice(t)
				f := o.founder()
				b := o.joined(f, "B", roster.Coordinator)
				f.writes(1, 4)
				o.agree(f, b)
				f.compacts()
				o.days(1, b, f)
				f.writes(10, 4)
				o.agree(f, b)
				f.compacts()
				o.days(1, b, f)
				damagedKey := o.shelf.keys("full/00000002/network-" + kind)[0]
				damage(o, damagedKey)
				c := o.laptop("C")
				i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
				if err != nil {
					t.Fatal(err)
				}
				c.accept(i, s)
				c.startsFar(3)
				c.round()
				f.round()
				r := c.round()
				if what != "missing" && !slices.ContainsFunc(r.Quarantined, func(q Refused) bool {
					return strings.HasPrefix(q.Key, "full/00000002/network-"+kind) || strings.HasPrefix(q.Key, "full/00000002/network-manifest")
				}) {
					t.Errorf("set aside %v", r.Quarantined)
				}
				// Which manifests there were a newcomer cannot know; of what one names it says that it is gone.
				if what == "missing" && kind == "0" && !names(r, []string{damagedKey}) {
					t.Errorf("named %v", r.Places[0].Gone)
				}
				if len(c.engine.gens.origin.Places) == 0 {
					t.Error("C did not begin from the generation before")
				}
				o.agree(f, b, c)
				if c.family(12) != "Famille12" || c.family(2) != "Famille2" {
					t.Error("C lacks something")
				}
			})
		}
	}
}

func kindOf(key string) string {
	if strings.Contains(key, "manifest") {
		return "manifest"
	}
	return "0"
}

func TestAFullSnapshotByNoAdminOrOneThatWasShutOutIsNamedAndNotUsed(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.writes(1, 5)
	o.agree(f, b)
	// B has all keys it takes, but not the right.
	forge := func(number uint64) {
		t.Helper()
		m := &snapshot.Manifest{Whole: snapshot.Whole{Network: b.engine.Network(), Generation: number}, Wall: o.clock.now().UnixMilli(),
			Roster: b.engine.State().Version}
		key, object, err := snapshot.WriteManifest(b.id, b.engine.member.Cover, m)
		if err != nil {
			t.Fatal(err)
		}
		o.shelf.objects[key] = object
	}
	forge(7)
	f.compacts()
	if got := f.round(); !slices.ContainsFunc(got.Quarantined, func(q Refused) bool {
		return strings.HasPrefix(q.Key, "full/00000007/") && q.Reason == "full_not_admin"
	}) {
		t.Errorf("set aside %v", got.Quarantined)
	}
	if got := o.shelf.keys("full/00000001/"); len(got) == 0 {
		t.Errorf("the forged number counted: %v", o.shelf.keys("full/"))
	}
}

func TestAFullSnapshotThatDiffersFromWhatOthersHaveRaisesAnAlarm(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.writes(1, 5)
	o.agree(f, b)
	// The founder's program leaves a record out.
	p := plan{Number: 1, Places: []snapshot.Place{}, Wall: o.clock.now().UnixMilli(), Roster: f.engine.State().Version}
	h := f.engine.heads[f.id.Device()]
	p.Places = append(p.Places, snapshot.Place{Device: f.id.Device(), Incarnation: h.Incarnation, Number: h.Number, Hash: h.Hash, Last: h.Last, Wall: h.Wall})
	w := snapshot.Whole{Network: f.engine.Network(), Generation: 1}
	m := &snapshot.Manifest{Whole: w, Frontier: p.Places, Wall: p.Wall, Roster: p.Roster}
	changes := func(yield func(store.Change, error) bool) {
		for c, err := range f.store.ChangesUpTo(p.upTo(), "") {
			if c.Record != member(3, "").ID && !yield(c, err) {
				return
			}
		}
	}
	for part, err := range snapshot.WriteFull(w, f.engine.State().CurrentKey(""), f.engine.ring.Find, changes) {
		if err != nil {
			t.Fatal(err)
		}
		o.shelf.objects[part.Key] = part.Object
		m.Parts = append(m.Parts, part.PartSum)
	}
	m.Sum, _, _ = f.store.SumUpTo(p.upTo(), "")
	key, object, err := snapshot.WriteManifest(f.id, f.engine.member.Cover, m)
	if err != nil {
		t.Fatal(err)
	}
	o.shelf.objects[key] = object
	o.clock.wait(25 * time.Hour)
	r := b.round()
	if !slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Key == key && q.Reason == "full_differs" }) || !r.NeedsPerson() {
		t.Errorf("set aside %v", r.Quarantined)
	}
	for _, key := range o.shelf.keys("full/") {
		if strings.Contains(key, "cosign") {
			t.Errorf("B signed %s", key)
		}
	}
}

func TestAGenerationStoppedAtAnyPutIsFinishedLaterWithoutPuttingAnythingTwice(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.writes(1, 4)
	o.agree(f)
	if err := f.engine.Compact(); err != nil {
		t.Fatal(err)
	}
	for stop := range 20 {
		f.way.dieAfter = 1 + stop
		o.clock.wait(time.Minute)
		if _, err := f.engine.Round(t.Context()); err != nil && !fault.Is(err, "bucket_unreachable") {
			t.Fatal(err)
		}
		f.way.dieAfter = -1
		if stop%3 == 0 {
			f.again()
		}
	}
	f.compactsIfNot()
	manifests := 0
	for _, key := range o.shelf.keys("full/") {
		if strings.Contains(key, "network-manifest") {
			manifests++
		}
	}
	if manifests == 0 || manifests > 2 {
		t.Errorf("%v", o.shelf.keys("full/"))
	}
	c := o.laptop("C")
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c.accept(i, s)
	c.startsFar(1)
	c.round()
	f.round()
	c.round()
	o.agree(f, c)
}

func (l *laptop) compactsIfNot() {
	l.t.Helper()
	l.way.clock.wait(25 * time.Hour)
	l.round()
}

// What was taken out is counted together, so a generation that was begun before more came of it cannot be finished as it was meant: it would
// leave out what came before, and who begins from it would count less than others for ever.
func TestAGenerationBegunBeforeMoreCameOfAnErasedRecordIsBegunAnew(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	m := member(1, "Effacée")
	m.Email = "avant@example.org"
	f.put(m, member(2, "Reste"))
	o.agree(f, b)
	m.Email = "apres@example.org"
	b.put(m)
	if err := f.engine.Erase([]store.RecordRef{{Kind: store.KindMember, ID: m.ID}}, "request"); err != nil {
		t.Fatal(err)
	}
	for die := 1; len(o.shelf.keys("full/")) == 0; die++ { // the line breaks after the first part
		f.way.dieAfter = die
		f.fails("bucket_unreachable")
	}
	f.way.dieAfter, b.way.hide = -1, snapshot.ErasePrefix
	b.round()
	f.round()
	b.way.hide = ""
	o.days(3, f, b)
	if len(f.engine.gens.good) == 0 {
		t.Fatalf("no generation was written and confirmed: %v", o.shelf.keys("full/"))
	}
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c := o.laptop("C")
	c.accept(i, s)
	c.startsFar(1)
	c.round()
	f.round()
	c.round()
	if len(c.engine.gens.origin.Places) == 0 {
		t.Fatal("C did not begin from it")
	}
	o.agree(f, b, c)
}

// Of a laptop that looks at full snapshots before it has heard who became an admin.
func TestAFullSnapshotOfSomebodyWhoJustBecameAnAdminIsNotRefused(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		o := newOffice(t)
		f := o.founder()
		b, c := o.joined(f, "B", roster.Coordinator), o.joined(f, "C", roster.Coordinator)
		f.writes(1, 4)
		o.agree(f, b, c)
		if err := f.engine.Promote(c.id.Device(), roster.Admin, home); err != nil {
			t.Fatal(err)
		}
		f.round()
		c.round()
		c.compacts()
		if hidden {
			b.way.hide = roster.Prefix
		}
		o.days(1, b) // it looks at everything
		b.way.hide = ""
		o.days(2, f, b, c)
		if q := b.engine.Quarantined(); len(q) > 0 || len(b.engine.gens.good) == 0 {
			t.Errorf("B refuses %v and relies on %v (hidden: %t)", q, b.engine.gens.good, hidden)
		}
	}
}
