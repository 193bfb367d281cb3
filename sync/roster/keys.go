package roster

import (
	"bytes"
	"crypto/rand"
	"io"
	"slices"

	"filippo.io/age"

	"example.org/carnet/sync/signed"
)

// keyIDLength is the length of a key's id: the first letters of the fingerprint of the key, so
// that two keys never share one.
const keyIDLength = 16

// Key opens and seals the sections of one scope.
type Key struct {
	ID     string
	Scope  string // an office's id, or "" for the whole network
	Secret [32]byte
}

// Ring is every key that one laptop holds, old ones too.
type Ring map[string]Key

// Find gives a key's secret by its id.
func (r Ring) Find(id string) (secret [32]byte, ok bool) {
	k, ok := r[id]
	return k.Secret, ok
}

func newKey(scope string) Key {
	k := Key{Scope: scope}
	rand.Read(k.Secret[:]) // it never returns an error
	k.ID = keyID(k.Secret)
	return k
}

func keyID(secret [32]byte) string {
	return signed.Fingerprint(signed.HashOf(append([]byte("carnet key 1 "), secret[:]...)), keyIDLength)
}

// grants names new keys and carries keys to laptops, each box sealed to one of them.
type grants struct {
	_     struct{} `cbor:",toarray"`
	New   []newID
	Boxes []box
}

type newID struct {
	_         struct{} `cbor:",toarray"`
	ID, Scope string
}

type box struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Data   []byte // age file for the laptop's recipient: a list of boxed
}

type boxed struct {
	_      struct{} `cbor:",toarray"`
	Scope  string
	Secret [32]byte
}

// give makes the grants of keys to laptops: to each the keys it is entitled to. fresh are named as new.
func give(keys, fresh []Key, to []Laptop) (grants, error) {
	var g grants
	for _, k := range fresh {
		g.New = append(g.New, newID{ID: k.ID, Scope: k.Scope})
	}
	for _, l := range to {
		var mine []boxed
		for _, k := range keys {
			if l.entitled(k.Scope) {
				mine = append(mine, boxed{Scope: k.Scope, Secret: k.Secret})
			}
		}
		if len(mine) == 0 {
			continue
		}
		data, err := sealTo(l.Recipient, signed.Encode(mine))
		if err != nil {
			return grants{}, err
		}
		g.Boxes = append(g.Boxes, box{Device: l.Device, Data: data})
	}
	return g, nil
}

func sealTo(recipient string, plain []byte) ([]byte, error) {
	r, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, r)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// KeysFor opens every box that the chain has for this laptop. A box that does not open is left
// out: its keys are then missing, which readers of deltas notice and name.
func (r *Roster) KeysFor(id *signed.Identity) Ring {
	ring := Ring{}
	for _, l := range r.chain {
		for _, b := range l.Said.grants().Boxes {
			if b.Device == id.Device() {
				ring.open(b.Data, id)
			}
		}
	}
	return ring
}

func (r Ring) open(data []byte, id *signed.Identity) {
	in, err := age.Decrypt(bytes.NewReader(data), id.Reader())
	if err != nil {
		return
	}
	plain, err := io.ReadAll(io.LimitReader(in, MaxStatement))
	var keys []boxed
	if err != nil || signed.DecodeCanonical(plain, &keys) != nil {
		return
	}
	for _, k := range keys {
		key := Key{ID: keyID(k.Secret), Scope: k.Scope, Secret: k.Secret}
		r[key.ID] = key
	}
}

// all lists the keys in the order of their ids.
func (r Ring) all() []Key {
	keys := make([]Key, 0, len(r))
	for _, k := range r {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b Key) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	return keys
}

func (s saying) grants() grants {
	switch {
	case s.Found != nil:
		return s.Found.Keys
	case s.Office != nil:
		return s.Office.Keys
	case s.Admit != nil:
		return s.Admit.Keys
	case s.Revoke != nil:
		return s.Revoke.Keys
	case s.Rotate != nil:
		return *s.Rotate
	}
	return grants{}
}
