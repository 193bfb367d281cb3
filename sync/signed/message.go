package signed

import (
	"crypto/ed25519"
	"errors"
	"strconv"
)

// ErrKind is the error of Parse for a well-formed message of another kind or version.
var ErrKind = errors.New("a message of another kind or version")

var (
	errNotCanonical = errors.New("not in canonical form")
	errTooLarge     = errors.New("longer than allowed")
	errSignature    = errors.New("signature does not match")
)

// Message is a payload of one kind with the signature of one laptop over both.
type Message struct {
	Kind    string // what it is and in which version, as "carnet-delta-1"
	Payload []byte
	Hash    Hash // of the whole message as it travels
	sig     []byte
}

type envelope struct {
	_         struct{} `cbor:",toarray"`
	Kind      string
	Payload   []byte
	Signature []byte
}

// Sign gives the message as it travels, signed by this laptop.
func (i *Identity) Sign(kind string, payload []byte) []byte { return SignWith(i.key, kind, payload) }

// SignWith gives a message signed by the holder of any key.
func SignWith(key ed25519.PrivateKey, kind string, payload []byte) []byte {
	return sign(key, kind, "", payload)
}

// SignAbout is Sign for a message that does not carry what its readers know already. The signature
// covers that too, so the message is worth nothing elsewhere.
func (i *Identity) SignAbout(kind, about string, payload []byte) []byte {
	return sign(i.key, kind, about, payload)
}

func sign(key ed25519.PrivateKey, kind, about string, payload []byte) []byte {
	return Encode(envelope{Kind: kind, Payload: payload, Signature: ed25519.Sign(key, authenticated(kind, about, payload))})
}

// Parse reads a message of at most limit bytes. It is not to be believed before Verify.
func Parse(kind string, data []byte, limit int) (Message, error) {
	if len(data) > limit {
		return Message{}, errTooLarge
	}
	var e envelope
	if err := DecodeCanonical(data, &e); err != nil {
		return Message{}, err
	}
	if e.Kind != kind {
		return Message{}, ErrKind
	}
	return Message{Kind: kind, Payload: e.Payload, Hash: HashOf(data), sig: e.Signature}, nil
}

// Verify tells whether the holder of this key signed the message.
func (m Message) Verify(key ed25519.PublicKey) error { return m.VerifyAbout("", key) }

// VerifyAbout is Verify for what SignAbout signed.
func (m Message) VerifyAbout(about string, key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize || len(m.sig) != ed25519.SignatureSize ||
		!verify(key, authenticated(m.Kind, about, m.Payload), m.sig) {
		return errSignature
	}
	return nil
}

// authenticated is DSSE's pre-authentication encoding: it binds the kind to the payload, so that
// a message of one kind never passes for another. What the message is about follows the kind; no
// kind has a space in it.
func authenticated(kind, about string, payload []byte) []byte {
	if about != "" {
		kind += " " + about
	}
	pae := append([]byte("DSSEv1 "), strconv.Itoa(len(kind))...)
	pae = append(append(pae, ' '), kind...)
	pae = append(strconv.AppendInt(append(pae, ' '), int64(len(payload)), 10), ' ')
	return append(pae, payload...)
}
