package desktop

// KnownPage is everything that this laptop knows of a person, in words.
type KnownPage struct {
	Title    string         `json:"title"`
	Note     string         `json:"note"` // what it cannot read, and whom to ask
	Sections []KnownSection `json:"sections"`
	Text     string         `json:"text"` // the same, to be copied
}

// KnownSection is what belongs together.
type KnownSection struct {
	Title string      `json:"title"`
	Lines []KnownLine `json:"lines"`
}

// KnownLine is one thing that is known.
type KnownLine struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// Erasing is what a person should know before a member is erased.
type Erasing struct {
	Name         string   `json:"name"` // to be typed
	Consequences []string `json:"consequences"`
}

// ErasureRow is one erasure and how far it has come. It never says whose it was.
type ErasureRow struct {
	Key      string       `json:"key"`
	When     string       `json:"when"`
	Reason   string       `json:"reason"`
	By       string       `json:"by"` // whose laptop asked for it
	Text     string       `json:"text"`
	Signed   int          `json:"signed"`
	All      int          `json:"all"`
	Whole    bool         `json:"whole"` // every laptop has signed
	Receipts []ReceiptRow `json:"receipts"`
}

// ReceiptRow is one laptop's part in it.
type ReceiptRow struct {
	Coordinator string `json:"coordinator"`
	Office      string `json:"office"`
	When        string `json:"when"` // empty while it has not signed
}
