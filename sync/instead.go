package sync

import (
	"bytes"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// A page of the roster has one name, so that what was cut short or altered where it lies stands in the way of whoever lacks it, and cannot be
// put beside it under another name as a delta can.

// mayReplace tells whether this laptop may take away what is no page: buckets let nobody but admins delete.
func (r *round) mayReplace() bool { return r.Self().Role == roster.Admin }

// oweSpoilt has an admin look at the pages after the one by which somebody goes who asks for more: one may be listed, and of the size that it
// should have, and not be what it is called.
func (r *round) oweSpoilt(n notes) error {
	if !r.mayReplace() || r.roster == nil {
		return nil
	}
	for _, statement := range r.roster.All() {
		key, object, err := r.member.Cover.Object(statement)
		if err != nil {
			return err
		}
		if version, _, err := roster.ParseName(key); err != nil || version <= r.here.pagesFrom {
			continue
		}
		there, err := r.Bucket.Get(r.ctx, key, roster.MaxObject)
		if err != nil && !fault.Is(err, "object_missing") && !fault.Is(err, "object_too_large") {
			return err
		}
		if !bytes.Equal(there, object) {
			r.look.Lock()
			r.oweAt(n, r.here, key, false)
			r.look.Unlock()
		}
	}
	return nil
}

// putPage puts a page of the roster. What stands in its place and is not the page an admin takes away first; others name it, and go on.
func (r *round) putPage(key string, object []byte) error {
	err := r.Bucket.Put(r.ctx, key, object)
	if !fault.Is(err, "object_exists") {
		return err
	}
	instead, err := r.Bucket.Get(r.ctx, key, roster.MaxObject)
	switch {
	case err == nil && r.isIntact(key, instead): // a bucket may deny what is true
		return nil
	case err != nil && !fault.Is(err, "object_too_large") && !fault.Is(err, "object_missing"):
		return err
	case !r.mayReplace():
		return r.refuseNow(key, instead, fault.New("roster_unreadable"))
	}
	r.Log.Warn("what stands in the place of a roster page is replaced", "key", key)
	if err := r.Bucket.Delete(r.ctx, key); err != nil {
		return err
	}
	return r.Bucket.Put(r.ctx, key, object)
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
