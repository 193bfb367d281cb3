package command

import (
	"strconv"
	"strings"

	"example.org/carnet/app/network"
	"example.org/carnet/app/privacy"
)

type privacyCmd struct {
	Access   privacyAccess   `cmd:"" help:"privacy_access"`
	Erase    privacyErase    `cmd:"" help:"privacy_erase"`
	Receipts privacyReceipts `cmd:"" help:"privacy_receipts"`
}

type privacyAccess struct {
	Member string `arg:"" help:"member_ref"`
	Out    string `required:"" placeholder:"FILE.zip" help:"privacy_out"`
}

// accessDoc says what was written down, in numbers.
type accessDoc struct {
	Member     string `json:"member"` // id
	File       string `json:"file"`
	Consents   int    `json:"consents"`
	Attendance int    `json:"attendance"`
	History    int    `json:"history"`
	Elsewhere  string `json:"kept_elsewhere_by"` // an office whose details this laptop does not read; else empty
}

func (c *privacyAccess) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	found, err := privacy.Gather(carnet.Privacy(), c.Member)
	if err != nil {
		return err
	}
	if err := privacy.Write(carnet.Privacy(), found, r.words, c.Out); err != nil {
		return err
	}
	doc := accessDoc{Member: found.Member.ID, File: c.Out, Consents: len(found.Consents), Attendance: len(found.Attended), History: len(found.Past), Elsewhere: found.Elsewhere}
	if doc.Elsewhere != "" {
		r.attention()
		r.note("privacy.page.elsewhere", map[string]string{"office": doc.Elsewhere})
	}
	return r.answer(doc, func() string { return r.words.Say("cli.privacy.written", map[string]string{"file": doc.File}) })
}

type privacyErase struct {
	Member string `arg:"" help:"member_ref"`
	Reason string `required:"" placeholder:"R" help:"privacy_reason"`
}

// eraseDoc says what was taken out; it never says whose it was.
type eraseDoc struct {
	Member  string `json:"member"` // id
	Records int    `json:"records"`
	Reason  string `json:"reason"`
}

func (c *privacyErase) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, consents, err := carnet.People.Consents(c.Member)
	if err != nil {
		return err
	}
	records, err := carnet.Network.Erase(m, consents, c.Reason)
	if err != nil {
		return err
	}
	doc := eraseDoc{Member: m.ID, Records: records, Reason: c.Reason}
	return r.answer(doc, func() string {
		return r.words.Say("cli.privacy.erased", map[string]string{"id": doc.Member})
	})
}

type privacyReceipts struct {
	Member string `arg:"" help:"privacy_member"`
}

type receiptDoc struct {
	Device      string `json:"device"`
	Coordinator string `json:"coordinator"`
	OfficeName  string `json:"office_name"`
	At          string `json:"at"` // empty while it has not signed
}

type erasureDoc struct {
	Reason   string       `json:"reason"`
	By       string       `json:"by"`
	At       string       `json:"at"`
	Records  int          `json:"records"`
	Waiting  int          `json:"waiting"`
	Receipts []receiptDoc `json:"receipts"`
}

func erasureOf(e network.Erasure) erasureDoc {
	doc := erasureDoc{Reason: e.Reason, By: e.By, At: e.At, Records: len(e.Records), Waiting: e.Waiting, Receipts: []receiptDoc{}}
	for _, one := range e.Receipts {
		doc.Receipts = append(doc.Receipts, receiptDoc{Device: one.Device, Coordinator: one.Coordinator, OfficeName: one.OfficeName, At: one.At})
	}
	return doc
}

func (c *privacyReceipts) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	all, err := carnet.Network.Erasures(c.Member)
	if err != nil {
		return err
	}
	items := make([]erasureDoc, len(all))
	for i, e := range all {
		items[i] = erasureOf(e)
	}
	return answerList(r, items, len(items), r.erasureLine)
}

func (r *run) erasureLine(d erasureDoc) string {
	signed := strconv.Itoa(len(d.Receipts) - d.Waiting)
	lines := []string{r.words.Say("cli.privacy.signed", map[string]string{"at": d.At, "reason": d.Reason, "n": signed, "total": strconv.Itoa(len(d.Receipts))})}
	for _, one := range d.Receipts {
		at := one.At
		if at == "" {
			at = r.words.Say("cli.privacy.waiting", nil)
		}
		lines = append(lines, "  "+one.Device+"  "+at+"  "+one.Coordinator+", "+one.OfficeName)
	}
	return strings.Join(lines, "\n")
}

type networkCompact struct{}

// Run asks for a full snapshot and exchanges, so that it is written at once where the bucket can be reached.
func (*networkCompact) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	if err := carnet.Network.Compact(); err != nil {
		return err
	}
	doc := struct {
		Asked bool `json:"asked"`
	}{true}
	return r.answer(doc, func() string { return r.words.Say("cli.network.compact", nil) })
}
