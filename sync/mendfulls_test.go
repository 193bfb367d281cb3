package sync

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

// stood is an office with a full snapshot that all rely on, some deltas beyond it, and nothing before it any more.
func stood(t *testing.T) (o *office, f, b *laptop) {
	t.Helper()
	o = newOffice(t)
	f = o.founder()
	b = o.joinedAt(f, "B", roster.Coordinator, away)
	f.put(person(1, "Exemple", away, "450 555-0101"), person(4, "Quatre", home, "450 555-0104"))
	f.writes(10, 4)
	o.agree(f, b)
	f.compacts()
	o.days(2, b, f)
	f.writes(20, 3)
	b.put(person(2, "Invention", away, "450 555-0102"))
	o.agree(f, b)
	f.compacts()
	o.days(4, b, f)
	f.writes(30, 2)
	o.agree(f, b)
	if len(f.engine.gens.good) != 2 {
		t.Fatalf("F relies on %+v", f.engine.gens.good)
	}
	return o, f, b
}

func (o *office) copyOfShelf() map[string][]byte {
	o.shelf.mu.Lock()
	defer o.shelf.mu.Unlock()
	return maps.Clone(o.shelf.objects)
}

// loses takes objects with this in their names from the shelf.
func (o *office) loses(what string) (gone []string) {
	o.t.Helper()
	o.shelf.mu.Lock()
	defer o.shelf.mu.Unlock()
	for key := range o.shelf.objects {
		if strings.Contains(key, what) {
			gone = append(gone, key)
			delete(o.shelf.objects, key)
		}
	}
	if len(gone) == 0 {
		o.t.Fatalf("nothing is called %s", what)
	}
	return gone
}

// of picks those of one generation.
func (o *office) of(keys []string, generation int) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !strings.HasPrefix(key, fmt.Sprintf("full/%08d/", generation)) })
}

func names(r Report, keys []string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return !slices.Contains(r.Places[0].Gone, key) })
}

// begins lets a new laptop begin from what the bucket has, and looks for everything.
func (o *office) begins(f *laptop, at string, others ...*laptop) *laptop {
	o.t.Helper()
	c := o.newcomer(f, "C", at, roster.Coordinator)
	c.round()
	if len(c.engine.gens.origin.Places) == 0 {
		o.t.Error("C did not begin from a full snapshot")
	}
	for _, n := range []int{1, 4, 10, 13, 20, 22, 2, 30, 31} {
		if got := c.family(n); got != f.family(n) || got == "unknown_id" {
			o.t.Errorf("C reads %q of %d, F %q", got, n, f.family(n))
		}
	}
	o.agree(append(others, f, c)...)
	return c
}

func TestWhatAPlaceLosesOfAFullSnapshotIsNamedAndPutBackWithinADay(t *testing.T) {
	for what, part := range map[string]string{
		"a part":                      "full/00000002/network-0-",
		"an office's part":            "full/00000002/" + away + "-0-",
		"a manifest":                  "full/00000002/network-manifest-",
		"an office's manifest":        "full/00000002/" + away + "-manifest-",
		"co-signatures":               "full/00000002/network-cosign-",
		"a part of the one before":    "full/00000001/network-0-",
		"the newest generation whole": "full/00000002/",
	} {
		t.Run(what, func(t *testing.T) {
			o, f, b := stood(t)
			before := o.copyOfShelf()
			gone := o.loses(part)
			o.clock.wait(25 * time.Hour)
			var said []Report
			for _, l := range []*laptop{b, f} {
				said = append(said, l.round())
			}
			if !slices.ContainsFunc(said, func(r Report) bool { return names(r, gone) && r.NeedsPerson() }) {
				t.Errorf("lost %v, named %v and %v", gone, said[0].Places[0].Gone, said[1].Places[0].Gone)
			}
			for _, key := range gone {
				if string(o.shelf.objects[key]) != string(before[key]) {
					t.Errorf("%s was not put back as it was", key)
				}
			}
			if f.engine.gens.lost.Number != 0 && f.round().Places[0].Lost != 0 {
				t.Error("F still misses it")
			}
			o.begins(f, away, b)
		})
	}
}

