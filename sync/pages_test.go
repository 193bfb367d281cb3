package sync

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// lastPage is the name of the newest statement that a laptop knows.
func (l *laptop) lastPage() string {
	s := l.engine.State()
	return roster.Name(s.Version, s.Head)
}

// opens tells whether a laptop can read edits in what another put into the bucket, with all keys that it ever had.
func (o *office) opens(x, of *laptop, after map[string][]byte) bool {
	for key, data := range o.shelf.objects {
		name, err := snapshot.ParseName(key)
		if _, old := after[key]; err != nil || old || name.Device != of.id.Device() {
			continue
		}
		d, err := snapshot.Read(x.engine.member.Network, name, data)
		if err != nil {
			o.t.Fatal(err)
		}
		content, err := d.Contents(x.engine.ring.Find)
		if err == nil && len(content.Edits()) > 0 {
			return true
		}
	}
	return false
}

// shutOut is a network of which one laptop is revoked while the bucket hides the statement from B.
func shutOut(t *testing.T) (o *office, f, b, c, x *laptop, page string) {
	o = newOffice(t)
	f = o.founder()
	b, c, x = o.joined(f, "B", roster.Admin), o.joined(f, "C", roster.Coordinator), o.joined(f, "X", roster.Coordinator)
	f.put(member(1, "Un"))
	o.agree(f, b, c, x)
	if err := f.engine.Revoke(x.id.Device()); err != nil {
		t.Fatal(err)
	}
	page = f.lastPage()
	b.way.hide = page
	f.round()
	return o, f, b, c, x, page
}

// A keeper hides the statement that shuts a laptop out. Who does not see it learns of it from what the others sign: it names the statement,
// says since when it may be out of date, asks for it, and seals nothing that the laptop could read which was shut out.
func TestAHiddenStatementIsNamedAndNothingIsSealedUntilItIsHere(t *testing.T) {
	o, f, b, c, x, page := shutOut(t)
	before := map[string][]byte{}
	for key, data := range o.shelf.objects {
		before[key] = data
	}
	c.put(member(2, "Deux"))
	c.round()
	b.put(member(3, "Secret"))
	r := b.round()
	if len(r.Pages) != 1 || r.Pages[0].Key != page || r.Pages[0].Reason != "roster_page_missing" || !slices.Contains(r.Pages[0].By, c.id.Device()) || r.Pages[0].Since == "" {
		t.Fatalf("B names %+v, want %s", r.Pages, page)
	}
	if r.StaleSince == "" || r.HeldBack != 3 || r.Pushed.Changes != 0 || b.family(2) != "unknown_id" && b.family(2) != "Deux" {
		t.Errorf("%+v", r)
	}
	b.again()
	o.clock.wait(71 * time.Hour)
	f.round()
	c.round()
	if r := b.round(); len(r.Pages) != 1 || r.HeldBack == 0 || r.StaleSince == "" || r.Pushed.Changes != 0 {
		t.Errorf("three days later: %+v", r)
	}
	if o.opens(x, b, before) {
		t.Error("the laptop that was shut out reads what B sent")
	}
	if err := b.engine.Promote(c.id.Device(), roster.Admin, home); !fault.Is(err, "roster_behind") {
		t.Errorf("B makes an admin: %v", err)
	}
	b.way.hide = ""
	if r := b.round(); len(r.Pages) != 0 || r.HeldBack != 0 || r.Pushed.Changes == 0 || r.StaleSince != "" {
		t.Errorf("with the statement here: %+v", r)
	}
	if o.opens(x, b, before) {
		t.Error("the laptop that was shut out reads what B sent afterwards")
	}
	o.agree(f, b, c)
	if c.family(3) != "Secret" || b.family(2) != "Deux" {
		t.Errorf("C reads %q, B %q", c.family(3), b.family(2))
	}
}

