// Package bucket is where snapshots rest between laptops: a folder (a USB stick, a shared drive),
// any S3-compatible service, or the folder that a laptop lends in the same room, behind one interface. It knows of keys and bytes, of requests and
// what they cost. It never looks inside an object, never trusts what a server says about order,
// size or time, and never writes credentials anywhere.
package bucket

import (
	"context"
	"time"

	"example.org/carnet/store/fault"
)

// Bucket holds immutable objects under keys such as "log/20261202-…". Every implementation passes
// the suite of package buckettest. All methods may be called from any goroutine and give the
// faults bucket_unreachable, bucket_refused, bucket_missing and bad_key besides their own.
type Bucket interface {
	// List gives the objects whose keys begin with prefix and come strictly after startAfter, in
	// byte order, all pages joined.
	List(ctx context.Context, prefix, startAfter string) (Page, error)

	// Get reads one object of at most limit bytes. Faults: object_missing, object_too_large.
	Get(ctx context.Context, key string, limit int64) ([]byte, error)

	// Put creates an object, whole or not at all, and never replaces one. The same bytes again
	// are no error. A service that ignores conditions may replace all the same: names hold the hash of what is
	// named, so that readers notice. Faults: object_exists (other bytes are there), bucket_read_only, bucket_full.
	Put(ctx context.Context, key string, body []byte) error

	// Delete removes an object; one that is not there is no error. Fault: bucket_read_only.
	Delete(ctx context.Context, key string) error

	// Cost tells what was asked of the bucket since it was opened.
	Cost() Cost

	Close() error
}

// Object is one line of a listing.
type Object struct {
	Key  string
	Size int64 // bytes, as the bucket claims
}

// Page is a whole listing.
type Page struct {
	Objects    []Object
	ServerTime time.Time // the bucket's own clock, to the second; zero when it has none
}

// Cost counts requests as they went over the wire, retries included, and bytes both ways. For S3
// the bytes are all that passed the connections, headers included; for a folder those of objects.
type Cost struct {
	List, Get, Put, Head, Delete int
	In, Out                      int64 // bytes
}

// Requests is the number of requests of any kind.
func (c Cost) Requests() int { return c.List + c.Get + c.Put + c.Head + c.Delete }

// Since gives what was spent after an earlier reading.
func (c Cost) Since(before Cost) Cost {
	return Cost{
		List: c.List - before.List, Get: c.Get - before.Get, Put: c.Put - before.Put,
		Head: c.Head - before.Head, Delete: c.Delete - before.Delete,
		In: c.In - before.In, Out: c.Out - before.Out,
	}
}

// Open makes a bucket of a folder or a service; OpenLAN makes one of a laptop in the room, which needs keys
// besides. It asks nothing of it yet, so it works offline.
func Open(remote Remote) (Bucket, error) {
	switch remote.Kind {
	case Folder:
		return openFolder(remote)
	case S3:
		return openS3(remote)
	}
	return nil, fault.New("bad_remote", "remote", remote.String())
}
