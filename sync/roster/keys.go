package roster

import (
	"bytes"
	"crypto/rand"
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

// give makes the grants of what becomes true: to everybody the fresh keys that it is entitled to
// then, and to newcomers those that are held, too.
func (s *State) give(fresh, held []Key, newcomers ...string) (grants, error) {
	var g grants
	to := s.Laptops()
	fresh = slices.DeleteFunc(slices.Clone(fresh), func(k Key) bool { return s.early(k.Scope, to) })
	for _, k := range fresh {
		g.New = append(g.New, newID{ID: k.ID, Scope: k.Scope})
	}
	if card, there := s.Recovery(); there {
		to = append(to, Laptop{Card: Card{Device: card.Device(), Recipient: card.Recipient}})
	}
	for _, l := range to {
		keys := fresh
		if slices.Contains(newcomers, l.Device) {
			keys = slices.Concat(held, fresh)
		}
		var mine []boxed
		for _, k := range keys {
			if s.Entitled(l.Device, k.Scope) {
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

// early tells whether an office has had no key yet, and nobody who could hold one: where admins do
// not read, its first laptop brings its first key. All who come later must be able to get that.
func (s *State) early(of string, laptops []Laptop) bool {
	return s.FirstKey(of) == "" && !slices.ContainsFunc(laptops, func(l Laptop) bool { return s.Entitled(l.Device, of) })
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

// KeysFor opens every box for this laptop, or for the recovery, in the chain and in what lost
// against it: something may have been sealed with those keys meanwhile. A box that does not open is
// left out: its keys are then missing, which readers of deltas notice and name.
func (r *Roster) KeysFor(id *signed.Identity) Ring {
	ring, mine, scopes := Ring{}, id.Device(), r.namedKeys()
	for _, l := range r.known {
		if l.state == nil {
			continue
		}
		for _, b := range l.Said.grants().Boxes {
			if b.Device != mine {
				continue
			}
			for _, k := range r.opened(b.Data, id) {
				name := keyID(k.Secret)
				if scope, known := scopes[name]; known {
					ring[name] = Key{ID: name, Scope: scope, Secret: k.Secret}
				}
			}
		}
	}
	return ring
}

// namedKeys gives the scope of every key that was ever named as new. What a box says of it counts
// for nothing: whoever hands on a key could have others hand it on further than it may go.
func (r *Roster) namedKeys() map[string]string {
	scopes := map[string]string{}
	for _, inChain := range []bool{false, true} { // the chain has the last word
		for _, l := range r.known {
			if l.state == nil || l.inChain != inChain {
				continue
			}
			for _, k := range l.Said.grants().New {
				scopes[k.ID] = k.Scope
			}
		}
	}
	return scopes
}

// unboxed names a box that was opened, or could not be, by the keys of one moment.
type unboxed struct {
	box       signed.Hash
	recipient string
}

// opened remembers, since opening a box costs as much as checking some signatures.
func (r *Roster) opened(data []byte, id *signed.Identity) []boxed {
	at := unboxed{box: signed.HashOf(data), recipient: id.Recipient()}
	keys, done := r.boxes[at]
	if done {
		return keys
	}
	plain, err := openBox(data, id, MaxStatement)
	if err != nil || signed.DecodeCanonical(plain, &keys) != nil {
		keys = nil
	}
	r.boxes[at] = keys
	return keys
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
	case s.Policy != nil:
		return s.Policy.Keys
	case s.Promote != nil:
		return s.Promote.Keys
	case s.Rekey != nil:
		return s.Rekey.Keys
	case s.Recovery != nil:
		return s.Recovery.Keys
	case s.Grant != nil:
		return s.Grant.Keys
	}
	return grants{}
}
