// Package roster is the signed chain that says which laptops may write, for which office and in
// which role, and that hands every laptop the keys it may hold.
// It may know of identities, age and what an edit touches; it never knows of buckets or deltas,
// and never changes a record.
package roster

import (
	"crypto/ed25519"
	"errors"
	"time"

	"filippo.io/age"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Kind is the sort and version of a statement's message; another version has another kind.
const Kind = "carnet-roster-1"

// MaxStatement is the size in bytes above which a statement is refused unread.
const MaxStatement = 1 << 20

const (
	maxName    = 256
	maxLaptops = 4096
	maxKeys    = 4096
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
	Author   string
	Wall     int64 // milliseconds since 1970 UTC by the author's clock
	Said     saying
}

// saying holds exactly one thing.
type saying struct {
	Found  *founding   `cbor:"0,keyasint,omitempty"`
	Office *opening    `cbor:"1,keyasint,omitempty"`
	Admit  *admission  `cbor:"2,keyasint,omitempty"`
	Revoke *revocation `cbor:"3,keyasint,omitempty"`
	Invite *Invitation `cbor:"4,keyasint,omitempty"`
	Void   *voiding    `cbor:"5,keyasint,omitempty"`
	Rotate *grants     `cbor:"6,keyasint,omitempty"`
}

type founding struct {
	_      struct{} `cbor:",toarray"`
	Name   string
	Office Office
	Laptop Card
	Keys   grants
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
	_      struct{} `cbor:",toarray"`
	Device string
	Last   uint64 // number of its last delta that counts
	Keys   grants // new keys for everybody else
}

type voiding struct {
	_          struct{} `cbor:",toarray"`
	Invitation string
}

// Office is a regional office as the roster names it.
type Office struct {
	_        struct{} `cbor:",toarray"`
	ID, Name string
}

// Card is a laptop as it was admitted.
type Card struct {
	_           struct{} `cbor:",toarray"`
	Device      string
	SignKey     []byte
	Recipient   string
	Office      string
	Role        Role
	Coordinator string
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
	Approve     bool  `cbor:"-"` // an admin looks at the fingerprint before admitting
}

// link is a statement that was read, and the bytes it came in.
type link struct {
	statement
	data    []byte
	message signed.Message
	state   *State // after this statement; nil while it is not verified
}

// read decodes a statement without believing it. Faults: roster_unreadable, roster_newer.
func read(data []byte) (*link, error) {
	m, err := signed.Parse(Kind, data, MaxStatement)
	if errors.Is(err, signed.ErrKind) {
		return nil, fault.New("roster_newer").Because(err)
	}
	l := &link{data: data, message: m}
	if err == nil {
		err = signed.DecodeCanonical(m.Payload, &l.statement)
	}
	if err == nil && !l.Said.single() {
		err = errors.New("not exactly one thing said")
	}
	if err != nil {
		return nil, fault.New("roster_unreadable").Because(err)
	}
	return l, nil
}

func (s saying) single() bool {
	count := 0
	for _, said := range []bool{s.Found != nil, s.Office != nil, s.Admit != nil, s.Revoke != nil, s.Invite != nil, s.Void != nil, s.Rotate != nil} {
		if said {
			count++
		}
	}
	return count == 1
}

func (o Office) sound() bool { return o.ID != "" && len(o.ID) <= 64 && named(o.Name) }

func (c Card) sound() bool {
	_, err := age.ParseX25519Recipient(c.Recipient)
	return err == nil && len(c.SignKey) == ed25519.PublicKeySize && c.Device == signed.DeviceOf(c.SignKey) &&
		IsRole(string(c.Role)) && named(c.Coordinator)
}

func (i Invitation) sound() bool {
	return i.ID != "" && len(i.ID) <= 64 && len(i.Proof) == ed25519.PublicKeySize &&
		IsRole(string(i.Role)) && named(i.Coordinator) && i.Expires > 0
}

// Until is when the invitation expires.
func (i Invitation) Until() time.Time { return time.UnixMilli(i.Expires).UTC() }

func named(name string) bool { return name != "" && len(name) <= maxName }
