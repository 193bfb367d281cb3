package invitation

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

func sample() Invitation {
	return Invitation{ID: "inv_aaaabbbbccccdddd", Network: "net_a", NetworkName: "Réseau d'essai", Founding: signed.HashOf(nil),
		Cover: [32]byte{5}, Office: "off_a", OfficeName: "Montréal", Role: "coordinator", Coordinator: "Camille Exemple",
		Expires: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), Remote: "s3://b/p?endpoint=h:1", AccessKey: "AKEXAMPLE", SecretKey: "very secret", Approve: true}
}

func TestAnInvitationIsReadBackWithTheSecretInsideOrAsWords(t *testing.T) {
	s := NewSecret()
	for _, inside := range []bool{true, false} {
		data, err := Write(sample(), s, inside)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("secret")) {
			t.Error("credentials are readable")
		}
		words := ""
		if !inside {
			if _, _, err := Open(data, ""); !fault.Is(err, "invitation_needs_words") {
				t.Errorf("without words: %v", err)
			}
			if _, _, err := Open(data, NewSecret().Words()); !fault.Is(err, "invitation_altered") {
				t.Errorf("with the words of another: %v", err)
			}
			words = strings.ToUpper(strings.ReplaceAll(s.Words(), " ", " - "))
		}
		i, got, err := Open(data, words)
		if err != nil || i != sample() || got != s {
			t.Errorf("%v %v", err, i)
		}
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", sample(), sample(), sample()), "secret") {
		t.Error("credentials print")
	}
}

