package sync

import (
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// find looks for a statement that is known to exist.
func (r *round) find() error {
	if r.wanted == (signed.Short{}) {
		return nil
	}
	if err := r.lookUp(); err != nil {
		return err
	}
	if !r.roster.Has(r.wanted) {
		return nil
	}
	r.wanted = signed.Short{}
	_, err := r.keep(nil, notes{noteWanted: nil})
	return err
}

// reopen takes in the sections that were closed to this laptop, once it holds new keys.
func (r *round) reopen() error {
	if !r.sawRoster {
		return nil
	}
	names, err := r.Store.Notes(noteSkipped)
	for _, note := range names {
		var key string
		if _, err := read(r.Store, note, &key); err != nil {
			return err
		}
		if err := r.openAgain(note, key); err != nil {
			return err
		}
	}
	return err
}

func (r *round) openAgain(note, key string) error {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return err
	}
	data, err := r.Bucket.Get(r.ctx, key, snapshot.MaxObject)
	if fault.Is(err, "object_missing") || fault.Is(err, "object_too_large") {
		return nil
	}
	if err != nil {
		return err
	}
	delta, err := snapshot.Read(r.State().Network, name, data)
	if err != nil || signed.ShortOf(delta.Hash) != name.Hash || !r.knows(name) {
		return nil // not the object that was verified then
	}
	edits, missing, err := delta.Edits(r.ring.Find)
	if err != nil || len(missing) > 0 {
		return nil
	}
	s := &step{round: r, notes: notes{note: nil}, made: map[string]string{}}
	c := &candidate{key: key, name: name, data: data}
	s.good = append(s.good, verified{key: key, data: data, delta: delta, edits: s.permitted(c, delta.Device, edits)})
	return s.commit()
}
