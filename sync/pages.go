package sync

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Signed objects name the statement of the roster that their author went by. One that is not here was hidden, or lost, or is on its way:
// it may say that a laptop was shut out. Until it is here this laptop is behind. It says so, asks for it, and seals nothing that anybody wrote,
// since whom it would seal it for may be the one that was shut out; nor does it give keys to anybody. It goes on reading: what a laptop wrote
// after its end is taken back when that is known. What says nothing to anybody but how far this laptop is, goes out.

// page is a statement that a signed object names and that is not here, or lacks one before it.
type page struct {
	_       struct{} `cbor:",toarray"`
	Version uint64
	Hash    signed.Short
	Since   int64    // when it was first told of, by our clock
	By      []string // laptops that went by it
}

const (
	// mostPages bounds what those who make up statements can have kept here, mostTellers how many are named.
	mostPages   = 64
	mostTellers = 16
	// reasonPage is why something waits for a statement.
	reasonPage = "roster_page_missing"
)

// MissingPage is a statement of the roster that must exist and is not here.
type MissingPage struct {
	Key    string   `json:"key"`
	Reason string   `json:"reason"` // roster_page_missing
	Since  string   `json:"since"`  // RFC 3339
	By     []string `json:"by"`     // laptops that went by it, or by one after it
}

// isBehindRoster tells whether this laptop knows of statements that it lacks.
func (e *Engine) isBehindRoster() bool { return len(e.pages) > 0 }

// lacksPage tells whether a statement, or one before it, is not here.
func (e *Engine) lacksPage(version uint64, head signed.Short) bool {
	if e.roster == nil {
		return false
	}
	at, hash, lacking := e.roster.Lacking(version, head)
	return lacking && !e.isPageRefused(pageKey(at, hash))
}

// isPageRefused tells of one that was read and is none, whatever comes. One of a newer version may say anything.
func (e *Engine) isPageRefused(key string) bool {
	e.look.RLock()
	defer e.look.RUnlock()
	f, refused := e.refused[short("", key)]
	_, spoilt := e.damaged[short("", key)]
	return refused && !spoilt && f.Reason != "roster_newer"
}

func pageKey(version uint64, hash signed.Short) string { return roster.PageName(version, hash) }

// wantRoster remembers that a statement is known to exist and was not found, so that later rounds look for it. Where statements were
// listed before the deltas, they are listed once more: each is put before what names it.
func (r *round) wantRoster(n notes, device string, version uint64, head signed.Short) error {
	if !r.lacksPage(version, head) {
		return nil
	}
	if !r.sawWith.Equal(r.listedAt) {
		r.sawRoster = false
		if err := r.lookUp(); err != nil || !r.lacksPage(version, head) {
			return err
		}
	}
	at := slices.IndexFunc(r.pages, func(p page) bool { return p.Hash == head })
	switch {
	case at < 0 && len(r.pages) >= mostPages, at >= 0 && (slices.Contains(r.pages[at].By, device) || len(r.pages[at].By) >= mostTellers):
		return nil
	case at < 0:
		r.pages = append(r.pages, page{Version: version, Hash: head, Since: r.Now().UnixMilli(), By: []string{device}})
		r.Log.Warn("a roster statement is missing", "device", device, "version", version)
	default:
		r.pages = slices.Clone(r.pages)
		r.pages[at].By = append(slices.Clone(r.pages[at].By), device)
	}
	n.set(notePages, r.pages)
	return nil
}

// wantForOwn learns which statements another home of this laptop went by, before anything is sent that was written in this one.
func (r *round) wantForOwn(own []candidate) error {
	n := notes{}
	for i := range own {
		d, err := snapshot.Read(r.State().Network, own[i].name, own[i].data)
		if own[i].err != nil || err != nil {
			continue
		}
		link := snapshot.Link{Number: d.Number - 1, Hash: d.Previous, Incarnation: d.Incarnation}
		if _, err := snapshot.Open(own[i].name, own[i].data, r.expect(d.Number, func(string) snapshot.Link { return link })); err != nil {
			continue
		}
		if err := r.wantRoster(n, r.device, d.Roster, d.RosterHead); err != nil {
			return err
		}
	}
	if len(n) == 0 {
		return nil
	}
	_, err := r.keep(nil, n)
	return err
}

// find looks for statements that are known to exist.
func (r *round) find() error {
	if !r.isBehindRoster() {
		return nil
	}
	if err := r.lookUp(); err != nil {
		return err
	}
	return r.foundPages()
}

