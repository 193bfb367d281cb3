package sync

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

func TestGarbageInTheBucketIsNamedAndTheRestGoesOn(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	stranger, err := signed.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	put := func(device string, number uint64, data []byte) string {
		key := snapshot.Name{Time: o.clock.now(), Device: device, Number: number, Hash: signed.ShortOf(signed.HashOf(data))}.String()
		o.shelf.objects[key] = data
		return key
	}
	next := b.engine.Seen()[f.id.Device()].Number + 1
	want := map[string]string{
		"log/holiday-picture.png":                                           "delta_misnamed",
		put(f.id.Device(), next, []byte("noise")):                           "delta_unreadable",
		put(f.id.Device(), next, stranger.Sign(snapshot.Kind, []byte("x"))): "delta_unreadable",
		put(f.id.Device(), next, make([]byte, 5<<20)):                       "delta_too_large",
		put(f.id.Device(), 1, []byte("an older one")):                       "delta_unreadable",
	}
	o.shelf.objects["log/holiday-picture.png"] = []byte("\x89PNG")
	sealed, err := snapshot.Seal(stranger, snapshot.Header{Network: f.engine.Network(), Number: 1}, snapshot.Witness{},
		[]snapshot.Section{{Key: f.engine.State().CurrentKey("")}}, f.engine.ring.Find)
	if err != nil {
		t.Fatal(err)
	}
	want[put(stranger.Device(), 1, sealed)] = "delta_device_unknown"
	f.put(member(1, "Exemple"))
	f.round()
	r := b.round()
	if b.family(1) != "Exemple" {
		t.Errorf("the good delta did not get through: %q", b.family(1))
	}
	got := map[string]string{}
	for _, q := range r.Quarantined {
		got[q.Key] = q.Reason
	}
	for key, reason := range want {
		if got[key] != reason {
			t.Errorf("%s: %q, want %q", key, got[key], reason)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d objects quarantined: %v", len(got), got)
	}
	b.again()
	if r := b.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" || len(r.Quarantined) != len(want) {
		t.Errorf("again asked %s, %d quarantined", r.asked(), len(r.Quarantined))
	}
	for key := range want {
		if err := b.engine.Dismiss(key); err != nil {
			t.Error(err)
		}
	}
	b.again()
	if r := b.round(); r.Requests.Get != 0 || len(r.Quarantined) != 0 {
		t.Errorf("after dismissal: asked %s, %v", r.asked(), r.Quarantined)
	}
	if err := b.engine.Dismiss("log/nothing"); !fault.Is(err, "unknown_object") {
		t.Error(err)
	}
}

func TestAMissingObjectIsNamedAndItsFollowersWait(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	f.put(member(1, "Un"))
	f.round()
	missing := key(t, o, f, 0)
	kept := o.shelf.objects[missing]
	delete(o.shelf.objects, missing)
	if err := os.RemoveAll(f.home + "/objects"); err != nil { // else F puts it back
		t.Fatal(err)
	}
	f.put(member(2, "Deux"))
	f.round()
	r := b.round()
	if len(r.Missing) != 1 || r.Missing[0] != f.id.Device() || len(r.Held) != 1 || r.Held[0].Reason != "delta_gap" || r.StaleSince == "" {
		t.Errorf("%+v", r)
	}
	if r.Requests.List != 2 {
		t.Errorf("a gap asked %s", r.asked())
	}
	b.again()
	if r := b.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" || len(r.Held) != 1 {
		t.Errorf("with the gap known, asked %s, held %v", r.asked(), r.Held)
	}
	o.clock.wait(48 * time.Hour) // beyond the overlap
	b.round()
	o.shelf.objects[missing] = kept
	o.clock.wait(time.Hour)
	if r := b.round(); b.family(1) != "Un" || b.family(2) != "Deux" || len(r.Held)+len(r.Missing) > 0 || r.StaleSince != "" {
		t.Errorf("after it came back: %q %q %+v", b.family(1), b.family(2), r)
	}
}

// key gives the key of a laptop's last delta, or one before it.
func key(t *testing.T, o *office, l *laptop, back int) string {
	t.Helper()
	want := l.engine.Seen()[l.id.Device()].Number - uint64(back)
	for k := range o.shelf.objects {
		if name, err := snapshot.ParseName(k); err == nil && name.Device == l.id.Device() && name.Number == want {
			return k
		}
	}
	t.Fatal("no such object")
	return ""
}

