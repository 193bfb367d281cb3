package snapshot

import (
	"crypto/ed25519"
	"errors"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Keys finds a key by its id; false when this laptop does not hold it.
type Keys func(id string) (key [32]byte, ok bool)

// Section is a group of edits that one key seals. A delta's first section is the network's, even when
// it holds no edit.
type Section struct {
	Key   string // id of the key
	Edits []store.Edit
	Sum   [32]byte // of the changes inside; says to whoever cannot open the section how the digest grows
}

// Delta is one object: what one laptop newly says.
type Delta struct {
	Header
	Hash     signed.Hash // of the whole object
	version  int
	first    Witness // of a delta of the first version
	message  signed.Message
	bound    signed.Hash // what the seals of its sections hold for
	sections []sealed
}

type payload struct {
	_        struct{} `cbor:",toarray"`
	Header   []byte
	Sections []sealed
}

// sealed names its key by the bytes of its id; in the first version it did by its letters.
type sealed struct {
	_   struct{} `cbor:",toarray"`
	Key []byte
	Box []byte
}

type payload1 struct {
	_        struct{} `cbor:",toarray"`
	Header   []byte
	Sections []sealed1
}

type sealed1 struct {
	_   struct{} `cbor:",toarray"`
	Key string
	Box []byte
}

// Seal makes the object. First and Last of the header follow from the sections' edits, which must
// all be the signer's own; the first section is the network's. Faults: delta_foreign_edit,
// delta_too_large, missing_key.
func Seal(id *signed.Identity, h Header, w Witness, sections []Section, keys Keys) ([]byte, error) {
	h.Device = id.Device()
	h.First, h.Last = span(sections)
	p := payload{Header: h.encode()}
	bound := h.bound(2, p.Header)
	for i, s := range sections {
		box, err := seal(&h, bound, i, w, sections, keys)
		if err != nil {
			return nil, err
		}
		key, ok := raw(s.Key)
		if !ok {
			return nil, fault.New("missing_key", "key", s.Key)
		}
		p.Sections = append(p.Sections, sealed{Key: key[:], Box: box})
	}
	data := id.SignAbout(Kind, h.about(), signed.Encode(p))
	if len(data) > MaxObject {
		return nil, fault.New("delta_too_large")
	}
	return data, nil
}

func span(sections []Section) (first, last uint64) {
	for _, s := range sections {
		for _, e := range s.Edits {
			if first == 0 || e.First < first {
				first = e.First
			}
			last = max(last, e.First+uint64(len(e.Changes))-1)
		}
	}
	return first, last
}

func seal(h *Header, bound signed.Hash, at int, w Witness, sections []Section, keys Keys) ([]byte, error) {
	key, ok := keys(sections[at].Key)
	if !ok {
		return nil, fault.New("missing_key", "key", sections[at].Key)
	}
	plain, err := encodeEdits(h, sections[at].Edits)
	if err != nil {
		return nil, err
	}
	if at == 0 {
		plain = signed.Encode(opening{Witness: witnessOf(w, sections), Columns: plain})
	}
	return closeBox(key, bound, compress(plain))
}

// Read decodes the object of this name in this network. Nothing in it is to be believed before
// Open, which calls it, has agreed. Faults: delta_too_large, delta_newer, delta_unreadable.
func Read(network string, name Name, data []byte) (*Delta, error) {
	if len(data) > MaxObject {
		return nil, fault.New("delta_too_large")
	}
	d := &Delta{version: 2}
	m, err := signed.Parse(Kind, data, MaxObject)
	if errors.Is(err, signed.ErrKind) {
		d.version = 1
		m, err = signed.Parse(firstKind, data, MaxObject)
	}
	if errors.Is(err, signed.ErrKind) {
		return nil, fault.New("delta_newer").Because(err)
	}
	d.message, d.Hash, d.Network, d.Device = m, m.Hash, network, name.Device
	if err == nil {
		err = d.readPayload(m.Payload)
	}
	if err == nil && !d.soundSections() {
		err = errors.New("header contradicts itself")
	}
	if err != nil {
		return nil, fault.New("delta_unreadable").Because(err)
	}
	return d, nil
}

func (d *Delta) readPayload(data []byte) (err error) {
	var p payload
	if d.version == 1 {
		var old payload1
		if err := signed.DecodeCanonical(data, &old); err != nil {
			return err
		}
		p.Header = old.Header
		for _, s := range old.Sections {
			p.Sections = append(p.Sections, sealed{Key: []byte(s.Key), Box: s.Box})
		}
	} else if err := signed.DecodeCanonical(data, &p); err != nil {
		return err
	}
	if d.first, err = d.decode(d.version, p.Header); err != nil {
		return err
	}
	d.bound, d.sections = d.Header.bound(d.version, p.Header), p.Sections
	return nil
}

func (d *Delta) soundSections() bool {
	if !d.sound() || len(d.sections) > maxSection {
		return false
	}
	if d.version == 1 {
		return (len(d.sections) == 0) == (d.First == 0)
	}
	for _, s := range d.sections {
		if len(s.Key) != rawLength {
			return false
		}
	}
	return len(d.sections) > 0
}

// Old tells whether the delta is of the first version, which knew no sections of offices.
func (d *Delta) Old() bool { return d.version == 1 }

// keyOf gives the id of the key of one section.
func (d *Delta) keyOf(at int) string {
	if d.version == 1 {
		return string(d.sections[at].Key)
	}
	return lettered(d.sections[at].Key)
}

// SignedWith tells whether the holder of this key signed the delta.
func (d *Delta) SignedWith(key ed25519.PublicKey) bool {
	return d.message.VerifyAbout(d.about(), key) == nil
}

// Open checks an object in this order: size, form, signature of the laptop in the name for this
// network, rest of the name, chain. Faults: delta_too_large, delta_newer, delta_unreadable,
// delta_device_unknown, delta_forged, delta_misnamed, delta_replayed, delta_gap, delta_forked.
func Open(name Name, data []byte, want Expect) (*Delta, error) {
	d, err := Read(want.Network, name, data)
	if err != nil {
		return nil, err
	}
	key, known := want.SignKey(d.Device)
	if !known {
		return nil, fault.New("delta_device_unknown", "device", d.Device)
	}
	if err := d.message.VerifyAbout(d.about(), key); err != nil {
		return nil, fault.New("delta_forged", "device", d.Device).Because(err)
	}
	if d.Number != name.Number || signed.ShortOf(d.Hash) != name.Hash {
		return nil, fault.New("delta_misnamed", "key", name.String())
	}
	return d, d.Follows(want.Link(d.Device))
}
