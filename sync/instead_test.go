package sync

import (
	"slices"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

func TestAPageThatWasSpoiltWhereItLiesIsReplacedByAnAdmin(t *testing.T) {
	for how, spoil := range map[string]func([]byte) []byte{
		"cut short":     func(page []byte) []byte { return page[:20] },
		"a bit turned":  func(page []byte) []byte { page[30] ^= 1; return page },
		"something new": func([]byte) []byte { return make([]byte, roster.MaxObject+1) },
	} {
		t.Run(how, func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Coordinator)
			o.agree(f, b)
			if err := f.engine.AddOffice(roster.Office{ID: "off_9", Name: "Bureau 9"}); err != nil {
				t.Fatal(err)
			}
			f.put(member(1, "Un"))
			f.round()
			pages := o.shelf.keys(roster.Prefix)
			last := pages[len(pages)-1]
			o.shelf.objects[last] = spoil(slices.Clone(o.shelf.objects[last]))
			if r := b.round(); !slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Key == last && q.Reason == "roster_unreadable" }) {
				t.Errorf("it is not named: %v", r.Quarantined)
			}
			o.days(4, f, b)
			if r := b.round(); len(r.Quarantined) > 0 || b.engine.State().Version != f.engine.State().Version {
				t.Errorf("%v, roster %d and %d", r.Quarantined, b.engine.State().Version, f.engine.State().Version)
			}
			o.agree(f, b)
		})
	}
}

// Who lacks the page has said as much itself meanwhile: by the number of its last statement it lacks nothing.
func TestAPageThatWasSpoiltIsReplacedForOneWhoseOwnStatementsLost(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	o.agree(f, b)
	b.way.offline = true
	for range 2 {
		if err := b.engine.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"off_7", "off_8", "off_9"} {
		if err := f.engine.AddOffice(roster.Office{ID: id, Name: "Bureau " + id}); err != nil {
			t.Fatal(err)
		}
		f.put(member(1, id))
		f.round()
	}
	pages := o.shelf.keys(roster.Prefix)
	spoilt := pages[len(pages)-2]
	o.shelf.objects[spoilt] = slices.Clone(o.shelf.objects[spoilt])
	o.shelf.objects[spoilt][30] ^= 1
	b.way.offline = false
	o.days(6, b, f)
	if b.engine.State().Head != f.engine.State().Head {
		t.Errorf("roster %d and %d, B misses %v", b.engine.State().Version, f.engine.State().Version, b.round().Pages)
	}
	o.agree(f, b)
}

func TestWhatStandsInThePlaceOfAPageHoldsUpNobody(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	page := o.shelf.keys(roster.Prefix)[1]
	o.shelf.objects[page] = slices.Clone(o.shelf.objects[page])
	o.shelf.objects[page][30] ^= 1
	b.way.hide = roster.Prefix
	o.clock.wait(25 * time.Hour)
	b.put(member(1, "Un"))
	if r := b.round(); r.Pushed.Changes == 0 || !slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Key == page }) {
		t.Errorf("%+v", r)
	}
	f.way.hide = roster.Prefix
	f.round()
	if _, err := f.engine.member.Cover.Open(page, o.shelf.objects[page]); err != nil {
		t.Error("an admin left it there:", err)
	}
}

func TestAnyLaptopPutsAPageBesideWhatStandsInItsPlace(t *testing.T) {
	for how, spoil := range map[string]func([]byte) []byte{
		"cut short":    func(page []byte) []byte { return page[:20] },
		"a bit turned": func(page []byte) []byte { page[30] ^= 1; return page },
	} {
		for number := range 3 {
			t.Run(how+" "+string(rune('1'+number)), func(t *testing.T) {
				o := newOffice(t)
				f := o.founder()
				b := o.joined(f, "B", roster.Coordinator)
				o.agree(f, b)
				i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(240*time.Hour))
				if err != nil {
					t.Fatal(err)
				}
				c := o.laptop("C")
				c.accept(i, s)
				c.way.hide = roster.Prefix
				c.round()
				o.agree(f, b)
				f.way.offline = true // C was admitted, and no admin comes any more
				b.way.keeps = true
				page := o.shelf.keys(roster.Prefix)[number]
				o.shelf.objects[page] = spoil(slices.Clone(o.shelf.objects[page]))
				c.way.hide = ""
				if r := c.round(); r.Standing != Pending || !sayKey(r, page) {
					t.Fatalf("C is %s, and says %+v", r.Standing, r.Quarantined)
				}
				o.days(3, b, c)
				if r := c.round(); r.Standing != Active || len(r.Quarantined) > 0 {
					t.Errorf("C is %s, and says %+v", r.Standing, r.Quarantined)
				}
				if lying := o.shelf.keys(page); len(lying) != 2 || lying[1] != roster.RepeatName(page, 2) {
					t.Errorf("it lies under %v", lying)
				}
				o.agree(b, c)
			})
		}
	}
}

func TestAPageIsPutBesideWhatAnAdminMayNotTakeAway(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.way.keeps = true
	if err := f.engine.AddOffice(roster.Office{ID: "off_9", Name: "Bureau 9"}); err != nil {
		t.Fatal(err)
	}
	f.put(member(1, "Un"))
	f.round()
	pages := o.shelf.keys(roster.Prefix)
	last := pages[len(pages)-1]
	o.shelf.objects[last] = o.shelf.objects[last][:20]
	o.days(3, b, f)
	if r := b.round(); len(r.Quarantined) > 0 || b.engine.State().Version != f.engine.State().Version {
		t.Errorf("%v, roster %d and %d", r.Quarantined, b.engine.State().Version, f.engine.State().Version)
	}
	o.agree(f, b)
}
