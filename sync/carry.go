package sync

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Objects travel unchanged between places. Every laptop keeps those it sent or took in, sealed as
// they are, so that what another place never had, or has lost, can be put there.

// keepOwn keeps the bytes of an own delta, and sees to it that the disk has them: until others took it in, the bucket alone has it besides.
func (e *Engine) keepOwn(key string, data []byte) {
	if e.Objects == "" {
		return
	}
	name := strings.TrimPrefix(key, snapshot.Prefix)
	err := os.MkdirAll(e.Objects, 0o700)
	if err == nil {
		err = durable.Write(filepath.Join(e.Objects, name), data)
	}
	e.hasKept(key, name, err)
}

// keepObject keeps the bytes of a delta of somebody else. They are a copy of what the bucket and its author have, so a write that
// fails or is lost costs nothing here.
func (e *Engine) keepObject(key string, data []byte) {
	if e.Objects == "" {
		return
	}
	name := strings.TrimPrefix(key, snapshot.Prefix)
	err := os.MkdirAll(e.Objects, 0o700)
	if err == nil {
		err = durable.Step(e.Objects)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(e.Objects, name+".part"), data, 0o600)
	}
	if err == nil {
		err = durable.Rename(filepath.Join(e.Objects, name+".part"), filepath.Join(e.Objects, name))
	}
	e.hasKept(key, name, err)
}

func (e *Engine) hasKept(key, name string, err error) {
	if err != nil {
		e.Log.Warn("an object could not be kept", "key", key, "error", err)
		return
	}
	if e.kept != nil {
		e.kept[matter(key)] = name
	}
}

// keptFiles lists the kept objects by what they are, once a visit.
func (e *Engine) keptFiles() (map[string]string, error) {
	if e.kept != nil {
		return e.kept, nil
	}
	files, err := os.ReadDir(e.Objects)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && e.Objects != "" {
		return nil, fault.New("home_unreadable", "path", e.Objects).Because(err)
	}
	e.kept = make(map[string]string, len(files))
	for _, file := range files {
		if _, err := snapshot.ParseName(snapshot.Prefix + file.Name()); err == nil {
			e.kept[matter(snapshot.Prefix+file.Name())] = file.Name()
		}
	}
	return e.kept, nil
}

// Limits of one visit; the rest goes with the next one.
const (
	carryStep  = 64     // objects between two notes of what is done
	sameMoment = 5 * 60 // seconds that count as one moment in the name of what is put back
	tooLate    = overlap - sameMoment*time.Second
)

// carryLate brings to a place what was found at one that was visited after it.
func (r *round) carryLate() error {
	r.serverTime = r.Now()
	if at := r.here.at; at.Server > 0 {
		r.serverTime = time.Unix(at.Server, 0).Add(r.since(at.Contact))
	}
	r.listedAt = r.Now()
	return r.carry()
}

