package command

import (
	"strings"

	"example.org/carnet/store/directory"
)

type duplicatesCmd struct {
	List duplicatesList `cmd:"" help:"duplicates_list"`
}

type duplicatesList struct{}

type duplicateDoc struct {
	A   someone `json:"a"`
	B   someone `json:"b"`
	Why string  `json:"why"` // email, name
}

type someone struct {
	ID        string `json:"id"`
	Given     string `json:"given"`
	Family    string `json:"family"`
	Email     string `json:"email"`
	Community string `json:"community_name"`
}

func (r *run) someone(c directory.Card) someone {
	return someone{ID: c.ID, Given: c.Given, Family: c.Family, Email: c.Email, Community: r.inLang(c.Community, c.CommunityFR)}
}

func (s someone) name() string { return strings.TrimSpace(s.Given + " " + s.Family) }

func (c *duplicatesList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	pairs := carnet.People.Duplicates()
	items := make([]duplicateDoc, len(pairs))
	for i, p := range pairs {
		items[i] = duplicateDoc{A: r.someone(p.A), B: r.someone(p.B), Why: p.Why}
	}
	if len(items) > 0 {
		r.attention()
	}
	headings := []string{"cli.heading.why", "cli.heading.one", "cli.heading.other", "field.id", "field.id"}
	return answerRows(r, items, len(items), headings, func(d duplicateDoc) []string {
		return []string{r.words.Say("duplicate."+d.Why, nil), d.A.name(), d.B.name(), d.A.ID, d.B.ID}
	})
}
