package sync

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

const tree = "Zwetschgenbaum"

// says looks for a word in everything that a laptop's home holds, opened with all its keys: the files as they are, all
// that the store gives out, and the deltas kept beside it.
func (l *laptop) says(text string) (where []string) {
	l.t.Helper()
	err := filepath.WalkDir(l.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(text)) {
			where = append(where, path)
		}
		if key := snapshot.Prefix + d.Name(); strings.Contains(path, "/objects/") && l.opens(key, data, text) {
			where = append(where, path)
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	everything := store.Frontier{}
	for device := range l.store.Frontier() {
		everything[device] = 1 << 62
	}
	for _, scope := range []string{"", home} {
		for c, err := range l.store.ChangesUpTo(everything, scope) {
			if err == nil && bytes.Contains(c.Value, []byte(text)) {
				where = append(where, "record "+c.Record)
			}
		}
	}
	for edit, err := range l.store.Unpublished(0) {
		for _, c := range edit.Changes {
			if err == nil && bytes.Contains(c.Value, []byte(text)) {
				where = append(where, "unsent "+c.Record)
			}
		}
	}
	names, err := l.store.Notes("")
	if err != nil {
		l.t.Fatal(err)
	}
	for _, name := range names {
		if data, err := l.store.Note(name); err == nil && bytes.Contains(data, []byte(text)) {
			where = append(where, "note "+name)
		}
	}
	return where
}

// opens tells whether a delta, opened with all keys of a laptop, has a word in it.
func (l *laptop) opens(key string, data []byte, text string) bool {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return false
	}
	d, err := snapshot.Read(l.engine.Network(), name, data)
	if err != nil {
		return false
	}
	content, err := d.Contents(l.engine.ring.Find)
	if err != nil {
		return false
	}
	for _, e := range content.Edits() {
		for _, c := range e.Changes {
			if bytes.Contains(c.Value, []byte(text)) {
				return true
			}
		}
	}
	return false
}

// bucketSays looks for a word in everything on the shelf, opened with all keys of a laptop.
func (l *laptop) bucketSays(text string) (where []string) {
	l.t.Helper()
	for _, key := range l.way.keys("") {
		data := l.way.objects[key]
		if bytes.Contains(data, []byte(text)) || l.opens(key, data, text) {
			where = append(where, key)
		}
		if deltas, err := snapshot.ReadSegment(key, data); err == nil {
			for _, d := range deltas {
				if l.opens(d.Name.String(), d.Data, text) {
					where = append(where, key)
				}
			}
		}
		if name, err := snapshot.ParseFullName(key); err == nil && name.Sort == snapshot.ManifestObject {
			m, err := l.engine.readAgain(key, data)
			if err != nil {
				l.t.Fatal(err)
			}
			for c, err := range snapshot.ReadFull(m, l.engine.ring.Find, func(key string) ([]byte, error) { return l.way.objects[key], nil }) {
				if err != nil {
					l.t.Fatal(err)
				}
				if bytes.Contains(c.Value, []byte(text)) {
					where = append(where, key)
				}
			}
		}
	}
	return where
}

func (e *Engine) readAgain(key string, data []byte) (*snapshot.Manifest, error) {
	r := &round{Engine: e}
	return tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Manifest, error) {
		return snapshot.ReadManifest(key, data, e.Network(), e.member.Cover, keys)
	})
}

