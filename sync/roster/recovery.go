package roster

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"strings"

	"filippo.io/age"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Recovery is the secret on paper from which a network can be taken up again when its admins'
// laptops are lost. Its identity stands above the admins: what it says wins against what they say
// at the same time, and it cannot be revoked. It never writes a delta.
type Recovery [16]byte

// RecoveryPrefix is where the object lies that lets a laptop begin with the words alone.
const RecoveryPrefix = "recovery/"

// MaxRecovery is the size in bytes above which such an object is refused unread.
const MaxRecovery = 4 << 10

const (
	recoveryPurpose = "carnet recovery"
	recoveryKind    = "carnet-recovery-1"
)

// NewRecovery makes a random secret.
func NewRecovery() Recovery {
	var r Recovery
	rand.Read(r[:]) // it never returns an error
	return r
}

// Words gives the secret as it stands on paper.
func (r Recovery) Words() string { return signed.Words(recoveryPurpose, r) }

// String keeps the secret out of logs and errors.
func (r Recovery) String() string { return "(recovery)" }

// GoString keeps it out of %#v too.
func (r Recovery) GoString() string { return r.String() }

// ParseRecoveryWords reads what Words wrote; case, hyphens and spaces do not count. Fault
// recovery_bad_words.
func ParseRecoveryWords(text string) (Recovery, error) {
	r, err := signed.ParseWords(recoveryPurpose, text)
	if err != nil {
		return Recovery{}, fault.New("recovery_bad_words").Because(err)
	}
	return r, nil
}

// Identity gives the keys that follow from the secret. Statements of the recovery are said with it:
// Promote, Admit, Revoke, Rotate, SetPolicy and SetRecovery.
func (r Recovery) Identity() (*signed.Identity, error) { return signed.Derive(r[:], "recovery") }

// RecoveryCard is the public half of a recovery, as the roster has it.
type RecoveryCard struct {
	_         struct{} `cbor:",toarray"`
	SignKey   []byte
	Recipient string
}

// Device names the recovery like a laptop: boxes and statements have this name.
func (c RecoveryCard) Device() string { return signed.DeviceOf(c.SignKey) }

func (r Recovery) card() (RecoveryCard, error) {
	id, err := r.Identity()
	if err != nil {
		return RecoveryCard{}, err
	}
	return RecoveryCard{SignKey: id.SignKey(), Recipient: id.Recipient()}, nil
}

// Beginning is all that a laptop needs, besides the bucket, to read the roster.
type Beginning struct {
	_        struct{} `cbor:",toarray"`
	Founding signed.Hash
	Cover    Cover
	Name     string // of the network
}

// Key is the name of the recovery's object: recovery/<fingerprint of its signing key>.
func (r Recovery) Key() (string, error) {
	id, err := r.Identity()
	if err != nil {
		return "", err
	}
	return RecoveryPrefix + id.Device(), nil
}

// Object seals what a laptop begins with to the recovery. The secret signs it too, since whoever
// knows the roster could seal something else to it.
func (r Recovery) Object(b Beginning) (key string, object []byte, err error) {
	id, err := r.Identity()
	if err != nil {
		return "", nil, err
	}
	object, err = sealTo(id.Recipient(), id.Sign(recoveryKind, signed.Encode(b)))
	return RecoveryPrefix + id.Device(), object, err
}

// Open reads the recovery's object. Faults: recovery_unreadable, recovery_newer.
func (r Recovery) Open(key string, object []byte) (Beginning, error) {
	id, err := r.Identity()
	if err != nil {
		return Beginning{}, err
	}
	plain, err := openBox(object, id, MaxRecovery)
	if err != nil || key != RecoveryPrefix+id.Device() || len(object) > MaxRecovery {
		return Beginning{}, fault.New("recovery_unreadable").Because(err)
	}
	m, err := signed.Parse(recoveryKind, plain, MaxRecovery)
	if errors.Is(err, signed.ErrKind) {
		return Beginning{}, fault.New("recovery_newer").Because(err)
	}
	var b Beginning
	if err == nil {
		err = m.Verify(id.SignKey())
	}
	if err == nil {
		err = signed.DecodeCanonical(m.Payload, &b)
	}
	if err != nil || !named(b.Name) {
		return Beginning{}, fault.New("recovery_unreadable").Because(err)
	}
	return b, nil
}

// IsRecoveryKey tells whether a key has the form of a recovery object's.
func IsRecoveryKey(key string) bool {
	name, found := strings.CutPrefix(key, RecoveryPrefix)
	return found && signed.IsDevice(name)
}

func openBox(data []byte, id *signed.Identity, limit int64) ([]byte, error) {
	in, err := age.Decrypt(bytes.NewReader(data), id.Readers()...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(in, limit))
}
