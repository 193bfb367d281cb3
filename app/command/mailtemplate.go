package command

import (
	"os"

	"example.org/carnet/app/post"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type mailTemplateCmd struct {
	List  mailTemplateList  `cmd:"" help:"mail_template_list"`
	Show  mailTemplateShow  `cmd:"" help:"mail_template_show"`
	Set   mailTemplateSet   `cmd:"" help:"mail_template_set"`
	Reset mailTemplateReset `cmd:"" help:"mail_template_reset"`
}

// templateDoc is the wording of one sort of message in one language.
type templateDoc struct {
	Kind     string   `json:"kind"`
	Language string   `json:"language"`
	Subject  string   `json:"subject"`
	Text     string   `json:"text"`
	Own      bool     `json:"own"` // the network's, in place of the one that Carnet brings
	Changes  []string `json:"changes,omitempty"`
}

func templateOf(w post.Wording) templateDoc {
	return templateDoc{Kind: w.Sort, Language: w.Language, Subject: w.Subject, Text: w.Text, Own: w.Own}
}

type mailTemplateList struct{}

func (c *mailTemplateList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	all, err := carnet.Post.Wordings()
	if err != nil {
		return err
	}
	items := make([]templateDoc, len(all))
	for i, w := range all {
		items[i] = templateOf(w)
	}
	return answerRows(r, items, len(items), []string{"field.sort", "field.language", "field.subject"}, func(d templateDoc) []string {
		return []string{r.word("mail.sort.", d.Kind) + " (" + d.Kind + ")", d.Language, d.Subject}
	})
}

// wordingArgs name one.
type wordingArgs struct {
	Sort     string `arg:"" help:"mail_sort"`
	Language string `arg:"" help:"mail_language"`
}

type mailTemplateShow struct{ wordingArgs }

func (c *mailTemplateShow) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	w, err := carnet.Post.Wording(c.Sort, c.Language)
	if err != nil {
		return err
	}
	return r.answerWording(w, nil)
}

func (r *run) answerWording(w post.Wording, refs []store.Ref) error {
	doc := templateOf(w)
	doc.Changes = changes(refs)
	return r.answer(doc, func() string { return w.Subject + "\n\n" + w.Text })
}

type mailTemplateSet struct {
	wordingArgs
	Subject string `placeholder:"TEXT" help:"mail_subject_new"`
	Text    string `placeholder:"FILE" help:"mail_text_new"`
}

func (c *mailTemplateSet) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	w := post.Wording{Sort: c.Sort, Language: c.Language, Subject: c.Subject}
	if c.Text != "" {
		raw, err := os.ReadFile(c.Text)
		if err != nil {
			return fault.New("file_unreadable", "file", c.Text).Because(err)
		}
		w.Text = string(raw)
	}
	w, refs, err := carnet.Post.SetWording(w)
	if err != nil {
		return err
	}
	return r.answerWording(w, refs)
}

type mailTemplateReset struct{ wordingArgs }

func (c *mailTemplateReset) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	w, refs, err := carnet.Post.ResetWording(c.Sort, c.Language)
	if err != nil {
		return err
	}
	return r.answerWording(w, refs)
}
