package sync

import (
	"slices"

	"example.org/carnet/sync/snapshot"
)

// Where records were erased, no bytes that speak of them may stay. What is set aside waits for a person, or for somebody to say what it rests on, and no
// full snapshot has it: so it stays where it is seen to speak of nothing that was erased. Who cannot read all of it lets it go, and finds it in the bucket.

// isNeeded tells whether something of a delta is to be judged again, so that it stays though a full snapshot stands for it. Where that is one from which
// records are gone, it stays only if it cannot tell of them.
func (e *Engine) isNeeded(name snapshot.Name, gone bool) bool {
	what := matterOf(name.Device, name.Number, name.Hash)
	for _, d := range e.doubts {
		if d.Device == name.Device && matter(d.Key) == what {
			return !gone || e.isHarmless(d.Key)
		}
	}
	return false
}

// isHarmless tells whether all of a delta can be read here, and says nothing of a record that was taken out.
func (e *Engine) isHarmless(key string) bool {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return false
	}
	d, err := snapshot.Read(e.member.Network, name, e.bytesHere(key))
	if err != nil {
		return false
	}
	content, err := d.Contents(e.ring.Find)
	isClosed := func(p snapshot.Part) bool { return !p.Open || p.Err != nil }
	return err == nil && !slices.ContainsFunc(content.Parts, isClosed) && !e.speaksOfErased(content.Edits())
}
