package sync

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

func TestWhatOneWritesTheOtherReadsForExactlyTheRequestsPromised(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)

	f.put(member(1, "Exemple"))
	sent := f.round()
	if sent.asked() != "list 1 get 0 put 1 head 0 delete 0" || sent.Pushed.Snapshots != 1 || sent.Pushed.Changes == 0 {
		t.Errorf("publish asked %s and sent %+v", sent.asked(), sent.Pushed)
	}
	got := b.round()
	if got.asked() != "list 1 get 1 put 0 head 0 delete 0" || got.Pulled.Changes != sent.Pushed.Changes {
		t.Errorf("receive asked %s and got %+v of %+v", got.asked(), got.Pulled, sent.Pushed)
	}
	if b.family(1) != "Exemple" {
		t.Errorf("B reads %q", b.family(1))
	}
	for _, l := range []*laptop{f, b} {
		if idle := l.round(); idle.asked() != "list 1 get 0 put 0 head 0 delete 0" {
			t.Errorf("an idle round of %s asked %s", l.name, idle.asked())
		}
	}
	f.put(member(1, "Invention"))
	if r := f.round(); r.BytesOut > 700 {
		t.Errorf("one field takes %d bytes", r.BytesOut)
	}
}

func TestTwoWhoEditOneFieldSeeAConflictAndNothingIsLost(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Exemple"))
	o.agree(f, b)
	f.put(member(1, "Inventé"))
	b.put(member(1, "Imaginaire"))
	f.round()
	if r := b.round(); r.Conflicts != 1 || !r.NeedsPerson() {
		t.Errorf("B sees %d conflicts", r.Conflicts)
	}
	o.agree(f, b)
	conflicts, err := f.store.Conflicts()
	if err != nil || len(conflicts) != 1 || len(conflicts[0].Values) != 2 {
		t.Fatalf("%v %+v", err, conflicts)
	}
	if _, err := f.store.Settle(conflicts[0].ID, "Inventé"); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	if r := b.round(); r.Conflicts != 0 || b.family(1) != "Inventé" {
		t.Errorf("after settling B sees %d conflicts and %q", r.Conflicts, b.family(1))
	}
}

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

func TestOfflineLosesNothing(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.way.offline = true
	f.put(member(1, "Exemple"))
	if r := f.fails("bucket_unreachable"); r.StaleSince == "" {
		t.Error("the report does not say since when it may be out of date")
	}
	if n, err := f.engine.Waiting(100); err != nil || n == 0 {
		t.Errorf("%d changes wait, %v", n, err)
	}
	f.again()
	f.way.offline = false
	f.round()
	if n, _ := f.engine.Waiting(100); n != 0 {
		t.Errorf("%d changes still wait", n)
	}
	b.round()
	if b.family(1) != "Exemple" {
		t.Errorf("B reads %q", b.family(1))
	}
}

// silent answers nothing until the caller gives up.
type silent struct{ bucket.Bucket }

func (silent) List(ctx context.Context, _, _ string) (bucket.Page, error) {
	<-ctx.Done()
	return bucket.Page{}, fault.New("bucket_unreachable").Because(ctx.Err())
}

func (silent) Cost() bucket.Cost { return bucket.Cost{} }

func TestARoundGivesUpOnASilentNetworkWithinFiveSeconds(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.engine.Bucket = silent{}
	begin := time.Now()
	f.fails("bucket_unreachable")
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	begin = time.Now()
	if _, err := f.engine.Round(ctx); err == nil || time.Since(begin) > time.Second {
		t.Errorf("a cancelled round: %v after %s", err, time.Since(begin))
	}
}

func TestALostAnswerSendsTheSameBytesAndNothingTwice(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	count := len(o.shelf.objects)
	f.put(member(1, "Exemple"))
	f.way.loseAfter = 0
	f.fails("bucket_unreachable")
	f.put(member(2, "Invention")) // written before the retry, not part of it
	f.again()
	if r := f.round(); r.asked() != "list 1 get 0 put 1 head 0 delete 0" || r.Pushed.Snapshots != 2 {
		t.Errorf("asked %s, pushed %+v", r.asked(), r.Pushed)
	}
	if got := len(o.shelf.objects) - count; got != 2 {
		t.Errorf("%d new objects", got)
	}
	o.agree(f, b)
	if r := b.round(); len(r.Quarantined) > 0 || b.family(1) != "Exemple" || b.family(2) != "Invention" {
		t.Errorf("%+v", r)
	}
}

