package desktop

// SeriesPreview is what meetings that repeat will be, while the form is still being filled in.
type SeriesPreview struct {
	Rule     string        `json:"rule"`     // in its one form
	RuleText string        `json:"ruleText"` // "Every 2 weeks on Wednesday"
	Columns  []string      `json:"columns"`  // the days from which local times differ: "2 Dec", "10 Mar"
	Rows     []ZoneRow     `json:"rows"`
	Dates    []PlannedDate `json:"dates"` // the first of them
	Count    int           `json:"count"` // within two years
	Text     string        `json:"text"`  // "52 meetings in the next two years"
}

// ZoneRow is one zone's local times, one for each column.
type ZoneRow struct {
	Zone   string   `json:"zone"`
	City   string   `json:"city"`
	Cells  []string `json:"cells"`
	People int      `json:"people"`
	Odd    bool     `json:"odd"` // before 8 or after 18 there
}

// PlannedDate is one day of a series.
type PlannedDate struct {
	Day  string `json:"day"`
	Text string `json:"text"` // "Wednesday 2 December"
	Note string `json:"note"` // what is kept on that day: "Christmas Day"
}
