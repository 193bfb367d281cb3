package roster

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

func TestEveryFlippedBitAndEveryCutOfEveryKindOfStatementIsRefused(t *testing.T) {
	s := tell(t, goldenStory)
	all := s.roster.Statements(1)
	kinds := map[string]bool{}
	for i, data := range all {
		l, err := read(data)
		if err != nil {
			t.Fatal(err)
		}
		kinds[l.Said.name()] = true
		if i == 0 {
			bitByBit(data, func(bad []byte) {
				if _, err := begin(bad); err == nil || fault.CodeOf(err) == "unexpected" {
					t.Fatalf("founding: %v", err)
				}
			})
			continue
		}
		before, err := Load(s.roster.State().Founding, all[:i])
		if err != nil {
			t.Fatal(err)
		}
		state := before.State()
		bitByBit(data, func(bad []byte) {
			if err := before.Append(bad); err == nil || fault.CodeOf(err) == "unexpected" {
				t.Fatalf("statement %d: %v", i+1, err)
			}
		})
		if before.State() != state || len(before.known) != i {
			t.Fatalf("statement %d: the roster is another", i+1)
		}
		if err := before.Append(data); err != nil {
			t.Fatal(err)
		}
	}
	if len(kinds) != 12 {
		t.Errorf("only %d kinds of statements were tried: %v", len(kinds), kinds)
	}
}

// name tells the kinds of statements apart.
func (s saying) name() string {
	for name, said := range map[string]bool{"found": s.Found != nil, "office": s.Office != nil, "admit": s.Admit != nil,
		"revoke": s.Revoke != nil, "invite": s.Invite != nil, "void": s.Void != nil, "rotate": s.Rotate != nil, "policy": s.Policy != nil,
		"promote": s.Promote != nil, "rekey": s.Rekey != nil, "recovery": s.Recovery != nil, "grant": s.Grant != nil} {
		if said {
			return name
		}
	}
	return ""
}

