package signed

import "crypto"

// Signer signs for this laptop where the message's form is not ours, as in a TLS handshake. It
// never gives the key itself away.
func (i *Identity) Signer() crypto.Signer { return i.key }
