package sync

import (
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
)

func TestANewLaptopReadsThePast(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.put(member(1, "Exemple"))
	f.round()
	if err := f.engine.Rotate(); err != nil {
		t.Fatal(err)
	}
	f.put(member(2, "Invention"))
	f.round()
	b := o.joined(f, "B", roster.Reader)
	o.agree(f, b)
	if b.family(1) != "Exemple" || b.family(2) != "Invention" {
		t.Errorf("B reads %q and %q", b.family(1), b.family(2))
	}
}

func TestRolesHoldForWhateverTheWritersProgramDid(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	d := o.joined(f, "D", roster.Door)
	f.put(member(1, "Exemple"))
	o.agree(f, d)
	walkIn := member(7, "Passage")
	walkIn.WalkIn = "mtg_forum"
	scan := store.Scan{Fact: store.ScanFact{Meeting: "mtg_forum", Member: walkIn.ID, Kind: "in", At: 1, Nonce: "n"}}
	scan.ID = store.ScanID(scan.Fact)
	d.put(walkIn, scan)
	d.put(member(1, "Falsifié"))
	if r := d.round(); r.Withheld != 1 {
		t.Errorf("an honest program withholds %d", r.Withheld)
	}
	f.round()
	d.put(store.Scan{ID: "scn_aaaaaaaaaaaaaaaa", Fact: store.ScanFact{Meeting: "mtg_forum", Member: walkIn.ID, Kind: "out", At: 2, Nonce: "m"}})
	d.round()
	if r := f.round(); len(r.Diverged) > 0 {
		t.Error("what a laptop keeps back raises the alarm elsewhere")
	}
	if f.family(7) != "Passage" || f.family(1) != "Exemple" {
		t.Errorf("F reads %q and %q", f.family(7), f.family(1))
	}
	// A program that does not care sends it all the same.
	forged := store.Edit{Wall: 5, Device: d.id.Device(), First: 900}
	forged.Changes = []store.Change{{Kind: store.KindMember, Record: member(1, "").ID, Field: "family", Value: []byte{0x61, 'x'},
		Stamp: store.Stamp{Wall: 5, Dot: store.Dot{Device: forged.Device, Seq: 900}}}}
	k := o.smuggle(d, forged)
	if r := f.round(); len(r.Quarantined) != 1 || r.Quarantined[0] != (Refused{Key: k, Reason: "role_forbids"}) || f.family(1) != "Exemple" {
		t.Errorf("%v, F reads %q", r.Quarantined, f.family(1))
	}
}

func TestARevokedLaptopIsShutOutAndTold(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	b.put(member(1, "Avant"))
	o.agree(f, b, c)
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	b.put(member(2, "Après"))
	b.round() // it does not know yet
	f.round()
	f.put(member(3, "Secret"))
	f.round()
	for _, l := range []*laptop{f, c} {
		r := l.round()
		if l.family(1) != "Avant" || l.family(2) != "unknown_id" || len(r.Quarantined) != 1 || r.Quarantined[0].Reason != "delta_after_revocation" {
			t.Errorf("%s reads %q and %q, %v", l.name, l.family(1), l.family(2), r.Quarantined)
		}
	}
	b.fails("laptop_revoked")
	if b.family(3) != "unknown_id" {
		t.Errorf("the revoked laptop reads %q", b.family(3))
	}
	o.agree(f, c)
}

func TestAnInvitationOpensOneSeatOnce(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.round()
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	b, thief := o.laptop("B"), o.laptop("thief")
	b.accept(i, s)
	if r := b.round(); r.Standing != Pending || r.asked() != "list 1 get 1 put 1 head 0 delete 0" {
		t.Errorf("asking: %s, %s", r.Standing, r.asked())
	}
	b.again()
	if self := b.engine.Self(); self.Office != home || self.Role != roster.Coordinator || b.engine.Name() != "Réseau d'essai" {
		t.Errorf("while pending it is %+v of %q", self, b.engine.Name())
	}
	if r := b.round(); r.Standing != Pending || r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
		t.Errorf("waiting: %s, %s", r.Standing, r.asked())
	}
	if r := f.round(); len(r.Admitted) != 1 || r.asked() != "list 2 get 1 put 3 head 0 delete 0" {
		t.Errorf("admitting: %v, %s", r.Admitted, r.asked())
	}
	thief.accept(i, s)
	thief.fails("invitation_used")
	if r := b.round(); r.Standing != Active {
		t.Errorf("B is %s", r.Standing)
	}
	if r := f.round(); r.Requests.List != 1 {
		t.Errorf("with no seat open a round asked %s", r.asked())
	}
	if _, err := Join(b.options(), i, s); !fault.Is(err, "network_exists") {
		t.Errorf("joining twice: %v", err)
	}
}

