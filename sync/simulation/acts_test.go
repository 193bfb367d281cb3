package simulation

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/roster"
)

// act lets one thing happen.
func (w *world) act() {
	w.wait(time.Duration(w.chance.IntN(60_000)) * time.Millisecond)
	if w.copying.IntN(500) == 0 {
		w.copyHome()
	}
	if w.meddling.IntN(8) == 0 {
		w.meddle()
	}
	l := w.laptops[w.chance.IntN(len(w.laptops))]
	switch dice := w.chance.IntN(1000); {
	case dice < 420:
		w.work(l)
	case dice < 780:
		_, ok := l.round()
		w.say("%s: round %v", l.name, ok)
	case dice < 810:
		w.say("%s: off and on", l.name)
		l.again()
	case dice < 860:
		l.way.offline = !l.way.offline
		w.say("%s: offline %v", l.name, l.way.offline)
	case dice < 900:
		l.way.weather = storm(w.chance)
		w.say("%s: weather %+v", l.name, l.way.weather)
	case dice < 920:
		l.way.die = w.chance.IntN(8)
		w.say("%s: line breaks after %d requests", l.name, l.way.die)
	case dice < 940:
		l.disk.writes, l.disk.part = 1+w.chance.IntN(12), w.chance.Float64()
		w.say("%s: power goes in write %d", l.name, l.disk.writes)
	case dice < 950:
		w.wait(time.Duration(w.chance.IntN(30)) * time.Hour)
	case dice < 955:
		w.wait(time.Duration(w.chance.IntN(12*24)) * time.Hour)
	case dice < 975:
		w.keeper()
	default:
		w.govern()
	}
}

// work is what a coordinator does with records.
func (w *world) work(l *laptop) {
	if !l.active() {
		return
	}
	l.believes()
	if l.rogue && w.chance.IntN(3) == 0 {
		w.sin(l)
		return
	}
	switch l.role {
	case roster.Reader:
		return
	case roster.Door:
		w.scan(l)
		return
	}
	switch dice := w.chance.IntN(100); {
	case dice < 30:
		w.chapter(l)
	case dice < 45:
		w.newMember(l)
	case dice < 75:
		w.member(l)
	case dice < 82:
		w.scan(l)
	case dice < 88:
		w.settle(l)
	case dice < 92:
		w.undo(l)
	case dice < 95:
		w.remove(l)
	default:
		w.move(l)
	}
}

// sin writes what the laptop's role can never allow, whatever becomes known later.
func (w *world) sin(l *laptop) {
	w.say("%s: writes beyond its role", l.name)
	l.sinning = true
	defer func() { l.sinning = false }()
	switch l.role {
	case roster.Coordinator:
		o := store.Office{ID: "off_0", Name: fmt.Sprintf("Bureau pirate %d", w.next())}
		l.edit(func(tx *store.Tx) error { _, err := tx.Put(o); return err })
	case roster.Door:
		if len(w.members) > 0 {
			m, err := store.Get[store.Member](l.store, w.members[w.chance.IntN(len(w.members))])
			if err == nil {
				m.Family = fmt.Sprintf("Pirate%d", w.next())
				l.edit(func(tx *store.Tx) error { _, err := tx.Put(m); return err })
			}
		}
	default:
		w.chapter(l)
	}
}

func (w *world) next() int { w.counter++; return w.counter }

// chapter changes one of few shared records, so that laptops often touch the same.
func (w *world) chapter(l *laptop) {
	id := fmt.Sprintf("chp_%d", w.chance.IntN(4))
	c, err := store.Get[store.Chapter](l.store, id)
	if err != nil {
		c = store.Chapter{ID: id}
	}
	c.Name = fmt.Sprintf("Section %d", w.next())
	if w.chance.IntN(3) == 0 {
		c.NameFR = fmt.Sprintf("Section %d", w.next())
	}
	w.say("%s: chapter %s", l.name, id)
	l.edit(func(tx *store.Tx) error { _, err := tx.Put(c); return err })
}

// private is what nobody outside an office may ever read.
func (w *world) private(office string) string {
	return fmt.Sprintf("secret%d-%s@example.org", w.next(), office)
}

func (w *world) newMember(l *laptop) {
	id := fmt.Sprintf("mem_%d", w.next())
	w.members = append(w.members, id)
	m := store.Member{ID: id, Given: "Ada", Family: fmt.Sprintf("Nom%d", w.next()), Office: l.office, Email: w.private(l.office)}
	w.say("%s: new member %s of %s", l.name, id, l.office)
	w.placed[id] = append(w.placed[id], l)
	l.edit(func(tx *store.Tx) error { _, err := tx.Put(m); return err })
}

// own finds a member that this laptop may change.
func (w *world) own(l *laptop) (store.Member, bool) {
	for range 5 {
		if len(w.members) == 0 {
			break
		}
		m, err := store.Get[store.Member](l.store, w.members[w.chance.IntN(len(w.members))])
		if err == nil && m.Office != "" && (m.Office == l.office || l.role == roster.Admin) {
			return m, true
		}
	}
	return store.Member{}, false
}