// foundPages lets go of what has come, was refused for what it says, or was named only by laptops that are shut out since.
func (r *round) foundPages() error {
	left := slices.DeleteFunc(slices.Clone(r.pages), func(p page) bool {
		return !slices.ContainsFunc(p.By, r.isIn) || !r.lacksPage(p.Version, p.Hash)
	})
	if len(left) == len(r.pages) {
		return nil
	}
	r.pages = left
	n := notes{notePages: nil}
	if len(left) > 0 {
		n.set(notePages, left)
	}
	_, err := r.keep(nil, n)
	return err
}

func (e *Engine) isIn(device string) bool {
	l, known := e.State().Laptop(device)
	return known && !l.Revoked
}

// missingPages names the statements that must exist and are not here, each once.
func (e *Engine) missingPages() []MissingPage {
	since, by := map[string]int64{}, map[string][]string{}
	for _, p := range e.pages {
		if e.roster == nil {
			break
		}
		at, hash, lacking := e.roster.Lacking(p.Version, p.Hash)
		if !lacking {
			continue
		}
		key := pageKey(at, hash)
		if since[key] == 0 || p.Since < since[key] {
			since[key] = p.Since
		}
		by[key] = append(by[key], p.By...)
	}
	list := []MissingPage{}
	for _, key := range slices.Sorted(maps.Keys(since)) {
		slices.Sort(by[key])
		list = append(list, MissingPage{Key: key, Reason: reasonPage, Since: time.UnixMilli(since[key]).UTC().Format(time.RFC3339), By: slices.Compact(by[key])})
	}
	return list
}

// behindSince is since when this laptop knows that it lacks a statement; 0 when it does not.
func (e *Engine) behindSince() (at int64) {
	for _, p := range e.pages {
		if at == 0 || p.Since < at {
			at = p.Since
		}
	}
	return at
}

// mayGive refuses to give keys to anybody while a statement is missing that may have shut them out. Fault roster_behind.
func (e *Engine) mayGive() error {
	if pages := e.missingPages(); e.isBehindRoster() && len(pages) > 0 {
		return fault.New("roster_behind", "key", pages[0].Key)
	}
	return nil
}

// holdBack counts what is not sent while this laptop is behind.
func (r *round) holdBack() (err error) {
	r.report.HeldBack, err = r.Waiting(math.MaxInt)
	return err
}

// holdOwn lets deltas of another home of this laptop wait, since what is here cannot be sent before them.
func (r *round) holdOwn(own []candidate) {
	for i := range own {
		r.hold(own[i].key, reasonPage)
	}
}

// isHeldOwn tells of such a delta.
func (r *round) isHeldOwn(c candidate) bool {
	return c.name.Device == r.device && r.isBehindRoster() && r.held[c.key].Reason == reasonPage
}

// asksForPages adds to what a delta asks for: the number after its own asks for statements. Whoever has more than its author compares.
func (e *Engine) asksForPages(number uint64, wants []want) []want {
	if !e.isBehindRoster() {
		return wants
	}
	wants = append(slices.Clone(wants[:min(len(wants), snapshot.MostWants-1)]), want{Device: e.device, Number: number + 1})
	slices.SortFunc(wants, func(a, b want) int {
		return cmp.Or(strings.Compare(a.Device, b.Device), cmp.Compare(a.Number, b.Number))
	})
	return wants
}

// answerPages has every place compared with the statements that are here, when a laptop asks that goes by others.
func (e *Engine) answerPages(d *snapshot.Delta) {
	mark := want{Device: d.Device}
	if at, done := e.answered[mark]; done && e.Now().Sub(at).Abs() < daily || e.roster == nil || signed.ShortOf(e.State().Head) == d.RosterHead {
		return
	}
	e.answered[mark] = e.Now()
	from := e.roster.Common(d.RosterHead)
	for _, p := range e.places {
		if !p.pages || from < p.pagesFrom {
			p.pages, p.pagesFrom = true, from
		}
	}
}

// bringPages compares a place with the statements that are here, when somebody asked.
func (r *round) bringPages() error {
	if !r.here.pages {
		return nil
	}
	n := notes{}
	if err := r.comparePages(n); err != nil {
		return err
	}
	if err := r.oweSpoilt(n); err != nil {
		return err
	}
	r.here.pages = false
	if len(n) == 0 {
		return nil
	}
	_, err := r.keep(nil, n)
	return err
}

// loadPages reads what is missing. A note of the version before knew one statement and nobody who went by it: it is looked for once.
func (e *Engine) loadPages() error {
	e.pages = nil
	if found, err := read(e.Store, notePages, &e.pages); err != nil || found {
		return err
	}
	var one signed.Short
	if found, err := read(e.Store, noteWanted, &one); err != nil || !found || one == (signed.Short{}) {
		return err
	}
	e.pages = []page{{Hash: one, Since: e.Now().UnixMilli()}}
	return nil
}