func TestWhatOthersSawAndTheBucketHidesIsNoticed(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	f.put(member(1, "Un"))
	f.round()
	c.way.hide = key(t, o, f, 0)
	b.put(member(2, "Deux"))
	b.round() // B has seen F's delta, and says so
	if r := c.round(); len(r.Missing) != 1 || r.Missing[0] != f.id.Device() || c.family(2) != "Deux" {
		t.Errorf("%+v, %q", r, c.family(2))
	}
	c.way.hide = ""
	if c.round(); c.family(1) != "Un" {
		t.Errorf("C reads %q", c.family(1))
	}
}

func TestAnObjectUnderAnotherTimeIsNotTakenTwice(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Un"))
	o.agree(f, b)
	k := key(t, o, f, 0)
	name, _ := snapshot.ParseName(k)
	name.Time = name.Time.Add(time.Hour)
	o.shelf.objects[name.String()] = o.shelf.objects[k]
	b.again()
	if r := b.round(); r.Requests.Get != 0 || len(r.Quarantined) > 0 {
		t.Errorf("asked %s, %v", r.asked(), r.Quarantined)
	}
}

func TestADifferentStateAtOneFrontierRaisesTheAlarm(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Un"))
	o.agree(f, b)
	fingerprint, _ := b.engine.frontier()
	h := b.engine.heads[f.id.Device()]
	h.Frontier, h.Digest = fingerprint, []byte("something else")
	b.engine.heads[f.id.Device()] = h
	if r := b.round(); len(r.Diverged) != 1 || r.Diverged[0] != f.id.Device() || !r.NeedsPerson() {
		t.Errorf("%+v", r.Diverged)
	}
}

func TestABucketWithoutAClockIsListedWhole(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.way.clockless = true
	f.round()
	b := o.joined(f, "B", roster.Coordinator)
	b.way.clockless = true
	o.clock.wait(72 * time.Hour)
	b.round()
	o.clock.wait(-72 * time.Hour) // F's own clock is three days behind
	f.put(member(1, "Un"))
	f.round()
	o.clock.wait(72 * time.Hour)
	if r := b.round(); b.family(1) != "Un" || r.Requests.List != 1 {
		t.Errorf("B reads %q, asked %s", b.family(1), r.asked())
	}
}

func TestAServerClockThatGoesBackHidesNothing(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	o.clock.wait(24 * time.Hour)
	b.round()
	o.clock.wait(-23 * time.Hour)
	f.put(member(1, "Un"))
	f.round()
	if b.round(); b.family(1) != "Un" {
		t.Errorf("B reads %q", b.family(1))
	}
}

func TestAChangeThatTheStoreDoesNotTakeIsSetAsideAlone(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	bad := store.Edit{Wall: -5, Device: b.id.Device(), First: 900}
	bad.Changes = []store.Change{{Kind: store.KindMeeting, Record: "mtg_aaaaaaaaaaaaaaaa", Field: "title", Value: []byte{0x61, 'x'},
		Stamp: store.Stamp{Wall: -5, Dot: store.Dot{Device: bad.Device, Seq: 900}}}}
	k := o.smuggle(b, bad)
	c.put(member(2, "Deux"))
	c.round()
	if r := f.round(); len(r.Quarantined) != 1 || r.Quarantined[0] != (Refused{Key: k, Reason: "delta_bad_change"}) || f.family(2) != "Deux" {
		t.Errorf("%v, F reads %q", r.Quarantined, f.family(2))
	}
}

// smuggle puts a delta of a laptop into the bucket that its own program would never write.
func (o *office) smuggle(l *laptop, edits ...store.Edit) string {
	o.t.Helper()
	return o.smuggleWith(l, func(*snapshot.Section) {}, edits...)
}

// smuggleFalse does it with sums of offices' sections that are not theirs.
func (o *office) smuggleFalse(l *laptop, edits ...store.Edit) string {
	o.t.Helper()
	return o.smuggleWith(l, func(s *snapshot.Section) { s.Sum[0]++ }, edits...)
}

