package signed

import (
	"crypto/ed25519"
	"crypto/sha256"
	"sync"
	"sync/atomic"
)

// A signature that was good is good for ever: the answer follows from the key, the bytes and the signature alone. A program that is many laptops
// at once, as the simulation is, meets each object once for every laptop, and may keep the answers. A laptop meets it once and keeps none.
var remembered atomic.Pointer[memory]

// memory is the sums of what was found good.
type memory struct {
	mu   sync.Mutex
	good map[[sha256.Size]byte]struct{}
	most int
}

// Remember keeps, until forget, that so many signatures were good, and begins anew when there are more.
func Remember(most int) (forget func()) {
	m := &memory{good: map[[sha256.Size]byte]struct{}{}, most: most}
	remembered.Store(m)
	return func() { remembered.CompareAndSwap(m, nil) }
}

// verify is ed25519's, for a key and a signature of the right length.
func verify(key ed25519.PublicKey, text, sig []byte) bool {
	m := remembered.Load()
	if m == nil {
		return ed25519.Verify(key, text, sig)
	}
	h := sha256.New()
	for _, part := range [][]byte{key, sig, text} { // the first two have one length
		_, _ = h.Write(part)
	}
	sum := [sha256.Size]byte(h.Sum(nil))
	if m.has(sum) {
		return true
	}
	good := ed25519.Verify(key, text, sig)
	if good {
		m.keep(sum)
	}
	return good
}

func (m *memory) has(sum [sha256.Size]byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, there := m.good[sum]
	return there
}

func (m *memory) keep(sum [sha256.Size]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.good) >= m.most {
		clear(m.good)
	}
	m.good[sum] = struct{}{}
}
