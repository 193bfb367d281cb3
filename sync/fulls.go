package sync

import (
	"context"
	"iter"
	"slices"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Full snapshots stand for all deltas up to a frontier. A generation is one of every scope, all at the
// same frontier. Admins write them, others who make the same from their own state say so, and what lies
// before the generation before is then no longer needed in the bucket.

// origin is the full snapshot that this laptop's state began from. What lies at or before it is known
// without its bytes.
type origin struct {
	_      struct{} `cbor:",toarray"`
	Places []snapshot.Place
	Shut   []string // offices that could not be read then
	Floor  uint64   // number that our own chain had reached
}

// gens is what an engine keeps of full snapshots and erasures.
type gens struct {
	base      map[string][]snapshot.Place
	origin    origin
	good      []standing // the newest first, two at most
	manifests map[string]*snapshot.Manifest
	cosigns   map[string]*snapshot.Cosignature
	told      bool   // somebody said that there is something to see
	call      bool   // we must say so
	called    uint64 // number of the delta that says it
	forced    bool   // a generation is asked for
	writing   bool   // one was begun and is not finished
	again     bool   // this laptop must begin from a full snapshot
	lost      loss
	floor     standing // nothing older may lie in a place where it or a later one stands
	dueSince  int64
	segmented uint64               // number of the last own delta that lies in a segment
	orders    map[string]order     // erase orders by key
	back      []snapshot.Reference // records that an order took out which counts no more
	saw       map[string]map[string]uint64
	strange   map[string]bool      // receipts of orders that are not here, read in this run
	read      map[string]time.Time // when objects were read closely, by place and key, in this run
	far       int                  // deltas ahead from which on a new laptop begins from a full snapshot
}

// gensNote is what of it is durable in one note.
type gensNote struct {
	_         struct{} `cbor:",toarray"`
	Good      []standing
	Forced    bool
	Call      bool
	DueSince  int64
	Segmented uint64
}

// sight is what a visit has seen of full snapshots.
type sight struct {
	looked bool
	called bool              // somebody said that there is something to see
	news   bool              // and an order came that was not here yet, so that is what it may have been
	good   []standing        // what stands at the place, the newest first
	there  map[string]int64  // size of each object under full/ by key
	logs   []bucket.Object   // all of log/, when it was listed whole
	all    []*generation     // the newest first
	near   map[string][]byte // bytes of deltas that came in segments, by what they are
}

func newGens() gens {
	return gens{base: map[string][]snapshot.Place{}, manifests: map[string]*snapshot.Manifest{}, cosigns: map[string]*snapshot.Cosignature{},
		orders: map[string]order{}, strange: map[string]bool{}, read: map[string]time.Time{}, saw: map[string]map[string]uint64{}}
}

func (e *Engine) loadGens() error {
	g := &e.gens
	was := *g
	*g = newGens()
	g.far, g.told, g.saw, g.strange, g.read = was.far, was.told, was.saw, was.strange, was.read
	var kept gensNote
	if _, err := read(e.Store, noteGens, &kept); err != nil {
		return err
	}
	var begun plan
	found, err := read(e.Store, notePlan, &begun)
	if err != nil {
		return err
	}
	g.writing = found
	g.good, g.forced, g.call, g.dueSince, g.segmented = kept.Good, kept.Forced, kept.Call, kept.DueSince, kept.Segmented
	for name, to := range map[string]any{noteOrigin: &g.origin, noteBack: &g.back, noteLost: &g.lost, noteFloor: &g.floor} {
		if _, err := read(e.Store, name, to); err != nil {
			return err
		}
	}
	for _, p := range g.origin.Places {
		g.base[p.Device] = append(g.base[p.Device], p)
	}
	if len(g.saw) == 0 {
		if err := e.loadSaw(); err != nil {
			return err
		}
	}
	return each(e.Store, noteOrder, g.orders)
}

func (e *Engine) noteGens(n notes) {
	g := &e.gens
	n.set(noteGens, gensNote{Good: g.good, Forced: g.forced, Call: g.call, DueSince: g.dueSince, Segmented: g.segmented})
}

func (e *Engine) keepGens() error {
	n := notes{}
	e.noteGens(n)
	_, err := e.keep(nil, n)
	return err
}

// isBase tells whether a delta lies within the full snapshot that this laptop began from. Of the last deltas of each chain the full snapshot has
// told the hashes: another of such a number is of a branch that came later. Of those before, the number has to do.
func (e *Engine) isBase(device string, number uint64, hash signed.Short) bool {
	return slices.ContainsFunc(e.gens.base[device], func(p snapshot.Place) bool {
		return number == p.Number && signed.ShortOf(p.Hash) == hash || number < p.Number && !e.isTold(device, number)
	})
}

// isTold tells whether the full snapshot has told the hash of a laptop's delta of this number, on whatever chain.
func (e *Engine) isTold(device string, number uint64) bool {
	none := [shortHash]byte{}
	return e.hashAt(device, number) != none || len(e.gens.base[device]) > 1 && slices.ContainsFunc(e.gens.base[device], func(p snapshot.Place) bool {
		return number <= p.Number && e.hashAt(beginsAt(p), number) != none
	})
}

// tell reports how far something long has come.
func (e *Engine) tell(stage string, done, total int64) {
	if e.Progress != nil {
		e.Progress(stage, done, total)
	}
}

// untilStopped gives changes until a round is stopped.
func (r *round) untilStopped(changes iter.Seq2[store.Change, error]) iter.Seq2[store.Change, error] {
	return func(yield func(store.Change, error) bool) {
		walked := 0
		for c, err := range changes {
			if walked++; walked%askedEvery == 0 && err == nil {
				err = stopped(r.ctx)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// askedEvery is after how many changes a long walk asks whether it is to stop.
const askedEvery = 1024

func (r *round) going() error { return stopped(r.ctx) }

func stopped(ctx context.Context) error {
	if ctx.Err() != nil {
		return fault.New("timeout").Because(ctx.Err())
	}
	return nil
}

// isOld tells whether a number lies within what this laptop began from.
func (e *Engine) isOld(device string, number uint64) bool {
	return slices.ContainsFunc(e.gens.base[device], func(p snapshot.Place) bool { return number <= p.Number })
}
