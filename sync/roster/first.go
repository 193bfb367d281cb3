package roster

import "example.org/carnet/sync/signed"

// kind1 is the first version of a statement. Networks that began with it go on: their statements
// are read as long as they are in a chain, and never written.
const kind1 = "carnet-roster-1"

type statement1 struct {
	_        struct{} `cbor:",toarray"`
	Network  string
	Version  uint64
	Previous signed.Hash
	Author   string
	Wall     int64
	Said     saying1
}

type saying1 struct {
	Found  *founding1   `cbor:"0,keyasint,omitempty"`
	Office *opening     `cbor:"1,keyasint,omitempty"`
	Admit  *admission   `cbor:"2,keyasint,omitempty"`
	Revoke *revocation1 `cbor:"3,keyasint,omitempty"`
	Invite *invitation1 `cbor:"4,keyasint,omitempty"`
	Void   *voiding     `cbor:"5,keyasint,omitempty"`
	Rotate *grants      `cbor:"6,keyasint,omitempty"`
}

type founding1 struct {
	_      struct{} `cbor:",toarray"`
	Name   string
	Office Office
	Laptop Card
	Keys   grants
}

type revocation1 struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Last   uint64
	Keys   grants
}

type invitation1 struct {
	_           struct{} `cbor:",toarray"`
	ID          string
	Proof       []byte
	Office      string
	Role        Role
	Coordinator string
	Expires     int64
}

// read1 decodes the first version into the present one.
func read1(payload []byte) (statement, error) {
	var old statement1
	if err := signed.DecodeCanonical(payload, &old); err != nil {
		return statement{}, err
	}
	said := saying{Office: old.Said.Office, Admit: old.Said.Admit, Void: old.Said.Void, Rotate: old.Said.Rotate}
	if f := old.Said.Found; f != nil {
		said.Found = &founding{Name: f.Name, Office: f.Office, Laptop: f.Laptop, Keys: f.Keys}
	}
	if r := old.Said.Revoke; r != nil {
		said.Revoke = &revocation{Device: r.Device, Last: r.Last, Keys: r.Keys}
	}
	if i := old.Said.Invite; i != nil {
		said.Invite = &Invitation{ID: i.ID, Proof: i.Proof, Office: i.Office, Role: i.Role, Coordinator: i.Coordinator, Expires: i.Expires}
	}
	return statement{Network: old.Network, Version: old.Version, Previous: old.Previous, Author: old.Author, Wall: old.Wall, Said: said}, nil
}
