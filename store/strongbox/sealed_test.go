package strongbox

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

func box(t *testing.T) *Box {
	t.Helper()
	return mustOpen(t, filepath.Join(t.TempDir(), "home"), Options{Keychain: memory{}, Create: true})
}

func TestWhatIsPutIsGottenBack(t *testing.T) {
	b := box(t)
	for _, content := range [][]byte{{}, []byte("clé"), bytes.Repeat([]byte{7}, MaxSealedBytes)} {
		if err := b.Put("identity", content); err != nil {
			t.Fatal(err)
		}
		got, err := b.Get("identity")
		if err != nil || got == nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes: %d, %v", len(content), len(got), err)
		}
	}
	if err := b.Put("identity", make([]byte, MaxSealedBytes+1)); err == nil {
		t.Error("too much was taken")
	}
	everythingIsPrivate(t, b.dir)
}

func TestWhatIsNotThereIsNil(t *testing.T) {
	b := box(t)
	got, err := b.Get("identity")
	if got != nil || err != nil {
		t.Error(got, err)
	}
	if err := b.Remove("identity"); err != nil {
		t.Error(err)
	}
}

func TestNamesAreListedUntilTheyAreRemoved(t *testing.T) {
	b := box(t)
	for _, name := range []string{"remote", "identity"} {
		if err := b.Put(name, []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	if names, err := b.Names(); err != nil || !slices.Equal(names, []string{"identity", "remote"}) {
		t.Error(names, err)
	}
	if err := b.Remove("remote"); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Get("remote"); got != nil || err != nil {
		t.Error(got, err)
	}
}

func TestNamesThatLeaveTheFolderAreRefused(t *testing.T) {
	b := box(t)
	for _, name := range []string{"", "../plate", "a/b", "A", ".hidden", "x.new", string(make([]byte, 65))} {
		if err := b.Put(name, nil); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func TestEveryFlippedBitAndEveryCutIsSeen(t *testing.T) {
	b := box(t)
	if err := b.Put("identity", []byte("secret")); err != nil {
		t.Fatal(err)
	}
	path := b.sealedPath("identity")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		flipped := bytes.Clone(whole)
		flipped[i] ^= 1 << (i % 8)
		for _, broken := range [][]byte{flipped, whole[:i]} {
			if err := os.WriteFile(path, broken, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := b.Get("identity")
			wantFault(t, err, "sealed_file_damaged")
		}
	}
}

func TestOneSealedFileCannotStandForAnother(t *testing.T) {
	b, other := box(t), box(t)
	if err := b.Put("identity", []byte("secret")); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(b.sealedPath("identity"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{b.sealedPath("remote"), other.sealedPath("identity")} {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err = b.Get("remote")
	wantFault(t, err, "sealed_file_damaged")
	_, err = other.Get("identity")
	wantFault(t, err, "sealed_file_damaged")
}

func TestAFolderThatCannotBeWrittenToIsSaid(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path, Options{Keychain: memory{}, Create: true})
		wantFault(t, err, "home_unreadable")
		return
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := Open(filepath.Join(dir, "home"), Options{Keychain: memory{}, Create: true})
	wantFault(t, err, "read_only")
}

func FuzzUnseal(f *testing.F) {
	key := [32]byte{1}
	good, err := seal(key, "identity", []byte("secret"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, "identity")
	f.Add(good[:20], "identity")
	f.Add(good, "remote")
	f.Add([]byte(sealedMagic), "")
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		content, err := unseal(key, name, raw)
		if err == nil && (name != "identity" || string(content) != "secret") {
			t.Fatalf("opened %q as %q", raw, name)
		}
	})
}

func FuzzPlateAndKeyFiles(f *testing.F) {
	f.Add([]byte(`{"version":1,"source":"keychain","entry":"X","check":"y"}`))
	f.Add([]byte(`{"version":1,"source":"file","check":"y","extra":1}`))
	f.Add([]byte(wrappedTitle + "00\nage-encryption.org/v1\n-> scrypt AAAA 30\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if p, err := decodePlate(raw); err == nil && p.Version != 1 {
			t.Fatal("an unknown version was read")
		}
		_, _ = unwrapTitle(raw)
		_, _ = decodeKey(string(raw))
	})
}

func BenchmarkUnlock(b *testing.B) {
	dir := b.TempDir()
	if _, err := Open(dir, Options{Passphrase: "un", Create: true}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Open(dir, Options{Passphrase: "un"}); err != nil {
			b.Fatal(err)
		}
	}
}
