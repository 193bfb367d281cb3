package roster

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

func TestStories(t *testing.T) {
	for name, text := range map[string]string{
		"an admin admits in every role":      "F -> +B coordinator -> +C reader -> +D door -> +E admin -> x B coordinator -> x C reader -> x D door -> x E admin -> x G none",
		"only admins write":                  "F -> +B coordinator -> B: +C reader !roster_not_admin -> +D door -> D: rotate !roster_not_admin -> Z: +Z admin !roster_not_admin -> x C none",
		"a new admin writes":                 "F -> +B admin -> B: +C reader -> B: office away -> +D door @away -> x D door",
		"a revoked admin does not":           "F -> +B admin -> -B -> B: +C reader !roster_not_admin -> x B gone",
		"an admin may revoke the founder":    "F -> +B admin -> B: -F -> rotate !roster_not_admin -> x F gone",
		"the last admin stays":               "F -> -F !last_admin -> +B coordinator -> -F !last_admin -> +C admin -> -F -> C: -C !last_admin",
		"nobody is admitted twice":           "F -> +B door -> +B admin !roster_invalid -> -B -> +B door !roster_invalid",
		"an office must be there":            "F -> +B door @away !roster_invalid -> office away -> +B door @away -> office away !roster_invalid",
		"a seat is taken once":               "F -> invite I door -> +B door by I -> +C door by I !invitation_used -> void I !invitation_used",
		"a seat is of one role":              "F -> invite I door -> +B admin by I !invitation_altered -> +B door by I",
		"a seat is of one office":            "F -> office away -> invite I door -> +B door @away by I !invitation_altered -> +B door by I",
		"a seat expires":                     "F -> invite I door late -> +B door by I !invitation_expired",
		"a seat may be withdrawn":            "F -> invite I door -> void I -> +B door by I !invitation_unknown -> void I !invitation_unknown",
		"a laptop gets another role":         "F -> +B door -> promote B admin -> B: +C door -> x B admin -> promote B reader -> B: rotate !roster_not_admin",
		"and another office":                 "F -> office away -> +B door -> promote B door @away -> promote B door @away !roster_invalid -> promote B door @mars !unknown_office",
		"the last admin keeps its place":     "F -> +B door -> promote F door !last_admin -> promote B admin -> promote F door -> B: promote B reader !last_admin",
		"a king is nobody":                   "F -> +B door -> promote B king !roster_invalid -> promote C door !unknown_laptop -> -B -> promote B admin !unknown_laptop",
		"the recovery makes an admin":        "F -> +B door -> P: promote B admin -> B: -F -> x F gone",
		"the recovery admits and revokes":    "F -> P: +B admin -> P: -F -> B: +C door -> x F gone",
		"the recovery renews and rules":      "F -> P: rotate -> P: policy closed -> P: office away !roster_not_admin -> P: invite I door !roster_not_admin",
		"the recovery is no laptop":          "F -> x P none -> -P !unknown_laptop -> promote P admin !unknown_laptop -> +P door !roster_invalid",
		"the recovery keeps an admin":        "F -> +B door -> P: -F !last_admin",
		"a recovery is replaced":             "F -> +B door -> recovery -> P: promote B admin -> P: recovery -> P: promote B door",
		"a policy changes":                   "F -> policy open !roster_invalid -> policy closed -> policy closed !roster_invalid -> policy open -> +B door -> B: policy closed !roster_not_admin",
		"a laptop has new keys":              "F -> +B door -> B: rekey 7 -> B: rekey 6 !roster_invalid -> B: rekey 7 -> -B -> B: rekey 9 !unknown_laptop",
		"an admin has new keys":              "F -> rekey 3 -> +B door -> x B door",
		"a coordinator hands on keys":        "F -> +B coordinator -> +C door -> B: grant C -> B: grant Z !unknown_laptop -> B: grant P -> -C -> B: grant C !unknown_laptop",
		"a seat nobody offered":              "F -> +B door by I !invitation_unknown",
		"only somebody there can be revoked": "F -> -B !unknown_laptop -> +B door -> -B -> -B !unknown_laptop",
	} {
		t.Run(name, func(t *testing.T) { tell(t, text) })
	}
}

