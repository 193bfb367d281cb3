package sync

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

// stoodAlone is stood after an erasure: nothing lies there but one full snapshot and what came after it.
func stoodAlone(t *testing.T) (o *office, f, b *laptop) {
	t.Helper()
	o, f, b = stood(t)
	if err := f.engine.Erase(refsOf(11), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(3, f, b)
	f.writes(32, 1)
	o.agree(f, b)
	if got := o.shelf.keys("full/"); len(got) == 0 || !strings.HasPrefix(got[0], "full/00000003/") || f.engine.gens.lost.Number != 0 {
		t.Fatalf("there are %v", got)
	}
	return o, f, b
}

// What a listing tells is as before: only who reads a full snapshot finds that it was altered where it lies, and those who could replace it have no need to.
func TestWhatWasAlteredOfAFullSnapshotWhereItLiesIsReplacedWithinTheHour(t *testing.T) {
	for what, name := range map[string]string{
		"a part":               "full/00000003/network-0-",
		"an office's part":     "full/00000003/" + away + "-0-",
		"a manifest":           "full/00000003/network-manifest-",
		"an office's manifest": "full/00000003/" + away + "-manifest-",
	} {
		t.Run(what, func(t *testing.T) {
			o, f, b := stoodAlone(t)
			spoilt := o.spoils(name)
			c := o.newcomer(f, "C", away, roster.Coordinator)
			told := false
			for range 8 {
				for _, l := range []*laptop{c, f, b} {
					r := l.round()
					told = told || l == c && slices.ContainsFunc(spoilt, func(key string) bool { return sayKey(r, key) })
				}
				o.clock.wait(8 * time.Minute)
			}
			if !told {
				t.Errorf("C did not name %v", spoilt)
			}
			if c.family(10) != "Famille10" || c.family(31) != "Famille31" || c.phone(1) != f.phone(1) {
				t.Errorf("C lacks something; there are %v", o.shelf.keys("full/"))
			}
			o.agree(f, b, c)
			o.days(2, b, c, f)
			for _, l := range []*laptop{f, b, c} {
				if l.engine.gens.lost.Number != 0 {
					t.Errorf("%s misses %+v", l.name, l.engine.gens.lost)
				}
			}
		})
	}
}

// Who calls for another reason, or again, makes nobody read a full snapshot.
func TestNobodyReadsAFullSnapshotCloselyWithoutNeed(t *testing.T) {
	o, f, b := stood(t)
	d := o.joined(f, "D", roster.Admin)
	o.days(1, f, b, d)
	if err := d.engine.Erase(refsOf(31), "request"); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		for _, l := range []*laptop{d, f, b} {
			l.round()
		}
		o.clock.wait(16 * time.Minute)
	}
	for _, l := range []*laptop{d, f, b} {
		if len(l.engine.gens.read) > 0 {
			t.Errorf("%s read %v", l.name, l.engine.gens.read)
		}
	}
}

// Whoever lacks what a full snapshot stands for must not write one that leaves it out: others would rely on it and remove the one before.
func TestAnAdminWhoLacksWhatAFullSnapshotStandsForWritesNone(t *testing.T) {
	o, f, b := stoodAlone(t)
	spoilt := o.spoils("full/00000003/network-0-")
	c := o.newcomer(f, "C", home, roster.Admin)
	o.days(10, c)
	if err := c.engine.Compact(); err != nil {
		t.Fatal(err)
	}
	o.days(20, c)
	if got := o.shelf.keys("full/00000004/"); len(got) > 0 {
		t.Fatalf("C wrote %v without %q", got, c.family(10))
	}
	if r := c.round(); !names(r, spoilt) || len(r.Missing) == 0 || !r.NeedsPerson() {
		t.Errorf("C misses %v and names %v", r.Missing, r.Places[0].Gone)
	}
	o.days(2, f, b, c) // they read what C asked for
	if c.family(10) != "Famille10" || c.family(31) != "Famille31" {
		t.Error("C lacks something")
	}
	o.agree(f, b, c)
}

// Where nobody who may write another has all of it, an admin's laptop makes room for those who can make the very same again.
func TestAnAlteredPartIsMadeAgainWhereTheOnlyAdminLacksWhatItStandsFor(t *testing.T) {
	for what, spoil := range map[string]func(data []byte) []byte{
		"altered":   func(data []byte) []byte { return append(data[:len(data)-1:len(data)-1], data[len(data)-1]^1) },
		"cut short": func(data []byte) []byte { return data[:len(data)/2] },
	} {
		t.Run(what, func(t *testing.T) {
			o, f, b := stoodAlone(t)
			key := o.shelf.keys("full/00000003/network-0-")[0]
			was := o.shelf.objects[key]
			o.shelf.objects[key] = spoil(was)
			c := o.newcomer(f, "C", away, roster.Admin) // and F's laptop is never seen again
			for range 8 {
				b.round()
				c.round()
				o.clock.wait(16 * time.Minute)
			}
			if string(o.shelf.objects[key]) != string(was) {
				t.Errorf("%s was not put back as it was; there are %v", key, o.shelf.keys("full/"))
			}
			if c.family(10) != "Famille10" || c.family(31) != "Famille31" {
				t.Error("C lacks something")
			}
			o.agree(b, c)
		})
	}
}
