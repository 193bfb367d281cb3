package command

import (
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/post"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// mailingDoc is a mailing that was queued, or would be.
type mailingDoc struct {
	Mailing string         `json:"mailing"`
	Sort    string         `json:"kind"`
	Queued  int            `json:"queued"`
	Skipped map[string]int `json:"skipped"` // by reason
	DryRun  bool           `json:"dry_run"`

	Judged *judgedDoc `json:"judged"` // null where there is no rule to ask

	Items   []recipientDoc `json:"items"`
	Changes []string       `json:"changes"`
}

// judgedDoc counts what the rule of a meeting says on its day of those who are meant.
type judgedDoc struct {
	Date        string `json:"date"`
	Eligible    int    `json:"eligible"`
	NotEligible int    `json:"not_eligible"`
	Unknown     int    `json:"unknown"`
}

// recipientDoc is one whom a mailing is meant for.
type recipientDoc struct {
	Member string `json:"member"`
	Name   string `json:"name"`
	To     string `json:"to"`
	Skip   string `json:"skip"` // why nothing goes out; empty when it does
	Reason string `json:"reason"`
}

// order queues what is asked for, or says what would be.
func (r *run) order(carnet *app.Carnet, o post.Order, dry bool) error {
	plan, err := carnet.Post.Plan(o)
	if err != nil {
		return err
	}
	doc := r.mailingOf(plan, dry)
	if judged, err := carnet.Post.Judge(o, plan); err != nil {
		return err
	} else if judged != nil {
		doc.Judged = &judgedDoc{Date: judged.Date}
		doc.Judged.Eligible, doc.Judged.NotEligible, doc.Judged.Unknown = judged.Counts()
	}
	if !dry && len(plan.Messages) > 0 {
		refs, err := carnet.Post.Queue(plan)
		if err != nil {
			return err
		}
		doc.Changes = changes(refs)
	}
	if len(plan.Messages) == 0 {
		if len(plan.Recipients) == 0 {
			return fault.New("mail_nobody")
		}
		doc.Mailing = ""
	}
	return r.answer(doc, func() string { return r.mailingPage(doc) })
}

func (r *run) mailingOf(plan *post.Plan, dry bool) mailingDoc {
	doc := mailingDoc{Mailing: plan.Mailing.ID, Sort: plan.Mailing.Sort, Queued: len(plan.Messages), Skipped: plan.Skipped(), DryRun: dry, Items: []recipientDoc{}, Changes: []string{}}
	for _, one := range plan.Recipients {
		m := one.Member
		doc.Items = append(doc.Items, recipientDoc{Member: m.ID, Name: strings.TrimSpace(m.Given + " " + m.Family), To: m.Email, Skip: one.Skip, Reason: r.word("mail.skip.", one.Skip)})
	}
	return doc
}

func (r *run) mailingPage(doc mailingDoc) string {
	key := "cli.mail.queued"
	if doc.DryRun {
		key = "cli.mail.would"
	}
	lines := []string{r.words.Count(key, doc.Queued, nil)}
	if j := doc.Judged; j != nil {
		lines = append(lines, r.words.Say("cli.mail.judged", map[string]string{"date": strings.TrimSuffix(j.Date, "/"), "eligible": r.words.Number(j.Eligible),
			"not": r.words.Number(j.NotEligible), "unknown": r.words.Number(j.Unknown)}))
	}
	reasons := make([]string, 0, len(doc.Skipped))
	for why := range doc.Skipped {
		reasons = append(reasons, why)
	}
	sort.Strings(reasons)
	for _, why := range reasons {
		lines = append(lines, fmt.Sprintf("%s: %s", r.words.Say("mail.skip."+why, nil), r.words.Number(doc.Skipped[why])))
	}
	for _, one := range doc.Items {
		if one.Skip != "" {
			lines = append(lines, "  "+one.Name+" — "+one.Reason)
		}
	}
	return strings.Join(lines, "\n")
}

// whom reads --to: a word, or members by id, the start of one, or address.
func whom(carnet *app.Carnet, o *post.Order, to []string) error {
	if len(to) == 1 && slices.Contains([]string{post.Registered, post.Eligible, post.Invited, post.Decided}, to[0]) {
		o.ToWhom = to[0]
		return nil
	}
	for _, ref := range to {
		m, err := carnet.People.Find(ref)
		if err != nil {
			return err
		}
		o.To = append(o.To, m.ID)
	}
	return nil
}

// occasion finds a meeting or a series.
func occasion(carnet *app.Carnet, ref string) (string, error) {
	if strings.HasPrefix(ref, "ser_") {
		return carnet.Store.Resolve(store.KindSeries, ref)
	}
	m, err := carnet.Meetings.Get(ref)
	return m.ID, err
}

// mailAbout is what all mailings about a meeting take.
type mailAbout struct {
	Meeting string   `required:"" placeholder:"M" help:"mail_meeting"`
	To      []string `placeholder:"registered|eligible|decided|MEMBER" help:"mail_to"`
	DryRun  bool     `help:"mail_dry_run"`
}

func (c *mailAbout) order(r *run, o post.Order) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	if o.For, err = occasion(carnet, c.Meeting); err != nil {
		return err
	}
	if err := whom(carnet, &o, c.To); err != nil {
		return err
	}
	return r.order(carnet, o, c.DryRun)
}

type mailInvite struct {
	Meeting string   `placeholder:"M" help:"mail_meeting" xor:"of" required:""`
	Due     bool     `help:"mail_invite_due" xor:"of" required:""`
	To      []string `placeholder:"registered|eligible|MEMBER" help:"mail_to"`
	DryRun  bool     `help:"mail_dry_run"`
}

