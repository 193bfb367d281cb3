package snapshot

import (
	"errors"
	"strconv"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

func readFull(m *Manifest, keys Keys, get func(key string) ([]byte, error), yield func(store.Change, error) bool) {
	names, upTo := &nameReader{}, m.UpTo()
	var last store.Change
	for number := range m.Parts {
		p, err := m.part(number, names, keys, get)
		if err != nil {
			yield(store.Change{}, err)
			return
		}
		if err := p.within(upTo); err != nil {
			yield(store.Change{}, err)
			return
		}
		for i, at := range p.order {
			c := p.change(at)
			if i == 0 && number > 0 && !follows(&last, &c) {
				yield(store.Change{}, fault.New("full_disordered", "change", c.String()))
				return
			}
			if !yield(c, nil) {
				return
			}
			if i == len(p.order)-1 {
				last = c
			}
		}
	}
}

func follows(a, b *store.Change) bool {
	order := comparePlaces(a, b)
	return order < 0 || order == 0 && compareContent(a, b) < 0
}

// within checks each change of a part by itself, and that it lies within the manifest's frontier.
func (p *partReader) within(upTo store.Frontier) error {
	highest := make([]uint64, len(p.form.Devices))
	for i, device := range p.form.Devices {
		highest[i] = upTo[device]
	}
	for i := range p.rows {
		r := &p.rows[i]
		own := store.Dot{Device: p.form.Devices[r.device], Seq: r.seq}
		if r.seq > highest[r.device] {
			return fault.New("full_beyond_frontier", "change", own.String())
		}
		if r.replaces == 0 && r.seen == 0 {
			continue
		}
		split, end := r.dots+uint32(r.replaces), r.dots+uint32(r.replaces)+uint32(r.seen)
		c := store.Change{Replaces: p.dots[r.dots:split], Seen: p.dots[split:end], Stamp: store.Stamp{Dot: own}}
		if !stamped(&c) {
			return fault.New("full_unreadable", "part", own.String())
		}
	}
	return nil
}

// part gets, opens and unpacks one part.
func (m *Manifest) part(number int, names *nameReader, keys Keys, get func(key string) ([]byte, error)) (*partReader, error) {
	object, err := get(m.PartKey(number))
	if err != nil {
		return nil, err
	}
	plain, err := m.open(number, object, keys)
	if err != nil {
		return nil, err
	}
	p, err := unpackPart(names, plain)
	if err == nil && p.form.Changes != m.Parts[number].Changes {
		err = errPart
	}
	if err != nil {
		return nil, fault.New("full_unreadable", "part", strconv.Itoa(number)).Because(err)
	}
	return p, nil
}

// CheckPart tells whether these bytes are the part's object that the manifest speaks of, without any
// key. Fault full_altered.
func (m *Manifest) CheckPart(number int, object []byte) error {
	want := &m.Parts[number]
	if uint64(len(object)) != want.Size || signed.ShortOf(signed.HashOf(object)) != want.Object {
		return fault.New("full_altered", "part", strconv.Itoa(number))
	}
	return nil
}

// open takes the plain content out of a part's object.
func (m *Manifest) open(number int, object []byte, keys Keys) ([]byte, error) {
	if err := m.CheckPart(number, object); err != nil {
		return nil, err
	}
	bad := func(err error) error { return fault.New("full_unreadable", "part", strconv.Itoa(number)).Because(err) }
	var form partForm
	if err := signed.DecodeCanonical(object, &form); err != nil {
		return nil, bad(err)
	}
	if form.Kind != partKind {
		return nil, fault.New("full_newer", "part", strconv.Itoa(number))
	}
	secret, known := keys(form.Key)
	if !known {
		return nil, fault.New("missing_key", "key", form.Key)
	}
	content, err := openBox(secret, m.bound(number), form.Box)
	if err != nil {
		return nil, bad(err)
	}
	plain, err := decompress(content)
	if err != nil {
		return nil, bad(err)
	}
	if len(plain) > maxPartPlain {
		return nil, bad(errors.New("longer than a part may be"))
	}
	if signed.HashOf(plain) != m.Parts[number].Hash {
		return nil, fault.New("full_altered", "part", strconv.Itoa(number))
	}
	return plain, nil
}
