package sync

import (
	"slices"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

func TestAFullSnapshotOfWhichAPartIsHiddenAndSpoiltIsWrittenUnderTheNextNumber(t *testing.T) {
	for _, manifests := range []bool{false, true} {
		o := newOffice(t)
		f := o.founder()
		b := o.joined(f, "B", roster.Coordinator)
		f.writes(1, 5)
		o.agree(f, b)
		if err := f.engine.Compact(); err != nil {
			t.Fatal(err)
		}
		if f.way.loseAfter = 1; manifests { // the answer to a PUT is lost, and its keeper alters what came
			f.way.loseAfter = 3
		}
		f.fails("bucket_unreachable")
		spoilt := o.spoils(snapshot.FullPrefix)
		f.way.hide = snapshot.FullPrefix
		f.put(member(20, "Vingt"))
		if r := f.round(); !slices.ContainsFunc(spoilt, func(key string) bool { return sayKey(r, key) }) || r.Pushed.Changes == 0 {
			t.Errorf("F pushed %+v and says %+v, spoilt are %v", r.Pushed, r.Quarantined, spoilt)
		}
		f.way.hide = ""
		for range 3 {
			o.clock.wait(20 * time.Minute)
			f.round()
			b.round()
		}
		o.days(2, b, f)
		if len(f.engine.gens.good) == 0 || f.engine.gens.good[0].Number < 2 {
			t.Errorf("F relies on %+v; there are %v", f.engine.gens.good, o.shelf.keys(snapshot.FullPrefix))
		}
		o.agree(f, b)
	}
}