func (o *office) smuggleWith(l *laptop, change func(*snapshot.Section), edits ...store.Edit) string {
	o.t.Helper()
	h, st := l.engine.heads[l.id.Device()], l.engine.State()
	sections := []snapshot.Section{{Key: st.CurrentKey("")}}
	for _, e := range edits {
		for _, scope := range scopesOf(&e) {
			at := slices.IndexFunc(sections, func(x snapshot.Section) bool { return x.Key == st.CurrentKey(scope) })
			if at < 0 {
				at = len(sections)
				sections = append(sections, snapshot.Section{Key: st.CurrentKey(scope)})
			}
			sections[at].Edits = append(sections[at].Edits, within(e, scope)...)
		}
	}
	for i := range sections[1:] {
		sum, _ := l.store.SumOf(sections[i+1].Edits)
		sections[i+1].Sum = sum
		change(&sections[i+1])
	}
	data, err := snapshot.Seal(l.id, snapshot.Header{Network: st.Network, Number: h.Number + 1, Previous: h.Hash, Roster: st.Version, RosterHead: signed.ShortOf(st.Head)},
		snapshot.Witness{}, sections, l.engine.ring.Find)
	if err != nil {
		o.t.Fatal(err)
	}
	k := snapshot.Name{Time: o.clock.now(), Device: l.id.Device(), Number: h.Number + 1, Hash: signed.ShortOf(signed.HashOf(data))}.String()
	o.shelf.objects[k] = data
	return k
}

func TestWhatWasTooNewIsReadAfterAnUpdate(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.put(member(1, "Un"))
	f.round()
	k := key(t, o, f, 0)
	// An older program has refused it, long ago.
	n := notes{}
	n.set(short(noteRefused, k), refusal{Key: k, Reason: "delta_newer"})
	if _, err := b.store.Apply(nil, n); err != nil {
		t.Fatal(err)
	}
	o.clock.wait(48 * time.Hour)
	b.again()
	if r := b.round(); b.family(1) != "Un" || len(r.Quarantined)+len(r.Held) > 0 {
		t.Errorf("B reads %q, %+v", b.family(1), r)
	}
}

var emptyWitness snapshot.Witness

func openOwn(l *laptop, key string, data []byte) (*snapshot.Delta, error) {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return nil, err
	}
	return snapshot.Read(l.engine.Network(), name, data)
}

func TestASectionUnderAKeyThatIsNobodysIsNamedAndSilencesNoAlarmForLong(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(member(1, "Un"))
	o.agree(f, b, c)
	h, st := b.engine.heads[b.id.Device()], b.engine.State()
	strange := strings.Repeat("a", len(st.CurrentKey("")))
	data, err := snapshot.Seal(b.id, snapshot.Header{Network: st.Network, Number: h.Number + 1, Previous: h.Hash, Roster: st.Version, RosterHead: signed.ShortOf(st.Head)},
		snapshot.Witness{}, []snapshot.Section{{Key: strange}}, func(string) ([32]byte, bool) { return [32]byte{7}, true })
	if err != nil {
		t.Fatal(err)
	}
	k := snapshot.Name{Time: o.clock.now(), Device: b.id.Device(), Number: h.Number + 1, Hash: signed.ShortOf(signed.HashOf(data))}.String()
	o.shelf.objects[k] = data
	f.round()
	if dark, err := (&round{Engine: f.engine}).inTheDark(); err != nil || !dark {
		t.Fatalf("it opened: %v, %v", dark, err)
	}
	for range 4 {
		o.clock.wait(25 * time.Hour)
		c.round()
		f.round()
	}
	if r := f.round(); len(r.Quarantined) != 1 || r.Quarantined[0] != (Refused{Key: k, Reason: "delta_closed"}) {
		t.Errorf("%+v", r.Quarantined)
	}
	fingerprint, _ := f.engine.frontier()
	lies := f.engine.heads[c.id.Device()]
	lies.Frontier, lies.Digest = fingerprint, []byte("something else")
	f.engine.heads[c.id.Device()] = lies
	if r := f.round(); len(r.Diverged) != 1 {
		t.Errorf("the alarm is silent: %+v", r)
	}
}
