package sync

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
)

// founderWithWords begins a network whose words are known.
func (o *office) founderWithWords() (*laptop, roster.Recovery) {
	o.t.Helper()
	f := o.laptop("F")
	var words roster.Recovery
	var err error
	f.engine, words, err = Found(f.options(), roster.Founder{Name: "Réseau d'essai", Office: roster.Office{ID: home, Name: "Toronto"}, Coordinator: "Alex Invention"})
	if err != nil {
		o.t.Fatal(err)
	}
	return f, words
}

// regained is a new laptop that has the words and the bucket alone.
func (o *office) regained(name string, words roster.Recovery) *laptop {
	o.t.Helper()
	l := o.laptop(name)
	found, err := OpenBeginning(context.Background(), l.way, words)
	if err != nil {
		o.t.Fatal(err)
	}
	if found.Network() != "Réseau d'essai" {
		o.t.Errorf("the words opened %q", found.Network())
	}
	if l.engine, err = Regain(l.options(), found, "Noa Modèle"); err != nil {
		o.t.Fatal(err)
	}
	return l
}

func (s *shelf) safeguards() (keys []string) {
	for key := range s.objects {
		if roster.IsRecoveryKey(key) {
			keys = append(keys, key)
		}
	}
	return keys
}

func TestTheWordsAloneTakeUpANetworkWhoseAdminIsLost(t *testing.T) {
	o := newOffice(t)
	f, words := o.founderWithWords()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	f.put(person(1, "Exemple", home, "450 555-0101"))
	b.put(person(2, "Invention", away, "450 555-0102"))
	o.agree(f, b)
	if err := f.store.Close(); err != nil { // the founder's laptop is stolen
		t.Fatal(err)
	}
	typed, err := roster.ParseRecoveryWords(strings.ToUpper(words.Words()))
	if err != nil {
		t.Fatal(err)
	}
	n := o.regained("N", typed)
	o.agree(n, b)
	if self := n.engine.Self(); self.Role != roster.Admin || self.Office != home || n.phone(1) != "450 555-0101" || n.phone(2) != "450 555-0102" {
		t.Errorf("it is %+v and reads %q and %q", self, n.phone(1), n.phone(2))
	}
	if err := n.engine.Recover(words, []string{f.id.Device()}); err != nil {
		t.Fatal(err)
	}
	n.again()
	n.put(person(1, "Exemple", home, "450 555-0109"))
	o.agree(n, b)
	if l, _ := b.engine.State().Laptop(f.id.Device()); !l.Revoked || l.LastSeq == 0 || b.family(1) != "Exemple" {
		t.Errorf("B sees %+v and reads %q", l, b.family(1))
	}
	if c := o.joinedAt(n, "C", roster.Coordinator, home); c.phone(1) != "450 555-0109" {
		t.Errorf("whom it invites reads %q", c.phone(1))
	}
}

func TestTheWordsMakeALaptopOfTheNetworkAnAdminAndShutTheLostOut(t *testing.T) {
	o := newOffice(t)
	f, words := o.founderWithWords()
	b := o.joinedAt(f, "B", roster.Door, away)
	f.put(person(1, "Exemple", home, "450 555-0101"))
	o.agree(f, b)
	if err := b.engine.Recover(roster.NewRecovery(), nil); !fault.Is(err, "recovery_wrong") {
		t.Errorf("with other words: %v", err)
	}
	if err := b.engine.Recover(words, []string{b.id.Device()}); !fault.Is(err, "unknown_laptop") {
		t.Errorf("shutting itself out: %v", err)
	}
	if b.engine.Self().Role != roster.Door {
		t.Error("what was refused did something")
	}
	if err := b.engine.Recover(words, []string{f.id.Device()}); err != nil {
		t.Fatal(err)
	}
	if err := b.engine.Recover(words, []string{f.id.Device()}); err != nil {
		t.Errorf("said twice: %v", err)
	}
	b.round()
	b.round()
	if self := b.engine.Self(); self.Role != roster.Admin || b.phone(1) != "450 555-0101" {
		t.Errorf("it is %s and reads %q", self.Role, b.phone(1))
	}
	f.fails("laptop_revoked")
	if err := f.engine.Recover(words, nil); !fault.Is(err, "laptop_revoked") {
		t.Errorf("on the laptop that was shut out: %v", err)
	}
}

