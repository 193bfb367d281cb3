package invitation

import (
	"crypto/ed25519"
	"strings"

	"filippo.io/age"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Prefix is where requests rest in a bucket.
const Prefix = "join/"

// MaxRequest is the size in bytes above which a request is refused unread.
const MaxRequest = 4 << 10

const (
	requestKind = "carnet-join-1" // signed by the laptop: it holds the key that it names
	seatKind    = "carnet-seat-1" // inside, signed with the invitation's secret
)

// Request is a laptop's wish for a seat: the keys it will be known by. It says nothing of people.
type Request struct {
	_          struct{} `cbor:",toarray"`
	Network    string
	Invitation string
	SignKey    []byte
	Recipient  string
}

// Ask writes a laptop's request, and the key of its object: join/<invitation>-<hash>.
func Ask(id *signed.Identity, i Invitation, s Secret) (key string, object []byte) {
	wish := signed.Encode(Request{Network: i.Network, Invitation: i.ID, SignKey: id.SignKey(), Recipient: id.Recipient()})
	object = id.Sign(requestKind, signed.SignWith(s.proofKey(i.ID), seatKind, wish))
	return name(i.ID, object), object
}

func name(invitation string, object []byte) string {
	return Prefix + invitation + "-" + signed.Letters(signed.ShortOf(signed.HashOf(object)))
}

// InvitationOf gives the invitation that a request's key names; false for a key of another form.
func InvitationOf(key string) (string, bool) {
	id, _, found := strings.Cut(strings.TrimPrefix(key, Prefix), "-")
	return id, found && strings.HasPrefix(key, Prefix) && id != ""
}

// Verify reads a request and checks that whoever wrote it held both the invitation's secret and
// the laptop's key. Fault invitation_altered.
func Verify(key string, object []byte, network string, proof ed25519.PublicKey) (Request, error) {
	var r Request
	outer, err := signed.Parse(requestKind, object, MaxRequest)
	if err != nil {
		return r, fault.New("invitation_altered").Because(err)
	}
	inner, err := signed.Parse(seatKind, outer.Payload, MaxRequest)
	if err == nil {
		err = inner.Verify(proof)
	}
	if err == nil {
		err = signed.DecodeCanonical(inner.Payload, &r)
	}
	if err == nil {
		err = outer.Verify(r.SignKey)
	}
	if err == nil {
		_, err = age.ParseX25519Recipient(r.Recipient)
	}
	if err != nil || r.Network != network || name(r.Invitation, object) != key {
		return Request{}, fault.New("invitation_altered").Because(err)
	}
	return r, nil
}

// Intact tells whether bytes are those that the key of a request speaks of. Of a key of another form it says yes.
func Intact(key string, object []byte) bool {
	id, found := InvitationOf(key)
	if !found || len(key) != len(name(id, nil)) {
		return true
	}
	return name(id, object) == key
}
