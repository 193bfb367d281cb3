package desktop

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

const (
	othersShown  = 6
	seenName     = "today.seen" // preference: when this screen was last looked at
	longestSince = 14 * 24 * time.Hour
)

// seenBefore gives since when others' work is told: since the window was last here, and yesterday in any
// case, so that opening it twice hides nothing. It is fixed while the window is open.
func (d *Desktop) seenBefore(now time.Time) time.Time {
	d.mu.RLock()
	since := d.todayKept.since
	d.mu.RUnlock()
	if !since.IsZero() {
		return since
	}
	yesterday := time.Date(now.Year(), now.Month(), now.Day()-1, 0, 0, 0, 0, now.Location())
	since = yesterday
	if seen, err := time.Parse(time.RFC3339, d.preferences()[seenName]); err == nil && seen.Before(yesterday) {
		since = seen.In(now.Location())
	}
	if oldest := now.Add(-longestSince); since.Before(oldest) {
		since = oldest
	}
	if err := d.setPreference(seenName, now.Format(time.RFC3339)); err != nil {
		d.log.Warn("the last visit was not noted", "error", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.todayKept.since = since
	return since
}

func (d *Desktop) sinceText(since, now time.Time) string {
	if since.Format(time.DateOnly) == now.AddDate(0, 0, -1).Format(time.DateOnly) {
		return d.words().Say("today.said.yesterday", nil)
	}
	return d.words().Date(since, shortDate)
}

// work is what one laptop did to the records of one kind on one day.
type work struct {
	device  string
	kind    store.Kind
	newest  int64
	records map[string]bool // true: made anew
	fields  map[string]bool
}

// others tells what other offices did, newest first.
func (d *Desktop) others(c *app.Carnet, since time.Time) []OtherLine {
	changes, err := c.Store.Recent(since.UnixMilli(), recentKinds...)
	if err != nil {
		d.log.Error("others’ work could not be read", "error", err)
		return []OtherLine{}
	}
	lines := []OtherLine{}
	for _, one := range sumUp(changes) {
		author := people.Author{}
		if c.People.Author != nil {
			author = c.People.Author(one.device)
		}
		at := time.UnixMilli(one.newest).In(zones.Here())
		line := OtherLine{Office: author.Office, Text: d.workText(c, one), Who: author.Coordinator, When: d.when(c, at)}
		if line.Text != "" && len(lines) < othersShown {
			lines = append(lines, line)
		}
	}
	return lines
}

// sumUp groups changes by laptop, kind and day.
func sumUp(changes []store.Change) []*work {
	type group struct {
		device string
		kind   store.Kind
		day    int
	}
	groups, here := map[group]*work{}, zones.Here()
	var list []*work
	for _, c := range changes {
		at := time.UnixMilli(c.Wall).In(here)
		key := group{c.Device, c.Kind, at.Year()*366 + at.YearDay()}
		one, known := groups[key]
		if !known {
			one = &work{device: c.Device, kind: c.Kind, records: map[string]bool{}, fields: map[string]bool{}}
			groups[key] = one
			list = append(list, one)
		}
		one.newest = max(one.newest, c.Wall)
		one.records[c.Record] = one.records[c.Record] || len(c.Replaces) == 0 && isName(c)
		one.fields[c.Field] = true
	}
	slices.SortStableFunc(list, func(a, b *work) int { return cmp.Or(cmp.Compare(b.newest, a.newest), cmp.Compare(a.device, b.device)) })
	return list
}

// isName: the first name of a record comes with its making.
func isName(c store.Change) bool {
	return c.Field == "family" || c.Field == "name" || c.Field == "title" && c.Kind == store.KindMeeting || c.Field == "member" && c.Kind == store.KindConsent
}

// workText names a single record and its fields, and counts several.
func (d *Desktop) workText(c *app.Carnet, one *work) string {
	w := d.words()
	made := 0
	for _, isNew := range one.records {
		if isNew {
			made++
		}
	}
	changed := len(one.records) - made
	if len(one.records) == 1 && made == 0 {
		for id := range one.records {
			return w.Say("today.others.one", map[string]string{"record": d.nameThenOrNow(c, one.kind, id), "fields": d.fieldNames(one.fields)})
		}
	}
	var parts []string
	if made > 0 {
		parts = append(parts, w.Count("today.others.made."+string(one.kind), made, nil))
	}
	if changed > 0 {
		parts = append(parts, w.Count("today.others.changed."+string(one.kind), changed, nil))
	}
	return strings.Join(parts, ", ")
}

func (d *Desktop) fieldNames(fields map[string]bool) string {
	var names []string
	for field := range fields {
		if name := lower(d.fieldName(field)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return andMore(names[:min(len(names), namesShown)], len(names))
}