func TestKeysReachThoseEntitledAndNobodyElse(t *testing.T) {
	s := tell(t, "F -> office away -> +B coordinator -> +C coordinator @away -> +D admin @away -> rotate -> -C -> +E reader")
	opens := func(name, scope string) bool {
		_, ok := s.roster.KeysFor(s.id(name)).Find(s.roster.State().CurrentKey(scope))
		return ok
	}
	for _, c := range []struct {
		laptop              string
		network, home, away bool
	}{
		{"F", true, true, true}, {"B", true, true, false}, {"C", false, false, false}, {"D", true, true, true}, {"E", true, true, false}, {"Z", false, false, false},
	} {
		if opens(c.laptop, "") != c.network || opens(c.laptop, "home") != c.home || opens(c.laptop, "away") != c.away {
			t.Errorf("%s opens network %v, home %v, away %v", c.laptop, opens(c.laptop, ""), opens(c.laptop, "home"), opens(c.laptop, "away"))
		}
	}
	// The newcomer holds the old keys of its scopes too: it must read the past.
	if old, now := len(s.roster.KeysFor(s.id("B"))), len(s.roster.KeysFor(s.id("E"))); old != now || now != 5 {
		t.Errorf("B holds %d keys, E %d", old, now)
	}
	for id, k := range s.roster.KeysFor(s.id("F")) {
		if id != keyID(k.Secret) || id != k.ID {
			t.Errorf("key %s is not named by its content", id)
		}
	}
}

func TestTwoAdminsAtOnceEndWithOneChain(t *testing.T) {
	for range 20 { // the hashes, so the winner, differ each time
		l, r := tell(t, "F -> +B admin").fork("+C door -> +D reader", "B: +E coordinator -> B: office away")
		all := append(l.roster.All(), r.roster.All()...)
		l.roster.Merge(r.roster.All())
		slices.Reverse(all)
		r.roster.Merge(all)
		fresh, err := Load(l.roster.State().Founding, all)
		if err != nil {
			t.Fatal(err)
		}
		if l.roster.State().Head != r.roster.State().Head || fresh.State().Head != l.roster.State().Head {
			t.Fatal("three laptops with the same statements have different chains")
		}
		won := "F"
		loser := l.id("B")
		if _, known := fresh.State().Laptop(l.id("E").Device()); known {
			won, loser = "B", l.id("F")
		}
		for _, h := range fresh.Lost(loser.Device()) {
			if _, err := fresh.Reissue(loser, h, dawn.Add(time.Hour)); err != nil {
				t.Fatalf("%s won; %v", won, err)
			}
		}
		for _, name := range []string{"C", "D", "E"} {
			if _, known := fresh.State().Laptop(l.id(name).Device()); !known {
				t.Errorf("%s won and %s was forgotten", won, name)
			}
		}
		if _, known := fresh.State().Office("away"); !known {
			t.Errorf("%s won and the office was forgotten", won)
		}
	}
}

func TestALateStatementDoesNotDisplaceALongerChain(t *testing.T) {
	for range 20 {
		l, r := tell(t, "F -> +B admin").fork("+C door -> +D reader", "B: +E coordinator")
		l.roster.Merge(r.roster.All())
		l.tell("x C door -> x D reader -> x E none")
	}
}

func TestStatementsMayArriveInAnyOrder(t *testing.T) {
	s := tell(t, "F -> +B admin -> B: office away -> +C door @away -> rotate -> -C -> invite I reader")
	all := s.roster.All()
	rapid.Check(t, func(rt *rapid.T) {
		shuffled := rapid.Permutation(all).Draw(rt, "order")
		cut := rapid.IntRange(0, len(all)).Draw(rt, "cut")
		fresh, err := Load(s.roster.State().Founding, append(slices.Clone(shuffled[:cut]), all[0]))
		if err != nil {
			rt.Fatal(err)
		}
		if refused := fresh.Merge(shuffled); len(refused) > 0 || fresh.State().Head != s.roster.State().Head {
			rt.Fatalf("refused %v, version %d", refused, fresh.State().Version)
		}
	})
}

