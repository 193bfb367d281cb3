package post

import (
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// PreviewWording composes a wording that may not be kept yet, as one member would read it. Faults: those of checkWording, mail_no_account,
// mail_no_postal, unknown_id.
func (p *Post) PreviewWording(w Wording, of, member string) (Composed, error) {
	if err := checkWording(w.Sort, w.Language, w.Subject, w.Text); err != nil {
		return Composed{}, err
	}
	account, err := p.Account()
	if err == nil {
		err = account.ready()
	}
	if err != nil {
		return Composed{}, err
	}
	who, err := p.People.Find(member)
	if err != nil {
		return Composed{}, err
	}
	occasion, err := p.Occasion(of)
	if err != nil {
		return Composed{}, err
	}
	f := Facts{Sender: account.sender(), Occasion: occasion}
	f.Sender.Office = p.OfficeName(p.Office())
	f.Sender.NetworkID, f.Sender.Network = p.Network()
	if !isAddress(who.Email) {
		who.Email = "nobody@example.invalid"
	}
	text := w.Text
	mailing := store.Mailing{ID: store.NewID(store.KindMailing), Sort: w.Sort, At: p.Now().UTC().Format(eventTime), SubjectEN: w.Subject, SubjectFR: w.Subject, TextEN: text, TextFR: text}
	standing, err := p.People.StandingOf(who, p.Now().In(zones.Here()).Format(time.DateOnly))
	if err != nil {
		return Composed{}, err
	}
	own := p.personal(w.Sort, Recipient{Member: who, Standing: standing}, occasion, map[string]string{})
	to := store.Message{ID: store.DerivedID(store.KindMessage, mailing.ID), Member: who.ID, To: who.Email, Name: who.Given + " " + who.Family, Language: w.Language}
	return composeWith(mailing, f, to, own)
}
