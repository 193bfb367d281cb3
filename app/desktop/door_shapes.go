package desktop

// Door is the full screen at a door.
type Door struct{ d *Desktop }

// DoorState is what surrounds the result.
type DoorState struct {
	Meeting     string      `json:"meeting"`
	Title       string      `json:"title"`
	Station     string      `json:"station"`
	Stations    []string    `json:"stations"`
	Clock       string      `json:"clock"`    // "9:02"
	Link        string      `json:"link"`     // "No internet · scans stay on this laptop until it is back"
	LinkTone    string      `json:"linkTone"` // good, wait
	Present     int         `json:"present"`
	Expected    int         `json:"expected"`    // members of the chapter
	PresentText string      `json:"presentText"` // "here now, of 388 expected"
	Roles       []RoleCount `json:"roles"`
	Last        []DoorLine  `json:"last"` // the ten newest
}

// RoleCount is present people of one role.
type RoleCount struct {
	Role string `json:"role"`
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
	Tone  string    `json:"tone"`  // in, out, look (let in, but look), unknown
	Title string    `json:"title"` // "Welcome in", "Already in since 9:02"
	Name  string    `json:"name"`
	Line  string    `json:"line"` // "Mairesse, Saint-Lin–Laurentides"
	Why   string    `json:"why"`  // "Elected · speaks French · first time here", or the reason to look
	Scan  string    `json:"scan"`
	State DoorState `json:"state"`
}