// Where one statement of several is hidden, those after it are here and count for nothing: the one is named.
func TestTheHiddenOneOfSeveralStatementsIsNamed(t *testing.T) {
	o, f, b, c, _, page := shutOut(t)
	if err := f.engine.AddOffice(roster.Office{ID: away, Name: "Ailleurs"}); err != nil {
		t.Fatal(err)
	}
	f.round()
	f.put(member(2, "Deux"))
	f.round()
	if r := b.round(); len(r.Pages) != 1 || r.Pages[0].Key != page {
		t.Errorf("B names %+v, want %s", r.Pages, page)
	}
	b.way.hide = ""
	b.round()
	o.agree(f, b, c)
}

// A statement that was deleted is asked for, and whoever has it puts it back, long before it would compare by itself.
func TestADeletedStatementIsAskedForAndPutBack(t *testing.T) {
	o, f, b, c, _, page := shutOut(t)
	b.way.hide = ""
	delete(o.shelf.objects, page)
	f.put(member(2, "Deux"))
	f.round()
	b.put(member(3, "Trois"))
	if r := b.round(); len(r.Pages) != 1 || r.Pages[0].Key != page || r.Pushed.Snapshots != 1 || r.Pushed.Changes != 0 {
		t.Fatalf("B says %+v", r)
	}
	o.clock.wait(5 * time.Minute)
	if r := f.round(); r.Places[0].Carried != 1 || r.Places[0].Lost != 1 {
		t.Errorf("F put %d back, says %d are lost", r.Places[0].Carried, r.Places[0].Lost)
	}
	if r := b.round(); len(r.Pages) != 0 || r.Pushed.Changes == 0 {
		t.Errorf("B says %+v", r)
	}
	o.agree(f, b, c)
}

// Another place that has it, as a laptop lent at a venue, heals it.
func TestAStatementThatOnePlaceHidesComesFromAnother(t *testing.T) {
	o, f, b, c, _, page := shutOut(t)
	f.put(member(2, "Deux"))
	f.round()
	b.round()
	stick := &shelf{objects: map[string][]byte{}, clock: o.clock}
	places := func(l *laptop) {
		other := &way{shelf: stick, loseAfter: -1, dieAfter: -1}
		if err := l.engine.UsePlaces([]Place{{Name: "main", Bucket: l.way}, {Name: "stick", Address: "stick", Bucket: other}}); err != nil {
			t.Fatal(err)
		}
	}
	places(c)
	c.round()
	places(b)
	b.put(member(3, "Trois"))
	r := b.round()
	if len(r.Pages) != 0 || b.way.hide != page {
		t.Errorf("B names %+v", r.Pages)
	}
	if r := b.round(); r.HeldBack != 0 || r.StaleSince != "" {
		t.Errorf("%+v", r)
	}
	o.agree(f, b, c)
	if f.family(3) != "Trois" {
		t.Errorf("F reads %q", f.family(3))
	}
}

