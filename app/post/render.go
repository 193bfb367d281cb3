package post

import (
	"cmp"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// letter is one mail as its reader sees it.
type letter struct {
	Subject string
	Text    string
	HTML    string
}

// write fills a wording for one recipient, and says below it who writes, why, and how to be left alone.
func write(m store.Mailing, f Facts, to store.Message, own Personal) letter {
	words := locale.For(to.Language)
	subject, text := m.SubjectEN, m.TextEN
	if words.Lang() == "fr" {
		subject, text = m.SubjectFR, m.TextFR
	}
	values := valuesFor(words, f, to, own)
	foot := foot(words, m.Sort, f.Sender, own)
	body := fillText(text, values)
	return letter{Subject: fillLine(subject, values), Text: body + "\n\n-- \n" + foot + "\n", HTML: page(words.Lang(), body, foot)}
}

func valuesFor(words *locale.Words, f Facts, to store.Message, own Personal) map[string]string {
	o := f.Occasion
	v := map[string]string{"given": own.Given, "family": own.Family, "name": cmp.Or(to.Name, strings.TrimSpace(own.Given+" "+own.Family)), "reason": own.Reason,
		"sender": f.Sender.Name, "office": f.Sender.Office, "network": f.Sender.Network, "chapter": o.Chapter, "text": ""}
	french := words.Lang() == "fr"
	pick := func(en, fr string) string {
		if french {
			return cmp.Or(fr, en)
		}
		return cmp.Or(en, fr)
	}
	v["chapter"] = pick(o.Chapter, o.ChapterF)
	if m := o.Meeting; m != nil {
		v["title"], v["place"], v["link"], v["note"] = pick(m.Title, m.TitleFR), join(m.Place, m.Room), m.URL, pick(m.Note, m.NoteFR)
	} else if s := o.Series; s != nil {
		v["title"], v["place"], v["link"] = pick(s.Title, s.TitleFR), s.Place, s.URL
	}
	v["title"] = cmp.Or(v["title"], v["chapter"])
	v["when"], v["times"], v["dates"] = when(words, o, own), times(words, o, own), dates(words, o, own)
	return v
}

func join(place, room string) string {
	if place != "" && room != "" {
		return place + ", " + room
	}
	return place + room
}

// when says the occasion's start on the reader's clock, or what is known of it.
func when(words *locale.Words, o Occasion, own Personal) string {
	at, zone := o.Start, o.zone()
	if own.At != nil {
		at, zone = *own.At, own.Zone
	}
	switch {
	case o.Meeting == nil && o.Series == nil:
		return ""
	case at.IsZero():
		return words.Say("mail.when.open", nil)
	case o.AllDay():
		return words.Date(o.Start, locale.FullDate)
	}
	return moment(words, at, zone, true)
}

func moment(words *locale.Words, at time.Time, zone string, day bool) string {
	facts := map[string]string{"clock": words.Clock(at), "city": zones.CityOf(zone, words.Lang()), "offset": zones.Offset(at)}
	text := words.Say("mail.clock", facts)
	if day {
		text = words.Date(at, locale.FullDate) + ", " + text
	}
	return text
}

// times says it on the clock of every zone concerned, a line each: a reader's calendar may have old rules.
func times(words *locale.Words, o Occasion, own Personal) string {
	list, start := o.Times, o.Start
	if at := slices.IndexFunc(own.Times, func(z ZoneTime) bool { return z.Zone == o.zone() }); at >= 0 {
		list, start = own.Times, own.Times[at].At
	}
	lines := make([]string, 0, len(list))
	for _, z := range list {
		lines = append(lines, moment(words, z.At, z.Zone, zones.DayShift(z.At, start) != 0))
	}
	return strings.Join(lines, "\n")
}

// dates lists what is coming, on the reader's clock where that is known, but for what the reader declined.
func dates(words *locale.Words, o Occasion, own Personal) string {
	lines := make([]string, 0, len(o.Coming))
	for _, c := range o.Coming {
		if c.isOne(own.Away) {
			continue
		}
		title, note := cmp.Or(c.Title, c.TitleFR), cmp.Or(c.NoteEN, c.NoteFR)
		if words.Lang() == "fr" {
			title, note = cmp.Or(c.TitleFR, c.Title), cmp.Or(c.NoteFR, c.NoteEN)
		}
		line := "- " + c.date(words, own.Zone)
		for _, more := range []string{title, note, c.Place, c.URL} {
			if more != "" {
				line += " — " + more
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// date says when something that is coming takes place, as far as that is known.
func (c Coming) date(words *locale.Words, zone string) string {
	switch {
	case c.AllDay:
		return words.Date(c.At, locale.FullDate)
	case !c.At.IsZero():
		at, zone := c.on(zone)
		return moment(words, at, zone, true)
	}
	if month, err := time.Parse("2006-01", c.Month); err == nil {
		return words.Say("mail.when.month", map[string]string{"month": words.Say("date.month."+month.Format("01"), nil) + " " + month.Format("2006")})
	}
	return words.Say("mail.when.open", nil)
}

// foot says who writes, why the reader gets this, and how to get no more.
func foot(words *locale.Words, sort string, s Sender, own Personal) string {
	lines := []string{s.Name}
	if s.Network != "" && s.Network != s.Name {
		lines = append(lines, s.Network)
	}
	lines = append(lines, s.Postal, words.Say("mail.why."+cmp.Or(own.Why, "request"), map[string]string{"network": cmp.Or(s.Network, s.Name)}))
	if !answers(sort) {
		lines = append(lines, words.Say("mail.unsubscribe", map[string]string{"mailbox": s.Unsubscribe}))
	}
	return strings.Join(lines, "\n")
}

// page is a text as HTML: paragraphs and links, and nothing that somebody wrote is taken for more than text.
func page(lang, body, foot string) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"" + lang + "\">\n<head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"></head>\n<body style=\"" + pageStyle + "\">\n")
	for paragraph := range strings.SplitSeq(body, "\n\n") {
		b.WriteString(block(paragraph))
	}
	b.WriteString("<hr style=\"border:0;border-top:1px solid #ccc\">\n<p><small>" + lined(foot) + "</small></p>\n</body>\n</html>\n")
	return b.String()
}

// block is a paragraph, or a list where every line of it begins as one does.
func block(paragraph string) string {
	lines := strings.Split(paragraph, "\n")
	if slices.ContainsFunc(lines, func(line string) bool { return !strings.HasPrefix(line, "- ") }) {
		return "<p>" + lined(paragraph) + "</p>\n"
	}
	var b strings.Builder
	b.WriteString("<ul style=\"padding-left:20px\">\n")
	for _, line := range lines {
		b.WriteString("<li>" + lined(strings.TrimPrefix(line, "- ")) + "</li>\n")
	}
	b.WriteString("</ul>\n")
	return b.String()
}

// pageStyle makes a page easy to read and leaves its colours to the reader's program, which may be dark.
const pageStyle = "margin:0;padding:4px 16px;max-width:640px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5"

var links = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,;:!?)\]]`)

func lined(text string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteString("<br>\n")
		}
		from := 0
		for _, at := range links.FindAllStringIndex(line, -1) {
			b.WriteString(html.EscapeString(line[from:at[0]]))
			target := line[at[0]:at[1]]
			if _, err := url.Parse(target); err == nil {
				b.WriteString(`<a href="` + html.EscapeString(target) + `">` + html.EscapeString(target) + "</a>")
			} else {
				b.WriteString(html.EscapeString(target))
			}
			from = at[1]
		}
		b.WriteString(html.EscapeString(line[from:]))
	}
	return b.String()
}
