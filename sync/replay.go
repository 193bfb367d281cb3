package sync

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"example.org/carnet/store"
	"example.org/carnet/sync/snapshot"
)

// When states differ at one frontier, one of them is not what the bucket's deltas make. A replay makes
// the changes anew from the deltas and holds them against those here, record by record.

// spanned is what one delta in the bucket covers of a laptop's sequences.
type spanned struct{ first, last uint64 }

// replay gathers what the deltas of the bucket say, each record's changes as one sum.
type replay struct {
	mu      sync.Mutex
	seen    map[string]bool // deltas, by what they are under whatever time
	covered map[string][]spanned
	records map[recordName]store.Sum
}

type recordName struct {
	kind   store.Kind
	record string
}

func newReplay() *replay {
	return &replay{seen: map[string]bool{}, covered: map[string][]spanned{}, records: map[recordName]store.Sum{}}
}

// add takes in a delta that was verified and taken in here, less what was set aside of it.
func (p *replay) add(e *Engine, name snapshot.Name, d *snapshot.Delta, content *snapshot.Content) {
	aside := e.doubts[short("", name.String())]
	edits := content.Edits()
	p.mu.Lock()
	defer p.mu.Unlock()
	what := timeless(name.String())
	if p.seen[what] || !e.knows(name) {
		return
	}
	p.seen[what] = true
	if d.Last > 0 {
		p.covered[d.Device] = append(p.covered[d.Device], spanned{d.First, d.Last})
	}
	for _, edit := range edits {
		for _, scope := range scopesOf(&edit) {
			pieces := within(edit, scope)
			if slices.Contains(aside.Motions, doubted{First: pieces[0].First, Scope: scope}) {
				continue
			}
			for _, piece := range pieces {
				for i := range piece.Changes {
					p.count(e, &piece.Changes[i], true)
				}
			}
		}
	}
}

// count adds a change to its record's sum or takes it out.
func (p *replay) count(e *Engine, c *store.Change, there bool) {
	sum, _ := e.Store.SumOf([]store.Edit{{Device: c.Device, First: c.Seq, Wall: c.Wall, Logical: c.Logical, Changes: []store.Change{*c}}})
	at := recordName{c.Kind, c.Record}
	if there {
		sum = p.records[at].Add(sum)
	} else {
		sum = p.records[at].Sub(sum)
	}
	if sum == (store.Sum{}) {
		delete(p.records, at)
		return
	}
	p.records[at] = sum
}

func (p *replay) covers(d store.Dot) bool {
	list := p.covered[d.Device]
	at, found := slices.BinarySearchFunc(list, d.Seq, func(s spanned, seq uint64) int { return cmp.Compare(s.first, seq) })
	if !found {
		at--
	}
	return at >= 0 && d.Seq <= list[at].last
}

// against takes out what is here of the same changes, and names the records of which something is left.
func (p *replay) against(ctx context.Context, e *Engine) (differ []recordName, err error) {
	for _, list := range p.covered {
		slices.SortFunc(list, func(a, b spanned) int { return cmp.Compare(a.first, b.first) })
	}
	for _, scope := range scopesIn(e.ring) {
		for c, err := range e.Store.ChangesUpTo(e.Store.Frontier(), scope) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return nil, err
			}
			if p.covers(c.Dot) {
				p.count(e, &c, false)
			}
		}
	}
	for at := range p.records {
		differ = append(differ, at)
	}
	slices.SortFunc(differ, func(a, b recordName) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.record, b.record)) })
	return differ, nil
}

// mostDiffer bounds how many records a check names.
const mostDiffer = 100

// differing names the records whose state here is not what the deltas of the bucket make, and the
// laptops with whose digest ours differs.
func (e *Engine) differing(ctx context.Context, diverged []string, p *replay) (problems []Refused, err error) {
	if p == nil {
		return nil, nil
	}
	for _, device := range diverged {
		problems = append(problems, Refused{Key: device, Reason: "state_diverged"})
	}
	records, err := p.against(ctx, e)
	for _, at := range records[:min(len(records), mostDiffer)] {
		problems = append(problems, Refused{Key: string(at.kind) + " " + at.record, Reason: "record_differs"})
	}
	return problems, err
}

// timeless gives the part of a delta's key that does not depend on when it was put.
func timeless(key string) string {
	_, rest, _ := strings.Cut(key, "-")
	return rest
}
