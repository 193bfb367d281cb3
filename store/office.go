package store

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
)

// What a member's office alone may read is sealed for it, and the consents of a member with it. When a member goes to another
// office, each such value is cleared in the old office's scope and said again in the new one's. The new change replaces all that
// is known of the field's past, so that whoever reads any of these scopes sees at most one of them: a reader of the old one
// the clearing, a reader of the new one or of both the value.

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

// follow lets the details and consents of members whose office is written go along.
func (t *Tx) follow() error {
	for _, d := range slices.Clone(t.order) {
		if d.u.st.kind == KindMember && len(d.u.st.fields) > 0 && d.find("office") != nil { // somebody new has left nothing anywhere
			if err := t.carryMember(d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tx) carryMember(d *draft) error {
	ids, err := t.b.consentsOf(d.u.st.id)
	if err != nil {
		return err
	}
	d.carry = true
	for _, id := range ids {
		c, err := t.draft(KindConsent, id)
		if err != nil {
			return err
		}
		c.carry = true
	}
	return nil
}

// MoveDetails brings what stands in another office's scope, or in everybody's, to the office that the member belongs to now:
// for a laptop that can read it, after one that could not has changed the office. moved tells whether there was any.
// Faults unknown_id; details_elsewhere when the office's key is not here.
func (t *Tx) MoveDetails(member string) (moved bool, err error) {
	d, err := t.draft(KindMember, member)
	if err != nil {
		return false, err
	}
	if !d.exists() {
		return false, fault.New("unknown_id", "kind", string(KindMember), "id", member)
	}
	if err := t.carryMember(d); err != nil {
		return false, err
	}
	for _, d := range slices.Clone(t.order) {
		if !d.carry || d.u.st.kind == KindConsent && d.memberID() != member {
			continue
		}
		office, err := t.officeOf(d)
		if err != nil {
			return false, err
		}
		for i := range d.u.st.fields {
			f := &d.u.st.fields[i]
			moved = moved || len(f.elsewhere(t.b.scopeOf(d.u.st.kind, f.name, office))) > 0
		}
		if moved && t.b.shutTo(office) {
			return false, fault.New("details_elsewhere", "id", member, "office", office)
		}
	}
	return moved, nil
}

// consentsOf gives the consents of a member, in the view and in what is on its way there.
func (b *batch) consentsOf(member string) (ids []string, err error) {
	if member == "" || strings.IndexByte(member, 0) >= 0 {
		return nil, nil
	}
	prefix := under(rowLink, string(KindConsent), member)
	err = walk(b.txn, prefix, nil, false, func(k, _ []byte) (bool, error) {
		ids = append(ids, string(k[len(prefix):]))
		return true, nil
	})
	for at := b; at != nil; at = at.under {
		for id := range at.consents {
			if u := at.units[recordID{KindConsent, id}]; u != nil && u.st.text("member") == member {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// officeOf gives the scope of what is private in a record; "" where there is no office, or nothing private.
func (t *Tx) officeOf(d *draft) (office string, err error) {
	switch d.u.st.kind {
	case KindConsent:
		m, err := t.b.unit(KindMember, d.memberID())
		if err != nil {
			return "", err
		}
		if office = m.st.text("office"); t.drafts[recordID{KindMember, m.st.id}] != nil {
			office = textOf(t.drafts[recordID{KindMember, m.st.id}].value("office"))
		}
		return office, checkOffice(office)
	default:
		if schemas[d.u.st.kind] == nil || !schemas[d.u.st.kind].owned {
			return "", nil
		}
		office = textOf(d.value("office"))
		return office, checkOffice(office)
	}
}

// memberID gives the member that a consent is about, also where it was about one until now.
func (d *draft) memberID() string {
	if id := textOf(d.value("member")); id != "" {
		return id
	}
	return d.u.st.text("member")
}

func textOf(value cbor.RawMessage) string {
	if len(value) == 0 {
		return ""
	}
	return (&wireReader{b: value}).text(maxValue)
}

func checkOffice(office string) error {
	if len(office) > maxName || strings.IndexByte(office, 0) >= 0 || !utf8.ValidString(office) {
		return fault.New("bad_change", "field", "office", "what", "name")
	}
	return nil
}

// scopeOf gives for whom a field of a record is.
func (b *batch) scopeOf(kind Kind, path, office string) string {
	if office != "" && IsPrivate(kind, path, !b.meta.hidesCard) {
		return office
	}
	return ""
}

// shutTo tells whether this laptop could not seal anything for a scope. A store that was never given a key is asked nothing.
func (b *batch) shutTo(scope string) bool {
	_, here := b.meta.keys[scope]
	return scope != "" && !here && len(b.meta.keys) > 0
}

// elsewhere gives the scopes other than this one in which a value of the field stands.
func (f *field) elsewhere(scope string) (scopes []string) {
	if f == nil {
		return nil
	}
	for i := range f.live {
		if s := f.live[i].Scope; s != scope && !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return scopes
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

// left tells whether a change clears a value only because it is said to others from now on. Who does not see those, as a reader
// of the old office alone, is not to be asked between the clearing and a value that somebody there wrote meanwhile.
func left(c *Change) bool { return len(c.Value) == 0 && len(c.Seen) > 0 && c.Field != tombstone }

// contested tells whether a person must choose between the values of a field.
func (f *field) contested() bool {
	if !f.split() {
		return false
	}
	var first *Change
	for i := range f.live {
		c := &f.live[i]
		switch {
		case left(c):
		case first == nil:
			first = c
		case !bytes.Equal(first.Value, c.Value):
			return true
		}
	}
	return false
}

// besideInScope tells whether two changes say something of one field in one edit, to different readers.
func besideInScope(a, b *Change) bool {
	return a.Scope != b.Scope && a.Field == b.Field && a.Device == b.Device && a.Wall == b.Wall && a.Logical == b.Logical
}

// movedOnly tells whether a change clears for some what its edit says to others, or says again to others what was there.
func movedOnly(all []Change, c *Change) bool {
	if left(c) {
		return true
	}
	beside := slices.DeleteFunc(slices.Clone(all), func(o Change) bool { return !besideInScope(&o, c) })
	if len(beside) == 0 {
		return false
	}
	were, are := allReplacedBy(all, c), []Change{*c}
	for i := range all {
		if besideInEdit(&all[i], c) {
			are = append(are, all[i])
		}
	}
	return len(were) > 0 && sameValues(were, are)
}

// sameValues tells whether two lists hold the same values, in any order and as often as may be.
func sameValues(a, b []Change) bool {
	in := func(list []Change) func(Change) bool {
		return func(c Change) bool {
			return !slices.ContainsFunc(list, func(o Change) bool { return bytes.Equal(o.Value, c.Value) })
		}
	}
	return !slices.ContainsFunc(a, in(b)) && !slices.ContainsFunc(b, in(a))
}

// carriedFrom gives the place of the change that this one said again to other readers, -1 for one that said something itself.
func carriedFrom(all []Change, c *Change) (at int) {
	if len(c.Value) == 0 || !movedOnly(all, c) {
		return -1
	}
	were := allReplacedBy(all, c)
	return slices.IndexFunc(all, func(o Change) bool { return bytes.Equal(o.Value, c.Value) && containsChange(were, &o) })
}
