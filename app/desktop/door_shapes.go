package desktop

// Door is the full screen at a door.
type Door struct{ d *Desktop }

// DoorState is what surrounds the result.
type DoorState struct {
	Meeting     string      `json:"meeting"`
	Title       string      `json:"title"`
	Station     string      `json:"station"`
	Stations    []string    `json:"stations"`
	Room        string      `json:"room"`      // of a session; empty at the forum's own door
	Rooms       []DoorRoom  `json:"rooms"`     // of the sessions of the forum, for the choice of the door
	Clock       string      `json:"clock"`     // "9:02"
	ClockNote   string      `json:"clockNote"` // this door's clock is known to be wrong; empty mostly
	Link        string      `json:"link"`      // "No internet · scans stay on this laptop until it is back"
	LinkTone    string      `json:"linkTone"`  // good, wait
	Doors       []DoorSeen  `json:"doors"`     // the other doors whose scans are here
	Present     int         `json:"present"`
	Places      int         `json:"places"`      // 0 for as many as wish
	Crowd       string      `json:"crowd"`       // free, near, full, over
	CrowdText   string      `json:"crowdText"`   // "4 places left of 60"; empty while there is room
	Expected    int         `json:"expected"`    // who registered or, where nobody does, members of the chapter
	PresentText string      `json:"presentText"` // "here now, of 388 expected"
	Roles       []RoleCount `json:"roles"`
	Chapters    []DoorCount `json:"chapters"`
	Languages   []DoorCount `json:"languages"`
	Last        []DoorLine  `json:"last"`     // the ten newest
	Practice    bool        `json:"practice"` // a rehearsal: nothing counts
	Tried       int         `json:"tried"`    // scans of the rehearsal
}

// DoorRoom is a room that a door may be of.
type DoorRoom struct {
	Meeting string `json:"meeting"` // of its session
	Name    string `json:"name"`
	Title   string `json:"title"`
	Time    string `json:"time"` // "10:30"
	Now     bool   `json:"now"`  // its session is on
	Over    bool   `json:"over"`
	Soon    bool   `json:"soon"` // it begins within minutes: a door of this room whose session is over goes on to it
}

// DoorSeat is what was noted of this laptop when the forum was prepared: which door it is, and of which room.
type DoorSeat struct {
	Station string `json:"station"` // empty when nothing was noted
	Room    string `json:"room"`    // by its name; empty for the forum's own door
	Noted   string `json:"noted"`   // when, RFC 3339
}

// DoorSeen is another door as far as its scans have come here.
type DoorSeen struct {
	Name string `json:"name"`
	Text string `json:"text"` // when its newest scan was: "9:02"
}

// RoleCount is present people of one role.
type RoleCount struct {
	Role string `json:"role"`
	N    int    `json:"n"`
}

// DoorCount is present people under a heading that is written out.
type DoorCount struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// DoorLine is one of the last scans.
type DoorLine struct {
	Scan   string `json:"scan"`
	Name   string `json:"name"`
	Kind   string `json:"kind"` // in, out, undo
	Text   string `json:"text"` // "A · 9:02"
	Undone bool   `json:"undone"`
}

// DoorHit is a suggestion while letters are typed.
type DoorHit struct {
	Member string `json:"member"`
	Name   string `json:"name"`
	Marks  []Mark `json:"marks"`
	Detail string `json:"detail"` // "Mairesse, Saint-Lin–Laurentides"
	Role   string `json:"role"`
	Inside bool   `json:"inside"`
}

// DoorResult fills the screen.
type DoorResult struct {
	Tone   string    `json:"tone"`  // in, already, out, look (let in, but look), unknown
	Title  string    `json:"title"` // "Welcome in", "Already in since 9:02"
	Name   string    `json:"name"`
	Line   string    `json:"line"`   // "Mairesse, Saint-Lin–Laurentides"
	Why    string    `json:"why"`    // "Elected · speaks French · first time here", or the reason to look
	Advice string    `json:"advice"` // what may be done about it; empty where nothing needs doing
	Notes  []string  `json:"notes"`  // what else to know: a room that was left, places that are left, a mail that is queued
	Member string    `json:"member"`
	Badge  bool      `json:"badge"` // a badge is to be printed: they have none yet
	Scan   string    `json:"scan"`
	State  DoorState `json:"state"`
}

// DoorArrival is somebody who is not on the list. Two fields are enough; the others may be empty.
type DoorArrival struct {
	Name      string `json:"name"`
	Community string `json:"community"` // id, or what was typed
	Role      string `json:"role"`
	Email     string `json:"email"` // for a confirmation
	Nonce     string `json:"nonce"`
}

// InsideView is who is in, room by room, from this laptop alone.
type InsideView struct {
	Title string       `json:"title"` // of the forum
	Text  string       `json:"text"`  // "214 people inside at 9:02"
	Total int          `json:"total"`
	Rooms []InsideRoom `json:"rooms"`
}

// InsideRoom is one room, or the forum itself for those who are in none.
type InsideRoom struct {
	Name      string         `json:"name"`
	Title     string         `json:"title"` // of the session that is on there
	Count     string         `json:"count"` // "12 inside of 60"
	Crowd     string         `json:"crowd"`
	CrowdText string         `json:"crowdText"`
	People    []InsidePerson `json:"people"`
}

// InsidePerson is somebody who is in.
type InsidePerson struct {
	Member string `json:"member"`
	Name   string `json:"name"`
	Detail string `json:"detail"` // their community
	Since  string `json:"since"`  // "9:02"
}

// PracticeOver says what became of a rehearsal.
type PracticeOver struct {
	Scans int       `json:"scans"` // all of them thrown away
	Text  string    `json:"text"`
	State DoorState `json:"state"`
}