func TestEveryFlippedBitAndEveryCutOfAnObjectIsRefused(t *testing.T) {
	s := tell(t, "F")
	data, err := s.step("office away")
	if err != nil {
		t.Fatal(err)
	}
	cover := NewCover()
	key, object, err := cover.Object(data)
	if err != nil {
		t.Fatal(err)
	}
	bitByBit(object, func(bad []byte) {
		if _, err := cover.Open(key, bad); !fault.Is(err, "roster_unreadable") {
			t.Fatal(err)
		}
	})
	if bytes.Contains(object, []byte("away")) {
		t.Error("names are readable in the bucket")
	}
	if back, err := cover.Open(key, object); err != nil || !bytes.Equal(back, data) {
		t.Error(err)
	}
	if _, again, _ := cover.Object(data); !bytes.Equal(again, object) {
		t.Error("one statement has two objects")
	}
	for _, name := range []string{Name(2, signed.HashOf(nil)), "roster/x", "", "roster/", key + "a", "log" + key} {
		if _, err := cover.Open(name, object); !fault.Is(err, "roster_misnamed") {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := NewCover().Open(key, object); !fault.Is(err, "roster_unreadable") {
		t.Errorf("another's cover: %v", err)
	}
}

func TestAStatementsClaimsAreBounded(t *testing.T) {
	s := tell(t, "F")
	boxes := make([]box, maxLaptops+2)
	for i := range boxes {
		boxes[i].Device = s.id("F").Device()
	}
	for what, g := range map[string]grants{"too many boxes": {Boxes: boxes}, "too many keys": {New: make([]newID, maxKeys+1)},
		"a key of no office": {New: []newID{{ID: keyID([32]byte{}), Scope: "mars"}}}, "a key without a name": {New: []newID{{}}}} {
		if _, err := s.roster.say(s.id("F"), saying{Rotate: &g}, dawn); !fault.Is(err, "roster_invalid") {
			t.Errorf("%s: %v", what, err)
		}
	}
	long := string(bytes.Repeat([]byte("n"), maxName+1))
	for what, said := range map[string]saying{"a long name of an office": {Office: &opening{Office: Office{ID: "x", Name: long}}},
		"a long id":            {Office: &opening{Office: Office{ID: long, Name: "x"}}},
		"a recovery of none":   {Recovery: &recovering{}},
		"a recovery that is F": {Recovery: &recovering{Card: RecoveryCard{SignKey: s.id("F").SignKey(), Recipient: s.id("F").Recipient()}}}} {
		if _, err := s.roster.say(s.id("F"), said, dawn); !fault.Is(err, "roster_invalid") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := s.roster.say(s.id("F"), saying{Rotate: &grants{Boxes: []box{{Device: s.id("F").Device(), Data: make([]byte, MaxStatement)}}}}, dawn); !fault.Is(err, "roster_full") {
		t.Errorf("a large box: %v", err)
	}
}

func seeds(f *testing.F) {
	f.Helper()
	for folder, files := range goldenFiles {
		for _, file := range files {
			data, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
}

// fuzzed is a roster to which somebody brings bytes.
func fuzzed(f *testing.F) *Roster {
	f.Helper()
	id, err := signed.NewIdentity()
	if err != nil {
		f.Fatal(err)
	}
	r, _, err := Found(id, Founder{Name: "N", Office: Office{ID: "home", Name: "H"}, Coordinator: "C"}, dawn)
	if err != nil {
		f.Fatal(err)
	}
	return r
}

func FuzzStatement(f *testing.F) {
	seeds(f)
	r := fuzzed(f)
	f.Add(r.All()[0])
	head := r.State().Head
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := read(data)
		if err != nil && fault.CodeOf(err) == "unexpected" {
			t.Errorf("no name for %v", err)
		}
		if err == nil && l.Said.count() != 1 {
			t.Error("not one thing said")
		}
		if began, err := begin(data); err == nil {
			_ = began.KeysFor(fuzzedIdentity)
		}
		if r.Append(data) == nil || r.State().Head != head {
			t.Error("a stranger's statement was taken")
		}
		r.Merge([][]byte{data})
		if r.State().Head != head {
			t.Error("a stranger's statement was merged")
		}
	})
}

var fuzzedIdentity = func() *signed.Identity { id, _ := signed.Derive([]byte("fuzz"), "fuzz"); return id }()

// What an admin may say, signed well, but of fuzzed content.
func FuzzSaid(f *testing.F) {
	for folder, files := range goldenFiles {
		for _, file := range files {
			data, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				f.Fatal(err)
			}
			if l, err := read(data); err == nil {
				f.Add(signed.Encode(l.Said))
			}
		}
	}
	id, err := signed.NewIdentity()
	if err != nil {
		f.Fatal(err)
	}
	r, _, err := Found(id, Founder{Name: "N", Office: Office{ID: "home", Name: "H"}, Coordinator: "C"}, dawn)
	if err != nil {
		f.Fatal(err)
	}
	first := r.Statements(1)
	f.Fuzz(func(t *testing.T, data []byte) {
		var said saying
		if signed.DecodeCanonical(data, &said) != nil || said.count() != 1 {
			return
		}
		again, err := Load(r.State().Founding, first)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := again.say(id, said, dawn); err != nil && fault.CodeOf(err) == "unexpected" {
			t.Errorf("no name for %v", err)
		}
		if again.State().admins != 1 && again.State().Version == 1 {
			t.Error("a refused statement changed the state")
		}
		again.KeysFor(id)
	})
}

func FuzzObject(f *testing.F) {
	cover := NewCover()
	r := fuzzed(f)
	key, object, err := cover.Object(r.All()[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(key, object)
	f.Add(Name(1, signed.HashOf(nil)), []byte("short"))
	f.Fuzz(func(t *testing.T, k string, data []byte) {
		if _, err := cover.Open(k, data); err == nil && (k != key || !bytes.Equal(data, object)) {
			t.Error("opened what nobody sealed")
		} else if err != nil && fault.CodeOf(err) == "unexpected" {
			t.Errorf("no name for %v", err)
		}
	})
}

func FuzzRecoveryObject(f *testing.F) {
	paper := NewRecovery()
	key, object, err := paper.Object(Beginning{Name: "N", Cover: NewCover()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(key, object)
	f.Add(key, []byte("age-encryption.org/v1\n-> X25519 "))
	f.Fuzz(func(t *testing.T, k string, data []byte) {
		if _, err := paper.Open(k, data); err == nil && (k != key || !bytes.Equal(data, object)) {
			t.Error("opened what nobody sealed")
		} else if err != nil && fault.CodeOf(err) == "unexpected" {
			t.Errorf("no name for %v", err)
		}
	})
}

func FuzzRecoveryWords(f *testing.F) {
	f.Add(NewRecovery().Words())
	f.Add("babab babad")
	f.Add("  BABAB-babad, ")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRecoveryWords(text)
		if err != nil && !fault.Is(err, "recovery_bad_words") {
			t.Errorf("no name for %v", err)
		}
		if again, errAgain := ParseRecoveryWords(r.Words()); err == nil && (errAgain != nil || again != r) {
			t.Error("words are not read back")
		}
	})
}
