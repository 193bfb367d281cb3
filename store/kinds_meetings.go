package store

// Series is meetings that repeat under one rule. Its occurrences are derived; a Meeting stands for one only when something about
// it differs or hangs on it, and its id follows from the series and the start by the rule.
type Series struct {
	ID       string
	Title    string   `carnet:"title"`
	TitleFR  string   `carnet:"title_fr"`
	Chapter  string   `carnet:"chapter"`
	Start    string   `carnet:"start"` // of the first occurrence: local time at the anchor zone, YYYY-MM-DDTHH:MM
	Zone     string   `carnet:"zone"`  // IANA zone of Start
	Minutes  int      `carnet:"minutes"`
	Rule     string   `carnet:"rule"` // RFC 5545 recurrence rule, as "FREQ=WEEKLY;INTERVAL=2"; its UNTIL is a local time at the zone
	Mode     string   `carnet:"mode"`
	Place    string   `carnet:"place"`
	URL      string   `carnet:"url"`
	Audience string   `carnet:"audience"`
	Status   string   `carnet:"status"` // tentative, confirmed, cancelled
	Places   int      `carnet:"places"`
	Stations []string `carnet:"stations,set"`
	Follows  string   `carnet:"follows,link"` // id of the Series that it goes on from, under another rule; who is registered for that one is for this
}

// Registration is a member's place at a meeting, a series or a programme, from the request to the answer. Its id
// follows from both, so that nobody is registered twice.
type Registration struct {
	ID      string
	For     string `carnet:"for,link"`    // id of a Meeting, Series or Chapter
	Member  string `carnet:"member,link"` // id of a Member
	Status  string `carnet:"status"`      // requested, asked, approved, declined, waitlisted, withdrawn
	Reason  string `carnet:"reason"`      // why it was declined, or what was asked
	At      string `carnet:"at"`          // RFC 3339 in UTC, when it was asked for: the order of a waiting list
	Source  string `carnet:"source"`      // where it came from, as "form"
	Request string `carnet:"request"`     // id of the Request it came from
	Answer  string `carnet:"answer"`      // what the member's calendar said: accepted, declined, tentative
	Said    string `carnet:"said"`        // RFC 3339 in UTC, when it said so
}

// Request is what somebody wrote who wants to come, before it is known who that is.
type Request struct {
	ID        string
	Office    string `carnet:"office"`   // id of the Office that decides
	For       string `carnet:"for,link"` // id of a Meeting, Series or Chapter
	Status    string `carnet:"status"`   // open, done, dismissed
	At        string `carnet:"at"`       // RFC 3339 in UTC
	Source    string `carnet:"source"`   // as the name of the file it came from
	Given     string `carnet:"given,private"`
	Family    string `carnet:"family,private"`
	Email     string `carnet:"email,private"`
	Phone     string `carnet:"phone,private"`
	Role      string `carnet:"role,private"`
	Title     string `carnet:"title,private"`
	Town      string `carnet:"town,private"` // the community as it was written
	Language  string `carnet:"language,private"`
	Text      string `carnet:"text,private"` // all that was written, as it came
	Member    string `carnet:"member,private,link"`
	Community string `carnet:"community,private"`
}

// Zones is one piece of a newer edition of the zone data, sent round by one laptop to all. Its id follows from edition, hash and number.
type Zones struct {
	ID      string
	Edition string `carnet:"edition,link"` // as "2026g"
	Hash    string `carnet:"hash"`         // SHA-256 of the whole archive, in hex
	Number  int    `carnet:"number"`       // of this piece, from 1
	Of      int    `carnet:"of"`           // how many pieces there are
	Data    string `carnet:"data"`         // the piece, in base64
}

// RegistrationID gives the id of a member's registration for a meeting, a series or a chapter.
func RegistrationID(of, member string) string {
	return DerivedID(KindRegistration, of+"\x00"+member)
}

// OccurrenceID gives the id of the meeting that a series holds at a start by its rule.
func OccurrenceID(series, occurs string) string {
	return DerivedID(KindMeeting, series+"\x00"+occurs)
}

func (Series) RecordKind() Kind       { return KindSeries }
func (Registration) RecordKind() Kind { return KindRegistration }
func (Request) RecordKind() Kind      { return KindRequest }
func (Zones) RecordKind() Kind        { return KindZones }

func (r Series) RecordID() string       { return r.ID }
func (r Registration) RecordID() string { return r.ID }
func (r Request) RecordID() string      { return r.ID }
func (r Zones) RecordID() string        { return r.ID }