func TestEveryAlteredFileIsRefusedByName(t *testing.T) {
	good, err := Write(sample(), NewSecret(), true)
	if err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for i := range good {
		bads := [][]byte{good[:i]}
		for bit := range 8 {
			bads = append(bads, flip(good, i, bit))
		}
		for _, bad := range bads {
			got, _, err := Open(bad, "")
			if err == nil && got == sample() {
				accepted++ // an armour has bytes that carry nothing: the last line break
				continue
			}
			if code := fault.CodeOf(err); !strings.HasPrefix(code, "invitation_") {
				t.Fatalf("at %d: %v", i, err)
			}
		}
	}
	if accepted > 8 {
		t.Errorf("%d alterations went unnoticed", accepted)
	}
	for what, bad := range map[string][]byte{"a picture": []byte("\x89PNG"), "nothing": nil, "a megabyte": make([]byte, 1<<20),
		"a key": []byte("-----BEGIN KEY-----\nAAAA\n-----END KEY-----\n")} {
		if _, _, err := Open(bad, ""); !fault.Is(err, "invitation_unreadable") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func flip(data []byte, i, bit int) []byte {
	bad := bytes.Clone(data)
	bad[i] ^= 1 << bit
	return bad
}

func TestAnInvitationExpires(t *testing.T) {
	i := sample()
	if err := i.Check(i.Until()); err != nil {
		t.Error(err)
	}
	if err := i.Check(i.Until().Add(time.Second)); !fault.Is(err, "invitation_expired") {
		t.Error(err)
	}
}

func TestAMisheardWordIsNoticed(t *testing.T) {
	s := Secret{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255}
	if !strings.HasPrefix(s.Words(), "babad ") || len(strings.Fields(s.Words())) != 9 {
		t.Errorf("words are %q", s.Words())
	}
	words := strings.Fields(s.Words())
	for i := range words {
		misheard := append([]string{}, words...)
		misheard[i] = "zuzuz"
		for _, bad := range []string{strings.Join(misheard, " "), strings.Join(words[:i], " ")} {
			if _, err := ParseWords(bad); !fault.Is(err, "bad_words") {
				t.Errorf("%q: %v", bad, err)
			}
		}
	}
	for _, bad := range []string{"", "hello", s.Words() + " babab", strings.Repeat("a", 1000)} {
		if _, err := ParseWords(bad); !fault.Is(err, "bad_words") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestARequestProvesSecretAndKey(t *testing.T) {
	id, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	s, i := NewSecret(), sample()
	key, object := Ask(id, i, s)
	r, err := Verify(key, object, i.Network, s.Proof(i.ID))
	if err != nil || signed.DeviceOf(r.SignKey) != id.Device() || r.Recipient != id.Recipient() || r.Invitation != i.ID {
		t.Fatalf("%v %+v", err, r)
	}
	if got, ok := InvitationOf(key); !ok || got != i.ID {
		t.Errorf("%q names %q", key, got)
	}
	refused := func(what, key string, object []byte, network string, proof Secret) {
		t.Helper()
		if _, err := Verify(key, object, network, proof.Proof(i.ID)); !fault.Is(err, "invitation_altered") {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("a guessed secret", key, object, i.Network, NewSecret())
	refused("another network", key, object, "net_b", s)
	refused("another name", key+"0", object, i.Network, s)
	for at := range object {
		for bit := range 8 {
			bad := flip(object, at, bit)
			refused("flipped", name(i.ID, bad), bad, i.Network, s)
			refused("flipped", key, bad, i.Network, s)
		}
		refused("cut", name(i.ID, object[:at]), object[:at], i.Network, s)
	}
}

func FuzzOpen(f *testing.F) {
	good, err := Write(sample(), NewSecret(), true)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, "")
	f.Add([]byte("-----BEGIN CARNET INVITATION-----\n"), "babab")
	f.Fuzz(func(t *testing.T, data []byte, words string) {
		if _, _, err := Open(data, words); err != nil && fault.CodeOf(err) == "unexpected" {
			t.Errorf("no name for %v", err)
		}
	})
}

func FuzzVerify(f *testing.F) {
	id, err := signed.NewIdentity()
	if err != nil {
		f.Fatal(err)
	}
	s, i := NewSecret(), sample()
	key, object := Ask(id, i, s)
	f.Add(key, object)
	f.Fuzz(func(t *testing.T, k string, data []byte) {
		if _, err := Verify(k, data, i.Network, s.Proof(i.ID)); err == nil && k != key {
			t.Error("a stranger's request was believed")
		}
	})
}

// The golden files were each written by a version of their own; a later one must still read them.
func TestGoldenInvitationsAreStillRead(t *testing.T) {
	if os.Getenv("CARNET_GOLDEN") == "write" {
		data, err := Write(sample(), Secret{1, 2, 3}, false)
		if err != nil || os.MkdirAll("testdata", 0o755) != nil || os.WriteFile("testdata/invitation-2.txt", data, 0o644) != nil {
			t.Fatal(err)
		}
	}
	for file, approve := range map[string]bool{"invitation-1.txt": false, "invitation-2.txt": true} {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		want := sample()
		want.Approve = approve
		if i, _, err := Open(data, "bahaf basab babab babab babab babab babab babab nirog"); err != nil || i != want {
			t.Errorf("%s: %v, words are %q", file, err, Secret{1, 2, 3}.Words())
		}
	}
}

func TestBothLaptopsShowOneFingerprintAndNobodyElseTheSame(t *testing.T) {
	id, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	s, i := NewSecret(), sample()
	key, object := Ask(id, i, s)
	r, err := Verify(key, object, i.Network, s.Proof(i.ID))
	if err != nil {
		t.Fatal(err)
	}
	mine := Fingerprint(id.SignKey(), id.Recipient(), i.ID)
	if r.Fingerprint() != mine || !regexp.MustCompile(`^[a-z]{5} [a-z]{5} [0-9]{4}$`).MatchString(mine) {
		t.Errorf("%q and %q", r.Fingerprint(), mine)
	}
	other, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for what, f := range map[string]string{"another key": Fingerprint(other.SignKey(), id.Recipient(), i.ID),
		"another recipient": Fingerprint(id.SignKey(), other.Recipient(), i.ID), "another invitation": Fingerprint(id.SignKey(), id.Recipient(), "inv_b")} {
		if f == mine {
			t.Errorf("%s has the same fingerprint", what)
		}
	}
	if got := Fingerprint([]byte{1}, "age1", "inv_a"); got != goldenFingerprint {
		t.Errorf("a fingerprint was %q and is %q", goldenFingerprint, got)
	}
}

const goldenFingerprint = "durin lulif 2373"

func FuzzParseWords(f *testing.F) {
	f.Add(NewSecret().Words())
	f.Add("babab babad")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := ParseWords(text); err == nil {
			if again, err := ParseWords(s.Words()); err != nil || again != s {
				t.Errorf("%q is not read back", s.Words())
			}
		}
	})
}
