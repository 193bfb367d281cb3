package sync

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/snapshot"
)

// mostSwept bounds what one visit removes; the rest goes with the next look.
const mostSwept = 2000

// line says what need not be in a bucket any more: deltas at or below places, generations below one.
type line struct {
	places standing
	fulls  uint64
}

// sweepLine decides it. One generation more than the newest is kept with its deltas, for a day and for those who are just
// reading it; where records were erased nothing from before may stay.
func (r *round) sweepLine() (l line, due bool) {
	good, floor := r.gens.good, r.gens.floor
	switch {
	case len(good) == 0 || len(r.sight.good) == 0:
		return l, false
	case good[0].Clean:
		l = line{places: good[0], fulls: good[0].Number}
	case len(good) > 1 && r.Now().UnixMilli()-good[0].Since >= daily.Milliseconds():
		l = line{places: good[1], fulls: good[1].Number}
	}
	if l.fulls < floor.Number { // whoever put back what lay before it may bring erased words back
		l = line{places: floor, fulls: floor.Number}
	}
	return l, l.fulls > 0 && r.sight.good[0].Number >= l.fulls
}

// sweep removes what full snapshots stand for: in the bucket, if this is an admin's laptop, and the copies here.
func (r *round) sweep() error {
	l, due := r.sweepLine()
	if !due {
		return r.sweepBegun()
	}
	if err := r.sweepHere(l); err != nil {
		return err
	}
	if !r.mayWriteRoster() {
		return r.swept(l, false)
	}
	if r.sight.logs == nil && r.wasCalled(l) {
		if err := r.takeAll(); err != nil {
			return err
		}
	}
	if r.sight.logs == nil {
		return r.swept(l, false)
	}
	removed, refused, err := r.sweepThere(l)
	if err != nil {
		return err
	}
	if removed > 0 {
		r.Log.Info("objects that are no longer needed were removed", "count", removed, "generation", l.fulls)
	}
	if refused {
		return nil
	}
	return r.swept(l, removed < mostSwept)
}

// wasCalled tells whether somebody called, or what lies there shows that it was filled with old objects, where erased words were removed before: who found a
// place rolled back has put there what it lacked, so that nothing is missing any more, and those words lie there until somebody looks who may remove them.
// The first removal after an erasure has time until the daily look: others may still be reading.
func (r *round) wasCalled(l line) bool {
	floor := r.gens.floor.Number
	if floor == 0 || l.places.Clean && l.fulls != floor {
		return false
	}
	return r.sight.called || slices.ContainsFunc(slices.Collect(maps.Keys(r.sight.there)), func(key string) bool {
		name, err := snapshot.ParseFullName(key)
		return err == nil && name.Generation < floor
	})
}

// old lists what a place has and need not have any more.
func (r *round) old(l line) ([]string, error) {
	var keys []string
	for _, o := range r.sight.logs {
		if name, err := snapshot.ParseName(o.Key); err == nil && r.passes(l, o.Key, name) {
			keys = append(keys, o.Key)
		}
	}
	for key := range r.sight.there {
		if name, err := snapshot.ParseFullName(key); err == nil && name.Generation < l.fulls {
			keys = append(keys, key)
		}
	}
	segments, err := r.list(snapshot.SegmentPrefix, "")
	if err != nil {
		return nil, err
	}
	for _, o := range segments.Objects {
		if name, err := snapshot.ParseSegmentName(o.Key); err == nil && name.Last <= l.places.number(name.Device) && len(r.branches(name.Device)) == 0 {
			keys = append(keys, o.Key)
		}
	}
	requests, err := r.list(invitation.Prefix, "")
	if err != nil {
		return nil, err
	}
	for _, o := range requests.Objects {
		if answered, err := r.Store.Note(short(noteAnswered, o.Key)); err == nil && len(answered) > 0 {
			keys = append(keys, o.Key)
		}
	}
	slices.Sort(keys)
	return keys[:min(len(keys), mostSwept)], nil
}

// passes tells whether a line stands for a delta: a full snapshot has it, or it was refused and would lie within.
func (r *round) passes(l line, key string, name snapshot.Name) bool {
	if r.knows(name) {
		return r.stands(&l.places, name)
	}
	return name.Number <= l.places.number(name.Device) && r.isOnList(key)
}

// sweepThere removes it. A bucket that lets nobody remove anything is left as it is.
func (r *round) sweepThere(l line) (removed int, refused bool, err error) {
	keys, err := r.old(l)
	if err != nil {
		return 0, false, err
	}
	for _, key := range keys {
		err := r.Bucket.Delete(r.ctx, key)
		if code := fault.CodeOf(err); code == "bucket_read_only" || code == "bucket_refused" {
			r.Log.Info("the bucket keeps what is no longer needed", "key", key)
			return removed, true, nil
		}
		if err != nil {
			return removed, false, err
		}
		removed++
		delete(r.sight.there, key)
	}
	return removed, false, nil
}

// sweepBegun removes the copies of what the full snapshot has that this laptop began from, where records were erased: nobody else may have
// confirmed it, and until the next one those would lie here.
func (r *round) sweepBegun() error {
	from := line{places: standing{Places: r.gens.origin.Places, Clean: true}}
	clean := slices.ContainsFunc(r.sight.all, func(g *generation) bool {
		return g.usable() && slices.Equal(g.Network.Frontier, from.places.Places) && r.partsThere(g) && r.isClean(g)
	})
	if !clean {
		return nil
	}
	return r.sweepHere(from)
}

// sweepHere removes the copies that stand in this home.
func (r *round) sweepHere(l line) error {
	if r.Objects == "" {
		return nil
	}
	files, err := os.ReadDir(r.Objects)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.New("home_unreadable", "path", r.Objects).Because(err)
	}
	for _, file := range files {
		name, err := snapshot.ParseName(snapshot.Prefix + strings.TrimSuffix(file.Name(), ".part"))
		if err != nil || !r.passes(l, name.String(), name) {
			continue
		}
		if err := os.Remove(filepath.Join(r.Objects, file.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.New("home_unreadable", "path", r.Objects).Because(err)
		}
	}
	r.kept, r.copies = nil, nil
	return nil
}

// swept notes that nothing of erased records is left where this laptop can see to it.
func (r *round) swept(l line, there bool) error {
	if !l.places.Clean || !there && r.mayWriteRoster() {
		return nil
	}
	n := notes{}
	for key, o := range r.gens.orders {
		if o.Done && !o.Swept && r.sight.all != nil {
			for _, g := range r.sight.all {
				if g.Number == l.fulls && r.leavesOut(g, o.Records) {
					o.Swept = true
					r.gens.orders[key] = o
					n.set(noteOrder+key, o)
				}
			}
		}
	}
	if len(n) == 0 {
		return nil
	}
	r.gens.floor = l.places
	n.set(noteFloor, r.gens.floor)
	_, err := r.keep(nil, n)
	return err
}
