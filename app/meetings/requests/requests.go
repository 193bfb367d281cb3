// Package requests is what coordinators do with people who want to come: take requests in, see who it is and whether the
// rule lets them, decide, keep the waiting list, and know who is registered for a meeting, be it through its series or
// its programme. It may know people and meetings; it never sends, prints or shows anything.
package requests

import (
	"cmp"
	"strings"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Deps is what the use cases stand on.
type Deps struct {
	Store *store.Store
	Now   func() time.Time
	// May tells whether this laptop's role lets it write records of the kind: nil, or the fault role_forbids.
	May func(kind store.Kind) error
	// Ours tells whether this laptop may change the members of an office; nil means those of every one.
	Ours func(office string) bool
	// Office gives the id of the office that this laptop works for.
	Office   func() string
	People   *people.People
	Meetings *meetings.Meetings
}

// Requests holds the use cases. All methods may be called from any goroutine.
type Requests struct{ Deps }

// New gives the use cases over an open store.
func New(d Deps) *Requests { return &Requests{d} }

// The states of a registration.
const (
	Requested  = "requested"
	Asked      = "asked" // something was asked back
	Approved   = "approved"
	Declined   = "declined"
	Waitlisted = "waitlisted"
	Withdrawn  = "withdrawn"
)

// Statuses lists them.
var Statuses = []string{Requested, Asked, Approved, Declined, Waitlisted, Withdrawn}

// The states of a request.
const (
	Open      = "open"
	Done      = "done"
	Dismissed = "dismissed"
)

// Target is what somebody asks for: a meeting, a series, or a chapter such as a programme. One of the three is set.
type Target struct {
	ID      string
	Kind    store.Kind
	Meeting store.Meeting
	Series  store.Series
	Chapter store.Chapter
}

// Target gives what an id, the beginning of one, or a chapter's name means. Faults: unknown_id, ambiguous_id,
// unknown_chapter, ambiguous_chapter.
func (r *Requests) Target(ref string) (t Target, err error) {
	ref = strings.TrimSpace(ref)
	switch {
	case strings.HasPrefix(ref, "ser_"):
		t.Kind = store.KindSeries
		if t.ID, err = r.Store.Resolve(t.Kind, ref); err == nil {
			t.Series, err = store.Get[store.Series](r.Store, t.ID)
		}
	case strings.HasPrefix(ref, "mtg_"):
		t.Kind = store.KindMeeting
		t.Meeting, err = r.Meetings.Get(ref)
		t.ID = t.Meeting.ID
	default:
		t.Kind = store.KindChapter
		t.Chapter, err = r.People.Chapter(ref)
		t.ID = t.Chapter.ID
	}
	return t, err
}

// Title is what the target is called.
func (t Target) Title(lang string) string {
	en, fr := t.Meeting.Title+t.Series.Title+t.Chapter.Name, t.Meeting.TitleFR+t.Series.TitleFR+t.Chapter.NameFR
	if lang == "fr" {
		return cmp.Or(fr, en)
	}
	return cmp.Or(en, fr)
}

// places is how many may come; 0 means as many as wish.
func (t Target) places() int { return t.Meeting.Places + t.Series.Places }

// gate judges who may come.
func (r *Requests) gate(t Target) (*meetings.Gate, error) {
	switch t.Kind {
	case store.KindSeries:
		return r.Meetings.SeriesGate(t.Series)
	case store.KindChapter:
		return r.Meetings.ChapterGate(t.Chapter)
	}
	return r.Meetings.Gate(t.Meeting)
}

// open tells whether anybody can still come. Fault meeting_cancelled.
func (t Target) open() error {
	if t.Meeting.Status == "cancelled" || t.Series.Status == "cancelled" {
		return fault.New("meeting_cancelled", "id", t.ID)
	}
	return nil
}

// hold stores an occurrence of a series before something hangs on it.
func (r *Requests) hold(tx *store.Tx, t Target) error {
	if t.Kind != store.KindMeeting {
		return nil
	}
	return r.Meetings.HoldIn(tx, t.ID)
}

func (r *Requests) ours(office string) bool { return r.Ours == nil || r.Ours(office) }

func (r *Requests) stamp() string { return r.Now().UTC().Format(instant) }

// instant orders as text: RFC 3339 in UTC, to the millisecond.
const instant = "2006-01-02T15:04:05.000Z"

func (r *Requests) today() string { return r.Now().In(zones.Here()).Format(time.DateOnly) }

// person gives the member who stands for one that was merged into another; false when there is none any more.
func (r *Requests) person(id string) (store.Member, bool) {
	m, err := r.People.Find(id)
	return m, err == nil
}