func TestAnErasureReachesEveryByteOfEveryHomeAndOfTheBucket(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	away := o.joined(f, "C", roster.Coordinator)
	m := member(1, tree)
	m.Email, m.Notes = strings.ToLower(tree)+"@example.org", tree+" 2"
	b.put(m, member(2, "Reste"))
	o.agree(f, b, away)
	m.Family = tree + "3"
	away.put(m)
	o.agree(f, b, away)
	f.compacts()
	o.days(2, b, f, away)
	m.Family = tree + "4"
	away.put(m) // not sent any more
	away.way.offline = true
	if len(b.says(tree)) == 0 || len(f.bucketSays(tree)) == 0 {
		t.Fatal("the search finds nothing even before")
	}
	ref := store.RecordRef{Kind: store.KindMember, ID: m.ID}
	if err := b.engine.Erase([]store.RecordRef{ref}, "request"); !fault.Is(err, "roster_not_admin") {
		t.Errorf("a coordinator: %v", err)
	}
	if err := f.engine.Erase([]store.RecordRef{ref}, "request"); err != nil {
		t.Fatal(err)
	}
	f.round()
	b.round()
	if b.family(1) != "unknown_id" || b.family(2) != "Reste" {
		t.Errorf("B reads %q and %q", b.family(1), b.family(2))
	}
	o.days(3, f, b)
	for _, l := range []*laptop{f, b} {
		if where := l.says(tree); len(where) > 0 {
			t.Errorf("%s still has it in %v", l.name, where)
		}
	}
	if where := f.bucketSays(tree); len(where) > 0 {
		t.Errorf("the bucket still has it in %v", where)
	}
	got := f.engine.Receipts(ref)
	if len(got) != 1 || len(got[0].Done) != 2 || !slices.Equal(got[0].Waiting, []string{away.id.Device()}) {
		t.Errorf("receipts %+v", got)
	}
	// C comes back, with its unsent edit of the record.
	away.way.offline = false
	away.round()
	if where := away.says(tree); len(where) > 0 {
		t.Errorf("C still has it in %v", where)
	}
	if where := f.bucketSays(tree); len(where) > 0 {
		t.Errorf("C put it back in %v", where)
	}
	o.days(2, f, b, away)
	o.agree(f, b, away)
	if got := f.engine.Receipts(ref); len(got) != 1 || len(got[0].Waiting) != 0 {
		t.Errorf("receipts %+v", got)
	}
	for _, l := range []*laptop{f, b, away} {
		l.again()
		if where := l.says(tree); len(where) > 0 {
			t.Errorf("%s has it again in %v", l.name, where)
		}
	}
}

func TestALaptopThatComesBackAfterAYearErasesBeforeItSaysAnything(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	m := member(1, tree)
	f.put(m, member(2, "Reste"))
	o.agree(f, b)
	m.Family = tree + "2"
	b.put(m, member(3, "Neu"))
	b.way.offline = true
	if err := f.engine.Erase([]store.RecordRef{{Kind: store.KindMember, ID: m.ID}}, "request"); err != nil {
		t.Fatal(err)
	}
	f.round()
	o.days(3, f)
	for range 12 {
		o.clock.wait(30 * 24 * time.Hour)
		f.round()
	}
	b.way.offline = false
	b.round()
	b.round()
	if where := append(b.says(tree), f.bucketSays(tree)...); len(where) > 0 {
		t.Errorf("it is still in %v", where)
	}
	o.days(2, f, b)
	o.agree(f, b)
	if b.family(2) != "Reste" {
		t.Errorf("B reads %q", b.family(2))
	}
	unsent, err := b.engine.Unsent()
	if err != nil || len(unsent) == 0 || slices.ContainsFunc(unsent, func(u Unsent) bool { return u.ID == m.ID }) {
		t.Fatalf("unsent %v, %v", unsent, err)
	}
	if f.family(3) == "Neu" {
		t.Error("what B had not sent went out without a person")
	}
	var all []int
	for _, u := range unsent {
		all = append(all, u.Which)
	}
	if _, err := b.engine.TakeUnsent(all); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	if f.family(3) != "Neu" {
		t.Errorf("F reads %q", f.family(3))
	}
}