func (w *world) member(l *laptop) {
	m, found := w.own(l)
	if !found {
		return
	}
	switch w.chance.IntN(4) {
	case 0:
		m.Family = fmt.Sprintf("Nom%d", w.next())
	case 1:
		m.Chapters = append(m.Chapters, fmt.Sprintf("chp_%d", w.chance.IntN(4)))
	default:
		m.Email = w.private(m.Office)
	}
	w.say("%s: member %s", l.name, m.ID)
	l.edit(func(tx *store.Tx) error { _, err := tx.Put(m); return err })
}

func (w *world) move(l *laptop) {
	m, found := w.own(l)
	if !found || len(w.offices) < 2 {
		return
	}
	m.Office = w.offices[w.chance.IntN(len(w.offices))]
	w.say("%s: moves %s to %s", l.name, m.ID, m.Office)
	w.placed[m.ID] = append(w.placed[m.ID], l)
	l.edit(func(tx *store.Tx) error { _, err := tx.Put(m); return err })
}

func (w *world) remove(l *laptop) {
	m, found := w.own(l)
	if !found {
		return
	}
	w.say("%s: removes %s", l.name, m.ID)
	l.edit(func(tx *store.Tx) error { return tx.Delete(store.KindMember, m.ID) })
}

func (w *world) scan(l *laptop) {
	f := store.ScanFact{Meeting: "mtg_forum", Member: fmt.Sprintf("mem_%d", 1+w.chance.IntN(50)), Kind: "in", At: w.at.UnixMilli(), Nonce: fmt.Sprint(w.next())}
	w.say("%s: scan", l.name)
	l.edit(func(tx *store.Tx) error { _, err := tx.Put(store.Scan{ID: store.ScanID(f), Fact: f}); return err })
}

// settle decides the first conflict that this laptop may decide.
func (w *world) settle(l *laptop) {
	conflicts, err := l.store.Conflicts()
	if err != nil {
		w.wrong("%s: %v", l.name, err)
	}
	for _, c := range conflicts {
		if c.Kind != store.KindChapter {
			m, err := store.Get[store.Member](l.store, c.Record)
			if err != nil || m.Office != l.office || c.Field == "office" {
				continue
			}
		}
		value := c.Values[w.chance.IntN(len(c.Values))].To
		if c.Field == "~" {
			value = w.chance.IntN(2) == 0
		}
		w.say("%s: settles %s", l.name, c.ID)
		l.acknowledged(l.store.Settle(c.ID, value))
		return
	}
}

func (w *world) undo(l *laptop) {
	if len(l.refs) == 0 {
		return
	}
	ref := l.refs[w.chance.IntN(len(l.refs))]
	if ref.Kind == store.KindScan {
		return
	}
	if ref.Kind == store.KindMember {
		if m, err := store.Get[store.Member](l.store, ref.Record); err != nil || m.Office != l.office {
			return
		}
	}
	w.say("%s: undoes %s", l.name, ref.Change)
	refs, err := l.store.Undo([]store.Ref{ref})
	if fault.Is(err, "unknown_id") && !l.disk.failing() {
		w.wrong("%s: what it acknowledged is not there to undo: %v", l.name, ref)
	}
	l.acknowledged(refs, err)
}

// govern is what admins do.
func (w *world) govern() {
	var admins []*laptop
	for _, l := range w.laptops {
		if l.role == roster.Admin && l.active() {
			admins = append(admins, l)
		}
	}
	if len(admins) == 0 {
		return
	}
	l := admins[w.chance.IntN(len(admins))]
	switch dice := w.chance.IntN(16); {
	case dice >= 14:
		w.appoint(l)
	case dice >= 12:
		w.erase(l)
	case dice >= 10:
		w.say("%s: asks for a full snapshot", l.name)
		l.ruled(l.engine.Compact())
	case dice < 3:
		w.invite(l)
	case dice < 5:
		w.say("%s: rotates", l.name)
		l.ruled(l.engine.Rotate())
	case dice < 7:
		w.revoke(l)
	case dice < 8 && len(w.offices) < 15:
		w.openOffice(l)
	}
}

// ruled takes note of how a statement went.
func (l *laptop) ruled(err error) bool {
	l.t.Helper()
	switch {
	case err == nil:
		return true
	case l.disk.dead():
		l.again()
	case fault.CodeOf(err) == "roster_not_admin", fault.CodeOf(err) == "last_admin", fault.CodeOf(err) == "unknown_laptop", fault.CodeOf(err) == "roster_behind":
	default:
		l.wrong("%s: statement refused: %v", l.name, err)
	}
	return false
}

func (w *world) openOffice(l *laptop) {
	id := fmt.Sprintf("off_%d", w.next())
	w.say("%s: opens %s", l.name, id)
	if l.ruled(l.engine.AddOffice(roster.Office{ID: id, Name: "Bureau " + id})) {
		w.offices = append(w.offices, id)
	}
}

