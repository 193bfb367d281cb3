package simulation

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"time"
)

// plagues are what only some seeds have besides: each is met by every second network.
type plagues struct {
	hides    bool // whole kinds of objects, or what came of them lately, are kept from some laptops or from all
	spoils   bool // objects are cut short or altered where they lie
	heedless bool // conditions of writes are ignored for a while
	denies   bool // writes are refused as if something else stood there
	steps    bool // power goes in the middle of other writes than those of the journal
}

func plaguesOf(chance *rand.Rand) plagues {
	some := func() bool { return chance.IntN(2) == 0 }
	return plagues{hides: some(), spoils: some(), heedless: some(), denies: some(), steps: some()}
}

// hiding is what the keeper keeps from one laptop: of one kind, what came after some moment. It ends.
type hiding struct {
	prefix string
	since  time.Time
	until  time.Time
}

// keeps tells whether an object is hidden on this way.
func (w *way) keeps(key string) bool {
	return w.hides.prefix != "" && strings.HasPrefix(key, w.hides.prefix) && w.world.now().Before(w.hides.until) && w.since[key].After(w.hides.since)
}

// longestHidden is for how long the keeper hides something at most.
const longestHidden = 5 * 24 * time.Hour

var hideable = []string{"roster/", "roster/", "roster/", "log/", "full/", "erase/", "receipt/", "claim/", "seg/", "join/"}

// meddle is one of the things that a keeper does in networks of its plague.
func (w *world) meddle() {
	l := w.laptops[w.meddling.IntN(len(w.laptops))]
	switch w.meddling.IntN(5) {
	case 0:
		if w.plagues.hides {
			w.hide(l)
		}
	case 1:
		if w.plagues.spoils {
			w.spoil()
		}
	case 2:
		if w.plagues.heedless {
			w.shelf.heedless = !w.shelf.heedless
			w.say("keeper: ignores conditions %v", w.shelf.heedless)
		}
	case 3:
		if w.plagues.denies {
			l.way.denies = max(0, w.meddling.IntN(60)-20)
			w.say("keeper: denies %d writes in a hundred of %s", l.way.denies, l.name)
		}
	case 4:
		if w.plagues.steps && !l.disk.failing() {
			l.disk.steps, l.disk.part = w.meddling.IntN(10), w.meddling.Float64()
			w.say("%s: power goes in step %d of other files", l.name, l.disk.steps)
			if w.meddling.IntN(2) == 0 { // while it starts
				l.stop()
				l.start()
			}
		}
	}
}

func (w *world) hide(l *laptop) {
	h := hiding{prefix: hideable[w.meddling.IntN(len(hideable))], until: w.at.Add(time.Duration(w.meddling.Int64N(int64(longestHidden))))}
	if w.meddling.IntN(3) > 0 { // what was there stays
		h.since = w.at.Add(-time.Duration(w.meddling.Int64N(int64(longestHidden))))
	}
	from := []*laptop{l}
	if w.meddling.IntN(4) == 0 {
		from = w.laptops
	}
	for _, each := range from {
		each.way.hides = h
	}
	w.say("keeper: hides %s since %s from %d, %s first, until %s", h.prefix, h.since.Format("02 15:04"), len(from), from[0].name, h.until.Format("02 15:04"))
}

// spoil cuts an object short, or turns a bit of it, where it lies.
func (w *world) spoil() {
	keys := w.shelf.keys()
	if len(keys) == 0 {
		return
	}
	key := keys[w.meddling.IntN(len(keys))]
	data := bytes.Clone(w.shelf.objects[key])
	if len(data) == 0 {
		return
	}
	if w.meddling.IntN(2) == 0 {
		data = data[:w.meddling.IntN(len(data))]
	} else {
		data[w.meddling.IntN(len(data))] ^= 1 << w.meddling.IntN(8)
	}
	w.say("keeper: spoils %s", key)
	w.shelf.objects[key], w.shelf.spoilt[key] = data, true
}
