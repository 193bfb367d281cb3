package sync

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

const away = "off_away"

// joinedAt brings one more laptop into an office of the founder's network.
func (o *office) joinedAt(f *laptop, name string, role roster.Role, at string) *laptop {
	o.t.Helper()
	if _, there := f.engine.State().Office(at); !there {
		if err := f.engine.AddOffice(roster.Office{ID: at, Name: at}); err != nil {
			o.t.Fatal(err)
		}
		f.round()
	}
	i, s, err := f.engine.Invite(at, role, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		o.t.Fatal(err)
	}
	l := o.laptop(name)
	l.accept(i, s)
	l.round()
	f.round()
	if r := l.round(); r.Standing != Active {
		o.t.Fatalf("%s is %s", name, r.Standing)
	}
	return l
}

// person is a member of an office with a detail that only the office reads.
func person(n int, family, office, phone string) store.Member {
	m := member(n, family)
	m.Office, m.Phone = office, phone
	return m
}

func (l *laptop) phone(n int) string {
	m, _ := store.Get[store.Member](l.store, member(n, "").ID)
	return m.Phone
}

func TestADetailIsReadByItsOfficeAloneAndAllStatesStillCompare(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(person(1, "Exemple", away, "450 555-0101"))
	b.put(person(2, "Invention", away, "450 555-0102"))
	c.put(person(3, "Modèle", home, "450 555-0103"))
	o.agree(f, b, c)
	for _, x := range []struct {
		l    *laptop
		want string
	}{{f, "0101 0102 0103"}, {b, "0101 0102 "}, {c, "  0103"}} {
		got := []string{}
		for n := 1; n <= 3; n++ {
			got = append(got, strings.TrimPrefix(x.l.phone(n), "450 555-"))
		}
		if strings.Join(got, " ") != x.want || x.l.family(1) != "Exemple" || x.l.family(2) != "Invention" || x.l.family(3) != "Modèle" {
			t.Errorf("%s reads %q", x.l.name, got)
		}
	}
	for key, data := range o.shelf.objects {
		if strings.Contains(string(data), "555-01") {
			t.Errorf("a detail stands in the clear in %s", key)
		}
	}
	if r := c.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" || len(r.Diverged)+len(r.Quarantined) > 0 {
		t.Errorf("%+v", r)
	}
}

func TestDetailsThatWereClosedOpenWhenTheKeyComes(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(person(1, "Exemple", away, "450 555-0101"))
	b.put(person(2, "Invention", away, "450 555-0102"))
	o.agree(f, b, c)
	if c.phone(1)+c.phone(2) != "" {
		t.Fatal("C reads another office's details")
	}
	if err := f.engine.write(func(r *roster.Roster) ([]byte, error) {
		return r.Promote(f.id, c.id.Device(), roster.Admin, home, o.clock.now())
	}); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b, c)
	c.again()
	if c.phone(1) != "450 555-0101" || c.phone(2) != "450 555-0102" {
		t.Errorf("C reads %q and %q", c.phone(1), c.phone(2))
	}
	f.put(person(1, "Exemple", away, "450 555-0109"))
	o.agree(f, b, c)
	if r := c.round(); c.phone(1) != "450 555-0109" || r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
		t.Errorf("then C reads %q and asked %s", c.phone(1), r.asked())
	}
}

// wild writes with a program that does not care about roles: everything that its store has goes out.
func (o *office) wild(l *laptop) string {
	o.t.Helper()
	var edits []store.Edit
	for e, err := range l.store.Unpublished(l.engine.heads[l.id.Device()].Last) {
		if err != nil {
			o.t.Fatal(err)
		}
		edits = append(edits, e)
	}
	return o.smuggle(l, edits...)
}

func TestALaptopThatWritesBeyondItsRoleIsRefusedByEveryReader(t *testing.T) {
	for role, beyond := range map[roster.Role][]store.Record{
		roster.Reader:      {store.Meeting{ID: "mtg_aaaaaaaaaaaaaaaa", Title: "Fausse"}},
		roster.Door:        {person(1, "Faux", home, "")},
		roster.Coordinator: {person(2, "Faux", away, ""), store.Office{ID: home, Name: "Fausse"}},
	} {
		t.Run(string(role), func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joinedAt(f, "B", roster.Coordinator, away)
			c := o.joined(f, "C", roster.Coordinator)
			d := o.joined(f, "D", role)
			f.put(person(1, "Exemple", home, ""), person(2, "Exemple", away, ""))
			o.agree(f, b, c, d)
			d.put(beyond...)
			if r := d.round(); r.Withheld != 1 || r.Pushed.Changes != 0 {
				t.Errorf("an honest program withholds %d and sends %d", r.Withheld, r.Pushed.Changes)
			}
			if r := d.round(); r.Withheld != 1 {
				t.Error("what is kept back is told once and then no more")
			}
			k := o.wild(d)
			for _, l := range []*laptop{f, b, c} {
				r := l.round()
				if len(r.Quarantined) != 1 || r.Quarantined[0] != (Refused{Key: k, Reason: "role_forbids"}) || len(r.Diverged) > 0 {
					t.Errorf("%s: %+v", l.name, r.Quarantined)
				}
				for _, id := range []int{1, 2} {
					if l.family(id) != "Exemple" {
						t.Errorf("%s reads %q", l.name, l.family(id))
					}
				}
				if _, err := store.Get[store.Meeting](l.store, "mtg_aaaaaaaaaaaaaaaa"); err == nil {
					t.Errorf("%s has the meeting", l.name)
				}
			}
			o.agree(f, b, c)
		})
	}
}

