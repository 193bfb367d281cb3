package sync

import (
	"slices"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// spoils turns a bit of every object with this in its name, where it lies.
func (o *office) spoils(what string) (spoilt []string) {
	o.t.Helper()
	for _, key := range o.shelf.keys(what) {
		data := slices.Clone(o.shelf.objects[key])
		data[len(data)/2] ^= 1
		o.shelf.objects[key] = data
		spoilt = append(spoilt, key)
	}
	if len(spoilt) == 0 {
		o.t.Fatalf("nothing is called %s", what)
	}
	return spoilt
}

func sayKey(r Report, key string) bool {
	return slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Key == key })
}

func TestAnEraseOrderAndReceiptsThatAreHiddenAndSpoiltHoldUpNobody(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(member(1, tree), member(2, "Reste"))
	o.agree(f, b, c)
	c.way.offline = true
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(2, f, b)
	order, receipts := o.spoils(snapshot.ErasePrefix), o.spoils(snapshot.ReceiptPrefix)
	o.clock.wait(25 * time.Hour)
	for _, l := range []*laptop{b, f} {
		l.way.hide = snapshot.ErasePrefix
		l.put(member(3, "Trois"+l.name))
		if r := l.round(); !sayKey(r, order[0]) || r.Pushed.Changes == 0 {
			t.Errorf("%s: %+v", l.name, r.Quarantined)
		}
		l.way.hide = snapshot.ReceiptPrefix
		o.clock.wait(25 * time.Hour)
		if r := l.round(); !slices.ContainsFunc(receipts, func(key string) bool { return sayKey(r, key) }) {
			t.Errorf("%s does not name its receipt: %+v", l.name, r.Quarantined)
		}
		l.way.hide = ""
	}
	c.way.offline = false
	o.days(2, c, f, b)
	if c.family(1) != "unknown_id" {
		t.Errorf("C reads %q", c.family(1))
	}
	if got := f.engine.Receipts(refsOf(1)[0]); len(got) != 1 || len(got[0].Waiting) != 0 {
		t.Errorf("receipts %+v", got)
	}
	o.agree(f, b, c)
}

func TestAnEraseOrderThatIsSpoiltWhereItLiesComesUnderAnotherTime(t *testing.T) {
	for how, spoil := range map[string]func([]byte) []byte{
		"cut short":    func(object []byte) []byte { return object[:20] },
		"a bit turned": func(object []byte) []byte { object[30] ^= 1; return object },
	} {
		t.Run(how, func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Coordinator)
			f.put(member(1, tree), member(2, "Reste"))
			o.agree(f, b)
			if err := f.engine.Erase(refsOf(1), "request"); err != nil {
				t.Fatal(err)
			}
			f.round()
			key := o.shelf.keys(snapshot.ErasePrefix)[0]
			o.shelf.objects[key] = spoil(slices.Clone(o.shelf.objects[key]))
			if r := b.round(); !sayKey(r, key) {
				t.Errorf("it is not named: %+v", r.Quarantined)
			}
			o.days(1, f, b, f, b)
			if r := b.round(); b.family(1) != "unknown_id" || len(r.Quarantined) > 0 {
				t.Errorf("B reads %q, %+v", b.family(1), r.Quarantined)
			}
			puts := len(o.shelf.keys(snapshot.ErasePrefix))
			if o.days(3, f, b); len(o.shelf.keys(snapshot.ErasePrefix)) != puts || puts != 2 {
				t.Errorf("it lies there %d, then %d times", puts, len(o.shelf.keys(snapshot.ErasePrefix)))
			}
			o.agree(f, b)
		})
	}
}
