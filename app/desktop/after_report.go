package desktop

import (
	"context"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/online"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

const strangersShown = 300

// taken is what taking a report in wrote, to be taken back.
type taken struct {
	meeting string
	facts   []string
	refs    []store.Ref
}

// PreviewReport reads a platform's report without writing: what it was taken for, whom it names, and what it would change.
func (a *After) PreviewReport(upload string, choices ReportChoices) (ReportView, error) {
	return ask(a.d, func(c *app.Carnet) (ReportView, error) { return a.report(c, upload, choices, true) })
}

// TakeReport starts the job that takes a report in; its result is a ReportView that is done.
func (a *After) TakeReport(upload string, choices ReportChoices) (string, error) {
	return ask(a.d, func(c *app.Carnet) (string, error) {
		file, err := a.d.uploads.find(upload)
		if err != nil {
			return "", err
		}
		title := a.d.words().Say("import.job", map[string]string{"file": file.name})
		return startJob(a.d, title, func(context.Context, progress) (ReportView, error) { return a.report(c, upload, choices, false) }), nil
	})
}

// TakeBack undoes what taking a report in wrote, the names that were learned with it too.
func (a *After) TakeBack(id string) (Written, error) {
	return ask(a.d, func(c *app.Carnet) (Written, error) {
		a.mu.Lock()
		back, known := a.taken[id]
		delete(a.taken, id)
		a.mu.Unlock()
		if !known {
			return Written{}, fault.New("unknown_id", "kind", "report", "id", id)
		}
		if err := c.Door.TakeBackReport(back.meeting, back.facts); err != nil {
			return Written{}, err
		}
		if len(back.refs) > 0 {
			if _, err := c.Store.Undo(back.refs); err != nil {
				return Written{}, err
			}
		}
		return Written{ID: back.meeting, Text: a.d.words().Say("after.said.taken_back", nil)}, nil
	})
}

func (a *After) report(c *app.Carnet, id string, choices ReportChoices, dry bool) (ReportView, error) {
	file, err := a.d.uploads.find(id)
	if err != nil {
		return ReportView{}, err
	}
	o, err := optionsOf(choices)
	if err != nil {
		return ReportView{}, err
	}
	o.DryRun = dry
	v, err := a.d.reportAt(c, file.path, choices.Meeting, &o)
	if err != nil {
		return ReportView{}, err
	}
	v.Upload, v.File = id, file.name
	if v.Meeting == "" {
		return v, nil
	}
	r, err := c.Door.Report(v.Meeting, file.path, o)
	if err != nil {
		return ReportView{}, err
	}
	if err := a.d.fillReport(c, &v, r); err != nil {
		return v, err
	}
	if v.Done = !dry; v.Done && len(r.Facts) > 0 {
		a.mu.Lock()
		if a.taken == nil {
			a.taken = map[string]taken{}
		}
		v.Taken = store.NewID(store.KindScan)
		a.taken[v.Taken] = taken{v.Meeting, r.Facts, r.Refs}
		a.mu.Unlock()
	}
	return v, nil
}

// reportAt says what a file was taken for and of which meetings it may be. A file in no layout that is known is read by its columns, for a person to say
// what they are.
func (d *Desktop) reportAt(c *app.Carnet, path, meeting string, o *door.ReportOptions) (ReportView, error) {
	w := d.words()
	v := ReportView{Layouts: []Named{}, Columns: []ImportColumn{}, Occasions: []OccasionRow{}, Strangers: []StrangerRow{}, Known: []RecognizedRow{}, Changes: []StayChange{}, Skipped: []RefusedRow{}}
	how := online.Options{Layout: o.Layout, Days: o.Days, Places: o.Places}
	read, err := online.Read(path, how)
	if o.Layout == "" && fault.Is(err, "not_a_report") {
		o.Layout, how.Layout = online.Columns, online.Columns
		v.Problem = w.Say("report.problem.columns", nil)
		read, err = online.Read(path, how)
	}
	if err != nil {
		return v, err
	}
	for _, layout := range online.Layouts() {
		v.Layouts = append(v.Layouts, Named{ID: layout, Name: w.Say("report.layout."+layout, nil)})
	}
	v.Layout, v.Rows = read.Layout, len(read.Stays)
	found, err := c.Door.Occasions(read)
	if err != nil {
		return v, err
	}
	for _, one := range found {
		v.Occasions = append(v.Occasions, OccasionRow{one.Meeting.ID, pick(w.Lang(), one.Meeting.Title, one.Meeting.TitleFR), d.meetingWhen(one.Meeting)})
	}
	switch v.Meeting = meeting; {
	case meeting != "":
	case len(found) > 0:
		v.Meeting = found[0].Meeting.ID
	default:
		v.Problem = w.Say("report.problem.meeting", nil)
		d.fillReading(&v, read)
	}
	return v, nil
}

// fillReading says how a report was read: its days, its columns, the rows that are no stay.
func (d *Desktop) fillReading(v *ReportView, read online.Report) {
	v.Layout, v.Rows, v.Days, v.Guessed = read.Layout, len(read.Stays), read.Days.String(), read.Guessed
	v.Columns = []ImportColumn{}
	for i, heading := range read.Table.Headings {
		v.Columns = append(v.Columns, ImportColumn{Heading: heading, Example: read.Table.Examples[i], Field: read.Table.Places.Field(i)})
	}
	v.SkippedAll = len(read.Skipped)
	for _, s := range read.Skipped[:min(len(read.Skipped), fewRows)] {
		v.Skipped = append(v.Skipped, RefusedRow{Row: s.Row, Name: s.Name, Reason: d.words().Say("report.skipped."+s.Why, nil)})
	}
}

func (d *Desktop) fillReport(c *app.Carnet, v *ReportView, r door.Reported) error {
	w := d.words()
	p, err := c.Meetings.Planned(v.Meeting)
	if err != nil {
		return err
	}
	d.fillReading(v, r.Report)
	v.Title, v.When = pick(w.Lang(), p.Title, p.TitleFR), d.dayAndTime(p)
	v.Zone, v.City = r.Zone, zones.CityOf(r.Zone, w.Lang())
	v.People, v.Added, v.Removed, v.Unchanged = r.People, r.Added, r.Removed, r.Unchanged
	if first := r.First(); !first.IsZero() {
		v.First = w.Date(first, locale.FullDate) + ", " + w.Clock(first)
	}
	if r.Far(p) {
		v.Far = w.Say("report.far", map[string]string{"first": v.First, "when": v.When})
	}
	if v.Layout == online.Columns && len(r.Report.Stays) == 0 {
		v.Problem = w.Say("report.problem.columns", nil)
	}
	v.Said = d.reportSaid(r)
	if r.Unlearned > 0 {
		v.Unlearned = w.Count("report.unlearned", r.Unlearned, nil)
	}
	d.fillPeople(c, v, r, p)
	return nil
}

// reportSaid is what a report changes in one sentence.
func (d *Desktop) reportSaid(r door.Reported) string {
	w := d.words()
	counts := map[string]int{}
	for _, change := range r.Changes {
		switch {
		case len(change.Before) == 0:
			counts["new"]++
		case len(change.After) == 0:
			counts["gone"]++
		default:
			counts["changed"]++
		}
	}
	var parts []string
	for _, key := range []string{"new", "changed", "gone"} {
		if counts[key] > 0 {
			parts = append(parts, w.Count("report.said."+key, counts[key], nil))
		}
	}
	if len(parts) == 0 && r.People > 0 {
		return w.Say("report.said.same", nil)
	}
	return strings.Join(parts, ", ")
}

func (d *Desktop) fillPeople(c *app.Carnet, v *ReportView, r door.Reported, p meetings.Planned) {
	v.StrangersAll, v.ChangesAll = len(r.Unmatched), len(r.Changes)
	for _, one := range r.Unmatched[:min(len(r.Unmatched), strangersShown)] {
		row := StrangerRow{Row: one.Row, Name: one.Name, Email: one.Email, Candidates: []CandidateShort{}}
		for _, id := range one.Candidates {
			if m, err := store.Get[store.Member](c.Store, id); err == nil {
				row.Candidates = append(row.Candidates, CandidateShort{id, memberName(m), commaed(m.Title, d.communityOf(c, m))})
			}
		}
		v.Strangers = append(v.Strangers, row)
	}
	for _, one := range r.Known[:min(len(r.Known), strangersShown)] {
		row := RecognizedRow{Row: one.Row, Name: one.Name, Member: one.Member, How: one.How}
		if one.Member != "" {
			row.MemberName = d.recordName(c, store.KindMember, one.Member)
		}
		v.Known = append(v.Known, row)
	}
	for _, one := range r.Changes[:min(len(r.Changes), fewRows)] {
		v.Changes = append(v.Changes, StayChange{Member: one.Member, Name: d.recordName(c, store.KindMember, one.Member),
			Before: d.stays(one.Before, p, true), After: d.stays(one.After, p, true)})
	}
}

// optionsOf reads what a person chose. Fault bad_choice.
func optionsOf(choices ReportChoices) (door.ReportOptions, error) {
	o := door.ReportOptions{Zone: choices.Zone, Layout: choices.Layout, Matches: map[int]string{}}
	for _, answer := range choices.Answers {
		o.Matches[answer.Row] = answer.Member
	}
	if choices.Days != "" {
		order, err := online.ReadDays(choices.Days)
		if err != nil {
			return o, err
		}
		o.Days = order
	}
	if choices.Layout == online.Columns && len(choices.Fields) > 0 {
		places := online.PlacesOf(choices.Fields)
		o.Places = &places
	}
	return o, nil
}
