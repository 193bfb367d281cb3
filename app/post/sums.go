package post

import (
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
		messages, err := store.Linked[store.Message](p.Store, m.ID)
		if err != nil {
			return nil, err
		}
		byNumber(messages)
		sum := Sum{Mailing: m, States: map[string]int{}, Mine: m.Laptop == p.Device()}
		for _, one := range messages {
			sum.States[p.fate(one).State]++
		}
		var facts Facts
		if len(messages) > 0 && readJSON(m.Facts, &facts) == nil {
			sum.Subject = subjectOf(m, facts, messages[0])
		}
		sums = append(sums, sum)
	}
	return sums, nil
}
