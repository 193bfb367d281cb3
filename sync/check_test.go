package sync

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// checked gives the problems of the bucket by key.
func (l *laptop) checked() map[string]string {
	l.t.Helper()
	_, problems, err := l.engine.Check(context.Background())
	if err != nil {
		l.t.Fatal(err)
	}
	found := map[string]string{}
	for _, p := range problems {
		found[p.Key] = p.Reason
	}
	return found
}

func wantProblems(t *testing.T, got, want map[string]string) {
	t.Helper()
	for key, reason := range want {
		if got[key] != reason {
			t.Errorf("%s: %q, want %q", key, got[key], reason)
		}
	}
	for key, reason := range got {
		if _, expected := want[key]; !expected {
			t.Errorf("%s: %q, which nobody harmed", key, reason)
		}
	}
}

func keysUnder(o *office, prefix string) []string {
	var keys []string
	for key := range o.shelf.objects {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// kept is a network of two laptops whose founder has written five deltas or more.
func kept(t *testing.T) (o *office, f, b *laptop) {
	t.Helper()
	o = newOffice(t)
	f = o.founder()
	b = o.joined(f, "B", roster.Coordinator)
	for n := range 5 {
		f.put(member(n, "Exemple"))
		f.round()
	}
	o.agree(f, b)
	wantProblems(t, f.checked(), nil)
	wantProblems(t, b.checked(), nil)
	return o, f, b
}

func TestACheckNamesWhatIsDamagedInTheBucketAndChangesNothing(t *testing.T) {
	o, f, b := kept(t)
	deltas, pages := keysUnder(o, snapshot.Prefix), keysUnder(o, roster.Prefix)
	want := map[string]string{}
	harm := func(key, reason string, change func([]byte) []byte) {
		o.shelf.objects[key] = change(bytes.Clone(o.shelf.objects[key]))
		want[key] = reason
	}
	flip := func(data []byte) []byte { data[len(data)-1] ^= 1; return data }
	cut := func(data []byte) []byte { return data[:len(data)/2] }
	noise := func([]byte) []byte { return []byte("This is no snapshot.") }
	harm(deltas[0], "delta_forged", flip)
	harm(deltas[1], "delta_unreadable", cut)
	harm(deltas[2], "delta_unreadable", noise)
	harm(deltas[3], "delta_unreadable", func([]byte) []byte { return nil })
	harm(deltas[4], "object_too_large", func([]byte) []byte { return make([]byte, snapshot.MaxObject+1) })
	harm(pages[0], "roster_unreadable", flip)
	harm(pages[1], "roster_unreadable", noise)
	frontier, digest, refused := b.store.Frontier(), b.store.Digest(), len(b.engine.Quarantined())
	for _, l := range []*laptop{f, b} {
		wantProblems(t, l.checked(), want)
	}
	if b.store.Digest() != digest || len(b.store.Frontier()) != len(frontier) || len(b.engine.Quarantined()) != refused {
		t.Error("a check changed something")
	}
}

func TestACheckNamesStrangersInTheBucket(t *testing.T) {
	o, f, b := kept(t)
	put := func(id *signed.Identity, network string, number uint64) string {
		t.Helper()
		previous := signed.Hash{}
		if number > 1 {
			previous = signed.HashOf([]byte("one before"))
		}
		data, err := snapshot.Seal(id, snapshot.Header{Network: network, Number: number, Previous: previous}, snapshot.Witness{},
			[]snapshot.Section{{Key: f.engine.State().CurrentKey("")}}, f.engine.ring.Find)
		if err != nil {
			t.Fatal(err)
		}
		key := snapshot.Name{Time: o.clock.now(), Device: id.Device(), Number: number, Hash: signed.ShortOf(signed.HashOf(data))}.String()
		o.shelf.objects[key] = data
		return key
	}
	stranger, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		put(stranger, f.engine.Network(), 1):        "delta_device_unknown",
		put(b.id, "net_other", 9_999_999_999):       "delta_forged", // a number that must not be counted up to
		"log/holiday-picture.png":                   "delta_misnamed",
		"log/notes.txt":                             "delta_misnamed",
		"roster/00000001-page":                      "roster_misnamed",
		"invitations.txt":                           "object_foreign",
		"somewhere/else":                            "object_foreign",
		roster.Name(9, signed.HashOf([]byte("x"))):  "roster_unreadable",
		misplaced(o, keysUnder(o, snapshot.Prefix)): "delta_misnamed",
	}
	for key := range want {
		if _, there := o.shelf.objects[key]; !there {
			o.shelf.objects[key] = bytes.Repeat([]byte("noise "), 20)
		}
	}
	wantProblems(t, f.checked(), want)
	wantProblems(t, b.checked(), want)
}

// misplaced puts the bytes of one delta under the name of another number.
func misplaced(o *office, keys []string) string {
	name, err := snapshot.ParseName(keys[0])
	if err != nil {
		o.t.Fatal(err)
	}
	data := o.shelf.objects[keys[0]]
	name.Number += 40
	o.shelf.objects[name.String()] = data
	return name.String()
}

func TestACheckNamesWhatIsMissingInTheBucket(t *testing.T) {
	o, f, b := kept(t)
	var mine []snapshot.Name
	for _, key := range keysUnder(o, snapshot.Prefix) {
		if name, err := snapshot.ParseName(key); err == nil && name.Device == f.id.Device() {
			mine = append(mine, name)
		}
	}
	pages := keysUnder(o, roster.Prefix)
	last := mine[len(mine)-1]
	for _, name := range []snapshot.Name{mine[1], mine[2], last} { // a run of two in the middle, and the newest
		delete(o.shelf.objects, name.String())
	}
	delete(o.shelf.objects, pages[0])
	want := map[string]string{
		snapshot.Pattern(f.id.Device(), mine[1].Number): "object_missing",
		snapshot.Pattern(f.id.Device(), last.Number):    "object_missing",
		pages[0]: "object_missing",
	}
	wantProblems(t, f.checked(), want)
	wantProblems(t, b.checked(), want)

	// A page that was not sent yet is not missing, nor is a change.
	o, f, _ = kept(t)
	if _, _, err := f.engine.Invite(home, roster.Reader, "Sam Exemple", o.clock.now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	f.put(member(9, "Plus tard"))
	wantProblems(t, f.checked(), nil)
}

func TestACheckWithoutABucketOrAnAnswerIsAFault(t *testing.T) {
	_, f, _ := kept(t)
	f.way.offline = true
	if _, _, err := f.engine.Check(context.Background()); err == nil {
		t.Error("a bucket that does not answer passed for sound")
	}
	f.engine.Bucket = nil
	if _, _, err := f.engine.Check(context.Background()); err == nil {
		t.Error("no bucket passed for a sound one")
	}
}

func TestACheckReadsFullSnapshotsSegmentsOrdersAndReceipts(t *testing.T) {
	s := besiege(t)
	s.gather()
	segment := s.sorts[slices.IndexFunc(s.sorts, func(x *sort) bool { return x.name == "segment" })]
	objects := s.c.way.objects
	objects[segment.key] = segment.object
	for _, x := range s.sorts { // some were removed in time, since a full snapshot stands for them
		if x.name == "manifest" || x.name == "co-signature" || x.name == "full part" || x.name == "receipt" || x.name == "erase order" || x.name == "segment" {
			objects[x.key] = x.object
		}
	}
	s.f.way.shelf = s.c.way.shelf
	wantProblems(t, s.f.checked(), nil)
	part := s.sorts[slices.IndexFunc(s.sorts, func(x *sort) bool { return x.name == "full part" })]
	delete(objects, part.key)
	wantProblems(t, s.f.checked(), map[string]string{part.key: "object_missing"})
	objects[part.key] = part.object
	want := map[string]string{}
	for name, reason := range map[string]string{"segment": "segment_unreadable", "manifest": "full_unreadable", "co-signature": "full_unreadable", "full part": "full_altered", "receipt": "erasure_unreadable", "erase order": "erasure_unreadable"} {
		x := s.sorts[slices.IndexFunc(s.sorts, func(x *sort) bool { return x.name == name })]
		data := bytes.Clone(x.object)
		data[len(data)-1] ^= 1
		objects[x.key] = data
		want[x.key] = reason
	}
	wantProblems(t, s.f.checked(), want)
}
