package signed

import (
	"crypto/ed25519"
	"slices"
	"testing"
)

// Remembering gives the same answers as looking, however often and in whatever order it is asked.
func TestWhatIsRememberedOfASignatureHoldsForItsKeyItsBytesAndItselfAlone(t *testing.T) {
	defer Remember(2)()
	a, _ := NewIdentity()
	b, _ := NewIdentity()
	key := a.SignKey()
	text := []byte("what was said")
	sig := ed25519.Sign(a.key, text)
	for range 2 {
		if !verify(key, text, sig) {
			t.Error("a good signature is refused")
		}
		other := slices.Clone(sig)
		other[3] ^= 1
		if verify(key, text, other) || verify(key, []byte("what was sai"), sig) || verify(b.SignKey(), text, sig) {
			t.Error("the answer for one signature was given for another")
		}
	}
	for i := range byte(5) { // more than it keeps
		if said := []byte{i}; !verify(key, said, ed25519.Sign(a.key, said)) || verify(key, said, sig) {
			t.Errorf("after %d others the answer is another", i)
		}
	}
}
