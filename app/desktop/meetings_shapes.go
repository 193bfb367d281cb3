package desktop

// Meetings is the Meetings and Today screens.
type Meetings struct{ d *Desktop }

// MeetingQuery asks for meetings. Days are YYYY-MM-DD, from inclusive, to exclusive.
type MeetingQuery struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Chapter string `json:"chapter"`
	Text    string `json:"text"`
}

// MeetingRow is one meeting as lists show it; every text is written in the language.
type MeetingRow struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Day       string `json:"day"`      // YYYY-MM-DD at the anchor; empty when to be set
	Start     string `json:"start"`    // YYYY-MM-DDTHH:MM at the anchor
	DayText   string `json:"dayText"`  // "25 Nov", "à préciser"
	TimeText  string `json:"timeText"` // "13:00", "13 h"
	EndText   string `json:"endText"`
	City      string `json:"city"`  // of the anchor zone
	Times     string `json:"times"` // "Toronto 13:00 · Vancouver 11:00 · St. John’s 14:30"
	Chapter   string `json:"chapter"`
	ChapterID string `json:"chapterId"`
	Mode      string `json:"mode"` // online, on-site, hybrid
	Place     string `json:"place"`
	Status    string `json:"status"` // tentative, confirmed, cancelled
	People    string `json:"people"` // "126 came", "41 members", "—"
	Past      bool   `json:"past"`
	Series    string `json:"series"`  // id of the series it is of
	Moved     bool   `json:"moved"`   // not at the time of its series' rule
	Parent    string `json:"parent"`  // id of the forum it is a session of
	Room      string `json:"room"`    // of a session
	AllDay    bool   `json:"allDay"`  // whole days; the times are empty
	LastDay   string `json:"lastDay"` // YYYY-MM-DD, of several days
	Month     string `json:"month"`   // YYYY-MM that is known of a date to be set
}

// MeetingDetail is the pane beside it.
type MeetingDetail struct {
	Row      MeetingRow   `json:"row"`
	TitleEN  string       `json:"titleEn"`
	TitleFR  string       `json:"titleFr"`
	Zone     string       `json:"zone"`
	Minutes  int          `json:"minutes"`
	URL      string       `json:"url"`
	Audience string       `json:"audience"`
	Stations []string     `json:"stations"`
	Times    []ZoneTime   `json:"times"`
	Present  []PresentRow `json:"present"`
	NotMeant []NotMeant   `json:"notMeant"` // who was there and is not eligible
	Summary  string       `json:"summary"`  // "214 came, 12 walk-ins, 162 min on average"
	Rule     string       `json:"rule"`     // of its series
	RuleText string       `json:"ruleText"` // "Every 2 weeks on Wednesday"
	Sessions []MeetingRow `json:"sessions"`
	Forum    string       `json:"forum"` // title of what it is a session of
	Places   int          `json:"places"`
	Note     string       `json:"note"`
	NoteFR   string       `json:"noteFr"`
	// AudienceText is the rule of who may come in words, with where it is from when it is not the meeting's own.
	AudienceText string        `json:"audienceText"`
	Registered   Registered    `json:"registered"`
	History      []HistoryLine `json:"history"`
}

// ZoneTime is a meeting's local time in one zone.
type ZoneTime struct {
	Zone   string `json:"zone"`
	City   string `json:"city"`
	Local  string `json:"local"`  // "11:00", with the day when it is another: "Thu 26, 0:30"
	Offset string `json:"offset"` // "−07:00"
	People int    `json:"people"` // there, of the chapter, registered or invited
}

// PresentRow is one line of a meeting's attendance.
type PresentRow struct {
	Member    string   `json:"member"`
	Name      string   `json:"name"`
	Community string   `json:"community"`
	Role      string   `json:"role"`
	FirstIn   string   `json:"firstIn"`
	LastOut   string   `json:"lastOut"`
	Minutes   int      `json:"minutes"`
	Present   bool     `json:"present"` // now
	Notes     []string `json:"notes"`   // sentences
}

// NotMeant is somebody who was at a meeting whose rule did not mean them, with the reason.
type NotMeant struct {
	Member string `json:"member"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// MeetingFields is what a form writes; a nil or absent name leaves the field as it is.
type MeetingFields struct {
	Fields   map[string]string `json:"fields"`   // title, title_fr, chapter, start, zone, minutes, mode, place, url, audience, status
	Stations []string          `json:"stations"` // nil leaves them
}

// Today is the first screen.
type Today struct {
	Date        string        `json:"date"`    // "Saturday 21 November"
	Waiting     string        `json:"waiting"` // "3 things wait for you"
	Cards       []WaitingCard `json:"cards"`
	Coming      []MeetingRow  `json:"coming"`
	Others      []OtherLine   `json:"others"`      // what other offices did since this window was last here
	OthersTitle string        `json:"othersTitle"` // "Since yesterday, from the other offices"
	Chart       Chart         `json:"chart"`
}

// WaitingCard is one thing that waits for a person, with the place its button goes to.
type WaitingCard struct {
	Icon   string `json:"icon"` // conflict, refused, clock, duplicate, people, mail, incoming
	Tone   string `json:"tone"` // amber, ink, brick
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Action string `json:"action"` // the button's words
	Place  string `json:"place"`  // route, "conflicts", "network", "members?ends=60"
}

// OtherLine is a line of what other offices did.
type OtherLine struct {
	Office string `json:"office"`
	Text   string `json:"text"`
	Who    string `json:"who"`
	When   string `json:"when"`
}

// Chart is attendance over the last twelve months.
type Chart struct {
	Title string     `json:"title"`
	Bars  []ChartBar `json:"bars"`
	Left  string     `json:"left"`  // "Dec 2025"
	Right string     `json:"right"` // "1,284 attendances, 211 communities"
}

// ChartBar is one month.
type ChartBar struct {
	Label string `json:"label"` // "March: 84 attendances"
	Value int    `json:"value"`
}
