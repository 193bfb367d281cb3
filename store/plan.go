package store

import (
	"bytes"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
)

// What a transaction asked for becomes changes here: one for each value, and those that bring what stands in another scope along.

// written is one change that a transaction will make.
type written struct {
	d     *draft
	v     *draftValue // nil for what is cleared or carried because it stands in another scope
	at    int         // which of the values of v
	path  string
	value cbor.RawMessage
	scope string

	over    []Dot // what it replaces; nil for what is live when it is merged
	cleared []int // places in the plan of the clearings that it replaces
	said    []int // where the plan says again what this one clears
	dot     Dot
}

// change gives what is written, but for wall and logical, when all before it in the plan is merged.
func (w *written) change(plan []written) Change {
	st := w.d.u.st
	c := Change{Kind: st.kind, Record: st.id, Field: w.path, Value: w.value, Scope: w.scope, Stamp: Stamp{Dot: w.dot}}
	c.Replaces = st.look(w.path).dots()
	if w.over != nil {
		c.Replaces = withDots(w.over, plan, w.cleared)
	}
	if w.v == nil {
		c.Seen = withDots(nil, plan, w.said)
		return c
	}
	if w.v.beside != nil {
		c.Seen = w.d.seenAgain(w.v.back[w.at].Seen)
	} else if w.path == tombstone && len(c.Value) > 0 {
		c.Seen = st.seenDots()
	}
	if w.at < len(w.v.back) {
		if w.d.renamed == nil {
			w.d.renamed = map[Dot]Dot{}
		}
		w.d.renamed[w.v.back[w.at].Dot] = c.Dot
	}
	return c
}

// withDots adds the dots of some places of a plan.
func withDots(dots []Dot, plan []written, places []int) []Dot {
	dots = slices.Clone(dots)
	for _, i := range places {
		dots = append(dots, plan[i].dot)
	}
	return sortedDots(dots)
}

// seenDots names what a deletion has seen: the live values, and what they replaced before it came here, which somebody
// who reads other scopes may still take for live.
func (st *state) seenDots() []Dot {
	dots := st.liveDots()
	for i := range st.fields {
		if f := &st.fields[i]; f.name != tombstone {
			dots = append(dots, f.orphans[:min(len(f.orphans), max(0, maxDots-len(dots)))]...)
		}
	}
	return sortedDots(dots)
}

// placesOf gives each change its place in the edit: scope by scope, those for all first, and in the order of the plan within each.
func placesOf(plan []written) []int {
	var scopes []string
	for i := range plan {
		if at, found := slices.BinarySearch(scopes, plan[i].scope); !found {
			scopes = slices.Insert(scopes, at, plan[i].scope)
		}
	}
	places, n := make([]int, len(plan)), 0
	for _, scope := range scopes {
		for i := range plan {
			if plan[i].scope == scope {
				places[i] = n
				n++
			}
		}
	}
	return places
}

// plan lists the changes to make, in the order in which they are merged.
func (t *Tx) plan() (plan []written, err error) {
	n := 0
	for _, d := range t.order {
		d.settle()
		n += len(d.values)
	}
	if err := t.follow(); err != nil {
		return nil, err
	}
	plan = make([]written, 0, n)
	for _, d := range slices.Clone(t.order) { // finding a consent's member adds to it
		if len(d.values) == 0 && !d.carry {
			continue
		}
		if plan, err = t.planRecord(plan, d); err != nil {
			return nil, err
		}
	}
	return plan, nil
}

