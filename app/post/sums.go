package post

import (
	"math"
	"slices"

	"example.org/carnet/store"
)

// Sum is one mailing with how many of its messages are in each state.
type Sum struct {
	Mailing store.Mailing
	Subject string // of its first message
	States  map[string]int
	Mine    bool // this laptop sends it
}

// Mailings gives all mailings, the newest first.
func (p *Post) Mailings() ([]Sum, error) {
	all, err := p.mailings(func(store.Mailing) bool { return true })
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	sums := make([]Sum, 0, len(all))
	for _, m := range all {
		list, err := p.briefs(m.ID)
		if err != nil {
			return nil, err
		}
		sum := Sum{Mailing: m, States: map[string]int{}, Mine: m.Laptop == p.Device()}
		for _, one := range list {
			sum.States[p.now(one.fate).State]++
		}
		var facts Facts
		if first, err := p.firstOfAll(list); err == nil && readJSON(m.Facts, &facts) == nil {
			sum.Subject = subjectOf(m, facts, first)
		}
		sums = append(sums, sum)
	}
	return sums, nil
}

// firstOfAll gives the message that a mailing begins with. Fault unknown_id when it has none.
func (p *Post) firstOfAll(list []brief) (store.Message, error) {
	first := brief{number: math.MaxInt}
	for _, one := range list {
		if one.number < first.number || one.number == first.number && one.id < first.id {
			first = one
		}
	}
	return store.Get[store.Message](p.Store, first.id)
}
