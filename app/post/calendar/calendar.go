// Package calendar builds and reads the calendar objects that travel in mail and files: iCalendar (RFC 5545), invitations (RFC 5546) and
// their replies. It knows zones, and how records of meetings become events; it never opens a store, a file or a connection.
package calendar

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store/fault"
)

// The methods of an object that asks for something (RFC 5546).
const (
	Request = "REQUEST"
	Cancel  = "CANCEL"
)

// Type is the media type of a calendar part of a mail, with the method that also stands in the object.
func Type(method string) string { return "text/calendar; charset=utf-8; method=" + method }

// Person is who invites, or who is invited.
type Person struct{ Name, Address string }

// Event is one meeting, a series, or one occurrence of a series.
type Event struct {
	UID       string
	Sequence  int
	Method    string // Request, Cancel; empty in a file
	Organizer Person // whose address is the From of the mail
	Attendee  Person // the one who is written to; empty in a file
	Summary   string
	About     string // the description, in lines
	Location  string
	URL       string
	Start     string // local time, as zones.Layout; YYYY-MM-DD for whole days
	Zone      string
	Minutes   int    // whole days count 1440 each
	Status    string // tentative, confirmed, cancelled
	Stamp     time.Time

	Rule    string   // of a series, RFC 5545's RRULE; an UNTIL without Z is of the zone's clock
	Without []string // starts by the rule at which there is none
	Besides []string // starts that were added to the rule

	Occurs     string // of one occurrence: its start by the rule, which names it
	OccursZone string // the series' zone; empty means Zone
}

// AllDay tells whether the event lasts whole days.
func (e Event) AllDay() bool { return len(e.Start) == len(time.DateOnly) }

// Invite makes the object of one invitation, update or cancellation: an event or a series, and occurrences of it that differ. All have one
// UID and method. Faults: calendar_no_date, bad_time, bad_zone, bad_rule.
func Invite(first Event, more ...Event) ([]byte, error) {
	return build(first.Method, "", append([]Event{first}, more...))
}

// File makes the object of a file with many events under a name, for any calendar to take in. Faults as Invite.
func File(name string, events []Event) ([]byte, error) {
	return build("", name, events)
}

func build(method, name string, events []Event) ([]byte, error) {
	placed := make([]placedEvent, len(events))
	for i, e := range events {
		var err error
		if placed[i], err = place(e); err != nil {
			return nil, err
		}
	}
	var l lines
	l.put("BEGIN", "VCALENDAR")
	l.put("VERSION", "2.0")
	l.put("PRODID", "-//Carnet//Carnet//EN")
	l.put("CALSCALE", "GREGORIAN")
	if method != "" {
		l.put("METHOD", method)
	}
	if name != "" {
		l.text("X-WR-CALNAME", name)
	}
	if err := putZones(&l, placed); err != nil {
		return nil, err
	}
	for _, e := range placed {
		if err := e.put(&l); err != nil {
			return nil, err
		}
	}
	l.put("END", "VCALENDAR")
	return l.bytes(), nil
}

// placedEvent is an event whose moments are known.
type placedEvent struct {
	Event
	from, to time.Time // of the first occurrence
	last     time.Time // the last moment that its rule may reach; zero for no end
}

func place(e Event) (placedEvent, error) {
	p := placedEvent{Event: e}
	if e.AllDay() {
		day, err := time.Parse(time.DateOnly, e.Start)
		if err != nil {
			return p, fault.New("bad_time", "value", e.Start).Because(err)
		}
		p.from, p.to = day, day.AddDate(0, 0, max(1, (e.Minutes+1439)/1440))
		return p, nil
	}
	if len(e.Start) < len(zones.Layout) {
		return p, fault.New("calendar_no_date", "value", e.Start)
	}
	from, _, err := zones.Instant(e.Start, e.Zone)
	if err != nil {
		return p, err
	}
	p.from, p.to = from, from.Add(time.Duration(e.Minutes)*time.Minute)
	p.last = p.to
	if e.Rule != "" {
		p.last, err = until(e.Rule, e.Zone)
	}
	return p, err
}

