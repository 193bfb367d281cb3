package sync

import (
	"maps"
	"slices"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/snapshot"
)

// A listing tells names and sizes. What was altered of a full snapshot where it lies, and is as large as before, only those find who begin from it, and they
// cannot replace it. So when somebody calls, or asks for a delta that a full snapshot stands for, and nothing that is listed tells why, admins' laptops read the newest one
// that is relied on as it lies there, once a day at most. What is not what its name says is refused, and the full snapshot is replaced like one of which something is gone.

// lookClosely reads it.
func (r *round) lookClosely() error {
	if !r.sight.called || r.sight.news || !r.mayWriteRoster() || len(r.sight.good) == 0 {
		return nil
	}
	bad := false
	maps.DeleteFunc(r.gens.read, func(_ string, at time.Time) bool { return r.Now().Sub(at).Abs() >= daily })
	for _, key := range r.objectsOf(r.sight.good[0].Number) {
		if _, read := r.gens.read[r.here.id+key]; read {
			continue
		}
		whole, err := r.isWholeThere(key)
		if err != nil {
			return err
		}
		if whole {
			r.gens.read[r.here.id+key] = r.Now()
		}
		bad = bad || !whole
	}
	if !bad {
		return nil
	}
	if err := r.seeAgain(); err != nil {
		return err
	}
	return r.mendFulls()
}

// objectsOf lists what a place has of one generation and is not refused.
func (r *round) objectsOf(number uint64) (keys []string) {
	for key := range r.sight.there {
		if name, err := snapshot.ParseFullName(key); err == nil && name.Generation == number && !r.isOnList(key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// isWholeThere reads an object, and once more if it is not what its name says: then it is refused, and what it was read as before is forgotten.
func (r *round) isWholeThere(key string) (bool, error) {
	object, err := r.Bucket.Get(r.ctx, key, snapshot.MaxObject)
	switch {
	case fault.Is(err, "object_missing"):
		return true, nil // the next listing tells
	case err != nil && !fault.Is(err, "object_too_large"):
		return false, err
	case err == nil && r.isIntact(key, object):
		return true, nil
	}
	if err := r.refuseNow(key, object, fault.New("full_altered", "part", key)); err != nil {
		return false, err
	}
	if err := r.fetchAgain(key); err != nil {
		return false, err
	}
	if !r.isOnList(key) {
		return true, nil
	}
	delete(r.gens.manifests, key)
	delete(r.gens.cosigns, key)
	return false, nil
}

// spoiltLong is how often an object was not what its name says, over some minutes, before it is taken away.
const spoiltLong = 3

// takeAwaySpoilt takes away parts that were spoilt where they lie: names hold hashes, so they stand in the way of whoever can make the very same again. The others are called to
// see that they are gone.
func (r *round) takeAwaySpoilt(g *generation) error {
	if !r.mayReplace() {
		return nil
	}
	for _, m := range g.scopes() {
		for number := range m.Parts {
			key := m.PartKey(number)
			if _, there := r.sight.there[key]; !there || r.triesOf(key) < spoiltLong {
				continue
			}
			r.Log.Warn("what stands in the place of a part is removed", "key", key)
			err := r.Bucket.Delete(r.ctx, key)
			if code := fault.CodeOf(err); code == "bucket_read_only" || code == "bucket_refused" {
				return nil // another generation takes its place
			}
			if err != nil {
				return err
			}
			delete(r.sight.there, key)
			if err := r.callOver(key); err != nil {
				return err
			}
		}
	}
	return nil
}

// callOver calls the others since an object is gone that was spoilt, and takes it off the list.
func (r *round) callOver(key string) error {
	n := notes{}
	r.look.Lock()
	r.absolve(n, short("", key))
	r.look.Unlock()
	r.gens.call = true
	r.noteGens(n)
	_, err := r.keep(nil, n)
	return err
}

// triesOf is how often an object of the place that is visited was not what its name says.
func (e *Engine) triesOf(key string) (tries uint64) {
	e.look.RLock()
	defer e.look.RUnlock()
	for _, d := range e.damaged[short("", key)] {
		if d.Place == e.placeHere() {
			tries = d.Tries
		}
	}
	return tries
}
