package simulation

import (
	"bytes"
	"context"
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
	mu      sync.Mutex
	world   *world
	objects map[string][]byte
	since   map[string]time.Time // when an object came, for listings that lag
	past    map[string][]byte    // the whole bucket of an earlier day, for rolling back
	garbage map[string]bool      // what the keeper made up; nobody has to take it in
	off     time.Duration        // how wrong its clock is
}

func newShelf(w *world) *shelf {
	return &shelf{world: w, objects: map[string][]byte{}, since: map[string]time.Time{}, garbage: map[string]bool{}}
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
	mu      sync.Mutex
	chance  *rand.Rand // of this way alone: several requests run at once, and which comes first is nobody's choice
	weather weather
	offline bool
	die     int // so many more requests succeed; below 0: all
	hidden  string
	cost    bucket.Cost
}

// refusals are what real services answer instead: 403, 404 of the bucket, 429 and 503, a broken line.
var refusals = []string{"bucket_refused", "bucket_missing", "bucket_unreachable", "bucket_unreachable"}

func (w *way) pass(count func(*bucket.Cost)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	count(&w.cost)
	switch {
	case w.offline || w.die == 0:
		return fault.New("bucket_unreachable")
	case w.chance.IntN(100) < w.weather.refuse:
		return fault.New(refusals[w.chance.IntN(len(refusals))])
	}
	w.die--
	return nil
}

// happens tells whether something that goes wrong so often does so now.
func (w *way) happens(often int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.chance.IntN(100) < often
}

func (w *way) pick(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.chance.IntN(n)
}

// List may lag behind, leave out, repeat, and give things in any order.
func (w *way) List(_ context.Context, prefix, after string) (bucket.Page, error) {
	if err := w.pass(func(c *bucket.Cost) { c.List++ }); err != nil {
		return bucket.Page{}, err
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	now := w.world.now()
	page := bucket.Page{ServerTime: now.Add(w.off).Truncate(time.Second)}
	lag, drop := w.happens(w.weather.lag), w.happens(w.weather.drop)
	for _, key := range w.keys() {
		recent := now.Sub(w.since[key]) < time.Minute
		if !strings.HasPrefix(key, prefix) || key <= after || lag && recent || drop && recent && w.pick(3) == 0 ||
			w.hidden != "" && strings.Contains(key, w.hidden) {
			continue
		}
		page.Objects = append(page.Objects, bucket.Object{Key: key, Size: int64(len(w.objects[key]))})
	}
	if n := len(page.Objects); n > 0 && w.happens(w.weather.twice) {
		page.Objects = append(page.Objects, page.Objects[w.pick(n)])
	}
	if w.happens(w.weather.shuffle) {
		w.mu.Lock()
		w.chance.Shuffle(len(page.Objects), func(i, j int) {
			page.Objects[i], page.Objects[j] = page.Objects[j], page.Objects[i]
		})
		w.mu.Unlock()
	}
	return page, nil
}

// Get may give flipped, cut or other bytes.
func (w *way) Get(_ context.Context, key string, limit int64) ([]byte, error) {
	if err := w.pass(func(c *bucket.Cost) { c.Get++ }); err != nil {
		return nil, err
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	data, there := w.objects[key]
	switch {
	case !there:
		return nil, fault.New("object_missing")
	case int64(len(data)) > limit:
		return nil, fault.New("object_too_large")
	}
	data = bytes.Clone(data)
	switch {
	case w.happens(w.weather.cut):
		return nil, fault.New("bucket_unreachable")
	case len(data) > 0 && w.happens(w.weather.flip):
		data[w.pick(len(data))] ^= 1 << w.pick(8)
	case w.happens(w.weather.swap):
		keys := w.keys()
		data = bytes.Clone(w.objects[keys[w.pick(len(keys))]])
	}
	return data, nil
}

// Put may succeed and lose the answer.
func (w *way) Put(_ context.Context, key string, body []byte) error {
	if err := w.pass(func(c *bucket.Cost) { c.Put++ }); err != nil {
		return err
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	if old, there := w.objects[key]; there && !bytes.Equal(old, body) {
		return fault.New("object_exists")
	} else if !there {
		w.objects[key], w.since[key] = bytes.Clone(body), w.world.now()
	}
	if w.happens(w.weather.lose) {
		return fault.New("bucket_unreachable")
	}
	return nil
}

func (w *way) Delete(_ context.Context, key string) error {
	if err := w.pass(func(c *bucket.Cost) { c.Delete++ }); err != nil {
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
func (w *way) calm() { w.weather, w.offline, w.die, w.hidden = weather{}, false, -1, "" }
