package desktop

import (
	"cmp"
	"strconv"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/app/privacy"
)

// KnownOf writes down everything that this laptop knows of a member.
func (p *People) KnownOf(id string) (KnownPage, error) {
	return ask(p.d, func(c *app.Carnet) (KnownPage, error) {
		found, err := privacy.Gather(c.Privacy(), id)
		if err != nil {
			return KnownPage{}, err
		}
		page := privacy.PageOf(c.Privacy(), found, p.d.words())
		view := KnownPage{Title: page.Title, Note: page.Note, Text: page.Text(p.d.words()), Sections: []KnownSection{}}
		for _, s := range page.Sections {
			section := KnownSection{Title: s.Title, Lines: []KnownLine{}}
			for _, l := range s.Lines {
				section.Lines = append(section.Lines, KnownLine(l))
			}
			view.Sections = append(view.Sections, section)
		}
		return view, nil
	})
}

// SaveKnown asks where to save it as a file, and gives the path; empty when the person changed their mind.
func (p *People) SaveKnown(id string) (string, error) {
	return ask(p.d, func(c *app.Carnet) (string, error) {
		found, err := privacy.Gather(c.Privacy(), id)
		if err != nil {
			return "", err
		}
		path, err := p.d.shell.SaveFile(p.d.words().Say("privacy.file", nil) + ".zip")
		if err != nil || path == "" {
			return "", err
		}
		return path, privacy.Write(c.Privacy(), found, p.d.words(), path)
	})
}

// ErasingMember says in numbers what follows from erasing a member.
func (p *People) ErasingMember(id string) (Erasing, error) {
	return ask(p.d, func(c *app.Carnet) (Erasing, error) {
		m, consents, err := c.People.Consents(id)
		if err != nil {
			return Erasing{}, err
		}
		about, err := c.Network.About()
		if err != nil {
			return Erasing{}, err
		}
		w := p.d.words()
		more := ""
		if len(consents) > 0 {
			more += w.Count("privacy.erase.consents", len(consents), nil)
		}
		if others := len(c.Store.RecordsOf(m)) - 1; others > 0 {
			more += w.Count("privacy.erase.merged", others, nil)
		}
		return Erasing{Name: cmp.Or(memberName(m), m.ID), Consequences: []string{
			w.Say("privacy.erase.what", map[string]string{"more": more}), w.Count("privacy.erase.others", about.Laptops-1, nil),
			w.Say("privacy.erase.bucket", nil), w.Say("privacy.erase.attendance", nil), w.Say("privacy.erase.outside", nil),
		}}, nil
	})
}

// EraseMember takes a member and what hangs on them out of every laptop. There is no undo.
func (p *People) EraseMember(id string, reason string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, consents, err := c.People.Consents(id)
		if err != nil {
			return Written{}, err
		}
		if _, err := c.Network.Erase(m, consents, reason); err != nil {
			return Written{}, err
		}
		p.d.forgetUndo(m.ID)
		return Written{ID: m.ID, Text: p.d.words().Say("privacy.erased", nil)}, nil
	})
}

// forgetUndo leaves nothing of a record to be taken back.
func (d *Desktop) forgetUndo(record string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	kept := d.undo[:0]
	for _, refs := range d.undo {
		speaks := false
		for _, ref := range refs {
			speaks = speaks || ref.Record == record
		}
		if !speaks {
			kept = append(kept, refs)
		}
	}
	d.undo = kept
}

// erasuresWait is how long the window waits for the receipts, which a round under way holds up.
const erasuresWait = 300 * time.Millisecond

// Erasures lists what was erased in this network, the newest first, and who has signed that they did. While a round
// is under way it gives what was last known, and tells when there is more.
func (n *Network) Erasures() ([]ErasureRow, error) {
	return ask(n.d, func(c *app.Carnet) ([]ErasureRow, error) {
		list := n.d.erasures.get(uint64(time.Now().UnixNano()), erasuresWait, func() []network.Erasure {
			all, err := c.Network.AllErasures()
			if err != nil {
				n.d.log.Error("erasures could not be read", "error", err)
			}
			return all
		}, func() { n.d.shell.Emit("sync") })
		rows := []ErasureRow{}
		for i := len(list) - 1; i >= 0; i-- {
			rows = append(rows, n.d.erasureRow(c, list[i]))
		}
		return rows, nil
	})
}

func (d *Desktop) erasureRow(c *app.Carnet, e network.Erasure) ErasureRow {
	signed := len(e.Receipts) - e.Waiting
	row := ErasureRow{When: d.whenText(c, e.At), Reason: d.reasonText(e.Reason), Signed: signed, All: len(e.Receipts), Whole: e.Waiting == 0, Receipts: []ReceiptRow{},
		Text: d.words().Count("privacy.receipts.signed", signed, map[string]string{"total": strconv.Itoa(len(e.Receipts))})}
	for _, r := range e.Receipts {
		row.Receipts = append(row.Receipts, ReceiptRow{Coordinator: r.Coordinator, Office: r.OfficeName, When: d.whenText(c, r.At)})
		if r.Device == e.By {
			row.By = r.Coordinator
		}
	}
	if row.Key = e.At + e.By; len(e.Records) > 0 {
		row.Key += e.Records[0].ID
	}
	return row
}

// reasonText is a reason's code in words; one that another Carnet wrote stays as it is.
func (d *Desktop) reasonText(code string) string {
	if key := "privacy.reason." + code; d.words().Has(key) {
		return d.words().Say(key, nil)
	}
	return code
}

func (d *Desktop) whenText(c *app.Carnet, at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return ""
	}
	return d.when(c, t)
}