func TestWhatNobodyCanMakeAgainIsReplacedByAnotherGenerationAtOnce(t *testing.T) {
	o, f, b := stood(t)
	// What was let go of meanwhile is in the old parts, and nobody has it any more.
	for _, l := range []*laptop{f, b} {
		if err := l.store.Erase(refsOf(13), l.engine.sentUpTo(), nil); err != nil {
			t.Fatal(err)
		}
	}
	gone := o.loses("full/00000002/network-0-")
	o.clock.wait(25 * time.Hour)
	if r := f.round(); !names(r, gone) {
		t.Errorf("named %v", r.Places[0].Gone)
	}
	if len(o.shelf.keys("full/00000003/network-manifest-")) != 1 {
		t.Fatalf("F wrote nothing: %v", o.shelf.keys("full/"))
	}
	o.clock.wait(5 * time.Minute)
	b.round() // F said that there is something to see
	if len(o.shelf.keys("full/00000003/network-cosign-")) != 1 {
		t.Errorf("B has not looked: %v", o.shelf.keys("full/"))
	}
	o.clock.wait(20 * time.Minute)
	f.round()
	if f.engine.gens.lost.Number != 0 || len(f.engine.gens.good) == 0 || f.engine.gens.good[0].Number != 3 {
		t.Errorf("F misses %+v, relies on %+v", f.engine.gens.lost, f.engine.gens.good)
	}
}

func TestANewcomerThatCannotBeginNamesWhatIsMissingAndOthersBringItAtOnce(t *testing.T) {
	o, f, b := stood(t)
	b.round()
	gone := o.loses("network-0-")
	c := o.newcomer(f, "C", home, roster.Coordinator)
	if r := c.round(); !names(r, o.of(gone, 2)) || len(c.engine.gens.origin.Places) > 0 {
		t.Errorf("C names %v", r.Places[0].Gone)
	}
	o.clock.wait(5 * time.Minute)
	if r := b.round(); !names(r, gone) || r.Places[0].Carried == 0 {
		t.Errorf("B names %v", r.Places[0].Gone)
	}
	o.clock.wait(15 * time.Minute)
	c.round()
	if len(c.engine.gens.origin.Places) == 0 || c.family(10) != "Famille10" || c.family(31) != "Famille31" {
		t.Errorf("C began from %d places", len(c.engine.gens.origin.Places))
	}
	o.agree(f, b, c)
}

func TestANewcomerThatFindsNothingToBeginFromIsHeard(t *testing.T) {
	o, f, b := stood(t)
	c := o.newcomer(f, "C", home, roster.Coordinator)
	gone := o.loses("full/")
	c.round()
	o.clock.wait(16 * time.Minute)
	c.round()
	o.clock.wait(5 * time.Minute)
	if r := f.round(); !names(r, o.of(gone, 2)) {
		t.Errorf("F names %v", r.Places[0].Gone)
	}
	b.round()
	o.clock.wait(16 * time.Minute)
	c.round()
	if len(c.engine.gens.origin.Places) == 0 || c.family(10) != "Famille10" || c.family(31) != "Famille31" {
		t.Errorf("C began from %d places", len(c.engine.gens.origin.Places))
	}
	o.agree(f, b, c)
}

func TestAnAdminWhoJustCameReplacesNoGenerationThatItLacks(t *testing.T) {
	o, f, b := stood(t)
	o.loses("network-0-")
	c := o.newcomer(f, "C", home, roster.Admin)
	for range 3 {
		c.round()
		o.clock.wait(16 * time.Minute)
	}
	if got := o.shelf.keys("full/00000003/"); len(got) > 0 {
		t.Errorf("C wrote %v", got)
	}
	f.round()
	b.round()
	o.clock.wait(16 * time.Minute)
	c.round()
	o.agree(f, b, c)
	if c.family(10) != "Famille10" || c.family(31) != "Famille31" {
		t.Error("C lacks something")
	}
}

func TestARoundInWhichNothingIsLostLooksNoMoreOftenThanBefore(t *testing.T) {
	_, f, b := stood(t)
	for range 12 {
		for _, l := range []*laptop{f, b} {
			l.way.clock.wait(5 * time.Minute)
			if r := l.round(); r.Requests != (Requests{List: 1}) {
				t.Errorf("%s asked for %s", l.name, r.asked())
			}
		}
	}
}
