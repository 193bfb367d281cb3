// Package roster is the signed chain that says which laptops may write, for which office and in
// which role, and that hands every laptop the keys it may hold.
// It may know of identities, age and what an edit touches; it never knows of buckets or deltas,
// and never changes a record.
package roster

import (
	"crypto/ed25519"
	"errors"
	"math"
	"time"

	"filippo.io/age"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Kind is the sort and version of a statement's message; another version has another kind.
// Statements of the first version stay valid in a chain, and what names ends is of the third (ends.go).
const Kind = "carnet-roster-2"

// MaxStatement is the size in bytes above which a statement is refused unread.
const MaxStatement = 1 << 20

const (
	maxName    = 256
	maxLaptops = 4096
	maxKeys    = 4096
	maxOwn     = 256 // statements of a laptop that is no admin
)

// Role says what a laptop may write.
type Role string

// The roles. An admin also writes the roster.
const (
	Admin       Role = "admin"
	Coordinator Role = "coordinator"
	Door        Role = "door"
	Reader      Role = "reader"
)

// IsRole tells whether s names a role.
func IsRole(s string) bool {
	switch Role(s) {
	case Admin, Coordinator, Door, Reader:
		return true
	}
	return false
}

// statement is one link of the chain: who says it, on top of what, and one thing that is said.
type statement struct {
	_        struct{} `cbor:",toarray"`
	Network  string   // empty in the founding statement, whose hash gives the name
	Version  uint64   // exactly one more than the statement before; 1 for the founding one
	Previous signed.Hash
	Author   string // a laptop, or the recovery
	Wall     int64  // milliseconds since 1970 UTC by the author's clock
	Said     saying
}

// saying holds exactly one thing.
type saying struct {
	Found    *founding    `cbor:"0,keyasint,omitempty"`
	Office   *opening     `cbor:"1,keyasint,omitempty"`
	Admit    *admission   `cbor:"2,keyasint,omitempty"`
	Revoke   *revocation  `cbor:"3,keyasint,omitempty"`
	Invite   *Invitation  `cbor:"4,keyasint,omitempty"`
	Void     *voiding     `cbor:"5,keyasint,omitempty"`
	Rotate   *grants      `cbor:"6,keyasint,omitempty"`
	Policy   *policing    `cbor:"7,keyasint,omitempty"`
	Promote  *promotion   `cbor:"8,keyasint,omitempty"`
	Rekey    *rekeying    `cbor:"9,keyasint,omitempty"`
	Recovery *recovering  `cbor:"10,keyasint,omitempty"`
	Grant    *handingOver `cbor:"11,keyasint,omitempty"`
}

type founding struct {
	_        struct{} `cbor:",toarray"`
	Name     string
	Office   Office
	Laptop   Card
	Keys     grants
	Recovery RecoveryCard // empty in the first version
}

type opening struct {
	_      struct{} `cbor:",toarray"`
	Office Office
	Keys   grants
}

type admission struct {
	_          struct{} `cbor:",toarray"`
	Laptop     Card
	Invitation string // the invitation it used up; empty when an admin wrote the laptop down by hand
	Keys       grants
}

type revocation struct {
	_       struct{} `cbor:",toarray"`
	Device  string
	Last    uint64 // number of its last delta that counts
	LastSeq uint64 // and sequence of the last change in it; 0 when there is none; untoldSeq when it is not known
	Keys    grants // new keys for everybody else, of the scopes that it could read
	Ends    []End  `cbor:"-"` // of the third version; nil in those before, which tell no hashes
}

type voiding struct {
	_          struct{} `cbor:",toarray"`
	Invitation string
}

type policing struct {
	_      struct{} `cbor:",toarray"`
	Policy Policy
	Keys   grants
}

type promotion struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Role   Role
	Office string
	Keys   grants
	Ends   []End `cbor:"-"` // of the third version, as in a revocation
}

// rekeying is a laptop's own statement, of any role, signed with its old key. Deltas up to Last
// are of the old key and later ones of the new. So whoever stole the old key can sign no delta any
// more that a reader has not seen already: those up to Last hang together by their hashes, and the
// first one after it, signed with the new key, names the last of them.
type rekeying struct {
	_         struct{} `cbor:",toarray"`
	Device    string
	Last      uint64
	SignKey   []byte
	Recipient string
	Proof     []byte // by the new key: its holder wants to be this laptop
	Keys      grants // all that it holds, for its new recipient
}

type recovering struct {
	_    struct{} `cbor:",toarray"`
	Card RecoveryCard
	Keys grants
}

// handingOver is any laptop's: it gives keys that it holds to another that may hold them.
type handingOver struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Keys   grants
}

// Office is a regional office as the roster names it.
type Office struct {
	_        struct{} `cbor:",toarray"`
	ID, Name string
}