func (c *mailInvite) Run(r *run) error {
	if c.Due {
		return r.inviteDue(c.DryRun)
	}
	about := mailAbout{Meeting: c.Meeting, To: c.To, DryRun: c.DryRun}
	return about.order(r, post.Order{Sort: post.Invitation})
}

type mailUpdate struct{ mailAbout }

func (c *mailUpdate) Run(r *run) error { return c.order(r, post.Order{Sort: post.Update}) }

type mailCancel struct{ mailAbout }

func (c *mailCancel) Run(r *run) error { return c.order(r, post.Order{Sort: post.Cancellation}) }

type mailRemind struct{ mailAbout }

func (c *mailRemind) Run(r *run) error { return c.order(r, post.Order{Sort: post.Reminder}) }

type mailConfirm struct{ mailAbout }

func (c *mailConfirm) Run(r *run) error { return c.order(r, post.Order{Sort: post.Confirmation}) }

type mailDecline struct {
	Meeting string   `required:"" placeholder:"M" help:"mail_meeting"`
	To      []string `required:"" placeholder:"decided|MEMBER" help:"mail_to_members"`
	Reason  string   `placeholder:"R" help:"mail_reason"`
	DryRun  bool     `help:"mail_dry_run"`
}

func (c *mailDecline) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	o := post.Order{Sort: post.Decline, To: []string{}, Reasons: map[string]string{}}
	if o.For, err = occasion(carnet, c.Meeting); err != nil {
		return err
	}
	if slices.Equal(c.To, []string{post.Decided}) {
		o.To, o.Reasons = nil, nil // to all who do not know yet, with the reason that was noted
		return r.order(carnet, o, c.DryRun)
	}
	for _, ref := range c.To {
		m, err := carnet.People.Find(ref)
		if err != nil {
			return err
		}
		o.To = append(o.To, m.ID)
		o.Reasons[m.ID] = c.Reason
	}
	return r.order(carnet, o, c.DryRun)
}

// mailWords is what somebody wrote for one mailing.
type mailWords struct {
	Subject   string `placeholder:"TEXT" help:"mail_subject"`
	SubjectFR string `name:"subject-fr" placeholder:"TEXT" help:"mail_subject_fr"`
	Text      string `placeholder:"FILE" help:"mail_text"`
	TextFR    string `name:"text-fr" placeholder:"FILE" help:"mail_text_fr"`
}

func (c *mailWords) read(o *post.Order) error {
	o.Subject, o.Text = map[string]string{"en": c.Subject, "fr": c.SubjectFR}, map[string]string{}
	for lang, path := range map[string]string{"en": c.Text, "fr": c.TextFR} {
		if path == "" {
			continue
		}
		info, err := os.Stat(path)
		if err == nil && info.Size() > 64<<10 {
			return fault.New("mail_text_bad")
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return fault.New("file_unreadable", "file", path).Because(err)
		}
		o.Text[lang] = string(raw)
	}
	return nil
}

type mailDigest struct {
	Chapter string `required:"" placeholder:"C" help:"mail_chapter"`
	mailWords
	DryRun bool `help:"mail_dry_run"`
}

func (c *mailDigest) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	o := post.Order{Sort: post.Digest}
	if o.For, err = carnet.Meetings.Chapter(c.Chapter); err != nil {
		return err
	}
	if err := c.read(&o); err != nil {
		return err
	}
	return r.order(carnet, o, c.DryRun)
}

type mailWrite struct {
	To      []string `placeholder:"MEMBER" help:"mail_to_members"`
	Chapter string   `placeholder:"C" help:"mail_chapter"`
	mailWords
	DryRun bool `help:"mail_dry_run"`
}

func (c *mailWrite) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	o := post.Order{Sort: post.Free, ToWhom: post.Eligible}
	if o.For, err = carnet.Meetings.Chapter(c.Chapter); err != nil {
		return err
	}
	if err := whom(carnet, &o, c.To); err != nil {
		return err
	}
	if err := c.read(&o); err != nil {
		return err
	}
	return r.order(carnet, o, c.DryRun)
}

type mailPreview struct {
	Member  string `arg:"" help:"member_ref"`
	Sort    string `default:"invitation" placeholder:"SORT" help:"mail_sort"`
	Meeting string `placeholder:"M" help:"mail_meeting"`
	Chapter string `placeholder:"C" help:"mail_chapter"`
	mailWords
	Reason string `placeholder:"R" help:"mail_reason"`
}

// previewDoc is a mail as one member would see it.
type previewDoc struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Subject  string `json:"subject"`
	Text     string `json:"text"`
	HTML     string `json:"html"`
	Calendar string `json:"calendar"`
	Bytes    int    `json:"bytes"`
}

func (c *mailPreview) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, err := carnet.People.Find(c.Member)
	if err != nil {
		return err
	}
	o := post.Order{Sort: c.Sort, Reasons: map[string]string{m.ID: c.Reason}}
	switch {
	case c.Meeting != "":
		o.For, err = occasion(carnet, c.Meeting)
	case c.Chapter != "":
		o.For, err = carnet.Meetings.Chapter(c.Chapter)
	}
	if err != nil {
		return err
	}
	if err := c.read(&o); err != nil {
		return err
	}
	mail, err := carnet.Post.Preview(o, m.ID)
	if err != nil {
		return err
	}
	doc := previewDoc{From: mail.From, To: mail.To, Subject: mail.Subject, Text: mail.Text, HTML: mail.HTML, Calendar: string(mail.Calendar), Bytes: len(mail.Bytes)}
	return r.answer(doc, func() string { return mail.Subject + "\n\n" + mail.Text })
}