func TestADeltaThatNeverArrivedIsFoundEvenDaysLater(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.put(member(1, "Exemple"))
	f.way.dieAfter = 1 // the listing, then nothing
	f.fails("bucket_unreachable")
	f.way.dieAfter = -1
	for range 3 {
		o.clock.wait(24 * time.Hour)
		b.round()
	}
	f.again()
	f.round()
	if r := b.round(); b.family(1) != "Exemple" || r.asked() != "list 1 get 1 put 0 head 0 delete 0" {
		t.Errorf("B reads %q, asked %s", b.family(1), r.asked())
	}
}

func TestACrashAtAnyRequestIsMadeGoodByTheNextRound(t *testing.T) {
	for _, lose := range []bool{false, true} {
		for at := range 8 {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Admin)
			b.put(member(1, "Exemple"))
			b.round()
			f.put(member(2, "Invention"))
			if err := f.engine.AddOffice(roster.Office{ID: "off_away", Name: "Halifax"}); err != nil {
				t.Fatal(err)
			}
			if lose {
				f.way.loseAfter = at
			} else {
				f.way.dieAfter = at
			}
			_, _ = f.engine.Round(context.Background())
			f.way.loseAfter, f.way.dieAfter = -1, -1
			f.again()
			o.agree(f, b)
			if _, known := b.engine.State().Office("off_away"); !known || b.family(2) != "Invention" || f.family(1) != "Exemple" {
				t.Fatalf("lose %v at %d: office %v, %q, %q", lose, at, known, b.family(2), f.family(1))
			}
			if n := len(b.round().Quarantined) + len(f.round().Quarantined); n > 0 {
				t.Fatalf("lose %v at %d: %d objects quarantined", lose, at, n)
			}
		}
	}
}

func TestGarbageInTheBucketIsNamedAndTheRestGoesOn(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	stranger, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	put := func(device string, number uint64, data []byte) string {
		key := snapshot.Name{Time: o.clock.now(), Device: device, Number: number, Hash: signed.HashOf(data)}.String()
		o.shelf.objects[key] = data
		return key
	}
	next := b.engine.Seen()[f.id.Device()].Number + 1
	want := map[string]string{
		"log/20261121T090000Z-holiday-picture.png":                          "delta_misnamed",
		put(f.id.Device(), next, []byte("noise")):                           "delta_unreadable",
		put(f.id.Device(), next, stranger.Sign(snapshot.Kind, []byte("x"))): "delta_unreadable",
		put(f.id.Device(), next, make([]byte, 5<<20)):                       "delta_too_large",
		put(f.id.Device(), 1, []byte("an older one")):                       "delta_unreadable",
	}
	o.shelf.objects["log/20261121T090000Z-holiday-picture.png"] = []byte("\x89PNG")
	sealed, err := snapshot.Seal(stranger, snapshot.Header{Network: f.engine.Network(), Number: 1}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want[put(stranger.Device(), 1, sealed)] = "delta_device_unknown"
	f.put(member(1, "Exemple"))
	f.round()
	r := b.round()
	if b.family(1) != "Exemple" {
		t.Errorf("the good delta did not get through: %q", b.family(1))
	}
	got := map[string]string{}
	for _, q := range r.Quarantined {
		got[q.Key] = q.Reason
	}
	for key, reason := range want {
		if got[key] != reason {
			t.Errorf("%s: %q, want %q", key, got[key], reason)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d objects quarantined: %v", len(got), got)
	}
	b.again()
	if r := b.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" || len(r.Quarantined) != len(want) {
		t.Errorf("again asked %s, %d quarantined", r.asked(), len(r.Quarantined))
	}
	for key := range want {
		if err := b.engine.Dismiss(key); err != nil {
			t.Error(err)
		}
	}
	b.again()
	if r := b.round(); r.Requests.Get != 0 || len(r.Quarantined) != 0 {
		t.Errorf("after dismissal: asked %s, %v", r.asked(), r.Quarantined)
	}
	if err := b.engine.Dismiss("log/nothing"); !fault.Is(err, "unknown_object") {
		t.Error(err)
	}
}

func TestAMissingObjectIsNamedAndItsFollowersWait(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	f.put(member(1, "Un"))
	f.round()
	missing := key(t, o, f, 0)
	kept := o.shelf.objects[missing]
	delete(o.shelf.objects, missing)
	f.put(member(2, "Deux"))
	f.round()
	r := b.round()
	if len(r.Missing) != 1 || r.Missing[0] != f.id.Device() || len(r.Held) != 1 || r.Held[0].Reason != "delta_gap" || r.StaleSince == "" {
		t.Errorf("%+v", r)
	}
	if r.Requests.List != 2 {
		t.Errorf("a gap asked %s", r.asked())
	}
	b.again()
	if r := b.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" || len(r.Held) != 1 {
		t.Errorf("with the gap known, asked %s, held %v", r.asked(), r.Held)
	}
	o.clock.wait(48 * time.Hour) // beyond the overlap
	b.round()
	o.shelf.objects[missing] = kept
	o.clock.wait(time.Hour)
	if r := b.round(); b.family(1) != "Un" || b.family(2) != "Deux" || len(r.Held)+len(r.Missing) > 0 || r.StaleSince != "" {
		t.Errorf("after it came back: %q %q %+v", b.family(1), b.family(2), r)
	}
}

