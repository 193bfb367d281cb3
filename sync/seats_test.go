package sync

import (
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
)

func (o *office) asking(f *laptop, name string) *laptop {
	o.t.Helper()
	i, s, err := f.engine.InviteToApprove(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		o.t.Fatal(err)
	}
	if !i.Approve {
		o.t.Error("the invitation does not say that an admin decides")
	}
	l := o.laptop(name)
	l.accept(i, s)
	l.round()
	return l
}

func TestALaptopWaitsForAnAdminsYesAndBothSeeOneFingerprint(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	a := o.joined(f, "A", roster.Admin)
	b := o.asking(f, "B")
	for range 2 {
		if r := f.round(); len(r.Admitted)+len(r.Quarantined) > 0 {
			t.Fatalf("%v, %v", r.Admitted, r.Quarantined)
		}
		if r := b.round(); r.Standing != Pending {
			t.Fatalf("B is %s without anybody's yes", r.Standing)
		}
	}
	a.round()
	a.round()
	f.again()
	for _, admin := range []*laptop{f, a} {
		waiting, err := admin.engine.Requests()
		if err != nil || len(waiting) != 1 || waiting[0].Device != b.id.Device() || waiting[0].Fingerprint != b.engine.Fingerprint(b.id.Device()) {
			t.Fatalf("%s sees %+v (%v), B shows %q", admin.name, waiting, err, b.engine.Fingerprint(b.id.Device()))
		}
	}
	if err := f.engine.Approve("aaaaaaaaaaaaaaaa"); !fault.Is(err, "request_unknown") {
		t.Errorf("a yes to nobody: %v", err)
	}
	before := b.engine.Fingerprint(b.id.Device())
	if err := a.engine.Approve(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	o.agree(f, a, b)
	if b.engine.Standing() != Active || f.engine.Fingerprint(b.id.Device()) != before || b.engine.Fingerprint(b.id.Device()) != before {
		t.Errorf("B is %s, fingerprints %q and %q", b.engine.Standing(), f.engine.Fingerprint(b.id.Device()), b.engine.Fingerprint(b.id.Device()))
	}
	if waiting, _ := f.engine.Requests(); len(waiting) != 0 {
		t.Errorf("%v still waits", waiting)
	}
	if err := f.engine.Approve(b.id.Device()); !fault.Is(err, "request_unknown") {
		t.Errorf("a second yes: %v", err)
	}
}

func TestWhomAnAdminRefusesIsToldAndTheInvitationIsClosed(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.round()
	b := o.asking(f, "B")
	f.round()
	if err := f.engine.Refuse(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.round()
	b.fails("invitation_unknown")
	if waiting, _ := f.engine.Requests(); len(waiting) != 0 {
		t.Errorf("%v still waits", waiting)
	}
}

func TestOfTwoWhoAskForOneSeatTheAdminChooses(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.round()
	i, s, err := f.engine.InviteToApprove(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	thief, b := o.laptop("thief"), o.laptop("B")
	for _, l := range []*laptop{thief, b} {
		l.accept(i, s)
		l.round()
	}
	f.round()
	waiting, _ := f.engine.Requests()
	if len(waiting) != 2 || waiting[0].Fingerprint == waiting[1].Fingerprint {
		t.Fatalf("%+v", waiting)
	}
	if err := f.engine.Approve(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.round()
	thief.fails("invitation_used")
	o.agree(f, b)
}