func TestAnInvitationThatIsUsedExpiredWithdrawnOrForgedIsRefusedByName(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.round()
	invite := func(life time.Duration) (invitation.Invitation, invitation.Secret) {
		i, s, err := f.engine.Invite(home, roster.Door, "Camille Exemple", o.clock.now().Add(life))
		if err != nil {
			t.Fatal(err)
		}
		return i, s
	}
	// Two laptops ask with one file; the first in the listing gets the seat.
	i, s := invite(time.Hour)
	one, two := o.laptop("one"), o.laptop("two")
	one.accept(i, s)
	two.accept(i, s)
	one.round()
	two.round()
	r := f.round()
	if len(r.Admitted) != 1 || len(r.Quarantined) != 1 || r.Quarantined[0].Reason != "invitation_used" {
		t.Errorf("admitted %v, refused %v", r.Admitted, r.Quarantined)
	}
	// A guessed secret.
	i, _ = invite(time.Hour)
	guess := o.laptop("guess")
	guess.accept(i, invitation.NewSecret())
	guess.round()
	if r := f.round(); len(r.Admitted) != 0 || len(r.Quarantined) != 2 {
		t.Errorf("admitted %v, refused %v", r.Admitted, r.Quarantined)
	}
	// Withdrawn.
	if err := f.engine.Withdraw(i.ID); err != nil {
		t.Fatal(err)
	}
	f.round()
	guess.fails("invitation_unknown")
	// A name that no invitation has.
	invite(time.Hour)
	o.shelf.objects["join/inv_nobody-00"] = []byte("x")
	if r := f.round(); len(r.Quarantined) != 3 {
		t.Errorf("refused %v", r.Quarantined)
	}
	// Expired before it was accepted, and before it was answered.
	i, s = invite(time.Hour)
	late := o.laptop("late")
	late.accept(i, s)
	o.clock.wait(2 * time.Hour)
	late.fails("invitation_expired")
	if _, err := Join(o.laptop("later").options(), i, s); !fault.Is(err, "invitation_expired") {
		t.Errorf("accepting late: %v", err)
	}
}

func TestTwoAdminsWhoWriteAtOnceBothGetTheirWay(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	o.agree(f, b)
	if err := f.engine.AddOffice(roster.Office{ID: "off_f", Name: "Halifax"}); err != nil {
		t.Fatal(err)
	}
	if err := b.engine.AddOffice(roster.Office{ID: "off_b", Name: "Vancouver"}); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	if f.engine.State().Head != b.engine.State().Head {
		t.Error("two chains")
	}
	for _, l := range []*laptop{f, b} {
		for _, id := range []string{"off_f", "off_b"} {
			if _, known := l.engine.State().Office(id); !known {
				t.Errorf("%s does not know %s", l.name, id)
			}
		}
		l.again()
		if r := l.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
			t.Errorf("then %s asked %s", l.name, r.asked())
		}
	}
}

func TestALaptopThatWasUnknownIsJudgedAnewOnceItIsAdmitted(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	c := o.joined(f, "C", roster.Coordinator)
	c.put(member(1, "Un"))
	c.round()
	b.way.hide = "roster/" // the bucket is slow to show the statement
	if r := b.round(); b.family(1) != "unknown_id" || len(r.Quarantined) != 1 || r.Quarantined[0].Reason != "delta_device_unknown" {
		t.Errorf("B reads %q, %v", b.family(1), r.Quarantined)
	}
	b.way.hide = ""
	if r := b.round(); b.family(1) != "Un" || len(r.Quarantined)+len(r.Held) > 0 {
		t.Errorf("B reads %q, %+v", b.family(1), r)
	}
}

func TestASectionThatWasClosedIsReadOnceItsKeyIsHere(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	if err := f.engine.Rotate(); err != nil {
		t.Fatal(err)
	}
	f.put(member(1, "Un"))
	b.way.hide = "roster/" // the bucket is slow to show the statement
	f.round()
	r := b.round()
	if b.family(1) != "unknown_id" || len(r.Quarantined)+len(r.Diverged) > 0 || r.Requests.List != 2 {
		t.Errorf("B reads %q, %+v", b.family(1), r)
	}
	b.again()
	b.way.hide = ""
	if r := b.round(); b.family(1) != "Un" || r.RosterVersion != f.engine.State().Version {
		t.Errorf("B reads %q, %+v", b.family(1), r)
	}
	if r := b.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
		t.Errorf("then asked %s", r.asked())
	}
	o.agree(f, b, c)
}
