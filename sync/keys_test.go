package sync

import (
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// rekey gives a laptop new keys, kept before anybody is told.
func (l *laptop) rekey() (before *signed.Identity) {
	l.t.Helper()
	if err := l.engine.MayRekey(); err != nil {
		l.t.Fatal(err)
	}
	before = l.id
	fresh, err := l.id.Rekeyed()
	if err != nil {
		l.t.Fatal(err)
	}
	if l.id, err = signed.ParseIdentity(fresh.Marshal()); err != nil {
		l.t.Fatal(err)
	}
	return before
}

func TestALaptopsNewKeyIsFollowedWhateverIsSeenFirst(t *testing.T) {
	for _, hidden := range []string{"", roster.Prefix, snapshot.Prefix} {
		o := newOffice(t)
		f := o.founder()
		b := o.joined(f, "B", roster.Coordinator)
		c := o.joined(f, "C", roster.Coordinator)
		b.put(member(1, "Avant"))
		o.agree(f, b, c)
		b.rekey()
		if err := b.engine.Rekey(b.id); err != nil {
			t.Fatal(err)
		}
		if err := b.engine.MayRekey(); err != nil {
			t.Errorf("then: %v", err)
		}
		b.put(member(2, "Après"))
		b.round()
		c.way.hide = hidden
		c.round()
		c.way.hide = ""
		c.again()
		b.again()
		b.put(member(3, "Ensuite"))
		o.agree(f, b, c)
		if r := c.round(); c.family(2) != "Après" || c.family(3) != "Ensuite" || len(r.Quarantined) > 0 {
			t.Errorf("with %q hidden C reads %q and %q, %v", hidden, c.family(2), c.family(3), r.Quarantined)
		}
		d := o.joined(f, "D", roster.Coordinator)
		o.agree(f, b, c, d)
		if d.family(1) != "Avant" || d.family(3) != "Ensuite" {
			t.Errorf("a newcomer reads %q and %q", d.family(1), d.family(3))
		}
	}
}

func TestAChangeOfKeysIsFinishedWhereverItStopped(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	// It stopped when the new keys were on the disk, and nobody knew.
	b.put(member(1, "Scellé"))
	b.way.loseAfter = 0
	b.fails("bucket_unreachable") // a delta under the old key is on its way
	b.rekey()
	b.again()
	if b.id.SignKey().Equal(b.engine.Prover().Public()) {
		t.Error("it shows a key that nobody knows")
	}
	b.put(member(2, "Après"))
	b.round()
	o.agree(f, b)
	l, _ := f.engine.State().Laptop(b.id.Device())
	if len(l.Keys) != 2 || f.family(1) != "Scellé" || f.family(2) != "Après" {
		t.Errorf("F sees %d keys and reads %q and %q", len(l.Keys), f.family(1), f.family(2))
	}
	// It stopped after it was said and before it was sent; the delta goes out much later.
	b.rekey()
	if err := b.engine.Rekey(b.id); err != nil {
		t.Fatal(err)
	}
	b.again()
	b.way.dieAfter = 2
	b.put(member(3, "Plus tard"))
	b.fails("bucket_unreachable")
	b.way.dieAfter = -1
	b.again()
	o.agree(f, b)
	if l, _ := f.engine.State().Laptop(b.id.Device()); len(l.Keys) != 3 || f.family(3) != "Plus tard" {
		t.Errorf("F sees %d keys and reads %q", len(l.Keys), f.family(3))
	}
}

func TestAStatementOfNewKeysThatLostIsSaidAgainAndDeltasKeepTheNewKey(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	b.rekey()
	if err := b.engine.Rekey(b.id); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"off_une", "off_deux"} { // the admin's chain is longer
		if err := f.engine.AddOffice(roster.Office{ID: id, Name: id}); err != nil {
			t.Fatal(err)
		}
	}
	b.put(member(1, "Pendant"))
	b.round()
	f.round()
	f.round()
	b.put(member(2, "Après"))
	o.agree(f, b)
	if l, _ := f.engine.State().Laptop(b.id.Device()); len(l.Keys) != 2 || f.family(1) != "Pendant" || f.family(2) != "Après" {
		t.Errorf("F sees %d keys and reads %q and %q", len(l.Keys), f.family(1), f.family(2))
	}
	if r := f.round(); len(r.Quarantined) > 0 {
		t.Errorf("%v", r.Quarantined)
	}
}

