package calendar

import (
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store/fault"
)

// ReplyLimit is how many bytes of a reply are read; Outlook's stay under 10 kB.
const ReplyLimit = 1 << 20

const maxReplies = 50

// Answers that a calendar gives.
const (
	Accepted  = "accepted"
	Declined  = "declined"
	Tentative = "tentative"
)

// Reply is what a person's calendar answered to one invitation.
type Reply struct {
	UID       string
	Sequence  int
	Stamp     time.Time // when the answer was made; zero when it does not say
	Attendees []Attendee
	Comment   string

	// Occurs is which occurrence of a series it is about, none for the whole. What a calendar's own zone means is not always known, and its
	// data may be old: the likeliest moment stands first, then one for each offset that the reply says the zone has.
	Occurs []time.Time
	Day    string // of an occurrence of whole days
}

// Attendee is one who answered, by the address in lower case.
type Attendee struct{ Address, Answer string }

// ParseReply reads the answers in an object of method REPLY. Faults: bad_calendar with what: size, begin, end, nesting, long, method, event.
func ParseReply(from io.Reader, limit int64) ([]Reply, error) {
	raw, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > limit {
		return nil, fault.New("bad_calendar", "what", "size")
	}
	object, err := parse(raw)
	if err != nil {
		return nil, err
	}
	if method := strings.TrimSpace(object.first("METHOD").value); !strings.EqualFold(method, "REPLY") {
		return nil, fault.New("bad_calendar", "what", "method", "value", method)
	}
	var replies []Reply
	for _, c := range object.within {
		if c.name != "VEVENT" || len(replies) == maxReplies {
			continue
		}
		if r, ok := object.reply(c); ok {
			replies = append(replies, r)
		}
	}
	if len(replies) == 0 {
		return nil, fault.New("bad_calendar", "what", "event")
	}
	return replies, nil
}

func (object *component) reply(event *component) (r Reply, ok bool) {
	r.UID = strings.TrimSpace(unescape(event.first("UID").value))
	r.Sequence, _ = strconv.Atoi(strings.TrimSpace(event.first("SEQUENCE").value))
	r.Stamp, _ = time.Parse(utcForm, strings.TrimSpace(event.first("DTSTAMP").value))
	r.Comment = unescape(event.first("COMMENT").value)
	if p := event.first("RECURRENCE-ID"); p.value != "" {
		if r.Occurs, r.Day = object.moments(p); r.Occurs == nil && r.Day == "" {
			return r, false
		}
	}
	for _, p := range event.all("ATTENDEE") {
		r.Attendees = append(r.Attendees, Attendee{Address: addressIn(p.value), Answer: answerOf(p.params["PARTSTAT"])})
	}
	return r, r.UID != "" && len(r.Attendees) > 0
}

func answerOf(part string) string {
	switch strings.ToUpper(strings.TrimSpace(part)) {
	case "ACCEPTED":
		return Accepted
	case "DECLINED":
		return Declined
	case "TENTATIVE":
		return Tentative
	}
	return ""
}

// addressIn reads a mailto: address, in lower case.
func addressIn(value string) string {
	value = strings.TrimSpace(value)
	if len(value) >= 7 && strings.EqualFold(value[:7], "mailto:") {
		value, _, _ = strings.Cut(value[7:], "?")
		if plain, err := url.PathUnescape(value); err == nil {
			value = plain
		}
	}
	return strings.ToLower(strings.TrimSpace(value))
}

// moments reads a day or a local time in whatever zone a calendar names.
func (object *component) moments(p property) (some []time.Time, day string) {
	value := strings.TrimSpace(p.value)
	if at, err := time.Parse(dayForm, value); err == nil {
		return nil, at.Format(time.DateOnly)
	}
	if at, err := time.Parse(utcForm, value); err == nil {
		return []time.Time{at}, ""
	}
	wall, err := time.Parse(localForm, value)
	if err != nil {
		return nil, ""
	}
	name := strings.Trim(p.params["TZID"], `" `)
	for _, zone := range []string{name, windowsZones[strings.ToLower(name)]} {
		if at, _, err := zones.Instant(wall.Format(zones.Layout), zone); err == nil && zone != "" {
			some = append(some, at)
		}
	}
	return append(some, object.guesses(name, wall)...), ""
}

// guesses places a local time with every offset that the object says a zone of its own has.
func (object *component) guesses(zone string, wall time.Time) (some []time.Time) {
	for _, c := range object.within {
		if c.name != "VTIMEZONE" || !strings.EqualFold(strings.Trim(c.first("TZID").value, `" `), zone) {
			continue
		}
		for _, rule := range c.within {
			if seconds, ok := readOffsetTo(rule.first("TZOFFSETTO").value); ok && len(some) < 10 {
				some = append(some, wall.Add(-time.Duration(seconds)*time.Second))
			}
		}
	}
	return some
}

// readOffsetTo reads +hhmm or +hhmmss.
func readOffsetTo(value string) (seconds int, ok bool) {
	value = strings.TrimSpace(value)
	if len(value) != 5 && len(value) != 7 || value[0] != '+' && value[0] != '-' {
		return 0, false
	}
	unit := 3600
	for i := 1; i < len(value); i += 2 {
		n, err := strconv.ParseUint(value[i:i+2], 10, 8)
		if err != nil {
			return 0, false
		}
		seconds += int(n) * unit
		unit /= 60
	}
	if value[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}
