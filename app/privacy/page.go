package privacy

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

// Line is one thing that is known.
type Line struct{ Label, Text string }

// Section is what belongs together.
type Section struct {
	Title string
	Lines []Line
}

// Page is a dossier in words.
type Page struct {
	Title    string
	Note     string // what this laptop cannot read, and whom to ask
	Sections []Section
}

// writer puts a dossier into words.
type writer struct {
	Deps
	words *locale.Words
}

// memberFields are those of a member's record, in the order in which they are read.
var memberFields = []string{"given", "family", "title", "role", "community", "email", "phone", "language", "term_start", "term_end",
	"zone", "chapters", "office", "notes"}

// PageOf writes a dossier in a language.
func PageOf(d Deps, found Dossier, words *locale.Words) Page {
	w := writer{d, words}
	name := strings.TrimSpace(found.Member.Given + " " + found.Member.Family)
	if name == "" {
		name = found.Member.ID
	}
	page := Page{Title: words.Say("privacy.page.title", map[string]string{"name": name, "day": w.day(d.Now())})}
	if found.Elsewhere != "" {
		page.Note = words.Say("privacy.page.elsewhere", map[string]string{"office": found.Elsewhere})
	}
	page.Sections = append(page.Sections, Section{words.Say("privacy.page.record", nil), w.record(found.Member)})
	for _, m := range found.Merged {
		page.Sections = append(page.Sections, Section{words.Say("privacy.page.merged", nil), w.record(m)})
	}
	for _, section := range []struct {
		name  string
		lines []Line
	}{{"consents", w.consents(found.Consents)}, {"requests", w.requests(found.Requests)}, {"registrations", w.registrations(found.Registrations)},
		{"mails", w.mails(found.Mails)}, {"incoming", w.incoming(found.Incoming)}, {"attended", w.attended(found)}, {"noticed", w.noticed(found.Noticed)},
		{"history", w.history(found.Past)}} {
		page.Sections = append(page.Sections, Section{words.Say("privacy.page."+section.name, nil), section.lines})
	}
	return page
}

func (w writer) record(m store.Member) (lines []Line) {
	values := people.MemberTexts(&m)
	for _, field := range memberFields {
		text := w.value(string(store.KindMember), field, values[field])
		if field == "chapters" {
			var names []string
			for _, id := range m.Chapters {
				names = append(names, w.name(id))
			}
			text = strings.Join(names, ", ")
		}
		if text != "" {
			lines = append(lines, Line{w.field(field), text})
		}
	}
	if len(m.Aliases) > 0 {
		lines = append(lines, Line{w.field("aliases"), strings.Join(m.Aliases, ", ")})
	}
	return append(lines, Line{w.field("id"), m.ID})
}

func (w writer) consents(all []store.Consent) (lines []Line) {
	for _, c := range all {
		parts := []string{w.word("consent.basis.", c.Basis), c.Source}
		if c.Withdrawn != "" {
			parts = append(parts, w.field("withdrawn")+" "+w.value("", "", c.Withdrawn))
		}
		lines = append(lines, Line{w.value("", "", c.Date), joined(parts, ", ")})
	}
	return lines
}

func (w writer) attended(found Dossier) (lines []Line) {
	for _, a := range found.Attended {
		title := a.Meeting.Title
		if w.words.Lang() == "fr" && a.Meeting.TitleFR != "" || title == "" {
			title = a.Meeting.TitleFR
		}
		text := title + ", " + strconv.Itoa(a.Minutes) + "\u00a0min"
		if !a.Presence.FirstIn.IsZero() {
			text += " (" + w.words.Clock(a.Presence.FirstIn.In(zones.Here())) + ")"
		}
		lines = append(lines, Line{w.day(a.Meeting.Start), text})
	}
	return lines
}

func (w writer) history(past []people.Past) (lines []Line) {
	for _, h := range past {
		if h.Moved || h.Kind == store.KindConsent && h.Field == "member" {
			continue // said again for another office, or what the page says at its head
		}
		name, element, isSet := strings.Cut(h.Field, ":")
		from, to := w.value(string(h.Kind), name, h.From), w.value(string(h.Kind), name, h.To)
		if isSet {
			from, to = "", w.name(element)
			if h.To != true {
				from, to = to, ""
			}
		}
		who := joined([]string{h.Coordinator, h.Office}, ", ")
		if who == "" {
			who = h.Device
		}
		at := h.At.In(zones.Here())
		lines = append(lines, Line{w.day(at) + ", " + w.words.Clock(at), w.change(w.field(name), from, to, who)})
	}
	return lines
}

func (w writer) change(field, from, to, who string) string {
	key := "privacy.page.change"
	switch {
	case from == "":
		key += ".new"
	case to == "":
		key += ".cleared"
	}
	return w.words.Say(key, map[string]string{"field": field, "from": from, "to": to, "who": who})
}

func (w writer) field(name string) string {
	if name == "~" {
		name = "record"
	}
	if w.words.Has("field." + name) {
		return w.words.Say("field."+name, nil)
	}
	return name
}

// word is a code in words, as it is where there are none.
func (w writer) word(prefix, code string) string {
	if code != "" && w.words.Has(prefix+code) {
		return w.words.Say(prefix+code, nil)
	}
	return code
}

// coded are the fields whose values have words.
var coded = map[string]string{"member.role": "role.", "member.language": "language.", "consent.basis": "consent.basis."}

func (w writer) value(kind, field string, value any) string {
	text, isText := value.(string)
	switch {
	case value == nil:
		return ""
	case !isText:
		return fmt.Sprint(value)
	case coded[kind+"."+field] != "":
		return w.word(coded[kind+"."+field], text)
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return w.day(day)
	}
	return w.name(text)
}

// name is what an id stands for; every other text stays.
func (w writer) name(id string) string {
	french := w.words.Lang() == "fr"
	pick := func(en, fr string) string {
		if french && fr != "" || en == "" {
			return fr
		}
		return en
	}
	switch prefix, _, _ := strings.Cut(id, "_"); prefix {
	case "com":
		if c, err := store.Get[store.Community](w.Store, id); err == nil {
			return joined([]string{pick(c.Name, c.NameFR), c.Province}, ", ")
		}
	case "chp":
		if c, err := store.Get[store.Chapter](w.Store, id); err == nil {
			return pick(c.Name, c.NameFR)
		}
	case "mtg", "ser":
		if en, fr, known := w.titleOf(id); known {
			return pick(en, fr)
		}
	case "off":
		if o, err := store.Get[store.Office](w.Store, id); err == nil {
			return o.Name
		}
	}
	return id
}

func (w writer) day(at time.Time) string {
	return w.words.Date(at, locale.DayMonth) + " " + strconv.Itoa(at.Year())
}

func joined(parts []string, with string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, with)
}

// Text is the page as plain text.
func (p Page) Text(words *locale.Words) string {
	var b strings.Builder
	b.WriteString(p.Title + "\n")
	if p.Note != "" {
		b.WriteString("\n" + p.Note + "\n")
	}
	for _, s := range p.Sections {
		b.WriteString("\n" + s.Title + "\n")
		for _, l := range s.Lines {
			text := strings.ReplaceAll(l.Text, "\n", "\n    ")
			b.WriteString("  " + words.Say("privacy.page.line", map[string]string{"label": l.Label, "text": text}) + "\n")
		}
		if len(s.Lines) == 0 {
			b.WriteString("  " + words.Say("privacy.page.nothing", nil) + "\n")
		}
	}
	return b.String()
}