func TestWrongWordsOtherNetworksAndAlteredObjectsAreRefusedByName(t *testing.T) {
	o, other := newOffice(t), newOffice(t)
	f, words := o.founderWithWords()
	f.round()
	_, theirs := other.founderWithWords()
	n := o.laptop("N")
	opens := func(words roster.Recovery, code string) {
		t.Helper()
		if _, err := OpenBeginning(context.Background(), n.way, words); !fault.Is(err, code) {
			t.Errorf("%v, want %s", err, code)
		}
	}
	opens(roster.NewRecovery(), "recovery_unknown")
	opens(theirs, "recovery_unknown")
	key, _ := words.Key()
	good := o.shelf.objects[key]
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		o.shelf.objects[key] = bad
		if _, err := OpenBeginning(context.Background(), n.way, words); !fault.Is(err, "recovery_unreadable") {
			t.Fatalf("with byte %d flipped: %v", i, err)
		}
	}
	for cut := 0; cut < len(good); cut += 7 {
		o.shelf.objects[key] = good[:cut]
		opens(words, "recovery_unreadable")
	}
	o.shelf.objects[key] = bytes.Repeat(good, 20)
	opens(words, "recovery_unreadable")
	o.shelf.objects[key] = good
	// The words of another network open nothing here, whatever lies under their name.
	theirKey, _ := theirs.Key()
	o.shelf.objects[theirKey] = good
	opens(theirs, "recovery_unreadable")
	// The keeper of the bucket swaps the roster for none.
	n.way.hide = roster.Prefix
	opens(words, "roster_missing")
}

func TestNewWordsTakeThePlaceOfTheOld(t *testing.T) {
	o := newOffice(t)
	f, words := o.founderWithWords()
	b := o.joined(f, "B", roster.Coordinator)
	if _, err := b.engine.NewRecovery(nil); !fault.Is(err, "roster_not_admin") {
		t.Errorf("by a coordinator: %v", err)
	}
	fresh, err := f.engine.NewRecovery(nil)
	if err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	if err := b.engine.Recover(words, nil); !fault.Is(err, "recovery_wrong") {
		t.Errorf("the old words: %v", err)
	}
	n := o.laptop("N")
	if _, err := OpenBeginning(context.Background(), n.way, words); !fault.Is(err, "recovery_wrong") {
		t.Errorf("the old words with the bucket: %v", err)
	}
	if _, err := b.engine.NewRecovery(&words); !fault.Is(err, "recovery_wrong") {
		t.Errorf("new words by the old ones: %v", err)
	}
	last, err := b.engine.NewRecovery(&fresh)
	if err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	c := o.regained("C", last)
	o.agree(f, b, c)
	if len(o.shelf.safeguards()) != 3 {
		t.Errorf("the bucket has %v", o.shelf.safeguards())
	}
}

func TestWhatTheWordsOpenIsBroughtToNewPlacesAndPutBack(t *testing.T) {
	o := newOffice(t)
	f, words := o.founderWithWords()
	a := o.joined(f, "A", roster.Admin)
	key, _ := words.Key()
	o.clock.wait(daily)
	a.round() // once a day it is looked for
	stick := &shelf{objects: map[string][]byte{}, clock: o.clock}
	a.engine.Bucket = nil
	err := a.engine.UsePlaces([]Place{{Address: "bucket", Bucket: a.way}, {Name: "stick", Address: "stick", Bucket: &way{shelf: stick, loseAfter: -1, dieAfter: -1}}})
	if err != nil {
		t.Fatal(err)
	}
	a.round()
	if !bytes.Equal(stick.objects[key], o.shelf.objects[key]) || len(stick.objects[key]) == 0 {
		t.Error("the stick lacks it")
	}
	delete(o.shelf.objects, key)
	o.clock.wait(daily)
	f.round()
	if len(o.shelf.objects[key]) == 0 {
		t.Error("it was not put back")
	}
	o.shelf.objects[key] = []byte("something else")
	o.clock.wait(daily)
	if r := f.round(); len(r.Quarantined) != 1 || r.Quarantined[0] != (Refused{Key: key, Reason: "recovery_altered"}) {
		t.Errorf("%v", r.Quarantined)
	}
}
