package command

import (
	"strconv"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

type consentCmd struct {
	List     consentList     `cmd:"" help:"consent_list"`
	Record   consentRecord   `cmd:"" help:"consent_record"`
	Withdraw consentWithdraw `cmd:"" help:"consent_withdraw"`
	Export   consentExport   `cmd:"" help:"consent_export"`
}

// consentDoc is one consent. It expires by its basis and date; empty when it has no end.
type consentDoc struct {
	ID        string   `json:"id"`
	Member    string   `json:"member"`
	Basis     string   `json:"basis"`
	Source    string   `json:"source"`
	Date      string   `json:"date"`
	Expires   string   `json:"expires"`
	Withdrawn string   `json:"withdrawn"`
	Changes   []string `json:"changes,omitempty"`
}

func consentOf(c store.Consent) consentDoc {
	return consentDoc{ID: c.ID, Member: c.Member, Basis: c.Basis, Source: c.Source, Date: c.Date, Expires: people.ConsentExpires(c), Withdrawn: c.Withdrawn}
}

// standingDoc is whether a member may be written to on a day.
type standingDoc struct {
	State  string `json:"state"` // given, ended, withdrawn, unknown
	Until  string `json:"until"` // last day; empty for one without an end
	Basis  string `json:"basis"`
	Reason string `json:"reason"`

	Renewed string `json:"renewed,omitempty"` // what an implied consent was renewed by: membership, attendance
	Since   string `json:"since,omitempty"`   // on which day
}

type consentsDoc struct {
	list[consentDoc]
	Standing standingDoc `json:"standing"`
}

func (r *run) standing(s people.Standing) standingDoc {
	return standingDoc{State: s.State, Until: s.Until, Basis: s.Consent.Basis, Renewed: s.Renewed, Since: s.Since, Reason: r.words.Say(people.ConsentKey("consent.reason.", s), map[string]string{
		"basis": r.word("consent.basis.", s.Consent.Basis), "source": s.Consent.Source, "date": s.Consent.Date, "until": s.Until, "renewed": s.Since})}
}

type consentList struct {
	Member string `arg:"" help:"member_ref"`
	On     string `placeholder:"DATE" help:"consent_on"`
}

func (c *consentList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	_, all, err := carnet.People.Consents(c.Member)
	if err != nil {
		return err
	}
	standing, err := carnet.People.Consent(c.Member, c.On)
	if err != nil {
		return err
	}
	doc := consentsDoc{list[consentDoc]{Items: make([]consentDoc, len(all)), Total: len(all)}, r.standing(standing)}
	for i, one := range all {
		doc.Items[i] = consentOf(one)
	}
	return r.answer(doc, func() string { return r.consentPage(doc) })
}

func (r *run) consentPage(doc consentsDoc) string {
	if doc.Total == 0 {
		return doc.Standing.Reason
	}
	rows := [][]string{{}}
	for _, key := range []string{"field.basis", "field.source", "field.date", "field.expires", "field.withdrawn", "field.id"} {
		rows[0] = append(rows[0], r.words.Say(key, nil))
	}
	for _, d := range doc.Items {
		rows = append(rows, []string{r.word("consent.basis.", d.Basis), d.Source, d.Date, d.Expires, d.Withdrawn, d.ID})
	}
	return aligned(rows) + doc.Standing.Reason
}

type consentRecord struct {
	Member string `arg:"" help:"member_ref"`
	Basis  string `required:"" placeholder:"express|implied-membership|implied-attendance" help:"consent_basis"`
	Source string `required:"" placeholder:"S" help:"consent_source"`
	Date   string `placeholder:"DATE" help:"consent_date"`
}

func (c *consentRecord) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	one, refs, err := carnet.People.RecordConsent(c.Member, given("basis", c.Basis, "source", c.Source, "date", c.Date))
	if err != nil {
		return err
	}
	return r.wroteConsent(one, refs, "cli.consent.recorded")
}

func (r *run) wroteConsent(one store.Consent, refs []store.Ref, key string) error {
	m, err := r.carnet.People.Find(one.Member)
	if err != nil {
		return err
	}
	doc := consentOf(one)
	doc.Changes = changes(refs)
	if len(refs) == 0 {
		key = "cli.unchanged"
	}
	return r.answer(doc, func() string {
		return r.words.Say(key, map[string]string{"name": r.memberDoc(m).name(), "id": doc.ID})
	})
}

type consentWithdraw struct {
	Member string `arg:"" help:"member_ref"`
}

// withdrawnDoc answers a withdrawal.
type withdrawnDoc struct {
	Member   string      `json:"member"`
	Standing standingDoc `json:"standing"`
	Records  []string    `json:"records"` // consents that ended by this
	Changes  []string    `json:"changes,omitempty"`
}

func (c *consentWithdraw) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, refs, err := carnet.People.WithdrawConsent(c.Member)
	if err != nil {
		return err
	}
	standing, err := carnet.People.Consent(m.ID, "")
	if err != nil {
		return err
	}
	doc := withdrawnDoc{Member: m.ID, Standing: r.standing(standing), Records: []string{}, Changes: changes(refs)}
	key := "cli.unchanged"
	for _, ref := range refs {
		key = "cli.consent.withdrawn"
		if n := len(doc.Records); n == 0 || doc.Records[n-1] != ref.Record {
			doc.Records = append(doc.Records, ref.Record)
		}
	}
	return r.answer(doc, func() string { return r.words.Say(key, map[string]string{"name": r.memberDoc(m).name()}) })
}

type consentExport struct {
	Format string `default:"csv" enum:"csv,xlsx" placeholder:"csv|xlsx" help:"consent_export_format"`
	Out    string `required:"" placeholder:"FILE" help:"consent_out"`
}

// registerDoc answers the export of the register.
type registerDoc struct {
	File     string `json:"file"`
	Format   string `json:"format"`
	Consents int    `json:"consents"`
}

func (c *consentExport) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	n, err := carnet.People.ExportConsents(r.context(), c.Out, c.Format)
	if err != nil {
		return err
	}
	doc := registerDoc{File: c.Out, Format: c.Format, Consents: n}
	return r.answer(doc, func() string {
		return r.words.Say("cli.consent.exported", map[string]string{"n": strconv.Itoa(n), "file": c.Out})
	})
}
