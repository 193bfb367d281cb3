package desktop

import (
	"example.org/carnet/app"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// sayAccess says of whose members this one is: who keeps the details where this laptop does not, and who may
// change them where it may not.
func (d *Desktop) sayAccess(c *app.Carnet, detail *MemberDetail, m store.Member) {
	office := map[string]string{"office": detail.Office}
	if !c.Network.Reads(m.Office) && !hasDetails(m) {
		detail.KeptBy = d.words().Say("members.kept", office)
	}
	detail.CanErase = c.Network.MayErase() == nil
	err := c.Network.MayMembersOf(m.Office)
	detail.CanEdit = err == nil
	switch {
	case err == nil:
		detail.CanMove = len(d.otherOffices(c, m.Office)) > 0
	case fault.Is(err, "laptop_revoked"):
		detail.Access = d.words().Say("members.access.revoked", nil)
	case m.Office == "":
		detail.Access = d.words().Say("members.access.admin", nil)
	default:
		detail.Access = d.words().Say("members.access.office", office)
	}
}

// hasDetails tells whether anything beyond the shared card is known of a member.
func hasDetails(m store.Member) bool {
	return m.Email != "" || m.Phone != "" || m.Language != "" || m.Title != "" || m.Zone != "" || m.Notes != "" || m.TermStart != "" || m.TermEnd != ""
}

// otherOffices lists the offices that a member may move to.
func (d *Desktop) otherOffices(c *app.Carnet, current string) []Named {
	offices, err := c.Network.Offices()
	if err != nil {
		return nil
	}
	var list []Named
	for _, o := range offices {
		if o.ID != current {
			list = append(list, Named{ID: o.ID, Name: o.Name})
		}
	}
	return list
}

// MoveChoices lists the offices that a member may move to, each with what follows from it.
func (p *People) MoveChoices(id string) ([]MoveChoice, error) {
	return ask(p.d, func(c *app.Carnet) ([]MoveChoice, error) {
		m, err := c.People.Find(id)
		if err != nil {
			return nil, err
		}
		choices := []MoveChoice{}
		for _, o := range p.d.otherOffices(c, m.Office) {
			choices = append(choices, MoveChoice{ID: o.ID, Name: o.Name, Consequences: p.d.moving(c, m, o)})
		}
		return choices, nil
	})
}

// moving says what follows from a member's move.
func (d *Desktop) moving(c *app.Carnet, m store.Member, to Named) []string {
	facts := map[string]string{"office": to.Name, "from": d.recordName(c, store.KindOffice, m.Office)}
	say := func(key string) string { return d.words().Say("members.move."+key, facts) }
	reads := c.Network.Reads(to.ID)
	lines := []string{say("keeps")}
	switch {
	case reads:
		lines[0] = say("details")
	case c.Network.SharesCard():
		lines = append(lines, say("card"))
	default:
		lines = append(lines, say("hidden"))
	}
	if m.Office != "" {
		lines = append(lines, say("past"))
	}
	if c.Network.MayMembersOf(to.ID) != nil {
		lines = append(lines, say("back"))
	}
	return lines
}

// MoveMember hands a member over to another office.
func (p *People) MoveMember(id string, office string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.MoveMember(id, office)
		w, err := p.d.written(refs, err, m.ID, "members.written.moved", memberName(m))
		if err == nil && len(refs) > 0 {
			w.Text = p.d.words().Say("members.written.moved", map[string]string{"name": memberName(m), "office": p.d.recordName(c, store.KindOffice, m.Office)})
		}
		return w, err
	})
}
