package sync

import (
	"slices"

	"example.org/carnet/sync/snapshot"
)

// Where records were erased, no bytes that speak of them may stay. What is set aside waits for a person, or for somebody to say what it rests on, and no
// full snapshot has it: so it stays where it is seen to speak of nothing that was erased. Where records are gone from full snapshots, who cannot read all of
// it lets it go, and finds it in the bucket.

// isNeeded tells whether something of a delta is to be judged again, so that it stays though a full snapshot stands for it. Of records that were taken out it
// may speak as long as that full snapshot has them: others may not have counted yet what it says of them. Where records are gone from the full snapshot, it
// stays only if all of it can be read.
func (r *round) isNeeded(s *standing, name snapshot.Name) bool {
	what := matterOf(name.Device, name.Number, name.Hash)
	for _, d := range r.doubts {
		if d.Device == name.Device && matter(d.Key) == what {
			whole, gone := r.readsAside(d.Key)
			return (whole || !s.Clean) && !slices.ContainsFunc(gone, func(ref snapshot.Reference) bool { return r.isLeftOut(s, ref) })
		}
	}
	return false
}

// isLeftOut tells whether a full snapshot is without a record that was taken out here; of one that is not at hand the orders tell that were carried out to
// the end.
func (r *round) isLeftOut(s *standing, ref snapshot.Reference) bool {
	for _, g := range r.sight.all {
		if g.Network.Hash == s.Hash {
			return r.leavesOut(g, []snapshot.Reference{ref})
		}
	}
	for _, o := range r.gens.orders {
		if !o.Swept && slices.Contains(o.Records, ref) {
			return false
		}
	}
	return true
}

// readsAside tells of an object that is set aside what reads tells of its bytes, also where they were not kept.
func (e *Engine) readsAside(key string) (whole bool, gone []snapshot.Reference) {
	if _, err := read(e.Store, short(noteSilenced, key), &gone); err != nil {
		e.Log.Error("a note of what was set aside could not be read", "key", key, "error", err)
	}
	if len(gone) > 0 {
		return true, gone
	}
	return e.reads(key, e.bytesHere(key))
}

// isHarmless tells whether all of a delta can be read here, and says nothing of a record that was taken out.
func (e *Engine) isHarmless(key string) bool {
	whole, gone := e.reads(key, e.bytesHere(key))
	return whole && len(gone) == 0
}

// reads tells whether all of a delta can be read here, and of which records that were taken out it speaks, as far as it can be. What is no delta is not read.
func (e *Engine) reads(key string, data []byte) (whole bool, gone []snapshot.Reference) {
	name, err := snapshot.ParseName(key)
	if err != nil || data == nil {
		return false, nil
	}
	d, err := snapshot.Read(e.member.Network, name, data)
	if err != nil {
		return false, nil
	}
	content, err := d.Contents(e.ring.Find)
	if err != nil {
		return false, nil
	}
	isClosed := func(p snapshot.Part) bool { return !p.Open || p.Err != nil }
	return !slices.ContainsFunc(content.Parts, isClosed), e.goneIn(content.Edits())
}

// keepAside keeps the bytes of an object that is set aside. Where they speak of records that were taken out it notes instead of which, so that the bucket
// need not keep them either.
func (e *Engine) keepAside(n notes, key string, data []byte) error {
	if _, gone := e.reads(key, data); len(gone) > 0 {
		n.set(short(noteSilenced, key), gone)
		return nil
	}
	return keepBytes(e.Quarantine, short("", key), data)
}
