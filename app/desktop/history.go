package desktop

import (
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

// history gives the changes of a record as people read them, newest first.
func (d *Desktop) history(c *app.Carnet, kind store.Kind, id string) ([]HistoryLine, error) {
	past, err := c.People.History(kind, id)
	if err != nil {
		return nil, err
	}
	return d.historyLines(c, id, past), nil
}

// historyLines writes changes, newest first, in words. The newest of each field can be undone. The edit that
// made a record is one line: its fields taken back one by one would leave a record that nobody meant.
func (d *Desktop) historyLines(c *app.Carnet, id string, past []people.Past) []HistoryLine {
	lines := make([]HistoryLine, 0, len(past))
	made, seen, later := beginnings(past), map[string]bool{}, map[string]bool{}
	for _, h := range past {
		line := HistoryLine{Change: h.Change.String(), When: d.when(c, h.At), Who: d.who(h), Office: h.Office}
		path := h.Record + h.Field
		switch {
		case h.Moved: // said again for another office; the change of the office itself stands there
			continue
		case !h.Together(made[h.Record]):
			line.Field, line.CanUndo = d.fieldName(h.Field), !seen[path]
			line.From, line.To = d.valueText(c, h.Kind, h.Field, h.From), d.valueText(c, h.Kind, h.Field, h.To)
			seen[path], later[h.Record] = true, true
		case h.Change != made[h.Record].Change:
			continue
		case h.Kind == store.KindConsent:
			line.Field, line.To, line.CanUndo = d.fieldName("consent"), d.consentNow(c, h.Record), !later[h.Record]
		default:
			line.Field, line.To = d.words().Say("history.added", nil), d.mergedName(c, id, h)
		}
		lines = append(lines, line)
	}
	return lines
}

// beginnings gives the oldest change of each record.
func beginnings(past []people.Past) map[string]people.Past {
	oldest := map[string]people.Past{}
	for _, h := range past {
		oldest[h.Record] = h
	}
	return oldest
}

// mergedName names a record that was merged into this one; nothing for this one itself.
func (d *Desktop) mergedName(c *app.Carnet, id string, h people.Past) string {
	if h.Record == id {
		return ""
	}
	return d.nameThenOrNow(c, h.Kind, h.Record)
}

// who is the coordinator, or the laptop when the roster does not tell.
func (d *Desktop) who(h people.Past) string {
	if h.Coordinator != "" {
		return h.Coordinator
	}
	return h.Device[:min(len(h.Device), 8)]
}

// fieldName is a field's name in the language.
func (d *Desktop) fieldName(field string) string {
	name, _, _ := strings.Cut(field, ":")
	if name == "~" {
		name = "record"
	}
	if !d.words().Has("field." + name) {
		return name // of a later version of Carnet
	}
	return d.words().Say("field."+name, nil)
}

// valueText writes a value as people read it: names for ids, words for codes, days and numbers in the language.
func (d *Desktop) valueText(c *app.Carnet, kind store.Kind, field string, value any) string {
	name, element, isSet := strings.Cut(field, ":")
	switch v := value.(type) {
	case bool:
		switch {
		case name == "~" && v:
			return d.words().Say("history.deleted", nil)
		case isSet && v:
			return d.elementText(c, name, element)
		}
	case int64:
		if kind == store.KindMeeting && v < 0 {
			return d.words().Say("field.nothing", nil)
		}
		return d.words().Number(int(v))
	case string:
		return d.stringText(c, kind, name, v)
	}
	if name == "~" {
		return d.words().Say("history.present", nil)
	}
	return ""
}

func (d *Desktop) elementText(c *app.Carnet, name, element string) string {
	switch name {
	case "chapters":
		return d.recordName(c, store.KindChapter, element)
	case "merged":
		return d.nameThenOrNow(c, store.KindMember, element)
	}
	return element
}

// refers are the fields that hold ids, and of what.
var refers = map[string]store.Kind{"community": store.KindCommunity, "chapter": store.KindChapter, "office": store.KindOffice,
	"merged_into": store.KindMember, "member": store.KindMember, "walk_in": store.KindMeeting}

// coded are the fields whose values have words, by kind and name; the words' keys begin so.
var coded = map[string]string{"member.role": "role.", "member.language": "language.", "chapter.kind": "chapter.kind.",
	"community.kind": "community.kind.", "consent.basis": "consent.basis.", "meeting.status": "meeting.status.", "meeting.mode": "meeting.mode."}

func (d *Desktop) stringText(c *app.Carnet, kind store.Kind, name, value string) string {
	if kind == store.KindMeeting && value == store.Nothing {
		return d.words().Say("field.nothing", nil)
	}
	if of, ok := refers[name]; ok && value != "" {
		return d.recordName(c, of, value)
	}
	if key := coded[string(kind)+"."+name] + value; value != "" && d.words().Has(key) {
		return d.words().Say(key, nil)
	}
	if day, err := time.Parse(time.DateOnly, value); err == nil {
		return d.day(day)
	}
	return value
}

// day writes a day with its year, short: 7 Nov 2025.
func (d *Desktop) day(day time.Time) string {
	return d.words().Date(day, shortDate) + " " + strconv.Itoa(day.Year())
}

// when writes a past moment shortly: the time of today, yesterday with its time, else the day.
func (d *Desktop) when(c *app.Carnet, at time.Time) string {
	here := zones.Here()
	at, now := at.In(here), c.Now().In(here)
	clock := d.words().Clock(at)
	switch {
	case at.Format(time.DateOnly) == now.Format(time.DateOnly):
		return d.words().Say("when.today", map[string]string{"time": clock})
	case at.Format(time.DateOnly) == now.AddDate(0, 0, -1).Format(time.DateOnly):
		return d.words().Say("when.yesterday", map[string]string{"time": clock})
	case at.Year() == now.Year():
		return d.words().Date(at, shortDate)
	}
	return d.day(at)
}