func TestTheOldKeyIsOfNoUse(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	copied := o.laptop("copy") // of B's keys, in a thief's hands
	before := b.rekey()
	if err := b.engine.Rekey(b.id); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	copied.id = before
	// It signs nothing that counts.
	h := f.engine.heads[b.id.Device()]
	data, err := snapshot.Seal(before, snapshot.Header{Network: f.engine.Network(), Number: h.Number + 1, Previous: h.Hash, Wall: 1,
		Roster: 1, RosterHead: signed.ShortOf(f.engine.State().Head)}, snapshot.Witness{}, []snapshot.Section{{Key: f.engine.State().CurrentKey("")}}, f.engine.ring.Find)
	if err != nil {
		t.Fatal(err)
	}
	key := snapshot.Name{Time: o.clock.now(), Device: b.id.Device(), Number: h.Number + 1, Hash: signed.ShortOf(signed.HashOf(data))}.String()
	o.shelf.objects[key] = data
	if r := f.round(); len(r.Quarantined) != 1 || r.Quarantined[0] != (Refused{Key: key, Reason: "delta_forged"}) {
		t.Errorf("%v", r.Quarantined)
	}
	// It opens no key that comes after.
	if err := f.engine.Rotate(); err != nil {
		t.Fatal(err)
	}
	current := f.engine.State().CurrentKey("")
	if _, held := f.engine.roster.KeysFor(before).Find(current); held {
		t.Error("the old key opens new ones")
	}
	o.agree(f, b)
	if _, held := b.engine.ring.Find(current); !held {
		t.Error("the new key does not")
	}
}

func TestAHomeFromBeforeTheChangeOfKeysIsTold(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	before := b.id
	b.rekey()
	if err := b.engine.Rekey(b.id); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	b.id = before
	b.again()
	if _, err := b.store.Apply(nil, notes{noteRekeyed: nil}); err != nil { // a copy from before does not know it
		t.Fatal(err)
	}
	b.put(member(1, "Perdu"))
	b.fails("laptop_key_replaced")
}

func TestARevokedLaptopOpensNothingNewWithItsOwnKeys(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(person(1, "Exemple", home, "450 555-0101"))
	o.agree(f, b, c)
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	o.clock.wait(1)
	seen := map[string]bool{}
	for key := range o.shelf.objects {
		seen[key] = true
	}
	f.put(person(2, "Secret", home, "450 555-0102"))
	o.agree(f, c)
	b.fails("laptop_revoked")
	ring := f.engine.roster.KeysFor(b.id) // every box of the whole chain, with the keys of the revoked laptop
	opened := 0
	for key, data := range o.shelf.objects {
		name, err := snapshot.ParseName(key)
		if err != nil || seen[key] {
			continue
		}
		delta, err := snapshot.Read(f.engine.Network(), name, data)
		if err != nil {
			t.Fatal(err)
		}
		content, err := delta.Contents(ring.Find)
		for _, part := range content.Parts {
			if part.Open || err != nil {
				t.Errorf("it opens a part of %s (%v)", key, err)
			}
			opened++
		}
	}
	if opened < 2 {
		t.Errorf("only %d parts were tried", opened)
	}
}

