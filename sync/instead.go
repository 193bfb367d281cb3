package sync

import (
	"bytes"
	"slices"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// What was cut short or altered where it lies stands in the way of whoever lacks it, since names hold hashes. A delta or an erase order is put beside it under
// another time; a page of the roster under a repeat of its name, which needs no right to delete. An admin's laptop, which may have that, takes away what is no page.

// mayReplace tells whether this laptop may take away what is no page: buckets let nobody but admins delete.
func (r *round) mayReplace() bool { return r.Self().Role == roster.Admin }

// mostProbed bounds how many pages one laptop reads in a day to see whether they are what they are called.
const mostProbed = 16

// probe reads some pages that are listed and of the size that they should have, others each day and on each laptop, so that all are read about once a
// day by somebody: a newcomer, which nobody hears before it has the roster, finds them whole then.
func (r *round) probe(n notes) error {
	if r.Standing() != Active {
		return nil
	}
	all, devices := r.roster.All(), r.inUse()
	share := min((len(all)+len(devices)-1)/len(devices), mostProbed)
	first := (slices.Index(devices, r.device) + int(r.Now().UnixMilli()/daily.Milliseconds())) * share
	for i := range share {
		if err := r.probePage(n, all[(first+i)%len(all)]); err != nil {
			return err
		}
	}
	return nil
}

// oweSpoilt looks at the pages after the one by which somebody goes who asks for more: one may be listed, and of the size that it
// should have, and not be what it is called. Admins look, and each day others.
func (r *round) oweSpoilt(n notes) error {
	if r.roster == nil || !r.mayReplace() && (r.mendTurn()+int(r.Now().UnixMilli()/daily.Milliseconds()))%len(r.inUse()) >= togetherMend {
		return nil
	}
	for _, statement := range r.roster.All() {
		key, _, err := r.member.Cover.Object(statement)
		if err != nil {
			return err
		}
		if version, _, err := roster.ParseName(key); err != nil || version <= r.here.pagesFrom {
			continue
		}
		if err := r.probePage(n, statement); err != nil {
			return err
		}
	}
	return nil
}

// probePage reads what lies under a page's name, and under repeats of it; where none is the page it is to be put.
func (r *round) probePage(n notes, statement []byte) error {
	key, object, err := r.member.Cover.Object(statement)
	if err != nil {
		return err
	}
	names := []string{key}
	if !r.mayReplace() {
		names = append(names, r.repeats[key]...)
	}
	for _, name := range names {
		there, err := r.Bucket.Get(r.ctx, name, roster.MaxObject)
		if err != nil && !fault.Is(err, "object_missing") && !fault.Is(err, "object_too_large") {
			return err
		}
		if bytes.Equal(there, object) {
			return nil
		}
	}
	r.look.Lock()
	r.oweAt(n, r.here, key, false)
	r.look.Unlock()
	return nil
}

// putPage puts a page of the roster. What stands in its place and is not the page is named; an admin takes it away first, others put the page beside it.
func (r *round) putPage(key string, object []byte) error {
	stands, err := r.putAlone(key, object, "roster_unreadable")
	if err != nil || stands {
		return err
	}
	if r.mayReplace() {
		r.Log.Warn("what stands in the place of a roster page is replaced", "key", key)
		err := r.Bucket.Delete(r.ctx, key)
		if err == nil {
			stands, err = r.putAlone(key, object, "roster_unreadable")
		}
		if code := fault.CodeOf(err); stands || err != nil && code != "bucket_read_only" && code != "bucket_refused" {
			return err
		}
	}
	for number := 2; number <= roster.LastRepeat && !stands; number++ {
		if stands, err = r.putAlone(roster.RepeatName(key, number), object, "roster_unreadable"); err != nil {
			return err
		}
	}
	return nil
}

// putAlone puts an object under the one name that it has. False when something else stands there: that is named, and holds up nothing.
func (r *round) putAlone(key string, object []byte, reason string) (stands bool, err error) {
	if err := r.Bucket.Put(r.ctx, key, object); !fault.Is(err, "object_exists") {
		return err == nil, err
	}
	return r.isSame(key, object, reason)
}

// isSame compares what stands under a name with what should, and names it where it is something else. A bucket may say that something
// else stands there though nothing does.
func (r *round) isSame(key string, object []byte, reason string) (bool, error) {
	there, err := r.Bucket.Get(r.ctx, key, snapshot.MaxObject)
	switch {
	case err == nil && bytes.Equal(there, object):
		return true, nil
	case fault.Is(err, "object_missing"):
		return false, nil
	case err != nil && !fault.Is(err, "object_too_large"):
		return false, err
	}
	return false, r.refuseNow(key, there, fault.New(reason, "key", key))
}