// carry puts what a place lacks. Once a day, and when a place is new or has lost something, all
// that is here is compared with all that is there.
func (r *round) carry() error {
	if r.compare {
		if err := r.compareAll(); err != nil {
			return err
		}
		if err := r.compareClaims(); err != nil {
			return err
		}
		if err := r.mendRest(); err != nil {
			return err
		}
	}
	if err := r.bringPages(); err != nil {
		return err
	}
	if len(r.here.lacks) == 0 {
		return nil
	}
	statements, deltas := r.here.sortedLacks()
	if err := r.carryStatements(statements); err != nil {
		return err
	}
	n := notes{}
	for i, name := range deltas {
		err := r.carryOne(n, name)
		if len(n) > 0 && (err != nil || i%carryStep == carryStep-1 || i == len(deltas)-1) {
			if _, errKeep := r.keep(nil, n); errKeep != nil {
				return errKeep
			}
			n = notes{}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compareAll finds what is here and not there.
func (r *round) compareAll() error {
	if !r.full {
		if err := r.takeAll(); err != nil {
			return err
		}
	}
	n := notes{}
	if err := r.comparePages(n); err != nil {
		return err
	}
	if err := r.probe(n); err != nil {
		return err
	}
	files, err := r.keptFiles()
	if err != nil {
		return err
	}
	oldest, newest, lost := "", "", 0
	for what, file := range files {
		name, err := snapshot.ParseName(snapshot.Prefix + file)
		if err != nil || !r.knows(name) || r.outdated(name) {
			continue
		}
		if key, listed := r.there[what]; listed {
			newest = max(newest, key)
			if !r.here.lacks[what] {
				r.paid(n, r.here, what)
			}
			continue
		}
		if _, owed := r.here.lacks[what]; !owed {
			r.look.Lock()
			r.oweAt(n, r.here, what, false)
			r.look.Unlock()
			if r.known { // it was listed before, so what it lacks now and was not owed it has lost
				r.place.lose(snapshot.Prefix + file)
				lost++
				if key := snapshot.Prefix + file; oldest == "" || key < oldest {
					oldest = key
				}
			}
		}
	}
	// When nothing that was put after the first lost object is there, the place stands where it was before.
	r.place.Rewound = lost > 0 && newest < oldest || r.suspect && r.place.Lost > 1
	if r.place.Lost > 0 {
		r.Log.Warn("a place has lost objects", "place", r.here.Name, "count", r.place.Lost, "rewound", r.place.Rewound)
	}
	if len(n) == 0 {
		return nil
	}
	_, err = r.keep(nil, n)
	return err
}

// outdated tells of a delta that need not be in a bucket any more.
func (r *round) outdated(name snapshot.Name) bool {
	return len(r.gens.good) > 0 && r.stands(&r.gens.good[0], name) || r.isBase(name.Device, name.Number, name.Hash) || r.beganWith(name)
}

// beganWith tells whether the full snapshot that this laptop began from stands here and has a delta. Whoever wrote it may have removed that
// rightly, though nobody confirmed it: this laptop, which could have, began from it.
func (r *round) beganWith(name snapshot.Name) bool {
	from := standing{Places: r.gens.origin.Places}
	return r.stands(&from, name) && slices.ContainsFunc(r.sight.all, func(g *generation) bool {
		return g.usable() && slices.Equal(g.Network.Frontier, from.Places) && r.partsThere(g)
	})
}

// comparePages finds the statements of the roster that a place lacks.
func (r *round) comparePages(n notes) error {
	page, err := r.list(roster.Prefix, "")
	if err != nil || r.roster == nil {
		return err
	}
	if err := r.takePages(page); err != nil {
		return err
	}
	there := map[string]int64{}
	r.repeats = map[string][]string{}
	for _, o := range page.Objects {
		there[o.Key] = o.Size
		if version, hash, err := roster.ParseName(o.Key); err == nil && pageKey(version, hash) != o.Key {
			r.repeats[pageKey(version, hash)] = append(r.repeats[pageKey(version, hash)], o.Key)
		}
	}
	for _, statement := range r.roster.All() {
		key, object, err := r.member.Cover.Object(statement)
		if err != nil {
			return err
		}
		isPage := func(name string) bool { return there[name] == int64(len(object)) }
		if isPage(key) || !r.mayReplace() && slices.ContainsFunc(r.repeats[key], isPage) {
			continue
		}
		_, listed := there[key]
		if _, owed := r.here.lacks[key]; !owed && !listed && r.known {
			r.place.lose(key) // it was compared before
		}
		r.look.Lock()
		r.oweAt(n, r.here, key, false)
		r.look.Unlock()
	}
	return nil
}

// carryStatements puts pages of the roster, each under its own name.
func (r *round) carryStatements(keys []string) error {
	if len(keys) == 0 || r.roster == nil {
		return nil
	}
	n := notes{}
	for _, statement := range r.roster.All() {
		key, object, err := r.member.Cover.Object(statement)
		if err != nil {
			return err
		}
		if _, lacks := r.here.lacks[key]; !lacks {
			continue
		}
		if err := r.putPage(key, object); err != nil {
			return err
		}
		r.place.Carried++
	}
	for _, key := range keys {
		r.paid(n, r.here, key)
	}
	_, err := r.keep(nil, n)
	return err
}

// carryOne puts one kept object, if its bytes are still what its name says, under the place's own
// time: others list only what is named not long before their last look. What several laptops put
// back at about the same time has one name.
func (r *round) carryOne(n notes, name snapshot.Name) error {
	what := matterOf(name.Device, name.Number, name.Hash)
	asked := r.here.lacks[what]
	if asked && r.isRecent(what) || !asked && r.isThere(what) {
		r.paid(n, r.here, what)
		return nil
	}
	data := r.keptBytes(what, name)
	if data == nil {
		r.paid(n, r.here, what)
		return nil
	}
	name.Time = r.nameTime(what, asked)
	err := r.Bucket.Put(r.ctx, name.String(), data)
	if fault.Is(err, "object_exists") {
		name.Time = r.now() // something else stands in its place
		err = r.Bucket.Put(r.ctx, name.String(), data)
	}
	if err != nil {
		return err
	}
	r.place.Carried++
	r.paid(n, r.here, what)
	return nil
}

// nameTime gives the time in the name of what is put back: its own when that is of this moment, and
// nobody asks for it in vain.
func (r *round) nameTime(what string, asked bool) time.Time {
	now := r.now().Unix()
	if name, err := snapshot.ParseName(snapshot.Prefix + r.kept[what]); err == nil && !asked {
		if age := now - name.Time.Unix(); age >= 0 && age < sameMoment {
			return name.Time
		}
	}
	return time.Unix(now-now%sameMoment, 0)
}

// now is the place's clock.
func (r *round) now() time.Time { return r.serverTime.Add(r.Now().Sub(r.listedAt)) }

func (r *round) isThere(what string) bool {
	_, there := r.there[what]
	return there
}

// isRecent tells whether what somebody asks for was put back by another meanwhile.
func (r *round) isRecent(what string) bool {
	name, err := snapshot.ParseName(r.there[what])
	return err == nil && r.serverTime.Sub(name.Time) < overlap && strings.TrimPrefix(name.String(), snapshot.Prefix) != r.kept[what]
}

// keptBytes reads one kept object; nil when it is gone or damaged.
func (r *round) keptBytes(what string, name snapshot.Name) []byte {
	files, err := r.keptFiles()
	if err != nil || files[what] == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(r.Objects, files[what]))
	if err != nil || signed.ShortOf(signed.HashOf(data)) != name.Hash {
		r.Log.Warn("a kept object could not be read", "object", what, "error", err)
		return nil
	}
	return data
}

// visitor is a place's bucket as one visit uses it: it notes what was put there, and when that came
// late.
type visitor struct {
	bucket.Bucket
	round *round
}

func (v *visitor) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	data, err := v.Bucket.Get(ctx, key, limit)
	if err == nil {
		v.round.whole(key, data)
	}
	return data, err
}

func (v *visitor) Put(ctx context.Context, key string, body []byte) error {
	err := v.Bucket.Put(ctx, key, body)
	if err != nil {
		return err
	}
	v.round.arrivedAt(key)
	return nil
}

// arrivedAt notes what was put at the place.
func (r *round) arrivedAt(key string) {
	if r.there != nil {
		r.there[matter(key)] = max(key, r.there[matter(key)])
	}
	if name, err := snapshot.ParseName(key); err == nil && r.now().Sub(name.Time) > tooLate {
		r.late = true
	}
}
