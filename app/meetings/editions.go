package meetings

import (
	"cmp"
	"encoding/base64"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

const (
	pieceSize   = 36 << 10 // bytes of one piece, 48 KiB in base64
	mostPieces  = 120
	zonesFolder = "zones" // of a home: an archive for each edition that was in use
)

// UpdateZones takes a newer edition from a folder or a file, uses it from now on, and sends it to the other laptops
// with the next round. An edition that is in use already changes nothing. Faults zones_older, zones_unreadable,
// file_missing.
func (m *Meetings) UpdateZones(from string) (now string, changed bool, err error) {
	if err := m.May(store.KindZones); err != nil {
		return "", false, err
	}
	e, err := zones.Read(from)
	if err != nil {
		return "", false, err
	}
	if e.Name < zones.Version() {
		return "", false, fault.New("zones_older", "version", e.Name, "current", zones.Version())
	}
	if e.Name == zones.Version() {
		return e.Name, false, nil
	}
	if _, err := m.Store.Edit(func(tx *store.Tx) error {
		for _, piece := range piecesOf(e) {
			if _, err := tx.Put(piece); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return "", false, err
	}
	m.LoadZones()
	return e.Name, true, nil
}

// piecesOf cuts an edition up. The hash is part of their ids, so that two archives of one edition do not mix.
func piecesOf(e zones.Edition) (pieces []store.Zones) {
	hash := e.Hash()
	cut := slices.Collect(slices.Chunk(e.Raw, pieceSize))
	for i, piece := range cut {
		pieces = append(pieces, store.Zones{
			ID:      store.DerivedID(store.KindZones, strings.Join([]string{e.Name, hash, strconv.Itoa(i + 1)}, "\x00")),
			Edition: e.Name, Hash: hash, Number: i + 1, Of: len(cut), Data: base64.StdEncoding.EncodeToString(piece),
		})
	}
	return pieces
}

// LoadZones uses the newest edition that there is: what this Carnet was built with, or what some laptop sent whole.
// What is damaged, or lacks a piece, is passed over. Editions that were in use stay in the home, for Moved.
func (m *Meetings) LoadZones() {
	m.sentMu.Lock()
	m.sentOf = -1 // read them anew
	m.sentMu.Unlock()
	best := zones.BuiltIn()
	for _, e := range m.sentEditions() {
		if e.Name > best.Name {
			best = e
		}
	}
	zones.Use(best)
	m.rememberEdition(best)
}

// sentEditions gives what laptops sent, the newest first; of two archives of one edition that with the lesser hash, on
// all laptops alike.
func (m *Meetings) sentEditions() []zones.Edition {
	n := m.Store.Count(store.KindZones)
	m.sentMu.Lock()
	defer m.sentMu.Unlock()
	if n != m.sentOf {
		m.sent, m.sentOf = m.readEditions(), n // pieces are not edited: what may be new is more of them
	}
	return slices.Clone(m.sent)
}

func (m *Meetings) readEditions() (found []zones.Edition) {
	if m.Store.Count(store.KindZones) == 0 {
		return nil
	}
	sets := map[string][]store.Zones{}
	for piece, err := range store.All[store.Zones](m.Store) {
		if err != nil {
			return nil
		}
		sets[piece.Edition+piece.Hash] = append(sets[piece.Edition+piece.Hash], piece)
	}
	for _, key := range slices.Sorted(maps.Keys(sets)) {
		if e, ok := joined(sets[key]); ok && !slices.ContainsFunc(found, func(f zones.Edition) bool { return f.Name == e.Name }) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b zones.Edition) int { return cmp.Compare(b.Name, a.Name) })
	return found
}

// joined puts an edition together; false when it is not whole.
func joined(pieces []store.Zones) (zones.Edition, bool) {
	if len(pieces) != pieces[0].Of || len(pieces) > mostPieces || pieces[0].Edition <= zones.BuiltIn().Name {
		return zones.Edition{}, false
	}
	slices.SortFunc(pieces, func(a, b store.Zones) int { return cmp.Compare(a.Number, b.Number) })
	var raw []byte
	for i, piece := range pieces {
		part, err := base64.StdEncoding.DecodeString(piece.Data)
		if err != nil || piece.Number != i+1 || len(part) > pieceSize {
			return zones.Edition{}, false
		}
		raw = append(raw, part...)
	}
	e, err := zones.Open(raw)
	return e, err == nil && e.Name == pieces[0].Edition && e.Hash() == pieces[0].Hash
}

// rememberEdition keeps an edition in the home once there are meetings that were planned by it. A home that cannot be
// written to goes without.
func (m *Meetings) rememberEdition(e zones.Edition) {
	if m.Home == "" || m.Store.Count(store.KindMeeting)+m.Store.Count(store.KindSeries) == 0 {
		return
	}
	file := filepath.Join(m.Home, zonesFolder, e.Name+".zip")
	if _, err := os.Stat(file); err == nil {
		return
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err == nil {
		_ = durable.Write(file, e.Raw) // convenience: what moved is not told, and nothing else is lost
	}
}

func (m *Meetings) usedSince(name string) time.Time {
	info, err := os.Stat(filepath.Join(m.Home, zonesFolder, name+".zip"))
	if m.Home == "" || err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// Editions gives the names of those that Moved can compare with, the newest first.
func (m *Meetings) Editions() []string {
	names := []string{zones.BuiltIn().Name}
	for _, e := range m.sentEditions() {
		names = append(names, e.Name)
	}
	files, _ := filepath.Glob(filepath.Join(m.Home, zonesFolder, "20*.zip"))
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".zip"))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	slices.Reverse(names)
	return names
}

// edition gives one by its name. Fault zones_unknown.
func (m *Meetings) edition(name string) (zones.Edition, error) {
	if name == zones.BuiltIn().Name {
		return zones.BuiltIn(), nil
	}
	for _, e := range m.sentEditions() {
		if e.Name == name {
			return e, nil
		}
	}
	const limit = 8 << 20
	if m.Home != "" && slices.Contains(m.Editions(), name) {
		if raw, err := durable.Read(filepath.Join(m.Home, zonesFolder, name+".zip"), limit); err == nil {
			return zones.OpenOld(raw)
		}
	}
	return zones.Edition{}, fault.New("zones_unknown", "version", name, "known", strings.Join(m.Editions(), ", "))
}

// Moves is what the zone data in use changed for meetings to come.
type Moves struct {
	From, To string    // editions; From is empty when there is none to compare with
	Since    time.Time // when this laptop began to use To; zero when not known
	Items    []Move
}

// Move is one meeting whose time is another now.
type Move struct {
	Planned
	Was   time.Time // its start by the former edition, at its zone
	Zones []ZoneMove
}

// ZoneMove is a zone in which members' clocks show another time at the meeting than they would have.
type ZoneMove struct {
	Zone     string
	Was, Now time.Time // on its clock
	People   int       // there, of those whom the meeting concerns; 0 of the meeting's own zone
}

// Moved lists the coming meetings of two years whose local time moves for members in some zone, or whose instant
// does, against a former edition; from empty means that in use before. Fault zones_unknown.
func (m *Meetings) Moved(from string) (moves Moves, err error) {
	moves.To = zones.Version()
	if from == "" {
		older := slices.DeleteFunc(m.Editions(), func(name string) bool { return name >= moves.To })
		if len(older) == 0 {
			return moves, nil
		}
		from = older[0]
	}
	former, err := m.edition(from)
	if err != nil {
		return moves, err
	}
	moves.From, moves.Since = from, m.usedSince(moves.To)
	coming, err := m.Coming()
	if err != nil {
		return moves, err
	}
	who := m.Concerned()
	for _, p := range coming {
		if p.Start.IsZero() || p.AllDay {
			continue
		}
		if move, moved := m.moveOf(p, former, who); moved {
			moves.Items = append(moves.Items, move)
		}
	}
	return moves, nil
}

func (m *Meetings) moveOf(p Planned, former zones.Edition, who *Concerned) (Move, bool) {
	move := Move{Planned: p}
	was, _, err := former.Instant(p.Meeting.Start, p.Zone)
	if err != nil {
		return move, false
	}
	move.Was = was
	people, _ := who.ByZone(p) // those who cannot be counted are told of nothing
	for _, zone := range slices.Sorted(maps.Keys(people)) {
		before, err := former.Load(zone)
		after, e := zones.Load(zone)
		if err != nil || e != nil {
			continue
		}
		z := ZoneMove{Zone: zone, Was: was.In(before), Now: p.Start.In(after), People: people[zone]}
		if z.Was.Format(zones.Layout) != z.Now.Format(zones.Layout) {
			move.Zones = append(move.Zones, z)
		}
	}
	return move, len(move.Zones) > 0 || !was.Equal(p.Start)
}
