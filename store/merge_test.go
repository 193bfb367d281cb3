package store

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"pgregory.net/rapid"
)

// page is a laptop without a disk: the merge alone, as the view would hold it.
type page struct {
	device  string
	states  map[recordID]*state
	past    map[string]Change // by pastKey
	meta    meta
	digest  sum
	arrived int
}

func newPage(device string) *page {
	return &page{device: device, states: map[recordID]*state{}, past: map[string]Change{}, meta: newMeta()}
}

func (p *page) state(kind Kind, id string) *state {
	at := recordID{kind, id}
	if p.states[at] == nil {
		p.states[at] = &state{kind: kind, id: id}
	}
	return p.states[at]
}

func (p *page) pastOf(kind Kind, id string) pastOf {
	return func(name string, d Dot) (found []Change, err error) {
		for k, c := range p.past {
			if bytes.HasPrefix([]byte(k), pastPrefix(kind, id, name, d)) {
				found = append(found, c)
			}
		}
		return found, nil
	}
}

func (p *page) take(c Change) {
	fresh, gone, err := p.state(c.Kind, c.Record).merge([]Change{c}, p.pastOf(c.Kind, c.Record))
	if err != nil {
		panic(err)
	}
	for i := range gone {
		p.past[string(pastKey(&gone[i], appendChange(nil, &gone[i])))] = gone[i]
	}
	if fresh {
		p.digest.add(hashChange(&c, nil))
		p.arrived++
	}
	if c.Wall > p.meta.wall || c.Wall == p.meta.wall && c.Logical > p.meta.logical {
		p.meta.wall, p.meta.logical = c.Wall, c.Logical
	}
}

// write makes a change that has seen what this laptop has.
func (p *page) write(kind Kind, id, name string, value cbor.RawMessage) Change {
	st := p.state(kind, id)
	c := Change{Kind: kind, Record: id, Field: name, Value: value, Replaces: st.look(name).dots()}
	if name == tombstone && len(value) > 0 {
		c.Seen = st.liveDots()
	}
	p.meta.logical++
	c.Stamp = Stamp{Wall: p.meta.wall, Logical: p.meta.logical, Dot: Dot{p.device, p.meta.next}}
	p.meta.next++
	p.take(c)
	return c
}

// bytes is everything a laptop holds, in one text.
func (p *page) bytes() string {
	var rows []string
	for at, st := range p.states {
		rows = append(rows, fmt.Sprintf("r %v %x", at, appendState(nil, st)))
	}
	for k, c := range p.past {
		rows = append(rows, fmt.Sprintf("h %x %x", k, appendChange(nil, &c)))
	}
	slices.Sort(rows)
	return fmt.Sprint(p.digest, rows)
}

// drawHistory lets several laptops write and hear of each other for a while, and gives all that was written.
func drawHistory(t *rapid.T) (all []Change) {
	pages := []*page{newPage("dev_a"), newPage("dev_b"), newPage("dev_c")}
	for i := range rapid.IntRange(1, 24).Draw(t, "steps") {
		p := pages[rapid.IntRange(0, len(pages)-1).Draw(t, "laptop")]
		p.meta.wall += int64(rapid.IntRange(0, 2).Draw(t, "ms"))
		id := rapid.SampledFrom([]string{"mem_1", "mem_2"}).Draw(t, "record")
		switch act := rapid.IntRange(0, 9).Draw(t, "act"); {
		case act < 4:
			name := rapid.SampledFrom([]string{"title", "phone"}).Draw(t, "field")
			value := rapid.SampledFrom([]cbor.RawMessage{nil, appendText(nil, "x"), appendText(nil, "y"), appendText(nil, fmt.Sprint(i))}).Draw(t, "value")
			all = append(all, p.write(KindMember, id, name, value))
		case act < 6:
			value := rapid.SampledFrom([]cbor.RawMessage{nil, setTrue}).Draw(t, "there")
			all = append(all, p.write(KindMember, id, "chapters:"+rapid.SampledFrom([]string{"n", "s"}).Draw(t, "chapter"), value))
		case act < 7:
			all = append(all, p.write(KindMember, id, tombstone, rapid.SampledFrom([]cbor.RawMessage{nil, setTrue}).Draw(t, "gone")))
		case act < 8: // settle a conflict, or undo: put a past value back
			if len(all) > 0 {
				c := all[rapid.IntRange(0, len(all)-1).Draw(t, "again")]
				all = append(all, p.write(c.Kind, c.Record, c.Field, c.Value))
			}
		default: // hear of some changes, in any order, perhaps again
			for range rapid.IntRange(0, 8).Draw(t, "heard") {
				if len(all) > 0 {
					p.take(all[rapid.IntRange(0, len(all)-1).Draw(t, "which")])
				}
			}
		}
	}
	return all
}

