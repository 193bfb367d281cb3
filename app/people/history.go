package people

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Past is one change as people ask for it: what, from what to what, when, by whom.
type Past struct {
	Kind     store.Kind
	Record   string
	Change   store.Dot
	Field    string // "chapters:chp_…" for one element of a set, "~" for the record itself
	From, To any    // string, int64, bool or nil
	At       time.Time
	Logical  uint32 // tells edits of one millisecond apart
	Device   string
	Moved    bool // says again, for another office, what was said before: the member moved
	Author
}

// Together tells whether one edit made both changes.
func (h Past) Together(other Past) bool {
	return h.Record == other.Record && h.Device == other.Device && h.Logical == other.Logical && h.At.Equal(other.At)
}

func (p *People) past(h store.Past) Past {
	return Past{Kind: h.Kind, Record: h.Record, Change: h.Dot, Field: h.Field, From: h.From, To: h.To,
		At: time.UnixMilli(h.Wall).UTC(), Logical: h.Logical, Device: h.Device, Moved: h.Moved, Author: p.author(h.Device)}
}

// prefixes of ids, by which History knows what a reference means.
var historic = []store.Kind{store.KindMember, store.KindCommunity, store.KindChapter, store.KindMeeting, store.KindOffice, store.KindNetwork, store.KindConsent,
	store.KindRegistration, store.KindRequest}

// Record gives the kind and the id that a reference means; an address or letters without a prefix mean a member.
// A deleted record has its history too, so its whole id is taken as it is.
func (p *People) Record(ref string) (store.Kind, string, error) {
	kind := store.KindMember
	for _, k := range historic {
		if looksLikeID(k, ref) {
			kind = k
		}
	}
	if kind == store.KindMember {
		if m, err := p.Find(ref); err == nil {
			return kind, m.ID, nil
		} else if !fault.Is(err, "unknown_id") {
			return kind, "", err
		}
	}
	id, err := p.Store.Resolve(kind, ref)
	if !fault.Is(err, "unknown_id") {
		return kind, id, err
	}
	if past, e := p.Store.History(kind, ref); e == nil && len(past) > 0 {
		return kind, ref, nil
	}
	return kind, "", err
}

// History gives every change of one record, newest first; a member's with those of the members merged into it and
// of their consents.
func (p *People) History(kind store.Kind, id string) ([]Past, error) {
	of := []recordRef{{kind, id}}
	if kind == store.KindMember {
		more, err := p.belonging(id)
		if err != nil {
			return nil, err
		}
		of = append(of, more...)
	}
	var all []Past
	for _, r := range of {
		past, err := p.Store.History(r.kind, r.id)
		if err != nil {
			return nil, err
		}
		for _, h := range past {
			all = append(all, p.past(h))
		}
	}
	if len(of) > 1 {
		slices.SortStableFunc(all, func(a, b Past) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Logical, a.Logical)) })
	}
	return all, nil
}

type recordRef struct {
	kind store.Kind
	id   string
}

// belonging gives the records whose history is also a member's.
func (p *People) belonging(id string) (of []recordRef, err error) {
	m, err := store.Get[store.Member](p.Store, id)
	if err != nil {
		m = store.Member{ID: id} // removed; what was written of them stays
	}
	others := m.Merged
	if p.Store.Person(id) == id {
		others = p.Store.RecordsOf(m)[1:]
	}
	for _, merged := range others {
		of = append(of, recordRef{store.KindMember, merged})
	}
	consents, err := p.consentsOf(m)
	for _, c := range consents {
		of = append(of, recordRef{store.KindConsent, c.ID})
	}
	return of, err
}

// Undo takes back one change of one record, named as "device.seq"; that a consent was recorded is taken back whole.
// Faults: bad_change, unknown_change.
func (p *People) Undo(kind store.Kind, id, change string) ([]store.Ref, error) {
	dot, err := store.ParseDot(change)
	if err != nil {
		return nil, err
	}
	past, err := p.History(kind, id)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(past, func(h Past) bool { return h.Change == dot })
	if at < 0 {
		return nil, fault.New("unknown_change", "change", change)
	}
	if err := p.May(past[at].Kind); err != nil {
		return nil, err
	}
	var refs []store.Ref
	for _, h := range past {
		if h.Change == dot || h.Kind == store.KindConsent && h.Together(past[at]) {
			refs = append(refs, store.Ref{Kind: h.Kind, Record: h.Record, Change: h.Change})
		}
	}
	return p.Store.Undo(refs)
}

// Conflict is a field with values that nobody had seen when writing the other.
type Conflict struct {
	ID     string
	Kind   store.Kind
	Record string
	Field  string // "~": one side deleted the record
	Was    any
	Values []Past // newest first
}

// Conflicts lists what waits for a person, oldest first.
func (p *People) Conflicts() ([]Conflict, error) {
	found, err := p.Store.Conflicts()
	if err != nil {
		return nil, err
	}
	all := make([]Conflict, 0, len(found))
	for _, c := range found {
		values := make([]Past, 0, len(c.Values))
		for _, v := range c.Values {
			values = append(values, p.past(v))
		}
		all = append(all, Conflict{ID: c.ID, Kind: c.Kind, Record: c.Record, Field: c.Field, Was: c.Was, Values: values})
	}
	slices.SortStableFunc(all, func(a, b Conflict) int { return a.oldest().Compare(b.oldest()) })
	return all, nil
}

