package roster

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// opens tells which of the scopes, in use now, a laptop can open.
func (s *story) opens(name string, scopes ...string) string {
	s.t.Helper()
	ring, opened := s.roster.KeysFor(s.id(name)), ""
	for _, scope := range scopes {
		if _, held := ring.Find(s.roster.State().CurrentKey(scope)); held {
			opened += "+"
		} else {
			opened += "-"
		}
	}
	return opened
}

func (s *story) wantOpens(name, want string, scopes ...string) {
	s.t.Helper()
	if got := s.opens(name, scopes...); got != want {
		s.t.Errorf("%s opens %s of %q, not %s", name, got, scopes, want)
	}
}

func TestTheRecoveryHoldsEveryKeyAndHandsThemToWhomItPromotes(t *testing.T) {
	s := tell(t, "F -> office away -> +B reader @away -> +C door -> rotate -> -C -> office far -> rotate far")
	s.wantOpens("P", "++++", "", "home", "away", "far")
	s.tell("P: promote B admin @away")
	if all, now := len(s.roster.KeysFor(s.id("P"))), len(s.roster.KeysFor(s.id("B"))); all != now {
		t.Errorf("the recovery holds %d keys, who it made an admin %d", all, now)
	}
	for _, l := range s.roster.State().Laptops() {
		if l.Device == s.id("P").Device() {
			t.Error("the recovery is listed as a laptop")
		}
	}
}

func TestANewRecoveryHoldsWhatTheOldOneDid(t *testing.T) {
	s := tell(t, "F -> office away -> rotate")
	old := s.id("P")
	s.tell("recovery -> rotate -> +B door")
	s.wantOpens("P", "+++", "", "home", "away")
	s.laptops["P"] = old
	s.wantOpens("P", "---", "", "home", "away")
	s.tell("P: promote B admin !roster_not_admin")
}

func TestANetworkOfTheFirstVersionGoesOnAndGetsARecovery(t *testing.T) {
	r, reader := golden(t)
	if _, there := r.State().Recovery(); there || !r.State().Policy().AdminsRead || !r.State().Policy().ShareCard {
		t.Error("the first version knew of no recovery and no policy")
	}
	s := &story{t: t, roster: r, laptops: map[string]*signed.Identity{"B": reader}, now: dawn}
	founder, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	// A network of the first version whose founder's keys are here.
	old := first{founder}.begin(t)
	s = &story{t: t, roster: old, laptops: map[string]*signed.Identity{"F": founder}, now: dawn}
	s.tell("recovery -> +B door -> P: promote B admin -> B: -F -> x F gone -> x B admin")
	s.wantOpens("B", "++", "", "home")
}

func TestAPaperAloneFindsTheNetwork(t *testing.T) {
	id, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	r, paper, err := Found(id, Founder{Name: "Réseau d'essai", Office: Office{ID: "home", Name: "Toronto"}, Coordinator: "Alex Invention"}, dawn)
	if err != nil {
		t.Fatal(err)
	}
	want := Beginning{Founding: r.State().Founding, Cover: NewCover(), Name: "Réseau d'essai"}
	key, object, err := paper.Object(want)
	if err != nil || !IsRecoveryKey(key) {
		t.Fatal(err, key)
	}
	read, err := ParseRecoveryWords(paper.Words())
	if err != nil || read != paper {
		t.Fatal(err)
	}
	if again, err := read.Key(); err != nil || again != key {
		t.Errorf("%v, looked for at %s", err, again)
	}
	got, err := read.Open(key, object)
	if err != nil || got != want {
		t.Fatalf("%v %v", err, got)
	}
	// The laptop on which the words were typed admits itself.
	again, err := Load(got.Founding, r.All())
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, roster: again, laptops: map[string]*signed.Identity{"P": identityOf(t, read), "F": id}, now: dawn}
	s.tell("P: +N admin -> N: -F -> N: +B door -> x N admin")
	s.wantOpens("N", "++", "", "home")

	if _, err := NewRecovery().Open(key, object); !fault.Is(err, "recovery_unreadable") {
		t.Errorf("another's words: %v", err)
	}
	if _, err := read.Open(RecoveryPrefix+id.Device(), object); !fault.Is(err, "recovery_unreadable") {
		t.Errorf("another name: %v", err)
	}
	// Whoever knows the roster can seal to the recovery, and still not lead it elsewhere.
	card, _ := r.State().Recovery()
	forged, err := sealTo(card.Recipient, id.Sign(recoveryKind, signed.Encode(Beginning{Name: "Ailleurs"})))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read.Open(key, forged); !fault.Is(err, "recovery_unreadable") {
		t.Errorf("forged: %v", err)
	}
	for i := range object {
		if _, err := read.Open(key, object[:i]); !fault.Is(err, "recovery_unreadable") {
			t.Fatalf("cut at %d: %v", i, err)
		}
		for bit := range 8 {
			bad := bytes.Clone(object)
			bad[i] ^= 1 << bit
			if _, err := read.Open(key, bad); !fault.Is(err, "recovery_unreadable") {
				t.Fatalf("bit %d of %d flipped: %v", bit, i, err)
			}
		}
	}
}

