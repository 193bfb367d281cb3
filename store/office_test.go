package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

// region is laptops that read different offices and exchange edits as sync would: what one has no key for comes closed.
type region struct {
	t       *testing.T
	now     int64
	laptops []*reader
}

type reader struct {
	*Store
	device string
	office string // the only one it reads; empty for both
	sent   uint64
	log    []Edit
	heard  map[string]int // of whom, how many edits
}

func newRegion(t *testing.T) *region {
	g := &region{t: t, now: 1_760_000_000_000}
	for device, office := range map[string]string{"dev_a": "", "dev_b": "", "dev_e": "off_east", "dev_w": "off_west"} {
		s, err := Open(memoryDir(t), Options{Key: testKey, Device: device, Light: true, Now: func() time.Time { return time.UnixMilli(g.now) }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		for scope, key := range map[string][32]byte{"off_east": keyEast, "off_west": keyWest} {
			if office == "" || office == scope {
				setKey(t, s, scope, key)
			}
		}
		g.laptops = append(g.laptops, &reader{Store: s, device: device, office: office, heard: map[string]int{}})
	}
	slices.SortFunc(g.laptops, func(a, b *reader) int { return int(a.device[4]) - int(b.device[4]) })
	return g
}

// publish takes up what a laptop has written.
func (g *region) publish(l *reader) {
	for e, err := range l.Unpublished(l.sent) {
		must(g.t, e, err)
		if e.Changes[0].Seq != e.First || !slices.IsSortedFunc(e.Changes, func(a, b Change) int { return compareScopes(a.Scope, b.Scope) }) {
			g.t.Fatalf("scopes out of order: %+v", e.Changes)
		}
		l.log, l.sent = append(l.log, e), e.Changes[len(e.Changes)-1].Seq
	}
}

func compareScopes(a, b string) int {
	switch {
	case a == b:
		return 0
	case a < b:
		return -1
	}
	return 1
}

// deliver brings the next edit of one laptop to another.
func (g *region) deliver(from, to *reader) bool {
	g.publish(from)
	n := to.heard[from.device]
	if from == to || n == len(from.log) {
		return false
	}
	whole := from.log[n]
	seen := whole
	seen.Changes = nil
	shut := map[string]Edit{}
	for _, c := range whole.Changes {
		if to.HasScopeKey(c.Scope) {
			seen.Changes = append(seen.Changes, c)
			continue
		}
		e := shut[c.Scope]
		e.Changes = append(e.Changes, c)
		shut[c.Scope] = e
	}
	var closed []Closed
	for _, scope := range slices.Sorted(maps.Keys(shut)) {
		sum, _ := g.laptops[0].SumOf([]Edit{shut[scope]})
		closed = append(closed, Closed{Device: from.device, Last: whole.Changes[len(whole.Changes)-1].Seq, Sum: sum})
	}
	apply(g.t, to.Store, []Edit{seen}, closed...)
	to.heard[from.device]++
	return true
}

func (g *region) deliverAll() {
	for _, from := range g.laptops {
		for _, to := range g.laptops {
			for g.deliver(from, to) {
			}
		}
	}
}

// person is what the readers of its office should see of one member.
type person struct{ office, family, email, phone, consent string }

func read(t testing.TB, s *Store, id string) (p person, there bool) {
	t.Helper()
	m, err := Get[Member](s, id)
	if fault.Is(err, "unknown_id") {
		return p, false
	}
	must(t, m, err)
	p = person{office: m.Office, family: m.Family, email: m.Email, phone: m.Phone}
	for _, c := range ok(Linked[Consent](s, id))(t) {
		p.consent += c.Source
	}
	return p, true
}

func (g *region) write(l *reader, id string, p person) []Ref {
	g.t.Helper()
	refs, err := l.Edit(func(tx *Tx) error {
		m := Member{ID: id}
		if old, err := GetIn[Member](tx, id); err == nil {
			m = old
		}
		m.Office, m.Family, m.Email, m.Phone = p.office, p.family, p.email, p.phone
		if _, err := tx.Put(m); err != nil || p.consent == "" {
			return err
		}
		_, err := tx.Put(Consent{ID: "con_" + id, Member: id, Basis: "express", Source: p.consent})
		return err
	})
	if err != nil {
		g.t.Fatalf("%s writes %s: %v", l.device, id, err)
	}
	return refs
}

func (g *region) agree(when string) {
	g.t.Helper()
	for _, l := range g.laptops[1:] {
		if l.Digest() != g.laptops[0].Digest() || !maps.Equal(l.Frontier(), g.laptops[0].Frontier()) {
			g.t.Errorf("%s: %s has digest %s, %s has %s", when, l.device, l.Digest(), g.laptops[0].device, g.laptops[0].Digest())
		}
	}
}

// changed gives a person with one thing changed, as somebody who reads its office might.
func (p person) changed(random *rand.Rand, step int) person {
	value := []string{"", "x", fmt.Sprint(step)}[random.IntN(3)]
	switch random.IntN(5) {
	case 0:
		p.family = "F" + value
	case 1:
		p.email = value
	case 2:
		p.phone = value
	case 3:
		p.consent = "form" + value
	default:
		p.office = map[string]string{"off_east": "off_west", "off_west": "off_east"}[p.office]
	}
	return p
}

var memberIDs = []string{"mem_1", "mem_2"}

func TestDetailsFollowAMemberToEveryOfficeAndNobodyIsAskedAboutIt(t *testing.T) {
	for seed := range uint64(6) {
		random, g := rand.New(rand.NewPCG(seed, 7)), newRegion(t)
		people := map[string]person{}
		for _, id := range memberIDs {
			people[id] = person{office: "off_east", family: "Roy", email: id, phone: "1", consent: "form"}
			g.write(g.laptops[0], id, people[id])
		}
		for step := range 30 {
			g.now += int64(random.IntN(3))
			g.deliverAll()
			id := memberIDs[random.IntN(2)]
			l, next := g.laptops[random.IntN(len(g.laptops))], people[id].changed(random, step)
			if l.office != "" && (people[id].office != l.office || next.office != l.office) {
				continue
			}
			refs := g.write(l, id, next)
			if random.IntN(3) == 0 {
				ok(l.Undo(refs))(t)
			} else {
				people[id] = next
			}
			g.deliverAll()
			for _, l := range g.laptops {
				want := people[id]
				if l.office != "" && l.office != want.office {
					want.email, want.phone, want.consent = "", "", ""
				}
				if got, _ := read(t, l.Store, id); got != want {
					t.Fatalf("seed %d step %d: %s sees %+v, want %+v", seed, step, l.device, got, want)
				}
				if list := ok(l.Conflicts())(t); len(list) != 0 {
					t.Fatalf("seed %d step %d: %s has conflicts: %+v", seed, step, l.device, list)
				}
			}
		}
		g.agree(fmt.Sprintf("seed %d", seed))
		for _, l := range g.laptops {
			if r, err := l.Check(); err != nil || len(r.Problems) != 0 {
				t.Errorf("seed %d: %s: %+v %v", seed, l.device, r, err)
			}
		}
	}
}

func TestWhatIsWrittenWhileAMemberGoesToAnotherOfficeIsAskedAboutOnceAndNotLost(t *testing.T) {
	for seed := range uint64(8) {
		random, g := rand.New(rand.NewPCG(seed, 8)), newRegion(t)
		for _, id := range memberIDs {
			g.write(g.laptops[0], id, person{office: "off_east", family: "Roy", email: id, phone: "1", consent: "form"})
		}
		g.deliverAll()
		written := map[string]bool{}
		for step := range 30 {
			g.now += int64(random.IntN(3))
			id, l := memberIDs[random.IntN(2)], g.laptops[random.IntN(len(g.laptops))]
			if random.IntN(2) == 0 {
				g.deliver(g.laptops[random.IntN(len(g.laptops))], l)
				continue
			}
			p, _ := read(t, l.Store, id)
			next := p.changed(random, step)
			if l.office != "" && (p.office != l.office || next.office != l.office) {
				continue
			}
			written[next.email], written[next.phone] = true, true
			g.write(l, id, next)
		}
		g.deliverAll()
		g.agree(fmt.Sprintf("seed %d, before settling", seed))
		g.settle(seed, written)
		for _, id := range memberIDs {
			full, _ := read(t, g.laptops[0].Store, id)
			for _, l := range g.laptops {
				want := full
				if l.office != "" && l.office != want.office {
					want.email, want.phone, want.consent = "", "", ""
				}
				if got, _ := read(t, l.Store, id); got != want {
					t.Errorf("seed %d: %s sees %+v, want %+v", seed, l.device, got, want)
				}
			}
		}
		g.agree(fmt.Sprintf("seed %d", seed))
	}
}

// settle lets somebody who reads both offices choose where there is a choice, and bring home what was left behind.
func (g *region) settle(seed uint64, written map[string]bool) {
	l := g.laptops[0]
	for _, c := range ok(l.Conflicts())(g.t) {
		for _, v := range c.Values {
			if to, _ := v.To.(string); (c.Field == "email" || c.Field == "phone") && !written[to] && to != "1" && to != c.Record {
				g.t.Errorf("seed %d: nobody wrote %v: %+v", seed, v.To, c)
			}
		}
		ok(l.Settle(c.ID, c.Values[0].To))(g.t)
	}
	for _, id := range memberIDs {
		ok(l.Edit(func(tx *Tx) error { _, err := tx.MoveDetails(id); return err }))(g.t)
	}
	g.deliverAll()
	for _, l := range g.laptops {
		if list := ok(l.Conflicts())(g.t); len(list) != 0 {
			g.t.Errorf("seed %d: %s still has conflicts: %+v", seed, l.device, list)
		}
	}
}

func TestAnEditAtTheOldOfficeWhileTheMemberLeavesIsAskedOnlyWhereBothAreRead(t *testing.T) {
	g := newRegion(t)
	both, east := g.laptops[0], g.laptops[2]
	g.write(both, "mem_1", person{office: "off_east", family: "Roy", email: "old"})
	g.deliverAll()
	g.write(both, "mem_1", person{office: "off_west", family: "Roy", email: "old"})
	g.write(east, "mem_1", person{office: "off_east", family: "Roy", email: "new"})
	g.deliverAll()
	for _, l := range g.laptops {
		want := 0
		if l.office == "" {
			want = 1
		}
		list := ok(l.Conflicts())(t)
		if len(list) != want {
			t.Errorf("%s: conflicts %+v, want %d", l.device, list, want)
		}
		for _, c := range list {
			if len(c.Values) != 2 || c.Values[0].Device == c.Values[1].Device {
				t.Errorf("%s: the values are not of those who wrote them: %+v", l.device, c.Values)
			}
		}
	}
	ok(both.Settle("member/mem_1/email", "new"))(t)
	g.deliverAll()
	for _, l := range g.laptops {
		p, _ := read(t, l.Store, "mem_1")
		if list := ok(l.Conflicts())(t); len(list) != 0 || (p.email == "new") != (l.office != "off_east") {
			t.Errorf("%s sees %+v, conflicts %+v", l.device, p, list)
		}
	}
}

func TestWhoCannotSealForAnOfficeWritesNothingForItAndLeavesDetailsWhereTheyAre(t *testing.T) {
	g := newRegion(t)
	both, east, west := g.laptops[0], g.laptops[2], g.laptops[3]
	old := person{office: "off_east", family: "Roy", email: "old", consent: "form"}
	g.write(east, "mem_1", old)
	g.deliverAll()
	g.write(east, "mem_1", person{office: "off_west", family: "Roy", email: "old"})
	g.deliverAll()
	if p, _ := read(t, west.Store, "mem_1"); p.office != "off_west" || p.email != "" {
		t.Errorf("west sees %+v", p)
	}
	_, err := east.Edit(func(tx *Tx) error {
		_, err := tx.Put(Member{ID: "mem_1", Office: "off_west", Family: "Roy", Email: "new"})
		return err
	})
	if !fault.Is(err, "details_elsewhere") {
		t.Errorf("writing for another office: %v", err)
	}
	for _, l := range g.laptops { // west alone cannot know, east can do nothing
		if astray := ok(l.Astray())(t); len(astray) != map[bool]int{true: 1, false: 0}[l.office == ""] {
			t.Errorf("%s: astray %v", l.device, astray)
		}
	}
	moved := false
	_, err = both.Edit(func(tx *Tx) (err error) { moved, err = tx.MoveDetails("mem_1"); return err })
	if err != nil || !moved {
		t.Fatalf("moving details: %v %v", moved, err)
	}
	g.deliverAll()
	old.office = "off_west"
	if p, _ := read(t, west.Store, "mem_1"); p != old {
		t.Errorf("west sees %+v", p)
	}
	if p, _ := read(t, east.Store, "mem_1"); p.email != "" || p.consent != "" || east.Count(KindConsent) != 0 {
		t.Errorf("east sees %+v, %d consents", p, east.Count(KindConsent))
	}
	ok(both.Edit(func(tx *Tx) (err error) { moved, err = tx.MoveDetails("mem_1"); return err }))(t)
	if astray := ok(both.Astray())(t); moved || len(astray) != 0 {
		t.Error("there was nothing to move any more")
	}
	if _, err := west.Edit(func(tx *Tx) error { _, err := tx.MoveDetails("mem_none"); return err }); !fault.Is(err, "unknown_id") {
		t.Errorf("moving nobody: %v", err)
	}
	g.agree("at the end")
}

func TestADeletionAtTheNewOfficeIsOneEverywhere(t *testing.T) {
	g := newRegion(t)
	g.write(g.laptops[0], "mem_1", person{office: "off_east", family: "Roy", email: "old", phone: "1"})
	g.deliverAll()
	g.write(g.laptops[1], "mem_1", person{office: "off_west", family: "Roy", email: "old", phone: "1"})
	g.deliverAll()
	ok(g.laptops[3].Edit(func(tx *Tx) error { return tx.Delete(KindMember, "mem_1") }))(t)
	g.deliverAll()
	for _, l := range g.laptops {
		if _, there := read(t, l.Store, "mem_1"); there || len(ok(l.Conflicts())(t)) != 0 {
			t.Errorf("%s: there %v, conflicts %+v", l.device, there, ok(l.Conflicts())(t))
		}
	}
}

func TestAConflictGoesAlongToTheNewOffice(t *testing.T) {
	g := newRegion(t)
	a, b := g.laptops[0], g.laptops[1]
	g.write(a, "mem_1", person{office: "off_east", family: "Roy", email: "old"})
	g.deliverAll()
	g.write(a, "mem_1", person{office: "off_east", family: "Roy", email: "of a"})
	g.write(b, "mem_1", person{office: "off_east", family: "Roy", email: "of b"})
	g.deliverAll()
	p, _ := read(t, a.Store, "mem_1")
	p.office = "off_west"
	refs := g.write(a, "mem_1", p)
	g.deliverAll()
	for _, l := range []*reader{a, b, g.laptops[3]} {
		if list := ok(l.Conflicts())(t); len(list) != 1 || len(list[0].Values) != 2 {
			t.Errorf("%s: %+v", l.device, list)
		}
	}
	if list := ok(g.laptops[2].Conflicts())(t); len(list) != 0 {
		t.Errorf("at the old office: %+v", list)
	}
	ok(a.Undo(refs))(t)
	g.deliverAll()
	for _, l := range []*reader{a, b, g.laptops[2]} {
		if list := ok(l.Conflicts())(t); len(list) != 1 || len(list[0].Values) != 2 {
			t.Errorf("after undo, %s: %+v", l.device, list)
		}
	}
}

func TestACardThatIsNotSharedIsForTheOfficeButNotThatItWasDeleted(t *testing.T) {
	s := laptop(t, memoryDir(t), "dev_a")
	if err := s.SetShareCard(false); err != nil {
		t.Fatal(err)
	}
	put(t, s, Member{ID: "mem_1", Office: "off_east", Family: "Roy", Chapters: []string{"chp_north"}}, Chapter{ID: "chp_north", Name: "North"})
	ok(s.Edit(func(tx *Tx) error { return tx.Delete(KindMember, "mem_1") }))(t)
	for _, line := range ok(s.History(KindMember, "mem_1"))(t) {
		if want := map[bool]string{true: "", false: "off_east"}[line.Field == "office" || line.Field == "~"]; line.Scope != want {
			t.Errorf("%s is for %q", line.Field, line.Scope)
		}
	}
	if err := s.SetShareCard(true); err != nil {
		t.Fatal(err)
	}
	put(t, s, Member{ID: "mem_1", Office: "off_east", Family: "Côté", Chapters: []string{"chp_north"}})
	if got := ok(Get[Member](s, "mem_1"))(t); got.Family != "Côté" || len(ok(s.Conflicts())(t)) != 0 {
		t.Errorf("%+v", got)
	}
}
func TestOwnChangesGoOutWithTheirScope(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	put(t, s, Member{ID: "mem_ada", Family: "Roy", Office: "off_east", Email: "ada@example.org"})
	got := map[string]string{}
	for e, err := range s.Unpublished(0) {
		for _, c := range must(t, e, err).Changes {
			got[c.Field] = c.Scope
		}
	}
	if got["family"] != "" || got["office"] != "" || got["email"] != "off_east" || len(got) != 3 {
		t.Errorf("scopes: %v", got)
	}
}

func TestABulkLoadSealsForTheOfficeAlsoWhatFollowsInTheSameBatch(t *testing.T) {
	s := laptop(t, memoryDir(t), "dev_a")
	setKey(t, s, "off_east", keyEast)
	setKey(t, s, "off_west", keyWest)
	n := 0
	ok(s.EditEach(func(yield func(func(*Tx) error) bool) {
		for i := range 3 * groupEdits { // written, given a consent, moved: often in batches that are not in the view yet
			n = i / 3
			id := fmt.Sprintf("mem_%04d", n)
			m := Member{ID: id, Family: "Roy", Email: id, Office: "off_east"}
			more := yield(func(tx *Tx) (err error) {
				switch i % 3 {
				case 1:
					_, err = tx.Put(Consent{ID: "con_" + id, Member: id, Source: "form"})
				case 2:
					m.Office = "off_west"
					fallthrough
				default:
					_, err = tx.Put(m)
				}
				return err
			})
			if !more {
				return
			}
		}
	}))(t)
	for e, err := range s.Unpublished(0) {
		for i, c := range must(t, e, err).Changes {
			if i > 0 && e.Changes[i-1].Scope > c.Scope {
				t.Fatalf("scopes out of order: %+v", e.Changes)
			}
		}
	}
	for i := range n {
		for _, at := range []struct {
			kind  Kind
			id    string
			field string
		}{{KindMember, fmt.Sprintf("mem_%04d", i), "email"}, {KindConsent, fmt.Sprintf("con_mem_%04d", i), "source"}} {
			st := ok(s.state(at.kind, at.id))(t)
			if f := st.look(at.field); len(f.live) != 1 || f.live[0].Scope != "off_west" || len(f.live[0].Value) == 0 {
				t.Fatalf("%s of %s: %+v", at.field, at.id, f.live)
			}
		}
	}
	if r, err := s.Check(); err != nil || len(r.Problems) != 0 || len(ok(s.Astray())(t)) != 0 {
		t.Errorf("%+v %v", r, err)
	}
}