func TestAnOrderByNoAdminIsNamedAndNotCarriedOut(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Reste"))
	o.agree(f, b)
	order := &snapshot.EraseOrder{Network: b.engine.Network(), Wall: 1, Records: []snapshot.Reference{{Kind: store.KindMember, ID: member(1, "").ID}}}
	key, object, err := snapshot.WriteEraseOrder(b.id, b.engine.member.Cover, order, o.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	o.shelf.objects[key] = object
	o.shelf.objects["erase/1lg41er-aaaaaaaaaaaaaaaaaaaaaaaaaa"] = object
	o.clock.wait(25 * time.Hour)
	r := f.round()
	if f.family(1) != "Reste" || !slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Key == key && q.Reason == "erasure_not_admin" }) {
		t.Errorf("F reads %q, set aside %v", f.family(1), r.Quarantined)
	}
}

func TestDeletionsAreForgottenWhenAllHaveSeenThem(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Gone"), member(2, "Reste"))
	o.agree(f, b)
	if _, err := f.store.Edit(func(tx *store.Tx) error { return tx.Delete(store.KindMember, member(1, "").ID) }); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	f.compacts()
	o.days(35, b, f)
	f.compacts()
	if !f.store.IsDropped(store.KindMember, member(1, "").ID) {
		t.Fatal("F still keeps it")
	}
	o.days(2, b, f)
	if !b.store.IsDropped(store.KindMember, member(1, "").ID) {
		t.Error("B still keeps it")
	}
	o.agree(f, b)
}

func TestDeletionsAreKeptForALaptopThatWasJustAdmitted(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Gone"), member(2, "Reste"))
	o.agree(f, b)
	if _, err := f.store.Edit(func(tx *store.Tx) error { return tx.Delete(store.KindMember, member(1, "").ID) }); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	i, secret, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c := o.laptop("C")
	c.accept(i, secret)
	c.round()
	if got := f.round().Admitted; len(got) != 1 {
		t.Fatalf("admitted %v", got)
	}
	f.compacts()
	o.days(35, b, f)
	f.compacts()
	if f.store.IsDropped(store.KindMember, member(1, "").ID) {
		t.Error("F forgot it though C has not been heard of")
	}
	o.days(60, b, f) // ninety days after C was admitted nobody waits for it any more
	f.compacts()
	if !f.store.IsDropped(store.KindMember, member(1, "").ID) {
		t.Error("F still keeps it")
	}
}

func TestManyDeltasOfOneLaptopComeInOneObject(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.writes(1, manyDeltas+10)
	if got := o.shelf.keys("seg/"); len(got) != 1 {
		t.Fatalf("bundles %v", got)
	}
	before := b.way.Cost()
	b.round()
	if gets := b.way.Cost().Since(before).Get; gets > 20 {
		t.Errorf("B asked for %d objects", gets)
	}
	o.agree(f, b)
	if b.family(5) != "Famille5" || b.family(manyDeltas+9) == "unknown_id" {
		t.Error("B lacks something")
	}
	// A bundle that was changed is named, and the deltas come one by one.
	c := o.joined(f, "C", roster.Door)
	_ = c
	d := o.laptop("D")
	for _, key := range o.shelf.keys("seg/") {
		o.shelf.objects[key][9] ^= 1
	}
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	d.accept(i, s)
	d.round()
	f.round()
	if r := d.round(); !slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Reason == "segment_unreadable" }) {
		t.Errorf("set aside %v", r.Quarantined)
	}
	o.agree(f, b, d)
}

func refsOf(n int) []store.RecordRef {
	return []store.RecordRef{{Kind: store.KindMember, ID: member(n, "").ID}}
}