func TestWhatIsNotTheNextStatementIsRefused(t *testing.T) {
	s := tell(t, "F -> +B coordinator")
	other := tell(t, "F -> +B admin")
	st := s.roster.State()
	good := statement{Network: st.Network, Version: 3, Previous: st.Head, Author: s.id("F").Device(), Wall: 1,
		Said: saying{Office: &opening{Office: Office{ID: "away", Name: "Away"}}}}
	with := func(f func(*statement)) statement { c := good; f(&c); return c }
	for _, c := range []struct {
		what   string
		signer string
		st     statement
		code   string
	}{
		{"another network", "F", with(func(c *statement) { c.Network = other.roster.State().Network }), "roster_other_network"},
		{"a version too many", "F", with(func(c *statement) { c.Version = 4 }), "roster_out_of_order"},
		{"an old version", "F", with(func(c *statement) { c.Version = 2 }), "roster_out_of_order"},
		{"another past", "F", with(func(c *statement) { c.Previous = signed.HashOf(nil) }), "roster_out_of_order"},
		{"a coordinator", "B", with(func(c *statement) { c.Author = s.id("B").Device() }), "roster_not_admin"},
		{"in another's name", "B", good, "roster_forged"},
		{"nothing said", "F", with(func(c *statement) { c.Said = saying{} }), "roster_unreadable"},
		{"two things said", "F", with(func(c *statement) { c.Said.Void = &voiding{} }), "roster_unreadable"},
		{"an office without a name", "F", with(func(c *statement) { c.Said.Office = &opening{Office: Office{ID: "away"}} }), "roster_invalid"},
		{"a laptop under a name not its own", "F", with(func(c *statement) {
			card := s.card("C", "admin", "home")
			card.Device = s.id("D").Device()
			c.Said = saying{Admit: &admission{Laptop: card}}
		}), "roster_invalid"},
		{"a role nobody knows", "F", with(func(c *statement) {
			c.Said = saying{Admit: &admission{Laptop: s.card("C", "king", "home")}}
		}), "roster_invalid"},
		{"founded again", "F", with(func(c *statement) { c.Said = saying{Found: &founding{Laptop: s.card("F", "admin", "home")}} }), "roster_invalid"},
		{"keys for a stranger", "F", with(func(c *statement) { c.Said.Office.Keys.Boxes = []box{{Device: "aaaabbbbccccdddd"}} }), "roster_invalid"},
	} {
		data := s.id(c.signer).Sign(Kind, signed.Encode(c.st))
		if err := s.roster.Append(data); !fault.Is(err, c.code) {
			t.Errorf("%s: got %v, want %s", c.what, err, c.code)
		}
		if s.roster.Merge([][]byte{data}); s.roster.State() != st {
			t.Fatalf("%s: changed the roster", c.what)
		}
	}
	for what, c := range map[string]struct {
		data []byte
		code string
	}{
		"a picture":       {[]byte("\x89PNG"), "roster_unreadable"},
		"a later version": {s.id("F").Sign("carnet-roster-4", nil), "roster_newer"},
		"two megabytes":   {make([]byte, 2<<20), "roster_unreadable"},
	} {
		if err := s.roster.Append(c.data); !fault.Is(err, c.code) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestALongerForgedChainAndAnotherNetworksAreRefused(t *testing.T) {
	s, forger := tell(t, "F -> +B door"), tell(t, "F -> +B admin -> rotate -> rotate -> rotate -> rotate")
	head := s.roster.State().Head
	if refused := s.roster.Merge(forger.roster.All()); len(refused) == 0 || s.roster.State().Head != head {
		t.Errorf("refused %v", refused)
	}
	if _, err := Load(s.roster.State().Founding, forger.roster.All()); !fault.Is(err, "roster_missing") {
		t.Error(err)
	}
}
