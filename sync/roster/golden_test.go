package roster

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/carnet/sync/signed"
)

// The golden files of each version were written by that version; a later one must still read them.
var goldenFiles = map[string][]string{
	"testdata":   {"1-found.cbor", "2-office.cbor", "3-admit.cbor"},
	"testdata/2": {"01-found.cbor", "02-office.cbor", "03-admit.cbor", "04-policy.cbor", "05-promote.cbor", "06-rekey.cbor", "07-grant.cbor", "08-recovery.cbor", "09-invite.cbor", "10-void.cbor", "11-rotate.cbor", "12-admit.cbor", "13-revoke.cbor"},
	"testdata/3": {"01-found.cbor", "02-admit.cbor", "03-promote.cbor", "04-revoke.cbor"},
}

const goldenStory = "F -> office away -> +B reader -> policy closed -> promote B reader @away -> B: rekey 3 -> grant B -> recovery -> invite I door -> void I -> rotate away -> +C door -> -C"

func goldenIn(t *testing.T, folder string) (*Roster, *signed.Identity) {
	t.Helper()
	var statements [][]byte
	for _, file := range goldenFiles[folder] {
		data, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, data)
	}
	r, err := Load(signed.HashOf(statements[0]), statements)
	if err != nil {
		t.Fatal(err)
	}
	identity, err := os.ReadFile(filepath.Join(folder, "reader.identity"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := signed.ParseIdentity(identity)
	if err != nil {
		t.Fatal(err)
	}
	return r, id
}

func golden(t *testing.T) (*Roster, *signed.Identity) { t.Helper(); return goldenIn(t, "testdata") }

func TestAGoldenRosterIsStillRead(t *testing.T) {
	r, id := golden(t)
	if s := r.State(); s.Version != 3 || len(s.Laptops()) != 2 || s.Name != "Réseau d'essai" || len(r.KeysFor(id)) != 2 {
		t.Errorf("version %d, %d keys", s.Version, len(r.KeysFor(id)))
	}
}

func TestAGoldenRosterOfTheSecondVersionIsStillRead(t *testing.T) {
	r, id := goldenIn(t, "testdata/2")
	s := r.State()
	b, _ := s.Laptop(id.Device())
	if s.Version != 13 || len(s.Laptops()) != 3 || s.Policy().AdminsRead || b.Office != "away" || len(b.Keys) != 2 {
		t.Fatalf("version %d, %+v", s.Version, b)
	}
	if _, held := r.KeysFor(id).Find(s.CurrentKey("away")); !held {
		t.Error("the key of its office is missing")
	}
}

func TestAGoldenRosterOfTheThirdVersionIsStillRead(t *testing.T) {
	r, id := goldenIn(t, "testdata/3")
	b, _ := r.State().Laptop(id.Device())
	end := End{Number: 7, LastSeq: 70}
	if !b.Revoked || b.Last != 7 || b.LastSeq != 70 || !slices.Equal(b.Ends, []End{end}) || len(b.Lowered) != 1 || len(b.Lowered[0].Ends) != 0 {
		t.Fatalf("%+v", b)
	}
}

// With CARNET_GOLDEN=write the golden files of the present version are written anew, after a change
// of format and its version.
func TestGoldenFilesAreWrittenWhenAsked(t *testing.T) {
	if os.Getenv("CARNET_GOLDEN") != "write" {
		return
	}
	s := tell(t, "F -> +B coordinator -> promote B reader -> -B")
	if err := os.MkdirAll("testdata/3", 0o755); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"reader.identity": s.id("B").Marshal()}
	for i, data := range s.roster.Statements(1) {
		files[goldenFiles["testdata/3"][i]] = data
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join("testdata/3", name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// bitByBit tries every single flipped bit and every cut of some bytes; one bit of each byte, when
// time is short.
func bitByBit(data []byte, try func(bad []byte)) {
	for i := range data {
		try(data[:i])
		for bit := range 8 {
			if testing.Short() && bit != i%8 {
				continue
			}
			bad := slices.Clone(data)
			bad[i] ^= 1 << bit
			try(bad)
		}
	}
}
