package command

import (
	"example.org/carnet/app"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/store"
)

// doorLookDoc is a reason to look at somebody who is let in, and what may be done.
type doorLookDoc struct {
	Code   string `json:"code"` // declined, waitlisted, withdrawn, requested, not_registered, not_in_chapter, mandate_ended, not_in_audience, verdict
	Text   string `json:"text"`
	Advice string `json:"advice"`
}

// looksAt says why a second look is due, as a door does.
func (r *run) looksAt(carnet *app.Carnet, m store.Meeting, member string) ([]doorLookDoc, error) {
	docs := []doorLookDoc{}
	person, err := store.Get[store.Member](carnet.Store, member)
	if err != nil {
		return docs, err
	}
	looks, err := carnet.Door.Looks(carnet.Meetings, m, person)
	for _, look := range looks {
		docs = append(docs, doorLookDoc{look.Code, handout.LookText(r.words, look, carnet.Meetings.NameOf(r.words.Lang())), handout.LookAdvice(r.words, look)})
	}
	return docs, err
}
