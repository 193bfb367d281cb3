package desktop

// AfterView is what a meeting's attendance comes to, and what of it waits for a person.
type AfterView struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	When    string       `json:"when"`    // "9 Dec 2026, 9:00"
	Ended   bool         `json:"ended"`   // false: its figures still grow
	Came    string       `json:"came"`    // "214 came, 12 walk-ins, 162 min on average"; empty when nobody did
	Closed  string       `json:"closed"`  // by what rule stretches without a departure end, a sentence
	Rule    string       `json:"rule"`    // end, last-scan, time
	RuleAt  string       `json:"ruleAt"`  // YYYY-MM-DDTHH:MM on the meeting's clock, of the chosen or the planned end; empty when not known
	Until   string       `json:"until"`   // when that is, "17:00"; empty when nobody knows yet
	Figures []FigureView `json:"figures"` // the first four are the large ones
	Groups  []TallyGroup `json:"groups"`
	Over    []OverPoint  `json:"over"`
	Notes   []NoteRow    `json:"notes"`   // those that wait first
	Waiting int          `json:"waiting"` // of them
	Online  bool         `json:"online"`  // a report of a platform is expected, or was taken in
}

// FigureView is one count with its words.
type FigureView struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Value int    `json:"value"`
}

// TallyGroup is one way to count people: by role, chapter, community, province, language.
type TallyGroup struct {
	Kind  string     `json:"kind"`
	Title string     `json:"title"`
	Rows  []TallyRow `json:"rows"`
}

// TallyRow is people and minutes under one heading.
type TallyRow struct {
	Name    string `json:"name"`
	People  int    `json:"people"`
	Minutes int    `json:"minutes"`
}

// OverPoint is how many were in at one moment.
type OverPoint struct {
	At     string `json:"at"`    // "9:05"
	Label  string `json:"label"` // "9:05: 132 people"
	Inside int    `json:"inside"`
}

// NoteRow is a note on the attendance with what a person made of it.
type NoteRow struct {
	ID        string `json:"id"`
	Member    string `json:"member"` // empty for a note on a door
	Name      string `json:"name"`
	Community string `json:"community"`
	Code      string `json:"code"`
	Kind      string `json:"kind"` // the code in words
	At        string `json:"at"`
	Text      string `json:"text"`
	Settled   string `json:"settled"` // seen, right, wrong; empty while it waits
}

// AfterRow is one person who was there.
type AfterRow struct {
	Member    string   `json:"member"`
	Name      string   `json:"name"`
	Community string   `json:"community"`
	Role      string   `json:"role"`
	Stays     string   `json:"stays"` // "9:02–12:10, 13:05–16:48"
	Minutes   int      `json:"minutes"`
	Present   bool     `json:"present"` // now
	Marks     []string `json:"marks"`   // walk_in, first_time, late, left_early, unregistered
	Sources   string   `json:"sources"` // "A, C, Zoom"
	Notes     int      `json:"notes"`
}

// ReportChoices are what a person said about a platform's report; what is empty is found out.
type ReportChoices struct {
	Meeting string         `json:"meeting"`
	Layout  string         `json:"layout"`
	Days    string         `json:"days"` // month, day, year
	Zone    string         `json:"zone"`
	Fields  []string       `json:"fields"` // what each column holds: name, email, join, leave, minutes or nothing
	Answers []ReportAnswer `json:"answers"`
}

// ReportAnswer says who a row of the report is; Member "nobody" leaves them out, "?" asks though they were recognized.
type ReportAnswer struct {
	Row    int    `json:"row"`
	Member string `json:"member"`
}

// ReportView says how a report was understood and what it would change, or did.
type ReportView struct {
	Upload    string         `json:"upload"`
	File      string         `json:"file"`
	Meeting   string         `json:"meeting"`
	Title     string         `json:"title"`
	When      string         `json:"when"`
	Occasions []OccasionRow  `json:"occasions"` // meetings that it may be of, the likeliest first
	Far       string         `json:"far"`       // a sentence when the report is of another day
	Layout    string         `json:"layout"`
	Layouts   []Named        `json:"layouts"`
	Days      string         `json:"days"`
	Guessed   bool           `json:"guessed"` // its dates can be read both ways
	First     string         `json:"first"`   // when it begins, as it was read: "Fri 19 Nov 2021, 10:00"
	Zone      string         `json:"zone"`
	City      string         `json:"city"`
	Columns   []ImportColumn `json:"columns"`
	Problem   string         `json:"problem"` // what a person must say first
	Rows      int            `json:"rows"`
	People    int            `json:"people"`
	Added     int            `json:"added"`
	Removed   int            `json:"removed"`
	Unchanged int            `json:"unchanged"`
	Said      string         `json:"said"` // what would change, or did, in a sentence
	Unlearned string         `json:"unlearned"`

	Strangers    []StrangerRow   `json:"strangers"`
	StrangersAll int             `json:"strangersAll"`
	Known        []RecognizedRow `json:"known"`
	Changes      []StayChange    `json:"changes"`
	ChangesAll   int             `json:"changesAll"`
	Skipped      []RefusedRow    `json:"skipped"`
	SkippedAll   int             `json:"skippedAll"`
	Done         bool            `json:"done"`
	Taken        string          `json:"taken"` // by which it is taken back
}

// OccasionRow is a meeting that a report may be of.
type OccasionRow struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	When  string `json:"when"`
}

// StrangerRow is somebody whom a report names and the members do not.
type StrangerRow struct {
	Row        int              `json:"row"`
	Name       string           `json:"name"`
	Email      string           `json:"email"`
	Candidates []CandidateShort `json:"candidates"`
}

// CandidateShort is a member who comes close.
type CandidateShort struct {
	Member string `json:"member"`
	Name   string `json:"name"`
	Detail string `json:"detail"`
}

// RecognizedRow is somebody in a report whom a person named, now or once.
type RecognizedRow struct {
	Row        int    `json:"row"`
	Name       string `json:"name"`
	Member     string `json:"member"` // empty for somebody who is left out
	MemberName string `json:"memberName"`
	How        string `json:"how"` // answer, alias, facts
}

// StayChange is what a report changes of one person's presence.
type StayChange struct {
	Member string `json:"member"`
	Name   string `json:"name"`
	Before string `json:"before"` // "13:00–14:00"; empty for somebody new
	After  string `json:"after"`  // empty for somebody who is no longer in it
}

// LearnedName is a name that platforms show of a member.
type LearnedName struct {
	Name       string `json:"name"`
	Member     string `json:"member"`
	MemberName string `json:"memberName"`
	Community  string `json:"community"`
}
