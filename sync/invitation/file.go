package invitation

import (
	"bytes"
	"crypto/rand"
	"encoding/pem"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// MaxFile is the size in bytes above which a file is not taken for an invitation.
const MaxFile = 64 << 10

const armour = "CARNET INVITATION"

// Invitation is all that a laptop needs to find the network and ask for its seat.
type Invitation struct {
	_            struct{} `cbor:",toarray"`
	ID           string
	Network      string // id
	NetworkName  string
	Founding     signed.Hash // hash of the roster's first statement
	Cover        [32]byte    // opens the roster's objects
	Office       string      // id
	OfficeName   string
	Role         string
	Coordinator  string
	Expires      int64  // milliseconds since 1970 UTC
	Remote       string // address of the bucket
	AccessKey    string
	SecretKey    string
	SessionToken string
	Approve      bool // an admin compares fingerprints before admitting
}

// invitation1 is what files of the first version hold. They are still accepted.
type invitation1 struct {
	_            struct{} `cbor:",toarray"`
	ID           string
	Network      string
	NetworkName  string
	Founding     signed.Hash
	Cover        [32]byte
	Office       string
	OfficeName   string
	Role         string
	Coordinator  string
	Expires      int64
	Remote       string
	AccessKey    string
	SecretKey    string
	SessionToken string
}

func (old invitation1) present() Invitation {
	return Invitation{ID: old.ID, Network: old.Network, NetworkName: old.NetworkName, Founding: old.Founding, Cover: old.Cover,
		Office: old.Office, OfficeName: old.OfficeName, Role: old.Role, Coordinator: old.Coordinator, Expires: old.Expires,
		Remote: old.Remote, AccessKey: old.AccessKey, SecretKey: old.SecretKey, SessionToken: old.SessionToken}
}

// Until is when the invitation expires.
func (i Invitation) Until() time.Time { return time.UnixMilli(i.Expires).UTC() }

// Check tells whether the invitation may still be accepted at this time. Fault invitation_expired.
func (i Invitation) Check(now time.Time) error {
	if now.After(i.Until()) {
		return fault.New("invitation_expired", "expired", i.Until().Format("2006-01-02"))
	}
	return nil
}

// String keeps credentials out of logs and errors.
func (i Invitation) String() string { return "(invitation " + i.ID + ")" }

// GoString keeps them out of %#v too.
func (i Invitation) GoString() string { return i.String() }

type file struct {
	_       struct{} `cbor:",toarray"`
	Version uint64
	ID      string
	Secret  []byte // empty when it is told apart, as words
	Nonce   []byte
	Box     []byte
}

// Write gives the file. With inside, the secret lies in it and the file alone opens the door;
// without, the words of the secret are needed too.
func Write(i Invitation, s Secret, inside bool) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(s.derive(i.ID, "seal"))
	if err != nil {
		return nil, err
	}
	f := file{Version: 2, ID: i.ID, Nonce: make([]byte, chacha20poly1305.NonceSizeX)}
	rand.Read(f.Nonce) // it never returns an error
	f.Box = aead.Seal(nil, f.Nonce, signed.Encode(i), []byte(i.ID))
	if inside {
		f.Secret = s[:]
	}
	return pem.EncodeToMemory(&pem.Block{Type: armour, Bytes: signed.Encode(f)}), nil
}

// Open reads a file, with the words of its secret when it has none inside. Faults:
// invitation_unreadable, invitation_needs_words, bad_words, invitation_altered.
func Open(data []byte, words string) (Invitation, Secret, error) {
	f, err := read(data)
	if err != nil {
		return Invitation{}, Secret{}, err
	}
	var s Secret
	switch {
	case len(f.Secret) == len(s):
		copy(s[:], f.Secret)
	case words == "":
		return Invitation{}, Secret{}, fault.New("invitation_needs_words")
	default:
		if s, err = ParseWords(words); err != nil {
			return Invitation{}, Secret{}, err
		}
	}
	i, err := f.open(s)
	return i, s, err
}

func read(data []byte) (file, error) {
	var f file
	if len(data) > MaxFile {
		return f, fault.New("invitation_unreadable")
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != armour || !bytes.HasPrefix(bytes.TrimSpace(data), []byte("-----BEGIN "+armour)) {
		return f, fault.New("invitation_unreadable")
	}
	if err := signed.DecodeCanonical(block.Bytes, &f); err != nil {
		return f, fault.New("invitation_altered").Because(err)
	}
	if f.Version != 1 && f.Version != 2 {
		return f, fault.New("invitation_newer")
	}
	if len(f.Nonce) != chacha20poly1305.NonceSizeX || len(f.Secret) != 0 && len(f.Secret) != len(Secret{}) {
		return f, fault.New("invitation_altered")
	}
	return f, nil
}

func (f file) open(s Secret) (Invitation, error) {
	var i Invitation
	aead, err := chacha20poly1305.NewX(s.derive(f.ID, "seal"))
	if err != nil {
		return i, err
	}
	plain, err := aead.Open(nil, f.Nonce, f.Box, []byte(f.ID))
	switch {
	case err != nil:
	case f.Version == 1:
		var old invitation1
		err = signed.DecodeCanonical(plain, &old)
		i = old.present()
	default:
		err = signed.DecodeCanonical(plain, &i)
	}
	if err != nil || i.ID != f.ID {
		return Invitation{}, fault.New("invitation_altered").Because(err)
	}
	return i, nil
}
