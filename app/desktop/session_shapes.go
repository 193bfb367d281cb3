package desktop

// Session is the frame of the window: start, preferences, the rail, undo, jobs, files.
type Session struct{ d *Desktop }

// Start is what the window needs first.
type Start struct {
	State       string            `json:"state"` // new (no network yet), locked (passphrase needed), pending (waiting for admission), ready, failed
	Error       *Failure          `json:"error"` // with failed
	Network     string            `json:"network"`
	Office      string            `json:"office"`
	Coordinator string            `json:"coordinator"`
	Role        string            `json:"role"`
	Version     string            `json:"version"`
	Home        string            `json:"home"`        // path of the folder that holds everything of this laptop
	Warning     string            `json:"warning"`     // a sentence to show once, as for the key file
	Fingerprint string            `json:"fingerprint"` // with pending: to compare with what an administrator sees
	Recovery    string            `json:"recovery"`    // the words for the paper; only when the network was just made
	Preferences map[string]string `json:"preferences"` // lang, theme, density, sounds, last.place, columns.…: texts the window wrote
}

// Failure is an error as people read it.
type Failure struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Rail is what the left rail shows.
type Rail struct {
	Version     string `json:"version"` // grows with every change; same as the event "changed"
	Members     int    `json:"members"`
	Communities int    `json:"communities"`
	Chapters    int    `json:"chapters"`
	Meetings    int    `json:"meetings"` // coming
	Conflicts   int    `json:"conflicts"`
	Waiting     int    `json:"waiting"`    // things on Today that wait for a person
	NetworkHot  int    `json:"networkHot"` // refused objects, laptops that ask, a list of what was not sent
	Requests    int    `json:"requests"`   // of this office that wait for a decision
	MailHot     int    `json:"mailHot"`    // messages that are held, and mails that came and wait
	Today       string `json:"today"`      // YYYY-MM-DD where this machine is, by Carnet's own zone data
	Sync        Sync   `json:"sync"`
}

// Sync is the state of the exchange in words.
type Sync struct {
	State   string `json:"state"`   // none, all-sent, waiting, syncing, offline, person, pending, stopped
	Tone    string `json:"tone"`    // good, wait, bad
	Title   string `json:"title"`   // "Everything sent and received"
	Detail  string `json:"detail"`  // "Last round 2 min ago · 14 laptops"
	Begins  bool   `json:"begins"`  // a full copy of the network is on its way
	Percent int    `json:"percent"` // how much of it is here
}

// Undone says what Ctrl-Z took back.
type Undone struct {
	Any  bool   `json:"any"`  // false: there was nothing to undo
	Text string `json:"text"` // "Phone of Élise Tremblay is 450 555-0102 again"
}

// Job is a piece of long work.
type Job struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Done   int      `json:"done"`
	Total  int      `json:"total"`  // 0 when not known
	State  string   `json:"state"`  // running, done, failed, cancelled
	Result string   `json:"result"` // JSON text of the kind's result when done
	Error  *Failure `json:"error"`
}

// Hit is one line of the command palette's search.
type Hit struct {
	Kind   string `json:"kind"` // member, community, chapter, meeting
	ID     string `json:"id"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Marks  []Mark `json:"marks"` // in Title
}

// Mark is a stretch of letters to underline, in UTF-16 code units, to exclusive.
type Mark struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// KeyPlace is keychain, passphrase, or file: a plain file beside the notebook, for want of a keychain.
type KeyPlace struct {
	Source string `json:"source"`
}
