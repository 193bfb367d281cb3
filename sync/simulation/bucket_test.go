package simulation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

// shelf is the bucket that all laptops share: what is in it, and what its keeper does to it.
type shelf struct {
	mu       sync.Mutex
	world    *world
	objects  map[string][]byte
	since    map[string]time.Time // when an object came, for listings that lag
	past     map[string][]byte    // the whole bucket of an earlier day, for rolling back
	garbage  map[string]bool      // what the keeper made up; nobody has to take it in
	off      time.Duration        // how wrong its clock is
	spoilt   map[string]bool      // what the keeper cut short or altered where it lies
	heedless bool                 // it replaces what is there, whatever condition is asked for
}

func newShelf(w *world) *shelf {
	return &shelf{world: w, objects: map[string][]byte{}, since: map[string]time.Time{}, garbage: map[string]bool{}, spoilt: map[string]bool{}}
}

func (s *shelf) keys() []string { return slices.Sorted(maps.Keys(s.objects)) }

// weather is how often, in a hundred, each thing goes wrong on one laptop's way to the shelf.
type weather struct {
	refuse, lose, cut, lag, drop, shuffle, twice, flip, swap int
}

func storm(chance *rand.Rand) weather {
	some := func(most int) int { return max(0, chance.IntN(2*most)-most) }
	return weather{refuse: some(12), lose: some(10), cut: some(10), lag: some(20), drop: some(20), shuffle: some(20), twice: some(20), flip: some(4), swap: some(4)}
}

// way is one laptop's way to the shelf.
type way struct {
	*shelf
	name    string
	mu      sync.Mutex
	times   map[string]int // how often each thing was asked for
	weather weather
	offline bool
	die     int  // so many more requests succeed; below 0: all
	broken  bool // the line broke under one of several requests; what is asked after them fails
	hidden  string
	hides   hiding
	denies  int // in a hundred: a PUT is answered with 412 whatever is there
	cost    bucket.Cost
	ahead   chan time.Time // tells who waits for a PUT to get ahead of a listing that it will not
	listed  chan struct{}  // and this PUT that the listing came
}

func newWay(w *world, name string) *way {
	return &way{shelf: w.shelf, name: name, die: -1, times: map[string]int{}, ahead: make(chan time.Time, 1), listed: make(chan struct{}, 1)}
}

// refusals are what real services answer instead: 403, 404 of the bucket, 429 and 503, a broken line.
var refusals = []string{"bucket_refused", "bucket_missing", "bucket_unreachable", "bucket_unreachable"}

// asked is one request on its way: what it meets does not depend on what is under way beside it.
type asked struct {
	*rand.Rand
	way  *way
	what string
}

func (a *asked) happens(often int) bool { return a.IntN(100) < often }

// answered notes how it went.
func (a *asked) answered(answer *string, err *error) {
	outcome := *answer
	if *err != nil {
		outcome = fault.CodeOf(*err)
	}
	a.way.world.trace.request(fmt.Sprintf("  %s %s: %s", a.way.name, a.what, outcome))
}

func (w *way) ask(verb, key string, count func(*bucket.Cost)) (*asked, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	count(&w.cost)
	what := verb + " " + key
	w.times[what]++
	a := &asked{Rand: luckOf(w.world.seed, w.name, what, w.times[what]), way: w, what: what}
	if verb != "GET" && w.broken { // several may be under way at once, and none of them is the first
		w.broken, w.die = false, 0
	}
	switch {
	case w.offline || w.die == 0:
		return a, fault.New("bucket_unreachable")
	case verb == "GET" && w.die > 0 && a.IntN(w.die+1) == 0:
		w.broken = true
		return a, fault.New("bucket_unreachable")
	case a.happens(w.weather.refuse):
		return a, fault.New(refusals[a.IntN(len(refusals))])
	}
	if verb != "GET" {
		w.die--
	}
	return a, nil
}

