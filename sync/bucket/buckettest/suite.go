// Package buckettest is the promise of bucket.Bucket as a suite that every implementation passes,
// against the real thing: a folder on this disk, a real S3 service. Only tests may import it.
package buckettest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

const limit = 1 << 20 // bytes, of objects in this suite

// Weakness is a part of the promise that a real service is known not to keep. Carnet loses nothing by it: names of
// objects hold the hash of what is in them, and every reader checks it.
type Weakness string

// IgnoresConditions is a service that replaces an object although it was told not to.
const IgnoresConditions Weakness = "ignores conditions"

// Run checks one implementation. Each call of open gives a new handle; handles that were given the
// same name share one bucket, others see nothing of each other.
func Run(t *testing.T, open func(t *testing.T, name string) bucket.Bucket, less ...Weakness) {
	checks := map[string]func(*testing.T, *room){
		"an object comes back as it was put":                       comesBack,
		"an empty bucket lists nothing":                            emptyLists,
		"a missing object is named":                                missingIsNamed,
		"an object longer than the limit is refused":               longerThanLimit,
		"the same bytes may be put again":                          sameAgain,
		"an object is never replaced":                              neverReplaced,
		"a listing has its prefix and is in byte order":            byteOrder,
		"a listing starts strictly after a key":                    startsAfter,
		"a listing joins its pages":                                joinsPages,
		"what is new is listed without what is known":              newsWithoutTheKnown,
		"keys that could leave the bucket are refused":             trickyKeys,
		"unusual keys come back as they are":                       unusualKeys,
		"two writers of one key both succeed with the same bytes":  twoWritersSame,
		"of two writers with different bytes exactly one succeeds": twoWritersDifferent,
		"a deleted object is gone, twice too":                      deleteTwice,
		"a cancelled request ends":                                 cancelledEnds,
		"each verb costs one request":                              costs,
	}
	if slices.Contains(less, IgnoresConditions) {
		delete(checks, "an object is never replaced")
		delete(checks, "of two writers with different bytes exactly one succeeds")
		checks["of two writers with different bytes one stays whole"] = oneStaysWhole
	}
	for name, check := range checks {
		t.Run(name, func(t *testing.T) {
			check(t, &room{T: t, open: func() bucket.Bucket { return open(t, t.Name()) }})
		})
	}
}

// room is one bucket with helpers that end the test when something unexpected happens.
type room struct {
	*testing.T
	open func() bucket.Bucket
}

func (r *room) put(b bucket.Bucket, key, body string) {
	r.Helper()
	if err := b.Put(context.Background(), key, []byte(body)); err != nil {
		r.Fatalf("Put(%q): %v", key, err)
	}
}

func (r *room) get(b bucket.Bucket, key string) string {
	r.Helper()
	body, err := b.Get(context.Background(), key, limit)
	if err != nil {
		r.Fatalf("Get(%q): %v", key, err)
	}
	return string(body)
}

func (r *room) list(b bucket.Bucket, prefix, startAfter string) bucket.Page {
	r.Helper()
	page, err := b.List(context.Background(), prefix, startAfter)
	if err != nil {
		r.Fatalf("List(%q, %q): %v", prefix, startAfter, err)
	}
	return page
}

func (r *room) keys(b bucket.Bucket, prefix, startAfter string) []string {
	r.Helper()
	var keys []string
	for _, object := range r.list(b, prefix, startAfter).Objects {
		keys = append(keys, object.Key)
	}
	return keys
}

func (r *room) wantKeys(got []string, want ...string) {
	r.Helper()
	if !slices.Equal(got, want) {
		r.Errorf("listed %q, want %q", got, want)
	}
}

func (r *room) wantFault(err error, code string) {
	r.Helper()
	if !fault.Is(err, code) {
		r.Errorf("got %v, want the fault %s", err, code)
	}
}

func comesBack(t *testing.T, r *room) {
	b := r.open()
	body := string(bytes.Repeat([]byte{0, 1, 0xff, '\n', '\r'}, 40_000))
	r.put(b, "log/one", body)
	r.put(b, "log/empty", "")
	if got := r.get(r.open(), "log/one"); got != body {
		t.Errorf("%d bytes came back, not the %d that were put", len(got), len(body))
	}
	if got := r.get(b, "log/empty"); got != "" {
		t.Errorf("an empty object came back as %q", got)
	}
	for _, object := range r.list(b, "log/one", "").Objects {
		if object.Size != int64(len(body)) {
			t.Errorf("listed as %d bytes, want %d", object.Size, len(body))
		}
	}
}

func emptyLists(t *testing.T, r *room) {
	r.wantKeys(r.keys(r.open(), "", ""))
	r.wantKeys(r.keys(r.open(), "log/", "log/5"))
}

func missingIsNamed(t *testing.T, r *room) {
	_, err := r.open().Get(context.Background(), "log/nothing", limit)
	r.wantFault(err, "object_missing")
}

