package simulation

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// world is one network, its bucket and its time, as one seed has it.
type world struct {
	t        *testing.T
	seed     uint64
	chance   *rand.Rand
	copying  *rand.Rand // decides when homes are copied: apart, so that what else happens in a seed stays the same
	meddling *rand.Rand // decides what the keeper does besides, for the same reason
	plagues  plagues
	at       time.Time
	shelf    *shelf
	laptops  []*laptop
	offices  []string
	members  []string
	counter  int
	acks     []ack
	erased   map[string]*laptop   // members, and who asked for it
	placed   map[string][]*laptop // members, and who gave them to an office
	story    []string             // what happened last, for whoever reads a failure
	folder   string
	trace    *trace
	player   uintptr // the goroutine that plays
}

// ack is a change that a laptop acknowledged to its coordinator.
type ack struct {
	ref   store.Ref
	scope string
	by    *laptop
	field string
	rogue bool // beyond the author's role: it must not arrive anywhere
	again bool // it was never sent, and is made again as another change
}

// laptop is one home that starts, dies and starts again.
type laptop struct {
	*world
	name     string
	home     string
	id       *signed.Identity
	role     roster.Role
	office   string
	clock    time.Duration // how wrong its clock is
	way      *way
	disk     *disk
	store    *store.Store
	engine   *carnetsync.Engine
	join     func(carnetsync.Options) (*carnetsync.Engine, error) // until it belongs
	refs     []store.Ref
	withheld int  // own edits that may not go out any more: what they were about was taken back with a revoked laptop
	sinning  bool // what it writes just now is beyond its role
	moved    bool // it was given another place: what it wrote in the old one before it heard may be set aside
	rogue    bool // its program does not ask what it may write
	copied   bool // another home says to be the same laptop
}

func newWorld(t *testing.T, seed uint64, size size) *world {
	w := &world{t: t, seed: seed, chance: rand.New(rand.NewPCG(seed, 2026)), copying: rand.New(rand.NewPCG(seed, 7)), meddling: luckOf(seed, "keeper", "meddling", 0), at: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), erased: map[string]*laptop{}, placed: map[string][]*laptop{}, trace: newTrace(copyOfTrace()), player: goroutine()}
	w.shelf = newShelf(w)
	w.plagues = plaguesOf(w.meddling)
	w.shelf.off = time.Duration(w.chance.IntN(48)-24) * time.Hour
	w.folder = scratch(t)
	durable.Power = w.power
	t.Cleanup(func() { durable.Power = nil })
	f := w.laptop("off_0", roster.Admin)
	f.clock = 0
	f.join = func(o carnetsync.Options) (*carnetsync.Engine, error) {
		e, _, err := carnetsync.Found(o, roster.Founder{Name: "Réseau d'essai", Office: roster.Office{ID: "off_0", Name: "Bureau 0"}, Coordinator: f.name})
		return e, err
	}
	w.offices = []string{"off_0"}
	f.start()
	f.round()
	for len(w.offices) < size.offices {
		w.openOffice(f)
	}
	for len(w.laptops) < size.laptops {
		w.invite(f)
	}
	w.gather()
	return w
}

