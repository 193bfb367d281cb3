package desktop

import (
	"example.org/carnet/app"
	"example.org/carnet/app/post"
	"example.org/carnet/store"
)

// Wordings gives what every sort of mail says, in both languages.
func (m *Mail) Wordings() (WordingsView, error) {
	return ask(m.d, func(c *app.Carnet) (WordingsView, error) {
		view := WordingsView{Rows: []WordingRow{}, Placeholders: post.Placeholders, CanEdit: c.Network.May(store.KindTemplate) == nil}
		all, err := c.Post.Wordings()
		for _, w := range all {
			view.Rows = append(view.Rows, wordingRow(w))
		}
		return view, err
	})
}

func wordingRow(w post.Wording) WordingRow {
	return WordingRow{Sort: w.Sort, Language: w.Language, Subject: w.Subject, Text: w.Text, Own: w.Own}
}

// SetWording keeps the network's own wording of a sort in a language.
func (m *Mail) SetWording(w WordingRow) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		_, refs, err := c.Post.SetWording(post.Wording{Sort: w.Sort, Language: w.Language, Subject: w.Subject, Text: w.Text})
		return m.d.written(refs, err, "", "mail.done.wording", m.d.wordingName(w.Sort, w.Language))
	})
}

// ResetWording goes back to the wording that Carnet brings.
func (m *Mail) ResetWording(sort, language string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		_, refs, err := c.Post.ResetWording(sort, language)
		return m.d.written(refs, err, "", "mail.done.wording-back", m.d.wordingName(sort, language))
	})
}

// wordingName is "Invitation (French)".
func (d *Desktop) wordingName(sort, language string) string {
	return d.words().Say("mail.wording.name", map[string]string{"sort": d.words().Say("mail.sort."+sort, nil), "language": d.words().Say("mail.language."+language, nil)})
}

// PreviewWording fills a wording that may not be kept yet for a real member and a real meeting, with the account's foot below it.
func (m *Mail) PreviewWording(w WordingRow, about, member string) (Letter, error) {
	return ask(m.d, func(c *app.Carnet) (Letter, error) {
		composed, err := c.Post.PreviewWording(post.Wording{Sort: w.Sort, Language: w.Language, Subject: w.Subject, Text: w.Text}, about, member)
		return letterOf(composed, "", w.Language), err
	})
}

// ExportRegister writes the register of consents to a file that the person chooses; an empty path means that they changed their mind.
func (m *Mail) ExportRegister(format string) (string, error) {
	return ask(m.d, func(c *app.Carnet) (string, error) {
		path, err := m.d.shell.SaveFile(m.d.words().Say("mail.register.file", nil) + "." + format)
		if err != nil || path == "" {
			return "", err
		}
		_, err = c.People.ExportConsents(m.d.ctx, path, format)
		return path, err
	})
}