func (t *Tx) planRecord(plan []written, d *draft) ([]written, error) {
	office, err := t.officeOf(d)
	if err != nil {
		return nil, err
	}
	if d.carry && d.exists() {
		for i := range d.u.st.fields {
			f := &d.u.st.fields[i]
			if scope := t.b.scopeOf(d.u.st.kind, f.name, office); d.find(f.name) == nil && !t.b.shutTo(scope) {
				if plan, err = t.carryField(plan, d, f, scope); err != nil {
					return nil, err
				}
			}
		}
	}
	for i := range d.values {
		v := &d.values[i]
		scope := t.b.scopeOf(d.u.st.kind, v.path, office)
		if t.b.shutTo(scope) {
			return nil, fault.New("details_elsewhere", "id", d.u.st.id, "office", office)
		}
		if plan, err = t.planValue(plan, d, v, scope); err != nil {
			return nil, err
		}
	}
	return plan, nil
}

// carryField says again, in its scope, what stands in others: every value, where there is a conflict.
func (t *Tx) carryField(plan []written, d *draft, f *field, scope string) ([]written, error) {
	away := f.elsewhere(scope)
	if len(away) == 0 {
		return plan, nil
	}
	known, err := t.b.known(d.u, f)
	if err != nil {
		return nil, err
	}
	plan, cleared := clearIn(plan, away, written{d: d, path: f.name, over: known})
	from := len(plan)
	for i := range f.live {
		value := f.live[i].Value
		if !slices.ContainsFunc(plan[from:], func(w written) bool { return bytes.Equal(w.value, value) }) {
			plan = append(plan, written{d: d, path: f.name, value: value, scope: scope, over: known, cleared: cleared})
		}
	}
	return saidAgain(plan, cleared, from), nil
}

// planValue writes one value: one change, but for an undo that brings several back, and a clearing wherever else a value stands.
func (t *Tx) planValue(plan []written, d *draft, v *draftValue, scope string) (_ []written, err error) {
	w := written{d: d, v: v, path: v.path, value: v.value, scope: scope}
	f := d.u.st.look(v.path)
	away := f.elsewhere(scope)
	switch {
	case v.beside != nil:
		w.over = []Dot{*v.beside}
		away = slices.DeleteFunc(away, func(s string) bool {
			return !slices.ContainsFunc(f.live, func(c Change) bool { return c.Scope == s && c.Dot == *v.beside })
		})
	case len(away) > 0:
		if w.over, err = t.b.known(d.u, f); err != nil {
			return nil, err
		}
	}
	plan, w.cleared = clearIn(plan, away, written{d: d, path: v.path, over: w.over})
	from := len(plan)
	for w.at = range v.width() {
		if v.beside != nil {
			w.value = v.back[w.at].Value
		}
		plan = append(plan, w)
	}
	return saidAgain(plan, w.cleared, from), nil
}

// saidAgain lets clearings name the changes that say to others what they clear.
func saidAgain(plan []written, cleared []int, from int) []written {
	for _, i := range cleared {
		for at := from; at < len(plan) && len(plan[i].said) < maxDots; at++ {
			plan[i].said = append(plan[i].said, at)
		}
	}
	return plan
}

func clearIn(plan []written, scopes []string, w written) (_ []written, cleared []int) {
	for _, w.scope = range scopes {
		cleared = append(cleared, len(plan))
		plan = append(plan, w)
	}
	return plan, cleared
}

// known names all that is known of a field: the live values, the past, newest first, and what was replaced before it came; as
// much of it as one change may name.
func (b *batch) known(u *unit, f *field) (dots []Dot, err error) {
	past := slices.Concat(u.past, u.old)
	if u.stored {
		err = walk(b.txn, under(rowPast, string(u.st.kind), u.st.id, f.name), nil, true, func(_, v []byte) (bool, error) {
			c, err := readChange(bytes.Clone(v))
			past = append(past, c)
			return true, err
		})
	}
	slices.SortFunc(past, func(a, b Change) int { return -compareChanges(&a, &b) })
	dots = f.dots()
	for i := range past {
		if past[i].Field == f.name {
			dots = append(dots, past[i].Dot)
		}
	}
	dots = append(dots, f.orphans...)
	return sortedDots(dots[:min(len(dots), maxDots/2)]), err
}
