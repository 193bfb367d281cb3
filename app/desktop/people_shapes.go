package desktop

// People is the Members, Communities, Chapters and Conflicts screens.
type People struct{ d *Desktop }

// MemberQuery asks for rows of the member list. Empty fields ask for nothing.
type MemberQuery struct {
	Text       string `json:"text"`
	Chapter    string `json:"chapter"`
	Community  string `json:"community"`
	Role       string `json:"role"`
	Province   string `json:"province"`
	Office     string `json:"office"`
	Language   string `json:"language"`
	EndsWithin int    `json:"endsWithin"` // mandate ends within so many days; 0 asks for nothing
	Offset     int    `json:"offset"`
	Limit      int    `json:"limit"`
}

// MemberPage is one stretch of the list.
type MemberPage struct {
	Rows       []MemberRow `json:"rows"`
	Offset     int         `json:"offset"`
	Total      int         `json:"total"` // that match
	All        int         `json:"all"`
	EndingSoon int         `json:"endingSoon"` // mandates that end within 60 days, in all
	Took       string      `json:"took"`       // "0.4 ms", written in the language
	Ready      bool        `json:"ready"`      // false while the search is still being read after the start
}

// MemberRow is one line of the list. Marks are keyed by family, given, title, community, email.
type MemberRow struct {
	ID        string            `json:"id"`
	Family    string            `json:"family"`
	Given     string            `json:"given"`
	Title     string            `json:"title"`
	Email     string            `json:"email"`
	Community string            `json:"community"` // in the language
	Province  string            `json:"province"`
	Role      string            `json:"role"`
	Marks     map[string][]Mark `json:"marks"`
}

// MemberDetail is the pane beside the list.
type MemberDetail struct {
	ID          string        `json:"id"`
	Given       string        `json:"given"`
	Family      string        `json:"family"`
	Email       string        `json:"email"`
	Phone       string        `json:"phone"`
	Role        string        `json:"role"`
	Title       string        `json:"title"`
	CommunityID string        `json:"communityId"`
	Community   string        `json:"community"`
	Province    string        `json:"province"`
	Language    string        `json:"language"`
	TermStart   string        `json:"termStart"` // YYYY-MM-DD
	TermEnd     string        `json:"termEnd"`
	Mandate     string        `json:"mandate"` // "7 Nov 2025 – 4 Nov 2029", empty without dates
	Zone        string        `json:"zone"`
	LocalTime   string        `json:"localTime"` // "Toronto, 9:41, −05:00"
	Office      string        `json:"office"`    // name
	OfficeID    string        `json:"officeId"`
	Notes       string        `json:"notes"`
	Chapters    []Named       `json:"chapters"`
	Consent     ConsentView   `json:"consent"`
	Conflicts   int           `json:"conflicts"`
	Attendance  []Attended    `json:"attendance"` // oldest first, at most 24 meetings of the member's chapters
	Attended    string        `json:"attended"`   // "18 of the last 24 calls · 14 h 20 min"
	History     []HistoryLine `json:"history"`    // newest first
	KeptBy      string        `json:"keptBy"`     // "Kept by the Vancouver office", where the details are not for this laptop
	Access      string        `json:"access"`     // who can change this member, where this laptop cannot
	CanEdit     bool          `json:"canEdit"`
	CanMove     bool          `json:"canMove"`  // to another office
	CanErase    bool          `json:"canErase"` // an administrator, for a privacy request
}

// MoveChoice is an office that a member may move to.
type MoveChoice struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Consequences []string `json:"consequences"` // in words
}

// ConsentView is whether a member may be written to today, in words.
type ConsentView struct {
	State string `json:"state"` // given, ended, withdrawn, unknown, elsewhere (its office keeps it)
	Text  string `json:"text"`  // "Express, form of 12 Mar 2026"
	Note  string `json:"note"`  // "no end date"
}

// Named is an id with its name in the language.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Attended is one bar of the strip.
type Attended struct {
	Meeting string  `json:"meeting"`
	Label   string  `json:"label"` // "Ontario chapter, 19 May: 55 min"
	Share   float64 `json:"share"` // of the meeting's length, 0 to 1
}

// HistoryLine is one change as people read it.
type HistoryLine struct {
	Change  string `json:"change"` // for undo
	Field   string `json:"field"`  // name of the field in the language
	From    string `json:"from"`
	To      string `json:"to"`
	When    string `json:"when"`
	Who     string `json:"who"`
	Office  string `json:"office"`
	CanUndo bool   `json:"canUndo"`
}

