package snapshot

import (
	"cmp"
	"crypto/ed25519"
	"errors"
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Keys finds a key by its id; false when this laptop does not hold it.
type Keys func(id string) (key [32]byte, ok bool)

// Section is a group of edits that one key seals.
type Section struct {
	Key   string // id of the key
	Edits []store.Edit
}

// Delta is one object: what one laptop newly says.
type Delta struct {
	Header
	Hash     signed.Hash // of the whole object
	message  signed.Message
	bound    signed.Hash // what the seals of its sections hold for
	sections []sealed
}

type payload struct {
	_        struct{} `cbor:",toarray"`
	Header   []byte
	Sections []sealed
}

type sealed struct {
	_   struct{} `cbor:",toarray"`
	Key string
	Box []byte
}

// Seal makes the object. First and Last of the header follow from the sections' edits, which must
// all be the signer's own. Faults: delta_foreign_edit, delta_too_large, missing_key.
func Seal(id *signed.Identity, h Header, sections []Section, keys Keys) ([]byte, error) {
	h.Device = id.Device()
	h.First, h.Last = span(sections)
	p := payload{Header: signed.Encode(h)}
	bound := h.bound(p.Header)
	for _, s := range sections {
		box, err := seal(&h, bound, s, keys)
		if err != nil {
			return nil, err
		}
		p.Sections = append(p.Sections, box)
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

func seal(h *Header, bound signed.Hash, s Section, keys Keys) (sealed, error) {
	key, ok := keys(s.Key)
	if !ok {
		return sealed{}, fault.New("missing_key", "key", s.Key)
	}
	plain, err := encodeEdits(h, s.Edits)
	if err != nil {
		return sealed{}, err
	}
	box, err := closeBox(key, bound, compress(plain))
	return sealed{Key: s.Key, Box: box}, err
}

// Read decodes the object of this name in this network. Nothing in it is to be believed before
// Open, which calls it, has agreed. Faults: delta_too_large, delta_newer, delta_unreadable.
func Read(network string, name Name, data []byte) (*Delta, error) {
	if len(data) > MaxObject {
		return nil, fault.New("delta_too_large")
	}
	m, err := signed.Parse(Kind, data, MaxObject)
	if errors.Is(err, signed.ErrKind) {
		return nil, fault.New("delta_newer").Because(err)
	}
	var p payload
	d := &Delta{message: m, Hash: m.Hash}
	if err == nil {
		err = signed.DecodeCanonical(m.Payload, &p)
	}
	if err == nil {
		err = signed.DecodeCanonical(p.Header, &d.Header)
		d.Network, d.Device = network, name.Device
	}
	if err == nil && (!d.sound() || len(p.Sections) > maxSection || (len(p.Sections) == 0) != (d.First == 0)) {
		err = errors.New("header contradicts itself")
	}
	if err != nil {
		return nil, fault.New("delta_unreadable").Because(err)
	}
	d.bound, d.sections = d.Header.bound(p.Header), p.Sections
	return d, nil
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

// Edits opens the sections whose keys the reader holds and names the keys of the others. An edit
// is as its author made it: its device is the delta's own. Faults: delta_bad_section, delta_foreign_edit.
func (d *Delta) Edits(keys Keys) (edits []store.Edit, missing []string, err error) {
	for _, s := range d.sections {
		key, ok := keys(s.Key)
		if !ok {
			missing = append(missing, s.Key)
			continue
		}
		part, err := d.open(s, key)
		if err != nil {
			return nil, nil, err
		}
		edits = append(edits, part...)
	}
	slices.SortFunc(edits, func(a, b store.Edit) int { return cmp.Compare(a.First, b.First) })
	next := d.First
	for _, e := range edits {
		if e.First < next || e.First+uint64(len(e.Changes))-1 > d.Last {
			return nil, nil, fault.New("delta_foreign_edit", "device", d.Device)
		}
		next = e.First + uint64(len(e.Changes))
	}
	return edits, missing, nil
}

func (d *Delta) open(s sealed, key [32]byte) ([]store.Edit, error) {
	bad := func(err error) error { return fault.New("delta_bad_section", "device", d.Device).Because(err) }
	packed, err := openBox(key, d.bound, s.Box)
	if err != nil {
		return nil, bad(err)
	}
	plain, err := decompress(packed)
	if err != nil {
		return nil, bad(err)
	}
	edits, err := decodeEdits(&d.Header, plain)
	if err != nil {
		return nil, bad(err)
	}
	return edits, nil
}