// key gives the key of a laptop's last delta, or one before it.
func key(t *testing.T, o *office, l *laptop, back int) string {
	t.Helper()
	want := l.engine.Seen()[l.id.Device()].Number - uint64(back)
	for k := range o.shelf.objects {
		if name, err := snapshot.ParseName(k); err == nil && name.Device == l.id.Device() && name.Number == want {
			return k
		}
	}
	t.Fatal("no such object")
	return ""
}

func TestWhatOthersSawAndTheBucketHidesIsNoticed(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	f.put(member(1, "Un"))
	f.round()
	c.way.hide = key(t, o, f, 0)
	b.put(member(2, "Deux"))
	b.round() // B has seen F's delta, and says so
	if r := c.round(); len(r.Missing) != 1 || r.Missing[0] != f.id.Device() || c.family(2) != "Deux" {
		t.Errorf("%+v, %q", r, c.family(2))
	}
	c.way.hide = ""
	if c.round(); c.family(1) != "Un" {
		t.Errorf("C reads %q", c.family(1))
	}
}

func TestAnObjectUnderAnotherTimeIsNotTakenTwice(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Un"))
	o.agree(f, b)
	k := key(t, o, f, 0)
	name, _ := snapshot.ParseName(k)
	name.Time = name.Time.Add(time.Hour)
	o.shelf.objects[name.String()] = o.shelf.objects[k]
	b.again()
	if r := b.round(); r.Requests.Get != 0 || len(r.Quarantined) > 0 {
		t.Errorf("asked %s, %v", r.asked(), r.Quarantined)
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
	if f.family(7) != "Passage" || f.family(1) != "Exemple" {
		t.Errorf("F reads %q and %q", f.family(7), f.family(1))
	}
	// A program that does not care sends it all the same.
	forged := store.Edit{Wall: 5, Device: d.id.Device(), First: 900}
	forged.Changes = []store.Change{{Kind: store.KindMember, Record: member(1, "").ID, Field: "family", Value: []byte{0x61, 'x'},
		Stamp: store.Stamp{Wall: 5, Dot: store.Dot{Device: forged.Device, Seq: 900}}}}
	h := d.engine.heads[d.id.Device()]
	st := d.engine.State()
	data, err := snapshot.Seal(d.id, snapshot.Header{Network: st.Network, Number: h.Number + 1, Previous: h.Hash, Roster: st.Version, RosterHead: st.Head},
		[]snapshot.Section{{Key: st.CurrentKey(""), Edits: []store.Edit{forged}}}, d.engine.ring.Find)
	if err != nil {
		t.Fatal(err)
	}
	k := snapshot.Name{Time: o.clock.now(), Device: d.id.Device(), Number: h.Number + 1, Hash: signed.HashOf(data)}.String()
	o.shelf.objects[k] = data
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

func TestADifferentStateAtOneFrontierRaisesTheAlarm(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Un"))
	o.agree(f, b)
	fingerprint, _ := b.engine.frontier()
	h := b.engine.heads[f.id.Device()]
	h.Frontier, h.Digest = fingerprint, []byte("something else")
	b.engine.heads[f.id.Device()] = h
	if r := b.round(); len(r.Diverged) != 1 || r.Diverged[0] != f.id.Device() || !r.NeedsPerson() {
		t.Errorf("%+v", r.Diverged)
	}
}

func TestABucketWithoutAClockIsListedWhole(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.way.clockless = true
	f.round()
	b := o.joined(f, "B", roster.Coordinator)
	b.way.clockless = true
	o.clock.wait(72 * time.Hour)
	b.round()
	o.clock.wait(-72 * time.Hour) // F's own clock is three days behind
	f.put(member(1, "Un"))
	f.round()
	o.clock.wait(72 * time.Hour)
	if r := b.round(); b.family(1) != "Un" || r.Requests.List != 1 {
		t.Errorf("B reads %q, asked %s", b.family(1), r.asked())
	}
}

func TestAServerClockThatGoesBackHidesNothing(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	o.clock.wait(24 * time.Hour)
	b.round()
	o.clock.wait(-23 * time.Hour)
	f.put(member(1, "Un"))
	f.round()
	if b.round(); b.family(1) != "Un" {
		t.Errorf("B reads %q", b.family(1))
	}
}

func TestAHomeWithoutNetworkOrRemoteSaysSo(t *testing.T) {
	o := newOffice(t)
	l := o.laptop("L")
	if _, err := New(l.options()); !fault.Is(err, "no_network") {
		t.Error(err)
	}
	if belongs, err := Belongs(l.store); belongs || err != nil {
		t.Error(belongs, err)
	}
	f := o.founder()
	f.engine.Bucket = nil
	f.fails("no_remote")
	if _, err := Found(f.options(), roster.Founder{}); !fault.Is(err, "network_exists") {
		t.Error(err)
	}
	if _, _, err := f.engine.Invite("off_nowhere", roster.Door, "C", morning.Add(time.Hour)); !fault.Is(err, "unknown_office") {
		t.Error(err)
	}
}

func TestManyEditsTravelInSeveralObjects(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	text := strings.Repeat("Une longue note. ", 60)
	_, err := f.store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for n := range 4000 {
			if !yield(func(tx *store.Tx) error {
				m := member(n, "Exemple")
				m.Notes = text
				_, err := tx.Put(m)
				return err
			}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := f.round(); r.Pushed.Snapshots < 2 || r.Requests.Put != r.Pushed.Snapshots {
		t.Errorf("pushed %+v, asked %s", r.Pushed, r.asked())
	}
	o.agree(f, b)
	if b.store.Count(store.KindMember) != 4000 {
		t.Errorf("B has %d members", b.store.Count(store.KindMember))
	}
}

func TestAHomeRestoredFromACopyCatchesUpWithItself(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	backup := t.TempDir()
	if err := os.CopyFS(backup, os.DirFS(b.home)); err != nil {
		t.Fatal(err)
	}
	b.again()
	b.put(member(1, "Après la copie"))
	b.round()
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	b.home = backup
	b.open()
	var err error
	if b.engine, err = New(b.options()); err != nil {
		t.Fatal(err)
	}
	b.round()
	if b.family(1) != "Après la copie" {
		t.Errorf("the restored home reads %q", b.family(1))
	}
	b.put(member(2, "Après le retour"))
	o.agree(b, f)
	if r := f.round(); f.family(2) != "Après le retour" || len(r.Quarantined) > 0 {
		t.Errorf("F reads %q, %v", f.family(2), r.Quarantined)
	}
}

func TestARoundThroughARealFolder(t *testing.T) {
	o := newOffice(t)
	folder := bucket.Remote{Kind: bucket.Folder, Path: t.TempDir()}
	through := func(l *laptop) *laptop {
		b, err := bucket.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = b.Close() })
		l.engine.Bucket = b
		return l
	}
	f := through(o.founder())
	f.put(member(1, "Un"))
	f.round()
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	b := o.laptop("B")
	b.accept(i, s)
	through(b)
	b.round()
	f.round()
	o.agree(b, f)
	if b.family(1) != "Un" {
		t.Errorf("B reads %q", b.family(1))
	}
}
