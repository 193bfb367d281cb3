package desktop

// Forum is what is done before a meeting in person: the screen that prepares it, what is printed for it, and paper that is typed in again.
type Forum struct{ d *Desktop }

// ForumView is the whole screen.
type ForumView struct {
	Meeting   string        `json:"meeting"`
	Title     string        `json:"title"`
	When      string        `json:"when"`
	Summary   string        `json:"summary"` // "Everything is ready", "3 things are still to do"
	Tone      string        `json:"tone"`
	Stations  []string      `json:"stations"` // names for doors
	Rooms     []string      `json:"rooms"`
	Laptops   []ForumLaptop `json:"laptops"` // those that may scan: this one, then those that are doors, then the others
	Doors     ForumState    `json:"doors"`
	Badges    ForumState    `json:"badges"`
	Sheet     ForumState    `json:"sheet"`
	Rehearsal ForumState    `json:"rehearsal"`
	Expected  int           `json:"expected"`
	Unprinted int           `json:"unprinted"` // of them, without a badge that is right
	MayMark   bool          `json:"mayMark"`   // this laptop may say which laptops are doors
}

// ForumState is how one thing stands, and what is to be done.
type ForumState struct {
	Tone string `json:"tone"` // good, wait, unknown
	Text string `json:"text"`
	Todo string `json:"todo"` // empty when nothing is
}

// ForumLaptop is one laptop that may be a door.
type ForumLaptop struct {
	Device    string     `json:"device"`
	Who       string     `json:"who"`
	Office    string     `json:"office"`
	Mine      bool       `json:"mine"`
	Door      string     `json:"door"` // empty when it is none
	Room      string     `json:"room"`
	Data      ForumState `json:"data"`
	Clock     ForumState `json:"clock"`
	Power     ForumState `json:"power"`
	Rehearsal ForumState `json:"rehearsal"`
	MayRight  bool       `json:"mayRight"` // its clock was wrong, and its scans may be read by the right one
}

// ClockSaid answers a comparison of clocks.
type ClockSaid struct {
	Text string `json:"text"`
	Tone string `json:"tone"`
}

// BadgeFormat is one way to lay badges out, in mm.
type BadgeFormat struct {
	Name  string  `json:"name"`
	Title string  `json:"title"`
	W     float64 `json:"w"`
	H     float64 `json:"h"`
	CellW float64 `json:"cellW"`
	CellH float64 `json:"cellH"`
	Left  float64 `json:"left"`
	Top   float64 `json:"top"`
	DX    float64 `json:"dx"`
	DY    float64 `json:"dy"`
	Cols  int     `json:"cols"`
	Rows  int     `json:"rows"`
}

// BadgeOrder says which badges to print.
type BadgeOrder struct {
	Meeting string   `json:"meeting"`
	Who     string   `json:"who"`     // all, new (no badge yet, or changed since), chosen
	Members []string `json:"members"` // when chosen
	Format  string   `json:"format"`
	Sort    string   `json:"sort"` // name, community, chapter
	Skip    int      `json:"skip"` // labels of the first sheet that are used already
}

// BadgePlan is what an order would print.
type BadgePlan struct {
	People int        `json:"people"`
	Pages  int        `json:"pages"`
	Text   string     `json:"text"`
	First  []BadgeRow `json:"first"` // those on the first page
}

// BadgeRow is one person who may get a badge.
type BadgeRow struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Community string `json:"community"`
	Printed   bool   `json:"printed"`
}

// SheetOrder says which rosters to print for a black-out.
type SheetOrder struct {
	Meeting string `json:"meeting"`
	Station string `json:"station"` // empty for all doors
	Format  string `json:"format"`  // a4, letter
	Sort    string `json:"sort"`
	Lang    string `json:"lang"`
}

// PrintReport is what a job that prints gives at its end.
type PrintReport struct {
	Path string `json:"path"` // empty when the person changed their mind
	Text string `json:"text"`
}

// PaperView is what surrounds the typing of paper.
type PaperView struct {
	Meeting  string   `json:"meeting"`
	Title    string   `json:"title"`
	Stations []string `json:"stations"`
	Days     []Choice `json:"days"`
}

// Choice is one of several.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// PaperSheet says which paper is typed.
type PaperSheet struct {
	Meeting string `json:"meeting"`
	Station string `json:"station"`
	Day     string `json:"day"` // YYYY-MM-DD
}

// PaperRow answers one row, noted or only looked at.
type PaperRow struct {
	Tone      string   `json:"tone"` // good, again (typed before), bad, or nothing while too little is typed
	Name      string   `json:"name"`
	Community string   `json:"community"`
	Text      string   `json:"text"` // "in 9:02, out 16:30", or why it was refused
	Code      string   `json:"code"` // of the refusal
	Scans     []string `json:"scans"`
	In        int      `json:"in"` // arrivals from this paper that stand, after it
	Out       int      `json:"out"`
}
