package sync

import (
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

// A laptop whose store has a change that nobody sent, under a number that somebody used, differs from
// the others at one frontier: the check names the laptops and the record.
func TestACheckNamesTheRecordsThatDiffer(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	f.put(person(1, "Un", home, ""), person(2, "Deux", away, "450 555-0102"))
	o.agree(f, b)
	d := o.joined(f, "D", roster.Door)
	d.put(person(1, "Faux", home, "")) // what was set aside is no difference
	o.wild(d)
	o.agree(f, b)
	o.onlyRefused(f)
	wantProblems(t, f.checked(), nil)
	stray := store.Edit{Wall: 7, Device: b.id.Device(), First: 1}
	stray.Changes = []store.Change{{Kind: store.KindMember, Record: member(2, "").ID, Field: "given", Value: []byte{0x61, 'x'},
		Stamp: store.Stamp{Wall: 7, Dot: store.Dot{Device: b.id.Device(), Seq: 1}}}}
	b.put(person(3, "Trois", away, ""))
	o.agree(f, b)
	if _, err := f.store.Apply([]store.Edit{stray}, nil); err != nil {
		t.Fatal(err)
	}
	r := f.round()
	if len(r.Diverged) != 1 || r.Diverged[0] != b.id.Device() {
		t.Fatalf("%v", r.Diverged)
	}
	wantProblems(t, f.checked(), map[string]string{b.id.Device(): "state_diverged", "member " + member(2, "").ID: "record_differs"})
	wantProblems(t, b.checked(), nil) // F has not said anything since
}

// onlyRefused gives the one object that a laptop has set aside.
func (o *office) onlyRefused(l *laptop) string {
	o.t.Helper()
	list := l.engine.Quarantined()
	if len(list) != 1 {
		o.t.Fatalf("%s has set aside %v", l.name, list)
	}
	return list[0].Key
}
