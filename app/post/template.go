package post

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/carnet/app/locale"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Wording is what one sort of mail says in one language, with placeholders.
type Wording struct {
	Sort, Language string
	Subject, Text  string
	Own            bool // the network's own, in place of the one that Carnet brings
}

// Placeholders are what a wording may have filled in.
var Placeholders = []string{"given", "family", "name", "title", "when", "times", "place", "link", "chapter", "dates", "reason", "note", "text", "sender", "office", "network"}

// Languages that mail is written in.
var Languages = []string{"en", "fr"}

const (
	mostSubject = 200      // letters
	mostText    = 20 << 10 // bytes
)

var holder = regexp.MustCompile(`\{[^{}\n]*\}`)

// checkWording refuses what could not be filled in or sent. Faults: bad_mail_sort, bad_language, mail_placeholder, mail_subject_bad,
// mail_text_bad.
func checkWording(sort, lang, subject, text string) error {
	switch {
	case !slices.Contains(Sorts, sort):
		return fault.New("bad_mail_sort", "value", sort, "choices", strings.Join(Sorts, ", "))
	case !slices.Contains(Languages, lang):
		return fault.New("bad_language", "value", lang)
	case strings.TrimSpace(subject) == "" || utf8.RuneCountInString(subject) > mostSubject || strings.ContainsFunc(subject, isControl) || !utf8.ValidString(subject):
		return fault.New("mail_subject_bad")
	case strings.TrimSpace(text) == "" || len(text) > mostText || !utf8.ValidString(text) || strings.ContainsFunc(strings.ReplaceAll(text, "\n", ""), isControl):
		return fault.New("mail_text_bad")
	}
	for _, found := range holder.FindAllString(subject+"\n"+text, -1) {
		if !slices.Contains(Placeholders, strings.Trim(found, "{}")) {
			return fault.New("mail_placeholder", "value", found, "choices", "{"+strings.Join(Placeholders, "} {")+"}")
		}
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 }

func templateID(sort, lang string) string {
	return store.DerivedID(store.KindTemplate, sort+"\x00"+lang)
}

// Wording gives what a sort of mail says in a language. Faults: bad_mail_sort, bad_language.
func (p *Post) Wording(sort, lang string) (Wording, error) {
	if err := checkWording(sort, lang, "x", "x"); err != nil {
		return Wording{}, err
	}
	own, err := store.Get[store.Template](p.Store, templateID(sort, lang))
	if err == nil && checkWording(sort, lang, own.Subject, own.Text) == nil {
		return Wording{Sort: sort, Language: lang, Subject: own.Subject, Text: own.Text, Own: true}, nil
	}
	if err != nil && !fault.Is(err, "unknown_id") {
		return Wording{}, err
	}
	words := locale.For(lang)
	return Wording{Sort: sort, Language: lang, Subject: words.Say("mail.template."+sort+".subject", nil), Text: words.Say("mail.template."+sort+".text", nil)}, nil
}

// Wordings gives all of them.
func (p *Post) Wordings() (list []Wording, err error) {
	for _, sort := range Sorts {
		for _, lang := range Languages {
			w, err := p.Wording(sort, lang)
			if err != nil {
				return nil, err
			}
			list = append(list, w)
		}
	}
	return list, nil
}

// SetWording keeps the network's own wording. An empty subject or text keeps what it says now. Faults: role_forbids and those of
// checkWording.
func (p *Post) SetWording(w Wording) (Wording, []store.Ref, error) {
	now, err := p.Wording(w.Sort, w.Language)
	if err != nil {
		return w, nil, err
	}
	w.Subject, w.Text = cmp.Or(strings.TrimSpace(w.Subject), now.Subject), cmp.Or(tidyText(w.Text), now.Text)
	if err := checkWording(w.Sort, w.Language, w.Subject, w.Text); err != nil {
		return w, nil, err
	}
	if err := p.May(store.KindTemplate); err != nil {
		return w, nil, err
	}
	w.Own = true
	refs, err := p.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(store.Template{ID: templateID(w.Sort, w.Language), Sort: w.Sort, Language: w.Language, Subject: w.Subject, Text: w.Text})
		return err
	})
	return w, refs, err
}

// ResetWording goes back to the wording that Carnet brings. Faults: role_forbids, bad_mail_sort, bad_language.
func (p *Post) ResetWording(sort, lang string) (Wording, []store.Ref, error) {
	w, err := p.Wording(sort, lang)
	if err != nil || !w.Own {
		return w, nil, err
	}
	if err := p.May(store.KindTemplate); err != nil {
		return w, nil, err
	}
	refs, err := p.Store.Edit(func(tx *store.Tx) error { return tx.Delete(store.KindTemplate, templateID(sort, lang)) })
	if err != nil {
		return w, nil, err
	}
	w, err = p.Wording(sort, lang)
	return w, refs, err
}

func tidyText(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	return strings.Trim(text, "\n \t")
}

// fillText puts values in once: what they hold is never read as a placeholder. A paragraph whose placeholders are all empty goes,
// and so does such a line.
func fillText(text string, values map[string]string) string {
	var paragraphs []string
	for _, paragraph := range manyBreaks.Split(text, -1) {
		if saysNothing(paragraph, values) {
			continue
		}
		var lines []string
		for line := range strings.SplitSeq(paragraph, "\n") {
			if !saysNothing(line, values) {
				lines = append(lines, strings.TrimRight(fillHolders(line, values), " "))
			}
		}
		paragraphs = append(paragraphs, strings.Join(lines, "\n"))
	}
	return strings.Trim(strings.Join(paragraphs, "\n\n"), "\n")
}

func saysNothing(text string, values map[string]string) bool {
	found := holder.FindAllString(text, -1)
	return len(found) > 0 && !slices.ContainsFunc(found, func(f string) bool { return values[strings.Trim(f, "{}")] != "" })
}

func fillHolders(text string, values map[string]string) string {
	return holder.ReplaceAllStringFunc(text, func(f string) string { return values[strings.Trim(f, "{}")] })
}

var manyBreaks = regexp.MustCompile(`\n{2,}`)

// fillLine is fillText for a subject: one line without anything that could end it.
func fillLine(text string, values map[string]string) string {
	return strings.Join(strings.FieldsFunc(fillHolders(text, values), func(r rune) bool { return isControl(r) || r == ' ' || r == '\t' || r == '\u2028' || r == '\u2029' }), " ")
}