func longerThanLimit(t *testing.T, r *room) {
	b := r.open()
	r.put(b, "log/ten", "0123456789")
	if _, err := b.Get(context.Background(), "log/ten", 10); err != nil {
		t.Errorf("an object of exactly the limit: %v", err)
	}
	_, err := b.Get(context.Background(), "log/ten", 9)
	r.wantFault(err, "object_too_large")
}

func sameAgain(t *testing.T, r *room) {
	b := r.open()
	r.put(b, "log/one", "same")
	r.put(b, "log/one", "same")
	r.put(r.open(), "log/one", "same")
}

func neverReplaced(t *testing.T, r *room) {
	b := r.open()
	r.put(b, "log/one", "first")
	for _, other := range []string{"other", "longer than first", "", "f"} {
		r.wantFault(b.Put(context.Background(), "log/one", []byte(other)), "object_exists")
	}
	if got := r.get(b, "log/one"); got != "first" {
		t.Errorf("the object is now %q", got)
	}
}

func byteOrder(t *testing.T, r *room) {
	b := r.open()
	for _, key := range []string{"log/b", "log/a-b", "log/a/b", "log/a.b", "log/A", "logs/x", "full/1/manifest", "log/a/a"} {
		r.put(b, key, key)
	}
	r.wantKeys(r.keys(b, "log/", ""), "log/A", "log/a-b", "log/a.b", "log/a/a", "log/a/b", "log/b")
	r.wantKeys(r.keys(b, "log/a", ""), "log/a-b", "log/a.b", "log/a/a", "log/a/b")
	r.wantKeys(r.keys(b, "full/1/", ""), "full/1/manifest")
	r.wantKeys(r.keys(b, "", "log/b"), "logs/x")
}

func startsAfter(t *testing.T, r *room) {
	b := r.open()
	for _, key := range []string{"log/1", "log/2", "log/3"} {
		r.put(b, key, key)
	}
	r.wantKeys(r.keys(b, "log/", "log/1"), "log/2", "log/3")
	r.wantKeys(r.keys(b, "log/", "log/10"), "log/2", "log/3")
	r.wantKeys(r.keys(b, "log/", "log/3"))
	r.wantKeys(r.keys(b, "log/", "full/9"), "log/1", "log/2", "log/3")
}

// newsWithoutTheKnown is for those that can do it; each asks with a fresh handle and with one that has asked before.
func newsWithoutTheKnown(t *testing.T, r *room) {
	b := r.open()
	able, ok := b.(bucket.News)
	if !ok {
		return
	}
	keys := []string{"log/1-laptop-1-aaaaabbbbbccccc", "log/2-laptop-2-dddddeeeeefffff", "log/3-laptop-3-ggggghhhhhiiiii"}
	for _, key := range keys[:2] {
		r.put(b, key, key)
	}
	news := func(after, known string, there bool, want ...string) {
		t.Helper()
		page, got, err := able.ListNews(context.Background(), "log/", after, known)
		if err != nil || got != there || page.ServerTime.IsZero() {
			t.Errorf("after %s with %s known: there %v, %v, by the clock at %v", after, known, got, err, page.ServerTime)
		}
		var listed []string
		for _, object := range page.Objects {
			listed = append(listed, object.Key)
		}
		r.wantKeys(listed, want...)
	}
	news("log/2", keys[1], true)
	news("log/2", keys[2], false, keys[1])
	news("log/1", keys[1], true, keys[0])
	r.put(b, keys[2], keys[2])
	news("log/2", keys[1], true, keys[2])
	r.put(b, "log/4-"+keys[1][len(keys[1])-10:]+"-1-jjjjjkkkkklllll", "x") // holds the letters of the known one
	news("log/2", keys[1], true, keys[2], "log/4-"+keys[1][len(keys[1])-10:]+"-1-jjjjjkkkkklllll")
}

func joinsPages(t *testing.T, r *room) {
	const many = 1_234 // S3 gives at most 1000 keys a page
	b := r.open()
	var want []string
	for i := range many {
		want = append(want, fmt.Sprintf("log/%06d", i))
	}
	putAll(r, b, want)
	r.wantKeys(r.keys(b, "log/", ""), want...)
	r.wantKeys(r.keys(b, "log/", want[100]), want[101:]...)
}

// putAll puts keys over a few connections at once.
func putAll(r *room, b bucket.Bucket, keys []string) {
	var writers sync.WaitGroup
	for part := range slices.Chunk(keys, len(keys)/8+1) {
		writers.Go(func() {
			for _, key := range part {
				if err := b.Put(context.Background(), key, []byte(key)); err != nil {
					r.Errorf("Put(%q): %v", key, err)
				}
			}
		})
	}
	writers.Wait()
}

