package desktop

import (
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store/directory"
)

const (
	subjectsFirst = 8  // meetings that are offered before anything is typed
	subjectsMost  = 40 // of each kind that letters find
)

// Subjects lists what one may write about: series, coming meetings and chapters whose name or date has these letters. Without letters the
// next meetings stand for all of them.
func (m *Mail) Subjects(text string) ([]MailSubject, error) {
	return ask(m.d, func(c *app.Carnet) ([]MailSubject, error) { return m.d.mailSubjects(c, text) })
}

func (d *Desktop) mailSubjects(c *app.Carnet, text string) (list []MailSubject, err error) {
	letters := directory.Fold(strings.TrimSpace(text))
	fits := func(words ...string) bool {
		return strings.Contains(directory.Fold(strings.Join(words, " ")), letters)
	}
	lang, now := d.words().Lang(), c.Now()
	named := func(id, kind, en, fr string) MailSubject {
		return MailSubject{ID: id, Kind: kind, Name: pick(lang, en, fr), Left: []SkipRow{}}
	}
	list = []MailSubject{}
	series, err := c.Meetings.AllSeries()
	if err != nil {
		return nil, err
	}
	for _, s := range series {
		if fits(s.Title, s.TitleFR) && len(list) < subjectsMost {
			list = append(list, named(s.ID, "series", s.Title, s.TitleFR))
		}
	}
	coming, err := c.Meetings.List(func(p meetings.Planned) bool { return !p.Ended(now) })
	if err != nil {
		return nil, err
	}
	room := subjectsMost
	if letters == "" {
		room = subjectsFirst
	}
	for _, p := range coming {
		if room == 0 {
			break
		}
		if when := d.meetingWhen(p); fits(p.Title, p.TitleFR, when) {
			one := named(p.ID, "meeting", p.Title, p.TitleFR)
			one.When, one.Gone = when, p.Status == "cancelled"
			list, room = append(list, one), room-1
		}
	}
	chapters, err := c.People.Chapters(lang)
	if err != nil {
		return nil, err
	}
	for _, one := range chapters {
		if fits(one.Name, one.NameFR) {
			list = append(list, named(one.ID, "chapter", one.Name, one.NameFR))
		}
	}
	return list, nil
}