// load writes many members and scans.
func (l *laptop) load(members, scans int) {
	l.t.Helper()
	people := func(n int) string { return store.DerivedID(store.KindMember, strconv.Itoa(n)) }
	steps := func(yield func(func(*store.Tx) error) bool) {
		for i := range members {
			m := member(i, fmt.Sprintf("Famille%d", i%5000))
			m.ID = people(i)
			m.Email, m.Phone = fmt.Sprintf("m%d@example.org", i), fmt.Sprintf("450 555-%04d", i%10000)
			if !yield(func(tx *store.Tx) error { _, err := tx.Put(m); return err }) {
				return
			}
		}
		for i := range scans {
			fact := store.ScanFact{Meeting: store.DerivedID(store.KindMeeting, strconv.Itoa(i/1000)), Member: people(i * 7 % members), Kind: "in", At: morning.UnixMilli() + int64(i)*1000, Nonce: fmt.Sprintf("%08x", i)}
			s := store.Scan{ID: store.ScanID(fact), Fact: fact}
			if !yield(func(tx *store.Tx) error { _, err := tx.Put(s); return err }) {
				return
			}
		}
	}
	if _, err := l.store.EditEach(steps); err != nil {
		l.t.Fatal(err)
	}
}

func TestAnAdministratorWhoAsksSeesReceiptsAtOnce(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, tree))
	o.agree(f, b)
	ref := store.RecordRef{Kind: store.KindMember, ID: member(1, "").ID}
	if err := f.engine.Erase([]store.RecordRef{ref}, "request"); err != nil {
		t.Fatal(err)
	}
	f.round()
	b.round()
	f.round()
	if got := f.engine.Receipts(ref); len(got) != 1 || len(got[0].Done) != 1 {
		t.Fatalf("nobody asked, and it looked: %+v", got)
	}
	f.engine.LookAround()
	f.round()
	if got := f.engine.Receipts(ref); len(got[0].Done) != 2 || len(got[0].Waiting) != 0 {
		t.Errorf("receipts %+v", got)
	}
}

// An order by an admin who was revoked since counts for whoever sees it now if an admin who is still in place has carried it out.
func TestAnOrderOfARevokedAdminCountsForAllWhenAnAdminInPlaceHasCarriedItOut(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	a := o.joined(f, "A", roster.Admin)
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(member(1, "Efface"), member(2, "Reste"))
	o.agree(f, a, b, c)
	c.way.offline = true
	if err := a.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	a.round()
	f.round()
	b.round()
	if err := f.engine.Revoke(a.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.round()
	c.way.offline = false
	o.days(2, f, b, c)
	d := o.joined(f, "D", roster.Coordinator)
	o.days(2, f, b, c, d)
	o.agree(f, b, c, d)
	for _, l := range []*laptop{f, b, c, d} {
		if l.family(1) != "unknown_id" || !l.store.IsDropped(store.KindMember, member(1, "").ID) || l.family(2) != "Reste" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
		if q := l.engine.Quarantined(); len(q) > 0 {
			t.Errorf("%s set aside %v", l.name, q)
		}
	}
}

// No admin in place has: it counts for nobody. Who carried it out before it heard of the revocation gets the record back with the next full snapshot.
func TestAnOrderOfARevokedAdminThatNoAdminInPlaceCarriedOutCountsForNobody(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	a := o.joined(f, "A", roster.Admin)
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(member(1, "Reste"), member(2, "Reste"))
	o.agree(f, a, b, c)
	f.way.offline = true
	c.way.offline = true
	if err := a.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	a.round()
	b.round()
	if b.family(1) != "unknown_id" {
		t.Fatal("B has not erased it")
	}
	if err := f.engine.Revoke(a.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.way.offline, c.way.offline = false, false
	o.days(2, f, b, c)
	f.compacts()
	o.days(3, f, b, c)
	o.agree(f, b, c)
	for _, l := range []*laptop{f, b, c} {
		l.again()
		if l.family(1) != "Reste" || l.family(2) != "Reste" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
		if q := l.engine.Quarantined(); !slices.ContainsFunc(q, func(q Refused) bool { return q.Reason == "erasure_not_admin" }) {
			t.Errorf("%s set aside %v", l.name, q)
		}
	}
	// An admin who says the same makes it count.
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(2, f, b, c)
	o.agree(f, b, c)
	for _, l := range []*laptop{f, b, c} {
		if l.family(1) != "unknown_id" {
			t.Errorf("%s reads %q", l.name, l.family(1))
		}
	}
}
