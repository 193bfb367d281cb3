package handout

import (
	"cmp"
	"strings"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// What counts are of.
const (
	Role      = "role"
	Chapter   = "chapter"
	Community = "community"
	Province  = "province"
	Language  = "language"
)

// Names puts the keys of counts into words.
type Names struct {
	words  *locale.Words
	nameOf func(id string) string
}

// Names gives them in a language.
func (h *Handout) Names(w *locale.Words) Names { return Names{w, h.Meetings.NameOf(w.Lang())} }

// Of names one key of a kind of counts.
func (n Names) Of(kind, key string) string {
	switch {
	case key == "":
		return n.words.Say("summary.unknown", nil)
	case kind == Chapter || kind == Community:
		return n.nameOf(key)
	case n.words.Has(kind + "." + key):
		return n.words.Say(kind+"."+key, nil)
	}
	return key
}

// onClock shows a moment on a meeting's clock.
func onClock(t time.Time, m store.Meeting) time.Time {
	loc, err := zones.Load(m.Zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc)
}

// NoteText says a note in words; name names what reasons speak of by id.
func NoteText(w *locale.Words, m store.Meeting, n door.LookAt, name func(id string) string) string {
	facts := map[string]string{}
	if !n.Note.At.IsZero() {
		facts["at"] = w.Clock(onClock(n.Note.At, m))
	}
	for key, value := range n.Note.Facts {
		facts[key] = value
	}
	key := "door.note." + n.Note.Code
	switch {
	case n.Note.Code == "two_doors":
		if since, err := time.Parse(time.RFC3339, facts["since"]); err == nil {
			facts["since"] = w.Clock(onClock(since, m))
		}
		for _, door := range []string{"first", "second"} {
			facts[door] = cmp.Or(facts[door], w.Say("door.note.nameless", nil))
		}
	case n.Note.Code == "not_eligible":
		facts["reason"] = n.Reason.Say(w.Say, name)
	case n.Note.Code == "clock_off" && strings.HasPrefix(facts["minutes"], "-"):
		facts["minutes"] = strings.TrimPrefix(facts["minutes"], "-")
		key += ".behind"
	}
	return w.Say(key, facts)
}

// LookText says why somebody is let in with a second look; name names what reasons speak of by id.
func LookText(w *locale.Words, look door.Look, name func(id string) string) string {
	if look.Code == "verdict" {
		return look.Reason.Say(w.Say, name)
	}
	facts := map[string]string{}
	if role := look.Facts["role"]; role != "" {
		facts["role"] = strings.ToLower(w.Say("role."+role, nil))
	}
	if day, err := time.Parse(time.DateOnly, look.Facts["day"]); err == nil {
		facts["day"] = w.Date(day, locale.DateWithYear)
	}
	return w.Say("door.look."+look.Code, facts)
}

// LookAdvice says what may be done then.
func LookAdvice(w *locale.Words, look door.Look) string { return w.Say("door.advice."+look.Code, nil) }

// platforms are the names of those whose reports are read; they are the same in every language.
var platforms = map[string]string{"zoom": "Zoom", "teams": "Teams"}

// Station calls where a scan was noted by the name that people give it: a door as on the signs, paper and platforms in words.
func Station(w *locale.Words, station string) string {
	if sheet, paper := strings.CutPrefix(station, attendance.Paper); paper && sheet != "" {
		return w.Say("after.source.paper.door", map[string]string{"door": sheet})
	} else if paper {
		return w.Say("after.source.paper", nil)
	}
	if platform, online := strings.CutPrefix(station, attendance.Online); online {
		return cmp.Or(platforms[platform], platform)
	}
	return strings.TrimPrefix(station, attendance.Room)
}

// Sources lists in the same way where somebody's attendance is known from.
func Sources(w *locale.Words, all []string) string {
	said, between := make([]string, len(all)), ", "
	for i, source := range all {
		station, named := strings.CutPrefix(source, "door:")
		if said[i] = Station(w, station); !named && source == "door" {
			said[i] = w.Say("after.source.door", nil)
		}
		if strings.Contains(said[i], between) {
			between = "; "
		}
	}
	return strings.Join(said, between)
}

// ClosedText says by what rule stretches without a departure end.
func ClosedText(w *locale.Words, m store.Meeting, c attendance.Closed) string {
	facts := map[string]string{}
	if !c.At.IsZero() {
		facts["at"] = w.Clock(onClock(c.At, m))
	}
	if c.At.IsZero() {
		return w.Say("summary.closed.open", nil)
	}
	return w.Say("summary.closed."+c.Rule, facts)
}

// Figure is one count of a summary with its words.
type Figure struct {
	Key, Label string
	Value      int
}

// Figures are the counts of a summary, in order.
func Figures(w *locale.Words, s door.Summary) (list []Figure) {
	grace := map[string]string{"n": w.Number(int(door.Grace / time.Minute))}
	add := func(key string, n int) { list = append(list, Figure{key, w.Say("summary."+key, grace), n}) }
	add("invited", s.Invited)
	add("registered", s.Registered)
	add("came", s.Came)
	add("absent", s.Absent)
	add("walk_ins", s.WalkIns)
	add("first_timers", s.FirstTimers)
	add("late", s.Late)
	add("left_early", s.LeftEarly)
	add("minutes", s.Minutes)
	add("median", s.Median)
	add("waiting", s.Waiting)
	return list
}

// SummaryText is a summary on a few lines.
func SummaryText(w *locale.Words, s door.Summary) string {
	lines := []string{heading(w, s.Meeting)}
	for _, f := range Figures(w, s) {
		lines = append(lines, f.Label+": "+w.Number(f.Value))
	}
	return strings.Join(append(lines, ClosedText(w, s.Meeting.Meeting, s.Closed)), "\n")
}

func heading(w *locale.Words, m meetings.Planned) string {
	title := titleOf(m.Meeting, w)
	if !m.Start.IsZero() {
		title += " · " + w.Date(m.Start, locale.FullDate)
	}
	return title
}
