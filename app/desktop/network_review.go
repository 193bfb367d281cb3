package desktop

import (
	"cmp"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
)

// Review says what an object that was set aside wants to change, change by change, as far as this laptop can read it.
func (n *Network) Review(key string) (ReviewView, error) {
	return ask(n.d, func(c *app.Carnet) (ReviewView, error) {
		proposals, err := c.Network.Review(key)
		if fault.Is(err, "nothing_to_review") {
			return ReviewView{Key: key, Note: n.d.words().Error(err).Text, Changes: []ProposalRow{}}, nil
		}
		if err != nil {
			return ReviewView{}, err
		}
		view := ReviewView{Key: key, Changes: []ProposalRow{}, All: len(proposals)}
		names := proposedNames(proposals)
		for _, p := range proposals[:min(len(proposals), fewRows)] {
			row := n.d.proposalRow(c, p)
			if row.Title == p.Change.Record {
				row.Title = cmp.Or(names[p.Change.Record], n.d.words().Say("network.review.unnamed", nil))
			}
			view.Changes = append(view.Changes, row)
		}
		switch {
		case len(proposals) == 0:
			view.Note = n.d.words().Say("network.review.sealed", nil)
		case len(proposals) > fewRows:
			view.Note = n.d.words().Count("network.review.more", len(proposals)-fewRows, nil)
		}
		return view, nil
	})
}

// proposalRow writes one change in words: of what, which field, what is here, what it wants.
func (d *Desktop) proposalRow(c *app.Carnet, p carnetsync.Proposal) ProposalRow {
	row := ProposalRow{Which: p.Which, Kind: d.kindName(p.Change.Kind), Title: d.nameThenOrNow(c, p.Change.Kind, p.Change.Record), Field: d.fieldName(p.Change.Field),
		Now: d.valueText(c, p.Change.Kind, p.Change.Field, p.Now), To: d.valueText(c, p.Change.Kind, p.Change.Field, p.To), Known: p.Known}
	row.Same = row.Known || row.Now == row.To
	return row
}

// proposedNames gives what the object itself calls the records that nobody has here.
func proposedNames(proposals []carnetsync.Proposal) map[string]string {
	names := map[string]string{}
	for _, field := range []string{"given", "family", "name", "title"} {
		for _, p := range proposals {
			text, ok := p.To.(string)
			if ok && p.Change.Field == field && (field != "title" || names[p.Change.Record] == "") {
				names[p.Change.Record] = strings.TrimSpace(names[p.Change.Record] + " " + text)
			}
		}
	}
	return names
}

// kindName says what sort of record it is.
func (d *Desktop) kindName(kind store.Kind) string {
	if key := "kind." + string(kind); d.words().Has(key) {
		return d.words().Say(key, nil)
	}
	return string(kind)
}

// AcceptChanges takes some changes in as this laptop's own; the object leaves the list.
func (n *Network) AcceptChanges(key string, which []int) (Written, error) {
	return ask(n.d, func(c *app.Carnet) (Written, error) {
		count, err := c.Network.AcceptChanges(key, which)
		if err != nil {
			return Written{}, err
		}
		return Written{Text: n.d.words().Count("network.review.accepted", count, nil)}, nil
	})
}

// quarantinedRows lists what was set aside, each with its reason and who wrote it.
func (d *Desktop) quarantinedRows(c *app.Carnet) []QuarantinedRow {
	rows := []QuarantinedRow{}
	laptops, _ := c.Network.Laptops()
	for _, q := range c.Network.Refused() {
		row := QuarantinedRow{Key: q.Key, Reason: d.words().Error(q.Why).Text, When: sayWhen(d.words(), q.At),
			Readable: strings.HasPrefix(q.Key, "log/")}
		for _, l := range laptops {
			if strings.Contains(q.Key, l.Device) {
				row.Who = strings.Join([]string{l.Coordinator, l.OfficeName}, " · ")
			}
		}
		rows = append(rows, row)
	}
	return rows
}
