package invitation

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"example.org/carnet/sync/signed"
)

// fingerprintRounds makes one try cost some milliseconds: 45 bits would otherwise be few for
// somebody who makes keys until one has the fingerprint of another's.
const fingerprintRounds = 1 << 15

// Fingerprint is what two people compare when a laptop is let in: two words and four digits that
// follow from its keys and its invitation, the same on both laptops.
func Fingerprint(signKey []byte, recipient, invitation string) string {
	what := signed.Encode([]any{"carnet fingerprint 1", signKey, recipient, invitation})
	sum, err := pbkdf2.Key(sha256.New, string(what), []byte("carnet fingerprint 1"), fingerprintRounds, 8)
	if err != nil {
		panic(err) // the length is a constant
	}
	return fmt.Sprintf("%s %04d", signed.Spell(sum[:4]), binary.BigEndian.Uint32(sum[4:])%10_000)
}

// Fingerprint is that of the laptop that asks.
func (r Request) Fingerprint() string { return Fingerprint(r.SignKey, r.Recipient, r.Invitation) }