// A laptop that names a statement which nobody ever made keeps the others waiting, is named for it, and no longer when it is revoked.
func TestAStatementThatNobodyMadeIsNamedWithWhoWentByIt(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b, c := o.joined(f, "B", roster.Coordinator), o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	h, st := c.engine.heads[c.id.Device()], c.engine.State()
	data, err := snapshot.Seal(c.id, snapshot.Header{Network: st.Network, Device: c.id.Device(), Incarnation: h.Incarnation, Number: h.Number + 1, Previous: h.Hash,
		Wall: o.clock.now().UnixMilli(), Roster: st.Version + 1, RosterHead: signed.Short{1}}, snapshot.Witness{}, []snapshot.Section{{Key: st.CurrentKey("")}}, c.engine.ring.Find)
	if err != nil {
		t.Fatal(err)
	}
	o.shelf.objects[snapshot.Name{Time: o.clock.now(), Device: c.id.Device(), Number: h.Number + 1, Hash: signed.ShortOf(signed.HashOf(data))}.String()] = data
	b.put(member(1, "Un"))
	if r := b.round(); len(r.Pages) != 1 || !slices.Equal(r.Pages[0].By, []string{c.id.Device()}) || r.HeldBack == 0 {
		t.Fatalf("B says %+v", r)
	}
	f.round()
	if err := f.engine.Revoke(c.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.round()
	if r := b.round(); len(r.Pages) != 0 || r.Pushed.Changes == 0 {
		t.Errorf("B says %+v", r)
	}
	o.agree(f, b)
}

// While a statement is missing, nobody is let in and no keys are handed on: the missing one may have withdrawn the invitation.
func TestNobodyIsLetInWhileAStatementIsMissing(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b, c := o.joined(f, "B", roster.Admin), o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	i, secret, err := b.engine.Invite(home, roster.Coordinator, "Sam Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	o.agree(b, f, c)
	if err := f.engine.Withdraw(i.ID); err != nil {
		t.Fatal(err)
	}
	b.way.hide = f.lastPage()
	f.round()
	f.put(member(1, "Un"))
	f.round()
	b.round()
	x := o.laptop("X")
	x.way.hide = b.way.hide
	x.accept(i, secret)
	x.round()
	if r := b.round(); len(r.Admitted) != 0 || len(r.Pages) != 1 {
		t.Errorf("B let in %v and names %v", r.Admitted, r.Pages)
	}
	b.way.hide = ""
	if r := b.round(); len(r.Admitted) != 0 || !slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return strings.HasPrefix(q.Key, "join/") }) && x.engine.Standing() != Pending {
		t.Errorf("B let in %v", r.Admitted)
	}
}

// What two homes of a laptop wrote under one number waits too: the one cannot send its own before it takes in the other's.
func TestACopiedHomeWaitsWithItsOwnWhileAStatementIsMissing(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b, c := o.joined(f, "B", roster.Coordinator), o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	twin := b.copied()
	if err := f.engine.Rotate(); err != nil {
		t.Fatal(err)
	}
	twin.way.hide = f.lastPage()
	f.round()
	f.put(member(1, "Un"))
	f.round()
	b.put(member(2, "De B"))
	b.round()
	b.put(member(2, "De B encore"))
	b.round()
	twin.put(member(3, "De la copie"))
	if r := twin.round(); len(r.Pages) != 1 || r.Pushed.Changes != 0 {
		t.Errorf("the copy says %+v", r)
	}
	twin.round()
	twin.way.hide = ""
	o.agree(twin, f, b, c)
	for _, l := range []*laptop{f, b, twin, c} {
		if l.family(2) != "De B encore" || l.family(3) != "De la copie" {
			t.Errorf("%s reads %q and %q", l.name, l.family(2), l.family(3))
		}
	}
}

// A full snapshot names the statement that its author went by, too: who is shown nothing else learns from it that one is hidden. A check says so as well.
func TestAFullSnapshotTellsOfAHiddenStatement(t *testing.T) {
	o, f, b, c, _, page := shutOut(t)
	f.compacts()
	l := &liar{way: b.way, list: func(p bucket.Page) (bucket.Page, error) {
		p.Objects = slices.DeleteFunc(p.Objects, func(o bucket.Object) bool { return strings.HasPrefix(o.Key, snapshot.Prefix) })
		return p, nil
	}}
	b.engine.Bucket = l
	b.engine.LookAround()
	if r := b.round(); len(r.Pages) != 1 || r.Pages[0].Key != page || !slices.Equal(r.Pages[0].By, []string{f.id.Device()}) {
		t.Errorf("B names %+v, want %s", r.Pages, page)
	}
	_, problems, err := b.engine.Check(context.Background())
	if err != nil || !slices.Contains(problems, Refused{Key: page, Reason: "roster_page_missing"}) {
		t.Errorf("a check says %v, %v", problems, err)
	}
	b.engine.Bucket, b.way.hide = b.way, ""
	o.agree(f, b, c)
}