// scratch is a folder in memory where the system has one.
func scratch(t *testing.T) string {
	if _, err := os.Stat("/dev/shm"); err != nil {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "carnet-simulation-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (w *world) now() time.Time { return w.at }

func (w *world) wait(d time.Duration) { w.at = w.at.Add(d) }

func (w *world) say(format string, facts ...any) {
	line := w.at.Format("02 15:04:05 ") + fmt.Sprintf(format, facts...)
	w.story = append(w.story, line)
	w.trace.note(line)
}

// wrong reports what must not be, with what came before it and how to see it again.
func (w *world) wrong(format string, facts ...any) {
	w.t.Helper()
	from := max(0, len(w.story)-40)
	w.t.Fatalf("seed %d: %s\nlast of %d acts:\n  %s\nagain: make sim SEED=%d", w.seed, fmt.Sprintf(format, facts...), len(w.story), strings.Join(w.story[from:], "\n  "), w.seed)
}

func (w *world) laptop(office string, role roster.Role) *laptop {
	n := len(w.laptops)
	var secret [24]byte
	binary.BigEndian.PutUint64(secret[:], w.seed)
	binary.BigEndian.PutUint64(secret[8:], uint64(n))
	id, err := signed.Derive(secret[:], "simulation")
	if err != nil {
		w.t.Fatal(err)
	}
	l := &laptop{world: w, name: fmt.Sprintf("L%d", n), home: filepath.Join(w.folder, fmt.Sprint(n)), id: id, role: role, office: office, disk: newDisk(),
		rogue: role != roster.Admin && w.chance.IntN(8) == 0, clock: time.Duration(w.chance.IntN(48*60)-24*60) * time.Minute,
		way: newWay(w, fmt.Sprintf("L%d", n))}
	w.laptops = append(w.laptops, l)
	w.t.Cleanup(l.stop)
	return l
}

// start opens the home and takes up the exchange, as after switching on.
func (l *laptop) start() {
	l.t.Helper()
	var err error
	l.store, err = store.Open(l.home, store.Options{Key: [32]byte{7}, Device: l.id.Device(), Now: l.time, OpenJournal: l.disk.open, Light: true})
	if err != nil && l.disk.dead() {
		l.say("%s: the power went while it started", l.name)
		l.again()
		return
	}
	if err != nil {
		l.wrong("%s does not start: %v", l.name, err)
	}
	belongs, err := carnetsync.Belongs(l.store)
	take := carnetsync.New
	if err == nil && !belongs {
		take = l.join
	}
	if err == nil {
		l.engine, err = take(carnetsync.Options{Store: l.store, Identity: l.id, Bucket: l.way, Now: l.time, After: l.way.headStart, AtOnce: 1,
			Unruled: l.rogue, Quarantine: filepath.Join(l.home, "quarantine"), Objects: filepath.Join(l.home, "objects")})
	}
	if err != nil && !l.disk.failing() {
		l.wrong("%s cannot take up the exchange: %v", l.name, err)
	}
	if err != nil {
		l.engine = nil
	}
}

func (l *laptop) time() time.Time { return l.now().Add(l.clock) }

func (l *laptop) stop() {
	if l.store != nil {
		_ = l.store.Close()
	}
	l.store, l.engine = nil, nil
}

// again switches the laptop off and on; what its disk had not taken is gone.
func (l *laptop) again() {
	l.stop()
	l.disk.whole()
	l.start()
}

// round runs one round. What a bucket or a dying disk does is no fault of ours; all else is.
func (l *laptop) round() (report carnetsync.Report, ok bool) {
	l.t.Helper()
	l.wait(time.Second)
	if l.engine == nil { // the power went while it took up the exchange
		l.again()
		return report, false
	}
	report, err := l.engine.Round(context.Background())
	if err == nil {
		l.withheld = report.Withheld
	}
	code := fault.CodeOf(err)
	switch {
	case err == nil:
	case l.disk.dead():
		l.again()
		return report, false
	case strings.HasPrefix(code, "bucket_"), code == "laptop_revoked", strings.HasPrefix(code, "invitation_"):
		return report, false
	case l.honest():
		l.wrong("%s: %v", l.name, err)
	default:
		l.say("%s: round ended with %v", l.name, err)
		return report, false
	}
	if err == nil {
		l.takeUnsent()
	}
	if slices.ContainsFunc(report.Diverged, l.keepsRules) && !l.rogue {
		other := l.named(report.Diverged[0])
		l.wrong("%s says that %s diverged: %s", l.name, other.name, l.apart(l, other))
	}
	return report, true
}

// named finds a laptop by the name that others know it by.
func (w *world) named(device string) *laptop {
	return w.laptops[slices.IndexFunc(w.laptops, func(l *laptop) bool { return l.id.Device() == device })]
}

// keepsRules tells whether a laptop's program is ours; what others say their state is may be anything.
func (w *world) keepsRules(device string) bool {
	return slices.ContainsFunc(w.laptops, func(l *laptop) bool { return l.id.Device() == device && !l.rogue })
}

// honest tells whether the laptop's way was calm.
func (l *laptop) honest() bool {
	return l.way.weather == weather{} && !l.way.offline && l.way.denies == 0
}

func (l *laptop) active() bool { return l.engine != nil && l.engine.Standing() == carnetsync.Active }

// edit makes one edit and notes what it acknowledged. A dying disk acknowledges nothing.
func (l *laptop) edit(write func(*store.Tx) error) []store.Ref {
	l.t.Helper()
	l.wait(time.Duration(1+l.chance.IntN(5000)) * time.Millisecond)
	refs, err := l.store.Edit(write)
	return l.acknowledged(refs, err)
}

func (l *laptop) acknowledged(refs []store.Ref, err error) []store.Ref {
	l.t.Helper()
	if err != nil {
		if l.disk.dead() {
			l.again()
			return nil
		}
		if l.lacksKey(err) {
			l.say("%s: refused: %v", l.name, err)
			return nil
		}
		l.wrong("%s: an edit failed: %v", l.name, err)
	}
	for _, ref := range refs {
		past, err := l.store.History(ref.Kind, ref.Record)
		if err != nil {
			l.wrong("%s: no history of %s: %v", l.name, ref.Record, err)
		}
		for _, p := range past {
			if p.Dot == ref.Change {
				l.acks = append(l.acks, ack{ref: ref, scope: p.Scope, by: l, field: p.Field, rogue: l.sinning})
				if p.Field != "office" && !l.sinning { // who undoes that gives a member away
					l.refs = append(l.refs, ref)
				}
			}
		}
	}
	return refs
}

// lacksKey tells whether an edit was refused as it must be: it concerns details of an office whose key this laptop does not have yet, such as one that
// another admin just opened. Nobody could ever read what it would seal.
func (l *laptop) lacksKey(err error) bool {
	var f *fault.Fault
	return errors.As(err, &f) && f.Code == "details_elsewhere" && l.engine != nil && !l.engine.Holds(f.Facts["office"])
}
