package sync

import (
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

// movedWhileItsRoleMoved is a coordinator that moved a member to another office and, before it was sent, was given to that
// office itself; there it may write of what the move brings, but nobody lets it bring it.
func movedWhileItsRoleMoved(t *testing.T) (o *office, f, b, c *laptop) {
	o = newOffice(t)
	f = o.founder()
	b = o.joinedAt(f, "B", roster.Coordinator, away)
	c = o.joined(f, "C", roster.Coordinator)
	f.put(person(1, "Exemple", home, "450 555-0101"))
	o.agree(f, b, c)
	c.put(person(1, "Exemple", away, "450 555-0101"))
	if err := f.engine.write(func(r *roster.Roster) ([]byte, error) {
		return r.Promote(f.id, c.id.Device(), roster.Coordinator, away, o.clock.now())
	}); err != nil {
		t.Fatal(err)
	}
	f.round()
	return o, f, b, c
}

func (l *laptop) officeOf(n int) string {
	m, _ := store.Get[store.Member](l.store, member(n, "").ID)
	return m.Office
}

func TestAMoveThatALostRoleForbidsDoesNotAllowItself(t *testing.T) {
	o, f, b, c := movedWhileItsRoleMoved(t)
	if r := c.round(); r.Withheld != 1 || r.Pushed.Changes != 0 {
		t.Errorf("C keeps back %d edits and sends %d changes", r.Withheld, r.Pushed.Changes)
	}
	o.agreeBut(c, f, b)
	if c.officeOf(1) != away || f.officeOf(1) != home || b.officeOf(1) != home {
		t.Errorf("the member is in %s, %s and %s", c.officeOf(1), f.officeOf(1), b.officeOf(1))
	}
}

func TestNothingRestsOnAnEditThatIsKeptBack(t *testing.T) {
	for _, again := range []bool{false, true} {
		o, f, b, c := movedWhileItsRoleMoved(t)
		c.put(person(1, "Invention", away, "450 555-0101"))
		c.round()
		if again { // also once the program was started anew
			c.again()
		}
		c.put(person(1, "Modèle", away, "450 555-0101"))
		if r := c.round(); r.Withheld != 3 || r.Pushed.Changes != 0 {
			t.Errorf("C keeps back %d edits and sends %d changes", r.Withheld, r.Pushed.Changes)
		}
		o.agreeBut(c, f, b)
		if f.family(1) != "Exemple" || b.family(1) != "Exemple" {
			t.Errorf("others read %q and %q", f.family(1), b.family(1))
		}
	}
}

// agreeBut lets all make rounds and finds no alarm with anybody, though one keeps something back that the others do not have.
func (o *office) agreeBut(one *laptop, others ...*laptop) {
	o.t.Helper()
	one.round()
	o.agree(others...)
	for _, l := range append(others, one) {
		if r := l.round(); len(r.Diverged)+len(r.Quarantined) > 0 {
			o.t.Errorf("%s says that %v diverged and refuses %v", l.name, r.Diverged, r.Quarantined)
		}
	}
}
