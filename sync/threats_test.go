package sync

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// liar is a laptop's way to a bucket that does not keep its word.
type liar struct {
	*way
	list func(bucket.Page) (bucket.Page, error)
	get  func(key string, data []byte) ([]byte, error)
	put  func(key string, done func() error) error
}

func (l *liar) List(ctx context.Context, prefix, after string) (bucket.Page, error) {
	page, err := l.way.List(ctx, prefix, after)
	if err == nil && l.list != nil {
		return l.list(page)
	}
	return page, err
}

func (l *liar) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	data, err := l.way.Get(ctx, key, limit)
	if err == nil && l.get != nil {
		return l.get(key, data)
	}
	return data, err
}

func (l *liar) Put(ctx context.Context, key string, body []byte) error {
	done := func() error { return l.way.Put(ctx, key, body) }
	if l.put != nil {
		return l.put(key, done)
	}
	return done()
}

// threat is one row of docs/THREATS.md that a round meets at its bucket.
type threat struct {
	name string
	// lie lets F's bucket misbehave for one round; B's delta number n has just been written.
	lie  func(o *office, l *liar, theirs string)
	code string              // with which that round fails; empty when it goes on
	sign func(r Report) bool // what the report says; nil when there is nothing to say
}

func failing(code string) func(*office, *liar, string) {
	return func(_ *office, l *liar, _ string) {
		l.list = func(bucket.Page) (bucket.Page, error) { return bucket.Page{}, fault.New(code) }
	}
}

func refusedAs(codes ...string) func(Report) bool {
	return func(r Report) bool {
		return slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return slices.Contains(codes, q.Reason) })
	}
}

var threats = []threat{
	{name: "a listing that is stale", lie: func(_ *office, l *liar, theirs string) {
		l.list = func(p bucket.Page) (bucket.Page, error) {
			p.Objects = slices.DeleteFunc(p.Objects, func(o bucket.Object) bool { return o.Key >= theirs })
			return p, nil
		}
	}},
	{name: "a listing that is incomplete", lie: func(_ *office, l *liar, _ string) {
		l.list = func(p bucket.Page) (bucket.Page, error) {
			p.Objects = p.Objects[:len(p.Objects)/2]
			return p, nil
		}
	}},
	{name: "a listing out of order", lie: func(_ *office, l *liar, _ string) {
		l.list = func(p bucket.Page) (bucket.Page, error) { slices.Reverse(p.Objects); return p, nil }
	}},
	{name: "a listing that says things twice", lie: func(_ *office, l *liar, _ string) {
		l.list = func(p bucket.Page) (bucket.Page, error) { p.Objects = append(p.Objects, p.Objects...); return p, nil }
	}},
	{name: "conditional writes that are ignored", lie: func(o *office, l *liar, _ string) {
		l.put = func(key string, done func() error) error {
			o.shelf.mu.Lock()
			delete(o.shelf.objects, key)
			o.shelf.mu.Unlock()
			return done()
		}
	}},
	{name: "a conditional write that is raced", code: "bucket_unreachable", lie: func(_ *office, l *liar, _ string) {
		l.put = func(string, func() error) error { return fault.New("bucket_unreachable") }
	}},
	{name: "a write that succeeded though its answer was lost", code: "bucket_unreachable", lie: func(_ *office, l *liar, _ string) {
		l.put = func(_ string, done func() error) error { _ = done(); return fault.New("bucket_unreachable") }
	}},
	{name: "an answer that was cut once", lie: func(_ *office, l *liar, _ string) {
		cut := map[string]bool{}
		l.get = func(key string, data []byte) ([]byte, error) {
			if !cut[key] {
				cut[key] = true
				return data[:len(data)/2], nil
			}
			return data, nil
		}
	}},
	{name: "answers that are always cut", sign: refusedAs("delta_unreadable"), lie: func(_ *office, l *liar, _ string) {
		l.get = func(_ string, data []byte) ([]byte, error) { return data[:len(data)/2], nil }
	}},
	{name: "403 on everything", code: "bucket_refused", lie: failing("bucket_refused")},
	{name: "403 on writing", code: "bucket_read_only", lie: func(_ *office, l *liar, _ string) {
		l.put = func(string, func() error) error { return fault.New("bucket_read_only") }
	}},
	{name: "404 for the bucket", code: "bucket_missing", lie: failing("bucket_missing")},
	{name: "404 for one object that is listed", lie: func(_ *office, l *liar, theirs string) { l.gone = theirs },
		sign: func(r Report) bool {
			return len(r.Held) == 1 && r.Held[0].Reason == "object_missing" && r.StaleSince != ""
		}},
	{name: "412 though nothing is there", code: "object_exists", lie: func(_ *office, l *liar, _ string) {
		l.put = func(string, func() error) error { return fault.New("object_exists") }
	}},
	{name: "429, 500 and 503", code: "bucket_unreachable", lie: failing("bucket_unreachable")},
	{name: "500 for one object", code: "bucket_unreachable", lie: func(_ *office, l *liar, theirs string) {
		l.get = func(key string, data []byte) ([]byte, error) {
			if key == theirs {
				return nil, fault.New("bucket_unreachable")
			}
			return data, nil
		}
	}},
	{name: "507, the disk of the server is full", code: "bucket_full", lie: func(_ *office, l *liar, _ string) {
		l.put = func(string, func() error) error { return fault.New("bucket_full") }
	}},
	{name: "credentials that expire before the write", code: "bucket_refused", lie: func(_ *office, l *liar, _ string) {
		l.put = func(string, func() error) error { return fault.New("bucket_refused") }
	}},
	{name: "credentials that expire before the fetch", code: "bucket_refused", lie: func(_ *office, l *liar, _ string) {
		l.get = func(string, []byte) ([]byte, error) { return nil, fault.New("bucket_refused") }
	}},
	{name: "an object with the bytes of another", sign: refusedAs("delta_unreadable", "delta_misnamed", "delta_forged"),
		lie: func(o *office, l *liar, theirs string) {
			for k, data := range o.shelf.objects {
				if k != theirs && strings.HasPrefix(k, snapshot.Prefix) {
					o.shelf.objects[theirs] = bytes.Clone(data)
					return
				}
			}
		}},
	{name: "an object renamed to another number", sign: refusedAs("delta_misnamed", "delta_unreadable"),
		lie: func(o *office, l *liar, theirs string) {
			name, _ := snapshot.ParseName(theirs)
			data := o.shelf.objects[theirs]
			delete(o.shelf.objects, theirs)
			name.Hash[3] ^= 1
			o.shelf.objects[name.String()] = data
		}},
	{name: "an object uploaded again under another time", lie: func(o *office, l *liar, theirs string) {
		name, _ := snapshot.ParseName(theirs)
		name.Time = name.Time.Add(20 * time.Hour)
		o.shelf.objects[name.String()] = o.shelf.objects[theirs]
	}},
	{name: "an object from another network", sign: refusedAs("delta_device_unknown"), lie: func(o *office, l *liar, _ string) {
		other := newOffice(o.t)
		other.clock, other.shelf.clock = o.clock, o.clock
		stranger := other.founder()
		stranger.put(member(9, "Ailleurs"))
		stranger.round()
		for k, data := range other.shelf.objects {
			if strings.HasPrefix(k, snapshot.Prefix) {
				o.shelf.objects[k] = data
			}
		}
	}},
	{name: "an object that was deleted before it was read", lie: func(o *office, l *liar, theirs string) { delete(o.shelf.objects, theirs) }},
	{name: "everything deleted", sign: func(r Report) bool { return r.Places[0].Rewound && r.Places[0].Carried > 0 },
		lie: func(o *office, l *liar, _ string) {
			maps.DeleteFunc(o.shelf.objects, func(string, []byte) bool { return true })
		}},
}