// Written answers a write.
type Written struct {
	ID   string `json:"id"`
	Text string `json:"text"` // what was done, for the status line: "Saved. Phone of Élise Tremblay is now …"
}

// DuplicatePair is two members that may be one person.
type DuplicatePair struct {
	A   MemberDetail `json:"a"`
	B   MemberDetail `json:"b"`
	Why string       `json:"why"`
}

// ImportPreview says what an import would do, or did.
type ImportPreview struct {
	Upload        string              `json:"upload"`
	File          string              `json:"file"`
	Encoding      string              `json:"encoding"` // "Windows-1252, ;"
	Columns       []ImportColumn      `json:"columns"`
	Rows          int                 `json:"rows"`
	Created       int                 `json:"created"`
	Updated       int                 `json:"updated"`
	Unchanged     int                 `json:"unchanged"`
	Refused       []RefusedRow        `json:"refused"` // the first 200
	RefusedAll    int                 `json:"refusedAll"`
	Duplicates    []RefusedRow        `json:"duplicates"` // the first 200
	DuplicatesAll int                 `json:"duplicatesAll"`
	Sample        []map[string]string `json:"sample"`  // the first 5 rows by field
	Done          bool                `json:"done"`    // false: only a preview
	Problem       string              `json:"problem"` // a sentence when no column was recognized: only columns are given then
}

// ImportColumn is one heading and the field it goes to; empty field: left out.
type ImportColumn struct {
	Heading string `json:"heading"`
	Field   string `json:"field"`
	Example string `json:"example"`
}

// RefusedRow is a row that needs a person.
type RefusedRow struct {
	Row    int    `json:"row"` // 1 is the first row after the headings
	Name   string `json:"name"`
	Member string `json:"member"` // id of the member that is there already, for duplicates
	Reason string `json:"reason"`
}

// CommunityRow is one line of the community list.
type CommunityRow struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Other    string `json:"other"` // the name in the other language when it differs
	Kind     string `json:"kind"`  // in words
	Province string `json:"province"`
	Members  int    `json:"members"`
	Marks    []Mark `json:"marks"` // in Name
}

// CommunityPage is one stretch of the list.
type CommunityPage struct {
	Rows   []CommunityRow `json:"rows"`
	Offset int            `json:"offset"`
	Total  int            `json:"total"`
	All    int            `json:"all"`
}

// CommunityDetail is the pane beside it.
type CommunityDetail struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	NameFR       string        `json:"nameFr"`
	Kind         string        `json:"kind"`
	KindText     string        `json:"kindText"`
	Organization string        `json:"organization"`
	Province     string        `json:"province"`
	Country      string        `json:"country"`
	Zone         string        `json:"zone"`
	LocalTime    string        `json:"localTime"`
	External     string        `json:"external"`
	Members      []MemberRow   `json:"members"`
	History      []HistoryLine `json:"history"`
}

// ChapterRow is one chapter.
type ChapterRow struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Members  int    `json:"members"`
	Zone     string `json:"zone"`
	City     string `json:"city"`
	Audience string `json:"audience"`
	Next     string `json:"next"` // next meeting, "27 Nov, 12:00", empty when none
}

// ChapterDetail is the pane beside it.
type ChapterDetail struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	NameEN   string `json:"nameEn"`
	NameFR   string `json:"nameFr"`
	Kind     string `json:"kind"`
	Audience string `json:"audience"`
	Zone     string `json:"zone"`
	Members  int    `json:"members"`
	// AudienceText is the rule of who may attend, in words.
	AudienceText string        `json:"audienceText"`
	Registered   Registered    `json:"registered"` // for the chapter itself, as for a programme
	Coming       []MeetingRow  `json:"coming"`
	History      []HistoryLine `json:"history"`
}

// ConflictRow is one field (or record) that two people wrote without seeing each other.
type ConflictRow struct {
	ID      string          `json:"id"`
	Kind    string          `json:"kind"`
	Record  string          `json:"record"`
	Title   string          `json:"title"`   // the record's name
	Field   string          `json:"field"`   // in the language; empty for delete against edit
	Deleted bool            `json:"deleted"` // delete against edit
	Was     string          `json:"was"`
	Values  []ConflictValue `json:"values"`
}

// ConflictValue is one side.
type ConflictValue struct {
	Text   string `json:"text"`
	Who    string `json:"who"`
	Office string `json:"office"`
	Device string `json:"device"` // which laptop wrote it
	When   string `json:"when"`
	Mine   bool   `json:"mine"`   // written by this laptop
	Delete bool   `json:"delete"` // this side deleted the record
}