func TestAnOfficesLaptopsHandItsKeysOnWhereAdminsDoNotRead(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	b.put(person(1, "Exemple", away, "450 555-0101"))
	o.agree(f, b)
	if err := f.engine.SetPolicy(roster.Policy{ShareCard: false, AdminsRead: false}); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	if f.store.SharesCard() || b.store.SharesCard() {
		t.Error("the stores do not follow the policy")
	}
	b.put(person(2, "Invention", away, "450 555-0102"))
	o.agree(f, b)
	if f.phone(2) != "" || f.family(2) != "" {
		t.Errorf("an admin of another office reads %q and %q", f.family(2), f.phone(2))
	}
	c := o.joinedAt(f, "C", roster.Coordinator, away)
	c.put(person(3, "Modèle", away, "450 555-0103")) // before it holds the office's first key
	o.agree(f, b, c)
	if l, _ := f.engine.State().Laptop(c.id.Device()); l.Wanting || c.phone(1) != "450 555-0101" || c.phone(2) != "450 555-0102" {
		t.Errorf("wanting %v, C reads %q and %q", l.Wanting, c.phone(1), c.phone(2))
	}
	if b.phone(3) != "450 555-0103" {
		t.Errorf("B reads %q of what C wrote early", b.phone(3))
	}
}

func TestAPromotedLaptopReadsWhatItMayAndADemotedOneNoMore(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	f.put(person(1, "Exemple", home, "450 555-0101"))
	o.agree(f, b)
	if err := f.engine.Promote(b.id.Device(), roster.Admin, home); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	if b.phone(1) != "450 555-0101" {
		t.Errorf("promoted, B reads %q", b.phone(1))
	}
	if err := b.engine.Promote(f.id.Device(), roster.Reader, away); err != nil {
		t.Fatal(err)
	}
	if err := b.engine.Promote(b.id.Device(), roster.Reader, away); !fault.Is(err, "last_admin") {
		t.Errorf("the last admin goes: %v", err)
	}
	b.put(person(2, "Invention", home, "450 555-0102"))
	o.agree(f, b)
	if f.phone(2) != "" || f.family(2) != "Invention" {
		t.Errorf("demoted, F reads %q of %q", f.phone(2), f.family(2))
	}
}

func TestAdminsGetAnOfficesOldKeysWhenAdminsReadAgain(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	o.agree(f, b)
	if err := f.engine.SetPolicy(roster.Policy{ShareCard: true, AdminsRead: false}); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	b.put(person(1, "Exemple", away, "450 555-0101"))
	a := o.joined(f, "A", roster.Admin) // never held a key of that office
	o.agree(f, a, b)
	if f.phone(1) != "" || a.phone(1) != "" {
		t.Fatalf("F reads %q, A %q", f.phone(1), a.phone(1))
	}
	if err := f.engine.SetPolicy(roster.Policy{ShareCard: true, AdminsRead: true}); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	c := o.joined(f, "C", roster.Admin) // comes when it is open, from one who got the keys
	o.agree(f, a, b, c)
	for _, l := range []*laptop{f, a, c} {
		if s, _ := l.engine.State().Laptop(l.id.Device()); l.phone(1) != "450 555-0101" || len(s.Lacks) > 0 {
			t.Errorf("%s reads %q, lacks %v", l.name, l.phone(1), s.Lacks)
		}
	}
	version := f.engine.State().Version
	o.days(2, f, a, b, c)
	if now := f.engine.State().Version; now != version {
		t.Errorf("%d statements more", now-version)
	}
}

// An admin changes the keys and writes under the new ones while another, who does not know, makes a laptop an admin. Whichever statement wins,
// that laptop is to read what was written meanwhile.
func TestWhoWasMadeAdminWhileAnotherChangedTheKeysReadsWhatWasWrittenUnderThose(t *testing.T) {
	for _, first := range []bool{true, false} {
		o := newOffice(t)
		f := o.founder()
		b := o.joined(f, "B", roster.Admin)
		c := o.joinedAt(f, "C", roster.Coordinator, away)
		o.agree(f, b, c)
		changes, makes := f, b
		if !first {
			changes, makes = b, f
		}
		if err := makes.engine.Promote(c.id.Device(), roster.Admin, away); err != nil {
			t.Fatal(err)
		}
		if err := changes.engine.Rotate(); err != nil {
			t.Fatal(err)
		}
		changes.put(person(1, "Exemple", home, "450 555-0101"))
		changes.round()
		for range 3 {
			o.days(1, makes, changes, c)
		}
		if c.phone(1) != "450 555-0101" {
			t.Errorf("%s changed the keys: C reads %q", changes.name, c.phone(1))
		}
	}
}