// putZones writes each zone that the events name, once.
func putZones(l *lines, events []placedEvent) error {
	type span struct{ from, to time.Time }
	spans := map[string]span{}
	need := func(zone string, from, to time.Time) {
		s, known := spans[zone]
		if !known || from.Before(s.from) {
			s.from = from
		}
		if !known || to.IsZero() || !s.to.IsZero() && to.After(s.to) {
			s.to = to
		}
		spans[zone] = s
	}
	for _, e := range events {
		if e.AllDay() {
			continue
		}
		need(e.Zone, e.from, e.last)
		if e.Occurs != "" && len(e.Occurs) > len(time.DateOnly) {
			at, _, err := zones.Instant(e.Occurs, cmp.Or(e.OccursZone, e.Zone))
			if err != nil {
				return err
			}
			need(cmp.Or(e.OccursZone, e.Zone), at, at)
		}
		for _, local := range e.Besides {
			at, _, err := zones.Instant(local, e.Zone)
			if err != nil {
				return err
			}
			need(e.Zone, at, at)
		}
	}
	names := make([]string, 0, len(spans))
	for name := range spans {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if isUTC(name) {
			continue
		}
		if err := putZone(l, name, spans[name].from, spans[name].to); err != nil {
			return err
		}
	}
	return nil
}

func (e placedEvent) put(l *lines) error {
	l.put("BEGIN", "VEVENT")
	l.put("UID", oneLine(e.UID))
	l.put("DTSTAMP", e.Stamp.UTC().Format(utcForm))
	l.put("SEQUENCE", strconv.Itoa(e.Sequence))
	e.putTimes(l)
	if err := e.putRule(l); err != nil {
		return err
	}
	l.text("SUMMARY", e.Summary)
	for _, text := range []struct{ name, value string }{{"DESCRIPTION", e.About}, {"LOCATION", e.Location}} {
		if text.value != "" {
			l.text(text.name, text.value)
		}
	}
	if e.URL != "" {
		l.put("URL", oneLine(e.URL))
	}
	if status, ok := map[string]string{"tentative": "TENTATIVE", "confirmed": "CONFIRMED", "cancelled": "CANCELLED", "": "CONFIRMED"}[e.Status]; ok {
		if e.Method == Cancel {
			status = "CANCELLED"
		}
		l.put("STATUS", status)
	}
	e.putPeople(l)
	l.put("END", "VEVENT")
	return nil
}

func (e placedEvent) putTimes(l *lines) {
	if e.Occurs != "" {
		l.moment("RECURRENCE-ID", cmp.Or(e.OccursZone, e.Zone), e.Occurs)
	}
	if e.AllDay() {
		l.moment("DTSTART", "", e.Start)
		l.moment("DTEND", "", e.to.Format(time.DateOnly))
		return
	}
	start := e.Start
	if e.Rule == "" { // a time that clocks jump over is written as what they then show
		start = e.from.Format(zones.Layout)
	}
	l.moment("DTSTART", e.Zone, start)
	end := e.to.Format(zones.Layout)
	if again, _, err := zones.Instant(end, e.Zone); err == nil && again.Equal(e.to) {
		l.moment("DTEND", e.Zone, end)
		return
	}
	l.put("DTEND", e.to.UTC().Format(utcForm)) // the second of two equal local times
}

func (e placedEvent) putRule(l *lines) error {
	if e.Rule == "" {
		return nil
	}
	rule, err := universal(e.Rule, e.Zone, e.AllDay())
	if err != nil {
		return err
	}
	l.put("RRULE", rule)
	for _, local := range e.Without {
		l.moment("EXDATE", e.Zone, local)
	}
	for _, local := range e.Besides {
		l.moment("RDATE", e.Zone, local)
	}
	return nil
}

func (e placedEvent) putPeople(l *lines) {
	if e.Organizer.Address != "" {
		l.put("ORGANIZER"+named(e.Organizer.Name), mailto(e.Organizer.Address))
	}
	if e.Attendee.Address == "" {
		return
	}
	asks := ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT"
	if e.Method == Request {
		asks += ";PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
	}
	l.put("ATTENDEE"+asks+named(e.Attendee.Name), mailto(e.Attendee.Address))
}

// named gives the parameter with a person's name. Quotation marks cannot stand in one.
func named(name string) string {
	name = strings.TrimSpace(strings.ReplaceAll(oneLine(name), `"`, "'"))
	if name == "" {
		return ""
	}
	return `;CN="` + name + `"`
}

// mailto writes an address as a URI (RFC 6068); letters beyond ASCII stay as they are, which calendars read.
func mailto(address string) string {
	var b strings.Builder
	b.WriteString("mailto:")
	for _, c := range []byte(oneLine(address)) {
		if c <= ' ' || strings.IndexByte("%\"<>?#[]\\^`{|}&;,", c) >= 0 {
			b.WriteString("%" + strings.ToUpper(strconv.FormatInt(int64(c)+0x100, 16)[1:]))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
