package invitation

import "crypto"

// Prover signs as a holder of this secret, so that a laptop can show in a room, before anybody knows
// its own key, that it was invited. Its public half is Proof.
func (s Secret) Prover(id string) crypto.Signer { return s.proofKey(id) }