func TestWordsForOneThingAreNotTakenForAnother(t *testing.T) {
	paper := NewRecovery()
	if _, err := signed.ParseWords("", paper.Words()); !fault.Is(err, "bad_words") {
		t.Error(err)
	}
	if _, err := ParseRecoveryWords(signed.Words("", paper)); !fault.Is(err, "recovery_bad_words") {
		t.Error(err)
	}
}

func TestWhenAdminsDoNotReadOfficesKeepTheirKeys(t *testing.T) {
	s := tell(t, "F -> office away -> +B coordinator @away -> +C admin")
	s.wantOpens("C", "+++", "", "home", "away")
	s.tell("policy closed")
	for name, want := range map[string]string{"F": "++-", "C": "++-", "B": "+-+", "P": "+++"} {
		s.wantOpens(name, want, "", "home", "away")
	}
	// An admin lets somebody into an office that it does not read: a new key serves from now on, and
	// whoever is there already hands on the old ones.
	first := s.roster.State().FirstKey("away")
	s.tell("+D door @away")
	s.wantOpens("D", "+-+", "", "home", "away")
	s.wantOpens("F", "++-", "", "home", "away")
	if before := len(s.roster.KeysFor(s.id("D"))); len(s.roster.KeysFor(s.tell("B: grant D").id("D"))) <= before {
		t.Error("nothing was handed on")
	}
	if _, held := s.roster.KeysFor(s.id("D")).Find(first); !held {
		t.Error("the office's first key was not handed on")
	}
	s.tell("policy open")
	s.wantOpens("F", "+++", "", "home", "away")
	if s.roster.State().FirstKey("away") != first {
		t.Error("the first key is another")
	}
}

func TestAnOfficeThatAdminsDoNotReadGetsItsFirstKeyWithItsFirstLaptop(t *testing.T) {
	s := tell(t, "F -> policy closed -> office away -> rotate -> +A admin -> +B coordinator @away")
	first, st := s.roster.State().FirstKey("away"), s.roster.State()
	if first == "" || first != st.CurrentKey("away") {
		t.Fatalf("first key %q, in use %q", first, st.CurrentKey("away"))
	}
	s.wantOpens("B", "++", "", "away")
	s.wantOpens("P", "+++", "", "home", "away")
	s.wantOpens("F", "++-", "", "home", "away")
	s.tell("A: +C door @away")
	if c, _ := s.roster.State().Laptop(s.id("C").Device()); !c.Wanting {
		t.Error("nobody is told that a laptop lacks its office's old keys")
	}
	s.tell("B: grant C -> rotate")
	for _, l := range s.roster.State().Laptops() {
		if l.Wanting {
			t.Errorf("%s still wants keys", l.Device)
		}
	}
	if _, held := s.roster.KeysFor(s.id("C")).Find(first); !held {
		t.Error("a later laptop of the office cannot get its first key")
	}
}

