package sync

import (
	"context"
	"testing"

	"example.org/carnet/sync/roster"
)

// Names order by second, then by laptop: what one laptop sends in the very second in which another's newer
// name was seen must not wait for the listing of a quarter of an hour later.
func TestWhatIsSentInTheSameSecondIsSeenAtOnce(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	all := []*laptop{f, o.joined(f, "B", roster.Coordinator), o.joined(f, "C", roster.Coordinator)}
	o.agree(all...)
	round := func(l *laptop) {
		t.Helper()
		if _, err := l.engine.Round(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 3 {
		for i, l := range all { // each once before the others, whatever their names
			l.put(member(10*n+i, "Même seconde"))
			for range 2 {
				for j := range all {
					round(all[(i+j)%len(all)])
				}
			}
			for _, reader := range all {
				if reader.family(10*n+i) != "Même seconde" {
					t.Fatalf("%s does not see what %s wrote in turn %d", reader.name, l.name, n)
				}
			}
		}
	}
}