// List may lag behind, leave out, repeat, and give things in any order.
func (w *way) List(_ context.Context, prefix, after string) (page bucket.Page, err error) {
	a, err := w.ask("LIST", prefix+" "+after, func(c *bucket.Cost) { c.List++ })
	outcome := ""
	defer a.answered(&outcome, &err)
	defer w.letGo()
	if err != nil {
		return bucket.Page{}, err
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	now := w.world.now()
	page = bucket.Page{ServerTime: now.Add(w.off).Truncate(time.Second)}
	lag, drop := a.happens(w.weather.lag), a.happens(w.weather.drop)
	for _, key := range w.keys() {
		recent := now.Sub(w.since[key]) < time.Minute
		if !strings.HasPrefix(key, prefix) || key <= after || lag && recent || drop && recent && a.IntN(3) == 0 ||
			w.hidden != "" && strings.Contains(key, w.hidden) || w.keeps(key) {
			continue
		}
		page.Objects = append(page.Objects, bucket.Object{Key: key, Size: int64(len(w.objects[key]))})
	}
	if n := len(page.Objects); n > 0 && a.happens(w.weather.twice) {
		page.Objects = append(page.Objects, page.Objects[a.IntN(n)])
	}
	if a.happens(w.weather.shuffle) {
		a.Shuffle(len(page.Objects), func(i, j int) {
			page.Objects[i], page.Objects[j] = page.Objects[j], page.Objects[i]
		})
	}
	outcome = fmt.Sprint(len(page.Objects))
	return page, nil
}

// Get may give flipped, cut or other bytes.
func (w *way) Get(_ context.Context, key string, limit int64) (data []byte, err error) {
	a, err := w.ask("GET", key, func(c *bucket.Cost) { c.Get++ })
	outcome := ""
	defer a.answered(&outcome, &err)
	if err != nil {
		return nil, err
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	data, there := w.objects[key]
	switch {
	case !there || w.keeps(key):
		return nil, fault.New("object_missing")
	case int64(len(data)) > limit:
		return nil, fault.New("object_too_large")
	}
	data = bytes.Clone(data)
	switch {
	case a.happens(w.weather.cut):
		return nil, fault.New("bucket_unreachable")
	case len(data) > 0 && a.happens(w.weather.flip):
		data[a.IntN(len(data))] ^= 1 << a.IntN(8)
	case a.happens(w.weather.swap):
		keys := w.keys()
		data = bytes.Clone(w.objects[keys[a.IntN(len(keys))]])
	}
	outcome = fmt.Sprintf("%x", sha256.Sum256(data))[:8]
	return data, nil
}

// Put may succeed and lose the answer, and where a listing is asked for beside it, come before it or after it.
func (w *way) Put(ctx context.Context, key string, body []byte) (err error) {
	a, err := w.ask("PUT", key, func(c *bucket.Cost) { c.Put++ })
	outcome := "put"
	defer a.answered(&outcome, &err)
	beside := goroutine() != w.world.player
	slow, late := beside && a.happens(30), a.happens(50)
	if slow && late {
		w.letListingPass(ctx)
	}
	if err == nil {
		err = w.put(a, key, body)
	}
	if slow && !late {
		w.letListingPass(ctx)
	}
	return err
}

func (w *way) put(a *asked, key string, body []byte) error {
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	if a.happens(w.denies) {
		return fault.New("object_exists")
	}
	if old, there := w.objects[key]; there && !bytes.Equal(old, body) && w.heedless {
		w.objects[key], w.spoilt[key], w.garbage[key] = bytes.Clone(body), false, false
	} else if there && !bytes.Equal(old, body) {
		return fault.New("object_exists")
	} else if !there {
		w.objects[key], w.since[key] = bytes.Clone(body), w.world.now()
	}
	if a.happens(w.weather.lose) {
		return fault.New("bucket_unreachable")
	}
	return nil
}

// headStart is a clock on which a PUT beside a listing is always there before it, unless it is said to be slow.
func (w *way) headStart(time.Duration) <-chan time.Time { return w.ahead }

// letListingPass ends when the listing beside a slow PUT was answered.
func (w *way) letListingPass(ctx context.Context) {
	select { // of a listing that was alone
	case <-w.listed:
	default:
	}
	w.ahead <- w.world.now()
	select {
	case <-w.listed:
	case <-ctx.Done():
	}
}

func (w *way) letGo() {
	select {
	case w.listed <- struct{}{}:
	default:
	}
}

func (w *way) Delete(_ context.Context, key string) (err error) {
	a, err := w.ask("DELETE", key, func(c *bucket.Cost) { c.Delete++ })
	outcome := "deleted"
	defer a.answered(&outcome, &err)
	if err != nil {
		return err
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	delete(w.objects, key)
	return nil
}

func (w *way) Close() error { return nil }

func (w *way) Cost() bucket.Cost {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cost
}

// calm makes the way honest and quick.
func (w *way) calm() {
	w.weather, w.offline, w.die, w.broken, w.hidden = weather{}, false, -1, false, ""
	w.hides, w.denies = hiding{}, 0
}
