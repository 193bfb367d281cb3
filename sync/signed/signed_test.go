package signed

import (
	"bytes"
	"testing"

	"example.org/carnet/store/fault"
)

func TestASignedMessageIsReadBackAndBelieved(t *testing.T) {
	id, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse("carnet-test-1", id.Sign("carnet-test-1", []byte("hello")), 1000)
	if err != nil || m.Verify(id.SignKey()) != nil || string(m.Payload) != "hello" {
		t.Fatalf("parse %v, verify %v, payload %q", err, m.Verify(id.SignKey()), m.Payload)
	}
}

func TestEveryFlippedByteAndEveryCutOfAMessageIsNoticed(t *testing.T) {
	id, _ := NewIdentity()
	good := id.Sign("carnet-test-1", []byte("a small payload"))
	believed := func(data []byte) bool {
		m, err := Parse("carnet-test-1", data, 1000)
		return err == nil && m.Verify(id.SignKey()) == nil
	}
	for i := range good {
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			if believed(bad) {
				t.Errorf("bit %d of byte %d flipped and still believed", bit, i)
			}
		}
		if believed(good[:i]) {
			t.Errorf("cut at %d and still believed", i)
		}
	}
	if believed(append(bytes.Clone(good), 0)) {
		t.Error("a byte more and still believed")
	}
}

func TestAMessageOfOneKindNeverPassesForAnother(t *testing.T) {
	id, _ := NewIdentity()
	if _, err := Parse("carnet-roster-1", id.Sign("carnet-delta-1", nil), 1000); err == nil {
		t.Error("another kind was read")
	}
	for about, want := range map[string]string{"": "DSSEv1 4 kind 4 body", "net one": "DSSEv1 12 kind net one 4 body"} {
		if got := authenticated("kind", about, []byte("body")); string(got) != want {
			t.Errorf("pre-authentication encoding is %q, want %q", got, want)
		}
	}
}

func TestAMessageAboutOneThingIsNotBelievedAboutAnother(t *testing.T) {
	id, _ := NewIdentity()
	m, err := Parse("carnet-test-1", id.SignAbout("carnet-test-1", "net_one", []byte("hello")), 1000)
	if err != nil || m.VerifyAbout("net_one", id.SignKey()) != nil {
		t.Fatalf("parse %v, verify %v", err, m.VerifyAbout("net_one", id.SignKey()))
	}
	if m.VerifyAbout("net_two", id.SignKey()) == nil || m.Verify(id.SignKey()) == nil {
		t.Error("believed about something else, or about nothing")
	}
}

func TestAShortHashHasOneFormInLetters(t *testing.T) {
	s := ShortOf(HashOf(nil))
	if got, ok := ParseLetters(Letters(s)); !ok || got != s || len(Letters(s)) != 26 {
		t.Errorf("%q gives %x", Letters(s), got)
	}
	for _, bad := range []string{"", "a", Letters(s)[:25], Letters(s) + "a", "A" + Letters(s)[1:], Letters(s)[:25] + "b", "1" + Letters(s)[1:]} {
		if _, ok := ParseLetters(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestAnIdentityComesBackFromItsBytes(t *testing.T) {
	id, _ := NewIdentity()
	id.Incarnation = 3
	again, err := ParseIdentity(id.Marshal())
	if err != nil || again.Device() != id.Device() || again.Recipient() != id.Recipient() || again.Incarnation != 3 {
		t.Fatalf("%v %v", again, err)
	}
	if !IsDevice(id.Device()) || IsDevice("../../etc/passwd") || IsDevice("abcdefghijklmno1") {
		t.Error("names of laptops are not told from others")
	}
	for i := range id.Marshal() {
		if _, err := ParseIdentity(id.Marshal()[:i]); !fault.Is(err, "identity_unreadable") {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	id, _ := NewIdentity()
	f.Add(id.Sign("carnet-test-1", []byte("hello")))
	f.Add([]byte{0x83, 0x60, 0x40, 0x40})
	f.Add([]byte{0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := Parse("carnet-test-1", data, 1<<16); err == nil {
			again := Encode(envelope{Kind: m.Kind, Payload: m.Payload, Signature: m.sig})
			if !bytes.Equal(again, data) {
				t.Error("two forms of one message")
			}
		}
	})
}

func FuzzParseIdentity(f *testing.F) {
	id, _ := NewIdentity()
	f.Add(id.Marshal())
	f.Fuzz(func(t *testing.T, data []byte) {
		if id, err := ParseIdentity(data); err == nil && !bytes.Equal(id.Marshal(), data) {
			t.Error("two forms of one identity")
		}
	})
}
