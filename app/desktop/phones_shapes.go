package desktop

// Phones are volunteers' phones that serve as doors of a meeting.
type Phones struct{ d *Desktop }

// PhonesView is the panel of phones at a door.
type PhonesView struct {
	On          bool         `json:"on"`
	Meeting     string       `json:"meeting"`
	Station     string       `json:"station"`
	Elsewhere   string       `json:"elsewhere"` // phones are let in at this other door of this laptop: "A · Forum"; empty otherwise
	Links       []PhonesLink `json:"links"`
	Fingerprint string       `json:"fingerprint"`
	Code        string       `json:"code"`    // "ABCD EFGH"; empty when it was used or ran out
	Lasts       int          `json:"lasts"`   // seconds that the code is good for yet
	Until       string       `json:"until"`   // "midnight": when all of it ends
	Refused     int          `json:"refused"` // requests that were refused
	Phones      []PhoneRow   `json:"phones"`
}

// PhonesLink is one address of this laptop, with the picture that leads a phone there.
type PhonesLink struct {
	Address string `json:"address"`
	Side    int    `json:"side"` // modules of the picture
	Path    string `json:"path"` // SVG, a module a unit; empty without a code
}

// PhoneRow is one phone that was paired.
type PhoneRow struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Text    string `json:"text"` // "paired at 8:40, last heard of at 9:02"
	Scans   int    `json:"scans"`
	Revoked bool   `json:"revoked"`
}