// Whatever order the objects come in, and whoever writes beyond a role, all readers take in the same.
func TestWhatIsAcceptedDoesNotDependOnTheOrderOfArrival(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { arriveInAnyOrder(t, rand.New(rand.NewPCG(seed, 3))) })
	}
}

func arriveInAnyOrder(t *testing.T, chance *rand.Rand) {
	o := newOffice(t)
	f := o.founder()
	writers := []*laptop{f, o.joined(f, "C", roster.Coordinator), o.joinedAt(f, "B", roster.Coordinator, away), o.joined(f, "D", roster.Door),
		o.joinedAt(f, "E", roster.Door, away)}
	readers := []*laptop{o.joined(f, "R1", roster.Admin), o.joined(f, "R2", roster.Coordinator), o.joinedAt(f, "R3", roster.Coordinator, away), o.joined(f, "R4", roster.Reader)}
	o.agree(append(slices.Clone(writers), readers...)...)
	offices := []string{home, away}
	for range 30 {
		l, n := writers[chance.IntN(len(writers))], chance.IntN(5)
		m, err := store.Get[store.Member](l.store, member(n, "").ID)
		if err != nil || chance.IntN(3) == 0 {
			m = person(n, "", offices[chance.IntN(2)], "")
			if l.engine.Self().Role == roster.Door {
				m.WalkIn = "mtg_forum"
			}
		}
		m.Family = fmt.Sprintf("Nom%d", chance.IntN(1000))
		if l.engine.Holds(m.Office) {
			m.Phone = fmt.Sprintf("450 555-%04d", chance.IntN(10_000))
		}
		if _, err := l.store.Edit(func(tx *store.Tx) error { _, err := tx.Put(m); return err }); err != nil {
			continue // the store itself knows better
		}
		o.clock.wait(time.Second)
		if chance.IntN(3) == 0 {
			_, _ = l.engine.Round(context.Background()) // sees the others
		} else if l != f && l.engine.ready == nil {
			o.wildNext(l)
		}
	}
	for _, l := range writers {
		o.wildNext(l)
	}
	for _, l := range readers {
		for _, at := range chance.Perm(len(writers)) {
			l.way.hide = "-" + writers[at].id.Device() + "-"
			o.clock.wait(time.Second)
			_, _ = l.engine.Round(context.Background())
			if chance.IntN(2) == 0 {
				l.again()
			}
		}
		l.way.hide = ""
	}
	o.agree(readers...)
	want := ""
	for _, l := range readers {
		got := fmt.Sprint(l.networkDoubts())
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s set aside\n%s\nothers\n%s", l.name, got, want)
		}
	}
	t.Logf("%d motions set aside", len(readers[0].networkDoubts()))
}

// networkDoubts lists what was set aside that all laptops read.
func (l *laptop) networkDoubts() (list []string) {
	for _, d := range l.engine.doubts {
		for _, m := range d.Motions {
			if m.Scope == "" {
				list = append(list, fmt.Sprintf("%s %d", d.Device, m.First))
			}
		}
	}
	slices.Sort(list)
	return list
}

// wildNext publishes all that a laptop has, whatever its role, and lets its own program believe so.
func (o *office) wildNext(l *laptop) {
	o.t.Helper()
	e := l.engine
	var edits []store.Edit
	h := e.heads[l.id.Device()]
	for edit, err := range l.store.Unpublished(h.Last) {
		if err != nil {
			o.t.Fatal(err)
		}
		if e.sealable(&edit) {
			edits = append(edits, edit)
		}
	}
	if len(edits) == 0 || e.ready != nil {
		return
	}
	k := o.smuggle(l, edits...)
	r := &round{Engine: e}
	s := r.newStep()
	delta, err := openOwn(l, k, o.shelf.objects[k])
	if err != nil {
		o.t.Fatal(err)
	}
	s.follow(delta, emptyWitness, false)
	if _, err := l.store.Apply(nil, s.notes); err != nil {
		o.t.Fatal(err)
	}
}