// Every threat is met by one round of F; what is good is applied, and when it is over both laptops
// have everything, once.
func TestARoundAtABucketThatLies(t *testing.T) {
	for _, row := range threats {
		t.Run(row.name, func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Coordinator)
			f.put(member(5, "Avant"))
			b.put(member(6, "Avant aussi"))
			o.agree(f, b)
			b.put(member(2, "Deux"))
			b.round()
			theirs := key(t, o, b, 0)
			f.put(member(1, "Un"))
			f.again() // so that it lists first
			l := &liar{way: f.way}
			row.lie(o, l, theirs)
			f.engine.Bucket = l
			o.clock.wait(time.Second)
			r, err := f.engine.Round(context.Background())
			if fault.CodeOf(err) != row.code && (err != nil || row.code != "") {
				t.Errorf("the round ended with %v, want %q", err, row.code)
			}
			if row.sign != nil && !row.sign(r) {
				t.Errorf("the report says nothing of it: %+v", r)
			}
			f.way.gone = ""
			f.engine.Bucket = f.way
			f.again()
			b.put(member(3, "Trois"))
			for range 3 {
				o.clock.wait(16 * time.Minute)
				b.round()
				f.round()
			}
			o.agree(f, b)
			for _, l := range []*laptop{f, b} {
				if l.family(1) != "Un" || l.family(2) != "Deux" || l.family(3) != "Trois" || l.family(5) != "Avant" || l.family(6) != "Avant aussi" {
					t.Errorf("%s reads %q %q %q %q %q", l.name, l.family(1), l.family(2), l.family(3), l.family(5), l.family(6))
				}
				if r := l.round(); len(r.Held)+len(r.Missing)+len(r.Diverged) > 0 || r.Pulled.Changes > 0 {
					t.Errorf("afterwards %s says %+v", l.name, r)
				}
			}
			c := o.joined(f, "C", roster.Coordinator)
			o.agree(f, b, c) // the bucket alone is enough for a new laptop
		})
	}
}
