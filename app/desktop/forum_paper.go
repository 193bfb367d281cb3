package desktop

import (
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

const mostDays = 31 // of a forum whose paper is typed

// Paper gives what surrounds the typing of a meeting's paper.
func (f *Forum) Paper(meeting string) (PaperView, error) {
	return ask(f.d, func(c *app.Carnet) (PaperView, error) {
		m, err := c.Meetings.Get(meeting)
		if err != nil {
			return PaperView{}, err
		}
		w, plan := f.d.words(), meetings.Plan(m)
		v := PaperView{Meeting: m.ID, Title: pick(w.Lang(), m.Title, m.TitleFR), Stations: append([]string{}, m.Stations...), Days: []Choice{}}
		for day := plan.Start; !day.IsZero() && (day.Before(plan.End) || len(v.Days) == 0) && len(v.Days) < mostDays; day = day.AddDate(0, 0, 1) {
			v.Days = append(v.Days, Choice{Value: day.Format(time.DateOnly), Label: w.Date(day, locale.FullDate)})
		}
		return v, nil
	})
}

// LookAtRow says whose row is being typed, as soon as its code is there, and what of it is known. Nothing is noted.
func (f *Forum) LookAtRow(s PaperSheet, row string) (PaperRow, error) {
	return ask(f.d, func(c *app.Carnet) (PaperRow, error) {
		said := PaperRow{Scans: []string{}}
		member, err := c.Door.RowMember(s.Meeting, row)
		if err != nil {
			return f.refusedRow(said, err), nil
		}
		if member == "" {
			return said, nil
		}
		at, err := f.d.at(c, s.Meeting, s.Station)
		if err != nil {
			return said, err
		}
		said.Name, said.Community = f.whose(c, member)
		said.Text = at.onPaper(member)
		return said, nil
	})
}

// EnterRow notes one row of paper; one that is not right notes nothing and says why.
func (f *Forum) EnterRow(s PaperSheet, row string) (PaperRow, error) {
	return ask(f.d, func(c *app.Carnet) (PaperRow, error) {
		said := PaperRow{Scans: []string{}}
		at, err := f.d.at(c, s.Meeting, s.Station)
		if err != nil {
			return said, err
		}
		list, err := c.Door.Reenter(door.Sheet{Meeting: s.Meeting, Station: s.Station, Day: s.Day}, []string{row})
		if err != nil || len(list) == 0 {
			return said, err
		}
		entered := list[0]
		if entered.Member != "" {
			said.Name, said.Community = f.whose(c, entered.Member)
		}
		said.Tone = "again"
		for _, noted := range entered.Scans {
			said.Scans = append(said.Scans, noted.Scan.ID)
			if !noted.Again {
				said.Tone = "good"
			}
		}
		if entered.Err != nil {
			return at.totals(f.refusedRow(said, entered.Err)), nil
		}
		said.Text = at.rowText(entered)
		return at.totals(said), nil
	})
}

// UndoRow takes back what a row noted.
func (f *Forum) UndoRow(s PaperSheet, scans []string) (PaperRow, error) {
	return ask(f.d, func(c *app.Carnet) (PaperRow, error) {
		said := PaperRow{Scans: []string{}, Text: f.d.words().Say("paper.undone", nil)}
		for _, scan := range scans {
			noted, err := c.Door.Undo(scan)
			if err != nil {
				return said, err
			}
			said.Name, said.Community = f.whose(c, noted.Scan.Fact.Member)
		}
		at, err := f.d.at(c, s.Meeting, s.Station)
		if err != nil {
			return said, err
		}
		return at.totals(said), nil
	})
}

func (f *Forum) refusedRow(said PaperRow, err error) PaperRow {
	sentence := f.d.words().Error(err)
	said.Tone, said.Text, said.Code = "bad", sentence.Text, sentence.Code
	return said
}

func (f *Forum) whose(c *app.Carnet, member string) (name, community string) {
	m, err := store.Get[store.Member](c.Store, member)
	if err != nil {
		return member, ""
	}
	if community = f.d.communityOf(c, m); community == "" && m.WalkIn != "" {
		community = m.Notes // as it was written at the door
	}
	return memberName(m), community
}

// rowText says what a row noted.
func (a *doorAt) rowText(e door.Entered) string {
	var parts []string
	for _, noted := range e.Scans {
		parts = append(parts, a.passText(noted.Scan.Fact))
	}
	text := strings.Join(parts, ", ")
	if e.WalkIn {
		text = dotted(a.d.words().Say("paper.walk_in", nil), text)
	}
	return text
}

func (a *doorAt) passText(fact store.ScanFact) string {
	return a.d.words().Say("paper."+fact.Kind, map[string]string{"at": a.clock(time.UnixMilli(fact.At))})
}

// onPaper says what was typed of somebody from this door's paper before.
func (a *doorAt) onPaper(member string) string {
	var parts []string
	for _, fact := range a.facts() {
		if fact.Fact.Member == member {
			parts = append(parts, a.passText(fact.Fact))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return a.d.words().Say("paper.before", map[string]string{"times": strings.Join(parts, ", ")})
}

// facts are those of this door's paper that stand, in the order of their times.
func (a *doorAt) facts() (list []store.Scan) {
	const all = 1 << 30
	last := a.tally.Last(attendance.Paper+a.station, all)
	for i := len(last) - 1; i >= 0; i-- {
		if !last[i].Undone && last[i].Fact.Kind != attendance.Undo {
			list = append(list, last[i].Scan)
		}
	}
	return list
}

func (a *doorAt) totals(said PaperRow) PaperRow {
	for _, fact := range a.facts() {
		switch fact.Fact.Kind {
		case attendance.In:
			said.In++
		case attendance.Out:
			said.Out++
		}
	}
	return said
}
