package desktop

import (
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

// consentView writes how a member stands today: what it rests on, and how long.
func (d *Desktop) consentView(c *app.Carnet, m store.Member) ConsentView {
	s, err := c.People.Consent(m.ID, "")
	if err != nil {
		d.log.Error("a member’s consent could not be read", "error", err)
		return ConsentView{State: people.ConsentUnknown}
	}
	facts := map[string]string{"date": d.dayText(s.Consent.Date), "until": d.dayText(s.Until), "renewed": d.dayText(s.Since)}
	view := ConsentView{State: s.State, Text: d.consentText(s.Consent), Note: d.words().Say(people.ConsentKey("members.consent.note.", s), facts)}
	switch s.State {
	case people.ConsentUnknown:
		if !c.Network.Reads(m.Office) {
			return ConsentView{State: "elsewhere", Text: d.words().Say("members.kept", map[string]string{"office": d.recordName(c, store.KindOffice, m.Office)})}
		}
		view.Text = d.words().Say("members.consent.none", nil)
	case people.ConsentWithdrawn:
		view.Text = d.words().Say("members.consent.withdrawn", facts)
	}
	return view
}

// consentText names a consent by basis, source and day: "Express, form of 12 Mar 2026".
func (d *Desktop) consentText(one store.Consent) string {
	if one.Basis == "" {
		return ""
	}
	return d.words().Say("members.consent.given", map[string]string{
		"basis":  d.stringText(nil, store.KindConsent, "basis", one.Basis),
		"source": one.Source, "date": d.dayText(one.Date)})
}

// consentNow names a consent as it is now, and a withdrawal alone as what it is.
func (d *Desktop) consentNow(c *app.Carnet, id string) string {
	one, err := store.Get[store.Consent](c.Store, id)
	if err != nil {
		return ""
	}
	if one.Basis == "" {
		return d.words().Say("members.consent.withdrawn", map[string]string{"until": d.dayText(one.Withdrawn)})
	}
	return d.consentText(one)
}

// dayText writes an ISO day in the language, and anything else as it is.
func (d *Desktop) dayText(value string) string {
	if day, err := time.Parse(time.DateOnly, value); err == nil {
		return d.day(day)
	}
	return value
}

// RecordConsent keeps a consent: basis, source, and the date when it was not given today.
func (p *People) RecordConsent(id string, fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		one, refs, err := c.People.RecordConsent(id, fields)
		return p.d.written(refs, err, one.Member, "members.written.consent", p.d.recordName(c, store.KindMember, one.Member))
	})
}

// WithdrawConsent ends every consent of a member.
func (p *People) WithdrawConsent(id string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.WithdrawConsent(id)
		return p.d.written(refs, err, m.ID, "members.written.withdrawn", memberName(m))
	})
}
