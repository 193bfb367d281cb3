package strongbox

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"example.org/carnet/store/fault"
)

// quick is a scrypt cost for tests alone.
const quick = 10

// memory is a keychain that forgets with the test.
type memory map[string]string

func (m memory) Get(entry string) (string, error) {
	if secret, ok := m[entry]; ok {
		return secret, nil
	}
	return "", ErrNoEntry
}
func (m memory) Set(entry, secret string) error { m[entry] = secret; return nil }
func (m memory) Delete(entry string) error      { delete(m, entry); return nil }

func mustOpen(t *testing.T, dir string, o Options) *Box {
	t.Helper()
	o.WorkFactor = quick
	b, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

// contents reads every file of a box, to see that nothing was changed.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		all.WriteString(path + "=" + string(raw) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestTheKeyOfAHomeIsTheSameEachTimeItOpens(t *testing.T) {
	for _, c := range []struct {
		name   string
		o      Options
		source Source
	}{
		{"keychain", Options{Keychain: memory{}}, FromKeychain},
		{"passphrase", Options{Keychain: none{}, Passphrase: "trois petits points"}, FromPassphrase},
		{"file", Options{Keychain: none{}}, FromFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "home")
			made := c.o
			made.Create = true
			first := mustOpen(t, dir, made)
			again := mustOpen(t, dir, c.o)
			if first.Source() != c.source || again.Source() != c.source {
				t.Error(first.Source(), again.Source())
			}
			if first.Key("store") != again.Key("store") || first.Key("store") == first.Key("other") {
				t.Error("keys do not follow from the home and the purpose alone")
			}
			everythingIsPrivate(t, dir)
		})
	}
}

func everythingIsPrivate(t *testing.T, dir string) {
	t.Helper()
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		info, statErr := d.Info()
		if err = errors.Join(err, statErr); err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v", path, info.Mode())
		}
		return nil
	})
}

func TestAHomeThatIsNotThereIsNotMadeByTheWay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home")
	_, err := Open(dir, Options{Keychain: memory{}})
	wantFault(t, err, "home_missing")
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder was made")
	}
}

func TestAHomeWithAPassphraseOpensWithItAlone(t *testing.T) {
	dir := t.TempDir()
	mustOpen(t, dir, Options{Passphrase: "érable", Create: true, Keychain: memory{}})
	before := contents(t, dir)
	_, err := Open(dir, Options{Keychain: memory{}})
	wantFault(t, err, "passphrase_needed")
	_, err = Open(dir, Options{Keychain: memory{}, Create: true})
	wantFault(t, err, "passphrase_needed")
	_, err = Open(dir, Options{Passphrase: "erable", Create: true})
	wantFault(t, err, "wrong_passphrase")
	if contents(t, dir) != before {
		t.Error("refusing changed something")
	}
}

func TestAForgottenKeychainEntryIsSaidAndNotReplaced(t *testing.T) {
	dir, chain := t.TempDir(), memory{}
	mustOpen(t, dir, Options{Keychain: chain, Create: true})
	before := contents(t, dir)
	_, err := Open(dir, Options{Keychain: memory{}, Create: true})
	wantFault(t, err, "key_missing")
	_, err = Open(dir, Options{Keychain: none{}, Create: true})
	wantFault(t, err, "keychain_unavailable")
	for entry := range chain {
		chain[entry] = encodeKey([32]byte{1})
	}
	_, err = Open(dir, Options{Keychain: chain})
	wantFault(t, err, "wrong_key")
	if contents(t, dir) != before {
		t.Error("refusing changed something")
	}
}

func TestASilentKeychainDoesNotHangTheHome(t *testing.T) {
	never := make(chan struct{})
	defer close(never)
	chain := Patient{Keychain: stuck{never}, Read: 20 * time.Millisecond, Write: 20 * time.Millisecond}
	b := mustOpen(t, t.TempDir(), Options{Keychain: chain, Create: true})
	if b.Source() != FromFile {
		t.Error(b.Source())
	}
}

type stuck struct{ never chan struct{} }

func (s stuck) Get(string) (string, error) { <-s.never; return "", nil }
func (s stuck) Set(string, string) error   { <-s.never; return nil }
func (s stuck) Delete(string) error        { <-s.never; return nil }