// Card is a laptop as it was admitted, with what was changed since.
type Card struct {
	_           struct{} `cbor:",toarray"`
	Device      string
	SignKey     []byte // the one in use; ask State.SignKey for that of a delta
	Recipient   string
	Office      string
	Role        Role
	Coordinator string
}

// Policy is what the network's laptops agree on.
type Policy struct {
	_          struct{} `cbor:",toarray"`
	ShareCard  bool     // other offices see a member's shared card
	AdminsRead bool     // admins hold the keys of every office
}

// Invitation is an open seat, which whoever can sign with Proof may take, once and in time.
type Invitation struct {
	_           struct{} `cbor:",toarray"`
	ID          string
	Proof       []byte // public key; the private one follows from the invitation's secret
	Office      string
	Role        Role
	Coordinator string
	Expires     int64 // milliseconds since 1970 UTC
	Approve     bool  // an admin compares fingerprints before admitting
}

// link is a statement that was read, and the bytes it came in.
type link struct {
	statement
	data    []byte
	message signed.Message
	state   *State // after this statement; nil while it is not verified
	senior  uint64 // version since which the author was an admin when it said this; 0 for others

	byRecovery bool // the recovery said it
	demotes    bool // it takes an admin's place away

	// Of the choice between forks alone.
	after       []*link // what was said next, valid in itself
	enter, exit int     // its place in a walk through the tree
	dead        bool
	inChain     bool
}

// read decodes a statement without believing it. Faults: roster_unreadable, roster_newer.
func read(data []byte) (*link, error) {
	l := &link{data: data}
	var err error
	if l.message, err = signed.Parse(Kind, data, MaxStatement); err == nil {
		err = signed.DecodeCanonical(l.message.Payload, &l.statement)
	} else if errors.Is(err, signed.ErrKind) {
		err = l.readOther(data)
	}
	if errors.Is(err, signed.ErrKind) {
		return nil, fault.New("roster_newer").Because(err)
	}
	if err == nil && l.Said.count() != 1 {
		err = errors.New("not exactly one thing said")
	}
	if err != nil {
		return nil, fault.New("roster_unreadable").Because(err)
	}
	return l, nil
}

// readOther decodes a statement of another version than most.
func (l *link) readOther(data []byte) (err error) {
	if l.message, err = signed.Parse(kind3, data, MaxStatement); err == nil {
		l.statement, err = read3(l.message.Payload)
	} else if errors.Is(err, signed.ErrKind) {
		if l.message, err = signed.Parse(kind1, data, MaxStatement); err == nil {
			l.statement, err = read1(l.message.Payload)
		}
	}
	return err
}

func (s saying) count() int {
	count := 0
	for _, said := range []bool{s.Found != nil, s.Office != nil, s.Admit != nil, s.Revoke != nil, s.Invite != nil, s.Void != nil,
		s.Rotate != nil, s.Policy != nil, s.Promote != nil, s.Rekey != nil, s.Recovery != nil, s.Grant != nil} {
		if said {
			count++
		}
	}
	return count
}

// untoldSeq stands where a revocation of the first version, which has no sequence, is said again.
const untoldSeq = math.MaxUint64

// tellsSequence tells whether a revocation says which change was the last one that counts.
func (l *link) tellsSequence() bool {
	return l.message.Kind != kind1 && l.Said.Revoke.LastSeq != untoldSeq
}

// own tells whether a laptop of any role may say this, of itself.
func (s saying) own() bool { return s.Rekey != nil || s.Grant != nil }

// recovers tells whether the recovery may say this.
func (s saying) recovers() bool {
	return s.Admit != nil || s.Revoke != nil || s.Rotate != nil || s.Policy != nil || s.Promote != nil || s.Recovery != nil
}

func (o Office) sound() bool { return o.ID != "" && len(o.ID) <= 64 && named(o.Name) }

func (c Card) sound() bool {
	return keysSound(c.SignKey, c.Recipient) && c.Device == signed.DeviceOf(c.SignKey) && IsRole(string(c.Role)) && named(c.Coordinator)
}

func (c RecoveryCard) sound() bool { return keysSound(c.SignKey, c.Recipient) }

func keysSound(signKey []byte, recipient string) bool {
	_, err := age.ParseX25519Recipient(recipient)
	return err == nil && len(signKey) == ed25519.PublicKeySize
}

func (i Invitation) sound() bool {
	return i.ID != "" && len(i.ID) <= 64 && len(i.Proof) == ed25519.PublicKeySize &&
		IsRole(string(i.Role)) && named(i.Coordinator) && i.Expires > 0
}

// Until is when the invitation expires.
func (i Invitation) Until() time.Time { return time.UnixMilli(i.Expires).UTC() }

func named(name string) bool { return name != "" && len(name) <= maxName }