func (c Conflict) oldest() time.Time {
	if len(c.Values) == 0 {
		return time.Time{}
	}
	return c.Values[len(c.Values)-1].At
}

// Conflict gives the one whose id starts with prefix. Faults unknown_conflict, ambiguous_id.
func (p *People) Conflict(prefix string) (Conflict, error) {
	all, err := p.Conflicts()
	if err != nil {
		return Conflict{}, err
	}
	var found []Conflict
	for _, c := range all {
		if c.ID == prefix {
			return c, nil
		}
		if prefix != "" && strings.HasPrefix(c.ID, prefix) {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return Conflict{}, fault.New("unknown_conflict", "id", prefix)
	case 1:
		return found[0], nil
	}
	return Conflict{}, fault.New("ambiguous_id", "id", prefix, "n", count(len(found)))
}

// Choose settles a conflict with one of its values, by its place.
func (p *People) Choose(c Conflict, choice int) ([]store.Ref, error) {
	if choice < 0 || choice >= len(c.Values) {
		return nil, fault.New("no_such_choice", "n", count(len(c.Values)))
	}
	if err := p.May(c.Kind); err != nil {
		return nil, err
	}
	return p.Store.Settle(c.ID, c.settling(choice))
}

// settling is the value that Settle takes: for a record's deletion, whether it stays deleted.
func (c Conflict) settling(choice int) any {
	if c.Field == "~" {
		return c.Values[choice].Deletes()
	}
	return c.Values[choice].To
}

// Deletes tells whether this change deleted its record.
func (h Past) Deletes() bool { deleted, _ := h.To.(bool); return h.Field == "~" && deleted }

// Write settles a conflict with a third value, read like the field's own. Fault bad_field where none can be written.
func (p *People) Write(c Conflict, text string) ([]store.Ref, error) {
	if err := p.May(c.Kind); err != nil {
		return nil, err
	}
	for at, v := range c.Values {
		if s, ok := v.To.(string); ok && s == text {
			return p.Choose(c, at)
		}
	}
	value, err := p.readValue(c, text)
	if err != nil {
		return nil, err
	}
	return p.Store.Settle(c.ID, value)
}

func (p *People) readValue(c Conflict, text string) (any, error) {
	switch {
	case c.Field == "~" || strings.Contains(c.Field, ":"):
		return nil, fault.New("no_such_choice", "n", count(len(c.Values)))
	case c.Kind == store.KindConsent:
		return checkConsent(c.Field, text)
	case c.Kind == store.KindMember && slices.Contains(MemberFields, c.Field):
		m := store.Member{}
		err := p.writeField(&m, c.Field, text)
		return *memberText(&m, c.Field), err
	case c.Kind == store.KindCommunity || c.Kind == store.KindChapter:
		text, err := tidy(c.Field, text)
		if err == nil {
			text, err = p.checkText(c.Field, text)
		}
		return text, err
	}
	if _, number := c.Values[0].To.(int64); number {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 0 {
			return nil, fault.New("bad_field", "field", c.Field)
		}
		return n, nil
	}
	return tidy(c.Field, text)
}

// SettleAll settles every conflict by one rule, mine, theirs or newest, and gives one list for undo. What
// the rule cannot decide, as "mine" where this laptop wrote no side, is left. Fault bad_settling.
func (p *People) SettleAll(rule, device string) (settled int, refs []store.Ref, err error) {
	return p.settleAll(rule, device, func(Conflict) bool { return true })
}

// SettleSome is SettleAll for these conflicts; the rule may also be "author", which keeps what the laptop wrote.
func (p *People) SettleSome(ids []string, rule, device string) (settled int, refs []store.Ref, err error) {
	return p.settleAll(rule, device, func(c Conflict) bool { return slices.Contains(ids, c.ID) })
}

func (p *People) settleAll(rule, device string, meant func(Conflict) bool) (settled int, refs []store.Ref, err error) {
	if rule == "author" {
		rule = "mine" // the laptop is another's
	}
	if rule != "mine" && rule != "theirs" && rule != "newest" {
		return 0, nil, fault.New("bad_settling", "value", rule)
	}
	all, err := p.Conflicts()
	if err != nil {
		return 0, nil, err
	}
	for _, c := range all {
		if !meant(c) {
			continue
		}
		choice, ok := c.byRule(rule, device)
		if !ok {
			continue
		}
		more, err := p.Choose(c, choice)
		refs = append(refs, more...)
		if err != nil {
			return settled, refs, err
		}
		settled++
	}
	return settled, refs, nil
}

func (c Conflict) byRule(rule, device string) (int, bool) {
	newest := func(a, b Past) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Device, b.Device)) }
	best := -1
	for i, v := range c.Values {
		fits := rule == "newest" || (rule == "mine") == (v.Device == device) && (rule == "mine" || rule == "theirs")
		if fits && (best < 0 || newest(v, c.Values[best]) > 0) {
			best = i
		}
	}
	return best, best >= 0
}
