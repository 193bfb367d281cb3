package post

import (
	"encoding/json"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Sorts of mailings.
const (
	Confirmation = "confirmation"
	Decline      = "decline"
	Invitation   = "invitation"
	Update       = "update"
	Cancellation = "cancellation"
	Reminder     = "reminder"
	Digest       = "digest"
	Free         = "free"
)

// Sorts lists them in the order in which people read them.
var Sorts = []string{Confirmation, Decline, Invitation, Update, Cancellation, Reminder, Digest, Free}

// answers tells whether a sort answers what somebody asked, for which no consent is needed.
func answers(sort string) bool { return sort == Confirmation || sort == Decline }

// method is the calendar's word for a sort; empty for one without a calendar part.
func method(sort string) string {
	switch sort {
	case Confirmation, Invitation, Update:
		return "REQUEST"
	case Cancellation:
		return "CANCEL"
	}
	return ""
}

// Sender is who writes.
type Sender struct {
	Name        string `json:"name"`
	From        string `json:"from"`
	Reply       string `json:"reply,omitempty"`
	Postal      string `json:"postal"`
	Unsubscribe string `json:"unsubscribe"`
	Office      string `json:"office,omitempty"`
	Network     string `json:"network,omitempty"`   // name
	NetworkID   string `json:"networkId,omitempty"` // for what calendars call a meeting
}

// ZoneTime is a moment on the clock of a zone, as it was known when a mailing was queued.
type ZoneTime struct {
	Zone string    `json:"zone"`
	At   time.Time `json:"at"` // with the zone's offset
}

// Occasion is what a mailing is about, frozen: every try says the same.
type Occasion struct {
	Meeting  *store.Meeting  `json:"meeting,omitempty"` // with all its fields, of its series too
	Series   *store.Series   `json:"series,omitempty"`  // that it is of, or that is meant whole when there is no meeting
	Others   []store.Meeting `json:"others,omitempty"`  // occurrences as they are stored that differ, of a series meant whole
	Sequence int             `json:"sequence,omitempty"`
	Numbers  map[string]int  `json:"numbers,omitempty"` // SEQUENCE of each of Others, by id
	Chapter  string          `json:"chapter,omitempty"`
	ChapterF string          `json:"chapterFr,omitempty"`
	Start    time.Time       `json:"start,omitzero"`  // of the meeting, or the series' next; zero while it is to be set
	Times    []ZoneTime      `json:"times,omitempty"` // of Start, in the zones concerned
	Coming   []Coming        `json:"coming,omitempty"`
}

// Coming is one line of a digest, or one date of a series.
type Coming struct {
	Title   string    `json:"title,omitempty"`
	TitleFR string    `json:"titleFr,omitempty"`
	At      time.Time `json:"at"`              // at its own zone; zero while it is to be set
	Month   string    `json:"month,omitempty"` // of a date to be set, as 2027-06
	Zone    string    `json:"zone"`
	AllDay  bool      `json:"allDay,omitempty"`
	URL     string    `json:"url,omitempty"`
	Place   string    `json:"place,omitempty"`
	NoteEN  string    `json:"note,omitempty"`
	NoteFR  string    `json:"noteFr,omitempty"`
	Occurs  string    `json:"occurs,omitempty"` // of a series: its start by the rule, which names it
}

// Facts is what a mailing freezes besides its wording.
type Facts struct {
	Sender   Sender   `json:"sender"`
	Occasion Occasion `json:"occasion"`
	Laws     string   `json:"laws,omitempty"` // edition of the zone data by which its times were worked out
}

// Personal is what is one recipient's own.
type Personal struct {
	Given  string     `json:"given,omitempty"`
	Family string     `json:"family,omitempty"`
	Zone   string     `json:"zone,omitempty"`
	At     *time.Time `json:"at,omitempty"` // the occasion's start on that clock
	Reason string     `json:"reason,omitempty"`
	Nth    int        `json:"nth,omitempty"` // of what may be said again, how often it was before, as far as was known here
	Why    string     `json:"why"`           // basis of the consent, or "request"

	Away  []string   `json:"away,omitempty"`  // of a series: its times by the rule at which this one is not expected
	Times []ZoneTime `json:"times,omitempty"` // in place of the occasion's, when the first date is another one for this reader
}

const mostFacts = 200 << 10 // bytes

func readJSON(text string, to any) error {
	if len(text) > mostFacts {
		return fault.New("mail_unreadable")
	}
	if err := json.Unmarshal([]byte(text), to); err != nil {
		return fault.New("mail_unreadable").Because(err)
	}
	return nil
}

func writeJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "{}" // only types of this file come here, and all can be written
	}
	return string(text)
}

// AllDay tells whether the occasion takes whole days.
func (o Occasion) AllDay() bool { return len(o.start()) == len(time.DateOnly) }

func (o Occasion) start() string {
	switch {
	case o.Meeting != nil:
		return o.Meeting.Start
	case o.Series != nil:
		return o.Series.Start
	}
	return ""
}

func (o Occasion) zone() string {
	switch {
	case o.Meeting != nil:
		return o.Meeting.Zone
	case o.Series != nil:
		return o.Series.Zone
	}
	return ""
}