func TestWhoMayNoLongerReadAnOfficeHasNotItsNewKey(t *testing.T) {
	s := tell(t, "F -> office away -> +B coordinator -> +C admin -> promote B coordinator @away")
	s.wantOpens("B", "+-+", "", "home", "away")
	s.tell("promote C door")
	s.wantOpens("C", "++-", "", "home", "away")
	s.tell("-C")
	s.wantOpens("C", "--", "", "home")
	// What the revoked could not read keeps its key.
	away := s.roster.State().CurrentKey("away")
	if s.tell("+D door -> -D"); s.roster.State().CurrentKey("away") != away {
		t.Error("an office got a new key for nothing")
	}
	if s.tell("rotate away"); s.roster.State().CurrentKey("away") == away {
		t.Error("a key was not renewed by command")
	}
}

func TestABoxCannotGiveAKeyAnotherScope(t *testing.T) {
	s := tell(t, "F -> office away -> +B coordinator @away -> +C coordinator")
	secret, _ := s.roster.KeysFor(s.id("B")).Find(s.roster.State().CurrentKey("away"))
	data, err := sealTo(s.id("F").Recipient(), signed.Encode([]boxed{{Scope: "", Secret: secret}, {Scope: "", Secret: [32]byte{1}}}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.roster.say(s.id("B"), saying{Grant: &handingOver{Device: s.id("F").Device(), Keys: grants{Boxes: []box{{Device: s.id("F").Device(), Data: data}}}}}, dawn)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range s.roster.KeysFor(s.id("F")) {
		if k.Secret == secret && k.Scope != "away" || k.Secret == [32]byte{1} {
			t.Errorf("a key of scope %q is taken for one of %q", "away", k.Scope)
		}
	}
}

func TestDeltasOfBeforeAndAfterARekeyVerify(t *testing.T) {
	s := tell(t, "F -> +B coordinator")
	old := s.id("B")
	s.tell("B: rekey 7 -> rotate -> B: rekey 9")
	now, st := s.id("B"), s.roster.State()
	if now.Device() != old.Device() {
		t.Fatal("the laptop lost its name")
	}
	for number, signer := range map[uint64]bool{1: true, 7: true, 8: false, 9: false, 10: false} {
		key, known := st.SignKey(old.Device(), number)
		if !known || old.SignKey().Equal(key) != signer {
			t.Errorf("delta %d is of the wrong key", number)
		}
		if number > 9 && !now.SignKey().Equal(key) {
			t.Errorf("delta %d is not of the present key", number)
		}
	}
	if _, known := st.SignKey("aaaabbbbccccdddd", 1); known {
		t.Error("a stranger has a key")
	}
	s.wantOpens("B", "++", "", "home")
	s.laptops["B"] = old
	s.tell("B: grant F !roster_forged -> B: rekey 12 !roster_forged")
	s.wantOpens("B", "--", "", "home")
	if len(s.roster.KeysFor(old)) == 0 {
		t.Error("the old keys no longer open what they opened")
	}
	// The identity with its past survives the strongbox, and still speaks where the old key is in force.
	back, err := signed.ParseIdentity(now.Marshal())
	if err != nil || back.Device() != now.Device() {
		t.Fatal(err)
	}
}

func TestALostRekeyIsSaidAgainAndLosesNoKey(t *testing.T) {
	for range 10 {
		l, r := tell(t, "F -> +B coordinator").fork("B: rekey 7", "rotate")
		l.roster.Merge(r.roster.All())
		lost := l.roster.Lost(l.id("B").Device())
		if len(lost) != 1 {
			t.Fatal("a laptop's own statement outweighed an admin's")
		}
		if _, err := l.roster.Reissue(l.id("B"), lost[0], l.now); err != nil {
			t.Fatal(err)
		}
		l.wantOpens("B", "++", "", "home")
		if key, _ := l.roster.State().SignKey(l.id("B").Device(), 8); !l.id("B").SignKey().Equal(key) {
			t.Error("the new key is not known")
		}
	}
}

func TestANewKeyMustBeProven(t *testing.T) {
	s := tell(t, "F -> +B coordinator -> +C door")
	b := s.id("B")
	for what, change := range map[string]func(r *rekeying){
		"without proof":        func(r *rekeying) { r.Proof = nil },
		"another's proof":      func(r *rekeying) { r.Proof = b.Sign(rekeyKind, nil) },
		"another recipient":    func(r *rekeying) { r.Recipient = s.id("C").Recipient() },
		"another's key":        func(r *rekeying) { r.SignKey = s.id("C").SignKey() },
		"for another":          func(r *rekeying) { r.Device = s.id("C").Device() },
		"the number before 0":  func(r *rekeying) { r.Last = 1<<64 - 1 },
		"with new keys in use": func(r *rekeying) { r.Keys.New = []newID{{ID: keyID([32]byte{})}} },
	} {
		fresh, err := b.Rekeyed()
		if err != nil {
			t.Fatal(err)
		}
		said := rekeying{Device: b.Device(), Last: 7, SignKey: fresh.SignKey(), Recipient: fresh.Recipient()}
		said.Proof = fresh.Sign(rekeyKind, signed.Encode(rekeyProof{Network: s.roster.State().Network, Device: b.Device(), SignKey: said.SignKey, Recipient: said.Recipient}))
		change(&said)
		if _, err := s.roster.say(b, saying{Rekey: &said}, dawn); !fault.Is(err, "roster_invalid") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestALaptopThatIsNoAdminCannotFillTheChain(t *testing.T) {
	s := tell(t, "F -> +B door")
	for range maxOwn {
		if _, err := s.roster.Grant(s.id("B"), s.id("F").Device(), dawn); err != nil {
			t.Fatal(err)
		}
	}
	s.tell("B: grant F !roster_invalid -> grant B -> rotate")
}

// first speaks the first version, as the program of that time did.
type first struct{ id *signed.Identity }

func (f first) begin(t *testing.T) *Roster {
	t.Helper()
	card := Card{Device: f.id.Device(), SignKey: f.id.SignKey(), Recipient: f.id.Recipient(), Office: "home", Role: Admin, Coordinator: "Alex Invention"}
	said := &founding{Name: "Réseau d'essai", Office: Office{ID: "home", Name: "Toronto"}, Laptop: card}
	s, err := said.state(signed.Hash{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := s.give([]Key{newKey(""), newKey("home")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := begin(f.id.Sign(kind1, signed.Encode(statement1{Version: 1, Author: f.id.Device(), Wall: 1,
		Said: saying1{Found: &founding1{Name: said.Name, Office: said.Office, Laptop: card, Keys: keys}}})))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestStatementsOfTheFirstVersionStayValidInAChain(t *testing.T) {
	id, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	r := first{id}.begin(t)
	card := (&story{t: t, laptops: map[string]*signed.Identity{}}).card("B", "door", "home")
	for _, said := range []saying1{
		{Admit: &admission{Laptop: card}},
		{Invite: &invitation1{ID: "I", Proof: id.SignKey(), Office: "home", Role: Door, Coordinator: "C", Expires: 1}},
		{Revoke: &revocation1{Device: card.Device, Last: 3}},
	} {
		st := r.State()
		if err := r.Append(id.Sign(kind1, signed.Encode(statement1{Network: st.Network, Version: st.Version + 1, Previous: st.Head, Author: id.Device(), Said: said}))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Rotate(id, time.Now()); err != nil {
		t.Fatal(err)
	}
	again, err := Load(r.State().Founding, r.All())
	if l, _ := again.State().Laptop(card.Device); err != nil || again.State().Version != 5 || !l.Revoked || l.Last != 3 || l.LastSeq != 0 {
		t.Errorf("%v %+v", err, l)
	}
}

func TestARevocationKeepsNumberAndSequence(t *testing.T) {
	s := tell(t, "F -> +B door -> -B")
	if l, _ := s.roster.State().Laptop(s.id("B").Device()); l.Last != 7 || l.LastSeq != 70 {
		t.Errorf("%d %d", l.Last, l.LastSeq)
	}
}

func TestTheStatesOfTheChainAreFoundByTheirStatements(t *testing.T) {
	s := tell(t, "F -> +B door -> -B")
	st := s.roster.State()
	if got, known := s.roster.At(signed.ShortOf(st.Head)); !known || got != st {
		t.Error("the present state is not found")
	}
	if got, known := s.roster.At(signed.ShortOf(st.Founding)); !known || got.Version != 1 || slices.ContainsFunc(got.Laptops(), func(l Laptop) bool { return l.Revoked }) {
		t.Error("the first state is not as it was")
	}
	if _, known := s.roster.At(signed.Short{}); known {
		t.Error("a state nobody brought about")
	}
}