func trickyKeys(t *testing.T, r *room) {
	b := r.open()
	for _, key := range []string{
		"", "/", "/etc/passwd", "../outside", "log/../../outside", "log/..", "log//x", "log/", "./x", `log\x`, "C:/x", "log/c:x",
		"log/\x00", "log/\n", "log/nul", "log/COM1.txt", "log/x.", "log/x ", "log/.hidden", "log/half.tmp", "log/\xff", strings.Repeat("x", 201), strings.Repeat("x/", 500) + "x",
	} {
		r.wantFault(b.Put(context.Background(), key, []byte("x")), "bad_key")
		_, err := b.Get(context.Background(), key, limit)
		r.wantFault(err, "bad_key")
		r.wantFault(b.Delete(context.Background(), key), "bad_key")
	}
	r.wantKeys(r.keys(b, "", ""))
}

func unusualKeys(t *testing.T, r *room) {
	b := r.open()
	keys := []string{"log/a b", "log/a%2Fb", "log/a+b", "log/a=b&c", "log/a~b", "log/été", "log/ᐃᓄᒃ", strings.Repeat("d/", 20) + "deep", strings.Repeat("y", 200)}
	slices.Sort(keys)
	for _, key := range keys {
		r.put(b, key, key)
		if got := r.get(b, key); got != key {
			t.Errorf("%q came back as %q", key, got)
		}
	}
	r.wantKeys(r.keys(b, "", ""), keys...)
}

// race puts one body from each of two handles at the same moment and gives both answers.
func race(r *room, key, first, second string) [2]error {
	var answers [2]error
	var start, done sync.WaitGroup
	start.Add(1)
	for i, body := range []string{first, second} {
		b := r.open()
		done.Go(func() {
			start.Wait()
			answers[i] = b.Put(context.Background(), key, []byte(body))
		})
	}
	start.Done()
	done.Wait()
	return answers
}

func twoWritersSame(t *testing.T, r *room) {
	for i := range 20 {
		key := fmt.Sprintf("log/%d", i)
		for _, err := range race(r, key, "same", "same") {
			if err != nil {
				t.Errorf("%s: %v", key, err)
			}
		}
	}
}

func twoWritersDifferent(t *testing.T, r *room) {
	for i := range 20 {
		key := fmt.Sprintf("log/%d", i)
		bodies := [2]string{"from Toronto", "from Montréal"}
		answers := race(r, key, bodies[0], bodies[1])
		won := slices.Index(answers[:], nil)
		if won < 0 {
			t.Errorf("%s: nobody succeeded: %v", key, answers)
			continue
		}
		r.wantFault(answers[1-won], "object_exists")
		if got := r.get(r.open(), key); got != bodies[won] {
			t.Errorf("%s: %q stayed, though %q was told it succeeded", key, got, bodies[won])
		}
	}
}

func oneStaysWhole(t *testing.T, r *room) {
	for i := range 20 {
		key := fmt.Sprintf("log/%d", i)
		bodies := []string{strings.Repeat("from Toronto", 4_000), strings.Repeat("from Montréal", 4_000)}
		for _, err := range race(r, key, bodies[0], bodies[1]) {
			if err != nil && !fault.Is(err, "object_exists") {
				t.Errorf("%s: %v", key, err)
			}
		}
		if got := r.get(r.open(), key); !slices.Contains(bodies, got) {
			t.Errorf("%s: %d bytes stayed that nobody wrote", key, len(got))
		}
	}
}

func deleteTwice(t *testing.T, r *room) {
	b := r.open()
	r.put(b, "log/one", "x")
	for range 2 {
		if err := b.Delete(context.Background(), "log/one"); err != nil {
			t.Errorf("Delete: %v", err)
		}
	}
	r.wantKeys(r.keys(b, "", ""))
	_, err := b.Get(context.Background(), "log/one", limit)
	r.wantFault(err, "object_missing")
}

func cancelledEnds(t *testing.T, r *room) {
	b := r.open()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.List(ctx, "", ""); err == nil {
		t.Error("a cancelled List gave an answer, which could pass for an empty bucket")
	}
	if _, err := b.Get(ctx, "log/one", limit); err == nil {
		t.Error("a cancelled Get gave an answer")
	}
}

func costs(t *testing.T, r *room) {
	b := r.open()
	r.put(b, "log/one", "12345")
	r.get(b, "log/one")
	r.list(b, "log/", "log/0")
	if err := b.Delete(context.Background(), "log/one"); err != nil {
		t.Fatal(err)
	}
	got := b.Cost()
	if got.Put != 1 || got.Get != 1 || got.List != 1 || got.Delete != 1 || got.Requests() != 4 {
		t.Errorf("one of each cost %+v", got)
	}
	if got.In < 5 || got.Out < 5 {
		t.Errorf("5 bytes each way were counted as %d in, %d out", got.In, got.Out)
	}
}