func TestTheSameChangesMakeTheSameStateInAnyOrderAndAsOftenAsTheyCome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawHistory(t)
		straight := newPage("x")
		for _, c := range all {
			straight.take(c)
		}
		mixed := newPage("y")
		order := rapid.Permutation(slices.Concat(all, all)).Draw(t, "order")
		for _, c := range order {
			mixed.take(c)
		}
		if straight.bytes() != mixed.bytes() {
			t.Fatalf("states differ:\n%s\n%s", straight.bytes(), mixed.bytes())
		}
		if straight.arrived != len(all) || mixed.arrived != len(all) {
			t.Fatalf("%d and %d changes arrived of %d", straight.arrived, mixed.arrived, len(all))
		}
	})
}

func TestAStateIsWhatItsChangesMakeItInCanonicalOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawHistory(t)
		p := newPage("x")
		for _, c := range rapid.Permutation(all).Draw(t, "order")[:rapid.IntRange(0, len(all)).Draw(t, "some")] {
			p.take(c)
		}
		for at, st := range p.states {
			var gone []Change
			for _, c := range p.past {
				if c.Record == at.id {
					gone = append(gone, c)
				}
			}
			made, past, whole, err := fromChanges(st, gone)
			if err != nil || !whole || len(past) != len(gone) || !bytes.Equal(appendState(nil, made), appendState(nil, st)) {
				t.Fatalf("%v is %x, and its changes make it %x; %d of %d past, whole %v, %v",
					at, appendState(nil, st), appendState(nil, made), len(past), len(gone), whole, err)
			}
		}
	})
}

func TestEveryChangeIsLiveOrPastAndNothingSeenByNobodyIsPast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawHistory(t)
		p := newPage("x")
		for _, c := range rapid.Permutation(all).Draw(t, "order") {
			p.take(c)
		}
		for _, c := range all {
			replaced := slices.ContainsFunc(all, func(o Change) bool {
				return o.Record == c.Record && o.Field == c.Field && slices.Contains(o.Replaces, c.Dot)
			})
			live := slices.ContainsFunc(p.state(c.Kind, c.Record).fieldOf(c.Field).live, func(l Change) bool { return compareChanges(&l, &c) == 0 })
			_, past := p.past[string(pastKey(&c, appendChange(nil, &c)))]
			if live == past || past != replaced {
				t.Fatalf("%s of %s: live %v, past %v, replaced %v", c.Dot, c.Field, live, past, replaced)
			}
		}
		for _, st := range p.states {
			for i := range st.fields {
				if n := len(st.fields[i].orphans); n != 0 {
					t.Fatalf("%d orphans left when everything has come", n)
				}
			}
		}
	})
}

func TestConcurrentValuesAreShownAsConflictsWithEveryValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPage("x")
		for _, c := range rapid.Permutation(drawHistory(t)).Draw(t, "order") {
			p.take(c)
		}
		for _, st := range p.states {
			for i := range st.fields {
				f := &st.fields[i]
				if f.name == tombstone || isElement(f.name) || !st.visible() {
					continue
				}
				values := map[string]bool{}
				for _, l := range f.live {
					values[string(l.Value)] = true
				}
				if slices.Contains(st.conflicts(), f.name) != (len(values) > 1) {
					t.Fatalf("%s has %d values, conflicts %v", f.name, len(values), st.conflicts())
				}
				if len(values) > 1 && len(st.inConflict(f.name)) != len(values) {
					t.Fatalf("%d of %d values can be chosen", len(st.inConflict(f.name)), len(values))
				}
			}
		}
	})
}

func TestAStateIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPage("x")
		all := drawHistory(t)
		for _, c := range rapid.Permutation(all).Draw(t, "order")[:rapid.IntRange(0, len(all)).Draw(t, "some")] {
			p.take(c)
		}
		for _, st := range p.states {
			b := appendState(nil, st)
			back, err := readState(st.kind, st.id, b)
			if err != nil || !bytes.Equal(appendState(nil, back), b) {
				t.Fatalf("%v: %x", err, b)
			}
		}
		for _, c := range all {
			b := appendChange(nil, &c)
			back, err := readChange(b)
			if err != nil || !bytes.Equal(appendChange(nil, &back), b) {
				t.Fatalf("%v: %x", err, b)
			}
		}
	})
}

func TestAStateOfAForkedLaptopKeepsBothTwinsInAnyOrder(t *testing.T) {
	twin := func(value string) Change {
		return Change{Kind: KindMember, Record: "mem_1", Field: "title", Value: appendText(nil, value),
			Stamp: Stamp{Wall: 1, Dot: Dot{"dev_a", 1}}}
	}
	after := twin("c")
	after.Dot, after.Replaces = Dot{"dev_b", 1}, []Dot{{"dev_a", 1}}
	all := []Change{twin("a"), twin("b"), after}
	var want string
	for _, order := range [][]int{{0, 1, 2}, {1, 0, 2}, {2, 0, 1}, {2, 1, 0}, {0, 2, 1}, {1, 2, 0}} {
		p := newPage("x")
		for _, i := range order {
			p.take(all[i])
			p.take(all[i])
		}
		if want == "" {
			want = p.bytes()
		}
		if p.bytes() != want || p.arrived != 3 {
			t.Errorf("order %v: %s", order, p.bytes())
		}
	}
}