var roles = []roster.Role{roster.Admin, roster.Coordinator, roster.Coordinator, roster.Coordinator, roster.Door, roster.Reader}

func (w *world) invite(l *laptop) {
	office, role := w.offices[w.chance.IntN(len(w.offices))], roles[w.chance.IntN(len(roles))]
	if _, known := l.engine.State().Office(office); !known || len(w.laptops) >= mostLaptops {
		return
	}
	i, s, err := l.engine.Invite(office, role, "Camille Exemple", l.time().Add(60*24*time.Hour))
	if !l.ruled(err) {
		return
	}
	fresh := w.laptop(office, role)
	fresh.join = func(o carnetsync.Options) (*carnetsync.Engine, error) { return carnetsync.Join(o, i, s) }
	w.say("%s: invites %s, %s of %s", l.name, fresh.name, role, office)
	fresh.start()
}

// erase takes a member out for good, as a privacy request asks.
func (w *world) erase(l *laptop) {
	if len(w.members) == 0 {
		return
	}
	id := w.members[w.chance.IntN(len(w.members))]
	w.say("%s: erases %s", l.name, id)
	if l.ruled(l.engine.Erase([]store.RecordRef{{Kind: store.KindMember, ID: id}}, "request")) {
		w.erased[id] = l
	}
}

func (w *world) revoke(l *laptop) {
	other := w.laptops[w.chance.IntN(len(w.laptops))]
	if other == l || other == w.laptops[0] || !other.active() {
		return
	}
	if _, known := l.engine.State().Laptop(other.id.Device()); !known {
		return
	}
	w.say("%s: revokes %s", l.name, other.name)
	l.ruled(l.engine.Revoke(other.id.Device()))
}

// appoint gives a laptop another place, in most cases a lower one. It may go on in the old one for as long as it has not heard.
func (w *world) appoint(l *laptop) {
	other := w.laptops[w.chance.IntN(len(w.laptops))]
	if other == l || other == w.laptops[0] || other.rogue || !other.active() {
		return
	}
	role, office := roles[w.chance.IntN(len(roles))], w.offices[w.chance.IntN(len(w.offices))]
	self, known := l.engine.State().Laptop(other.id.Device())
	_, open := l.engine.State().Office(office)
	if !known || !open || self.Role == role && self.Office == office {
		return
	}
	w.say("%s: makes %s %s of %s", l.name, other.name, role, office)
	if l.ruled(l.engine.Promote(other.id.Device(), role, office)) {
		for _, home := range w.laptops { // both homes of one that was copied
			home.moved = home.moved || home.id == other.id
		}
	}
}

// believes brings what a laptop does in line with what it knows of its place.
func (l *laptop) believes() {
	self := l.engine.Self()
	l.role, l.office = self.Role, self.Office
}

// keeper is what the one who keeps the bucket does to it.
func (w *world) keeper() {
	s := w.shelf
	keys := s.keys()
	if len(keys) == 0 {
		return
	}
	key := keys[w.chance.IntN(len(keys))]
	switch w.chance.IntN(7) {
	case 0:
		w.say("keeper: loses %s", key)
		delete(s.objects, key)
	case 1:
		w.say("keeper: keeps a copy of today")
		s.past = maps.Clone(s.objects)
	case 2:
		if s.past != nil {
			w.say("keeper: rolls the bucket back")
			s.objects = maps.Clone(s.past)
		}
	case 3:
		l := w.laptops[w.chance.IntN(len(w.laptops))]
		l.way.hidden = w.laptops[w.chance.IntN(len(w.laptops))].id.Device()
		w.say("keeper: hides %s from %s", l.way.hidden, l.name)
	case 4:
		fake := fmt.Sprintf("log/%s-%d", keys[0][strings.IndexByte(keys[0], '/')+1:], w.next())
		w.say("keeper: makes up %s", fake)
		s.objects[fake], s.since[fake], s.garbage[fake] = []byte("noise"), w.at, true
	case 5:
		w.replay(key)
	case 6:
		s.off = time.Duration(w.chance.IntN(48)-24) * time.Hour
		w.say("keeper: clock is %v off", s.off)
	}
}

// replay puts an object's bytes under another object's name with another time.
func (w *world) replay(key string) {
	s := w.shelf
	logs := slices.DeleteFunc(s.keys(), func(k string) bool { return !strings.HasPrefix(k, "log/") || s.garbage[k] })
	if len(logs) < 2 || !strings.HasPrefix(key, "log/") {
		return
	}
	_, rest, found := strings.Cut(strings.TrimPrefix(key, "log/"), "-")
	if !found {
		return
	}
	other := logs[w.chance.IntN(len(logs))]
	fake := other[:strings.IndexByte(other, '-')] + "-" + rest
	if _, there := s.objects[fake]; there {
		return
	}
	w.say("keeper: replays %s as %s", key, fake)
	s.objects[fake], s.since[fake] = bytes.Clone(s.objects[key]), w.at
	s.garbage[fake], s.spoilt[fake] = s.garbage[key], s.spoilt[key]
}