func TestTheSystemsKeychainKeepsTheKey(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	first := mustOpen(t, dir, Options{Keychain: Ring{}, Create: true})
	again := mustOpen(t, dir, Options{Keychain: Ring{}})
	if first.Source() != FromKeychain || first.Key("a") != again.Key("a") {
		t.Error(first.Source())
	}
	if err := again.ChangePassphrase("nouvelle"); err != nil {
		t.Fatal(err)
	}
	if _, err := (Ring{}).Get(first.plate.Entry); !errors.Is(err, ErrNoEntry) {
		t.Error("the old entry is still there:", err)
	}
	keyring.MockInitWithError(errors.New("locked"))
	if b := mustOpen(t, t.TempDir(), Options{Keychain: Ring{}, Create: true}); b.Source() != FromFile {
		t.Error(b.Source())
	}
}

func TestAPlainKeyFileIsWarnedOfOnce(t *testing.T) {
	dir := t.TempDir()
	o := Options{Keychain: none{}, Create: true}
	b := mustOpen(t, dir, o)
	if w := b.Warning(); w == nil || w.Code != "key_file_used" {
		t.Error(w)
	}
	if w := b.Warning(); w != nil {
		t.Error("twice:", w)
	}
	if w := mustOpen(t, dir, o).Warning(); w != nil {
		t.Error("after opening again:", w)
	}
	if w := mustOpen(t, t.TempDir(), Options{Keychain: memory{}, Create: true}).Warning(); w != nil {
		t.Error("with a keychain:", w)
	}
}

func TestAChangedPassphraseKeepsEveryKeyAndForgetsTheOldWayIn(t *testing.T) {
	dir, chain := t.TempDir(), memory{}
	b := mustOpen(t, dir, Options{Keychain: chain, Create: true})
	key := b.Key("store")
	for _, step := range []struct{ passphrase, old string }{{"un", ""}, {"deux", "un"}, {"", "deux"}, {"trois", ""}} {
		b = mustOpen(t, dir, Options{Keychain: chain, Passphrase: step.old})
		if err := b.ChangePassphrase(step.passphrase); err != nil {
			t.Fatal(err)
		}
		b = mustOpen(t, dir, Options{Keychain: chain, Passphrase: step.passphrase})
		if b.Key("store") != key {
			t.Error("another key after", step.passphrase)
		}
	}
	_, err := Open(dir, Options{Keychain: chain, Passphrase: "deux"})
	wantFault(t, err, "wrong_passphrase")
	if len(chain) != 0 {
		t.Error("the keychain still has", len(chain))
	}
}

func TestADamagedKeyIsNamedAndLeftAsItIs(t *testing.T) {
	for file, o := range map[string]Options{
		wrappedFile: {Passphrase: "un", Keychain: none{}},
		plainFile:   {Keychain: none{}},
		plateFile:   {Keychain: none{}},
	} {
		dir := t.TempDir()
		made := o
		made.Create = true
		mustOpen(t, dir, made)
		whole, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for cut := 0; cut < len(whole); cut += 7 {
			broken := whole[:cut]
			if err := os.WriteFile(filepath.Join(dir, file), broken, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(dir, made)
			var f *fault.Fault
			if !errors.As(err, &f) || f.Code != "sealed_file_damaged" || f.Facts["file"] != file {
				t.Fatalf("%s cut at %d: %v", file, cut, err)
			}
			if now, _ := os.ReadFile(filepath.Join(dir, file)); !bytes.Equal(now, broken) {
				t.Fatal("it was changed")
			}
		}
	}
}

func TestNoSecretStandsInAnErrorOrInThePlate(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir, Options{Keychain: none{}, Create: true})
	secret := encodeKey(b.master)
	plate, _ := os.ReadFile(filepath.Join(dir, plateFile))
	damaged := plainTitle + secret + "!\n"
	if err := os.WriteFile(filepath.Join(dir, plainFile), []byte(damaged), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir, Options{Keychain: none{}})
	wantFault(t, err, "sealed_file_damaged")
	if strings.Contains(err.Error(), secret[:8]) || strings.Contains(string(plate), secret[:8]) {
		t.Error("the key shows")
	}
}
