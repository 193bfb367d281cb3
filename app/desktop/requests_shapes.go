package desktop

// Requests is the requests and registrations of the Meetings screen, and the rules of who may attend.
type Requests struct{ d *Desktop }

// Registered is how many people a meeting has, in short.
type Registered struct {
	Places  int    `json:"places"` // 0: as many as wish
	Taken   int    `json:"taken"`
	Free    int    `json:"free"` // -1 without a limit
	Waiting int    `json:"waiting"`
	Asking  int    `json:"asking"` // requested, or something was asked back
	Text    string `json:"text"`   // "34 of 40 places taken, 3 waiting"
}

// RegistrationRow is one person's place at a meeting.
type RegistrationRow struct {
	ID        string `json:"id"`
	Member    string `json:"member"`
	Name      string `json:"name"`
	Community string `json:"community"`
	Role      string `json:"role"`
	Status    string `json:"status"`  // requested, asked, approved, declined, waitlisted, withdrawn
	Reason    string `json:"reason"`  // why it was declined, or what was asked
	Through   string `json:"through"` // the series or the programme that it comes from; empty for the meeting's own
	Verdict   string `json:"verdict"` // eligible, not-eligible, unknown
	Why       string `json:"why"`     // in words
	When      string `json:"when"`
	Answer    string `json:"answer"` // what the calendar said: accepted, declined, tentative
	Place     int    `json:"place"`  // on the waiting list
}

// RegistrationView is everybody who is registered for something.
type RegistrationView struct {
	ID    string            `json:"id"`
	Title string            `json:"title"`
	When  string            `json:"when"`
	State Registered        `json:"state"`
	Rows  []RegistrationRow `json:"rows"`
}

// RequestRow is one request in the list.
type RequestRow struct {
	ID           string `json:"id"`
	For          string `json:"for"`
	ForTitle     string `json:"forTitle"`
	Status       string `json:"status"` // open, done, dismissed
	When         string `json:"when"`
	Source       string `json:"source"`
	Name         string `json:"name"`
	Email        string `json:"email"`
	Role         string `json:"role"`
	Community    string `json:"community"` // as it is known, else as it was written
	Placed       bool   `json:"placed"`    // the community is known
	Member       string `json:"member"`    // who it is; empty for somebody new or not yet said
	MemberName   string `json:"memberName"`
	Verdict      string `json:"verdict"`
	Why          string `json:"why"`
	Registration string `json:"registration"` // status of the registration there is
	Again        int    `json:"again"`        // other open requests of the same person
}

// RequestDetail is the pane beside the list.
type RequestDetail struct {
	Row        RequestRow         `json:"row"`
	Given      string             `json:"given"`
	Family     string             `json:"family"`
	Phone      string             `json:"phone"`
	Title      string             `json:"title"`
	Language   string             `json:"language"`
	Town       string             `json:"town"` // as it was written
	Text       string             `json:"text"` // all that was written
	Reason     string             `json:"reason"`
	State      Registered         `json:"state"`
	Candidates []RequestCandidate `json:"candidates"`
	Towns      []Named            `json:"towns"`
}

// RequestCandidate is somebody whom a request may be.
type RequestCandidate struct {
	Member    string `json:"member"`
	Name      string `json:"name"`
	Community string `json:"community"`
	Email     string `json:"email"`
	Why       string `json:"why"`
	Chosen    bool   `json:"chosen"`
}

// RequestTarget is something people may ask for.
type RequestTarget struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Open   int    `json:"open"` // requests
}

// Intake says what a list of requests brings, or brought.
type Intake struct {
	Rows       int          `json:"rows"`
	Created    int          `json:"created"`
	Unchanged  int          `json:"unchanged"`
	Matched    int          `json:"matched"`
	Refused    []RefusedRow `json:"refused"`
	RefusedAll int          `json:"refusedAll"`
	Text       string       `json:"text"`
}

// AudienceNode is one part of a rule; parts stand one after the other, those within a group one step deeper.
type AudienceNode struct {
	Depth  int      `json:"depth"`
	Op     string   `json:"op"`   // all, any, none; empty for a condition
	Name   string   `json:"name"` // of a condition
	Values []string `json:"values"`
}

// AudienceView is a rule in words, and whom it reaches now.
type AudienceView struct {
	Rule        string         `json:"rule"` // in its one form
	Text        string         `json:"text"` // in words
	Preset      string         `json:"preset"`
	Nodes       []AudienceNode `json:"nodes"`
	Eligible    int            `json:"eligible"`
	NotEligible int            `json:"notEligible"`
	Unknown     int            `json:"unknown"`
	Said        string         `json:"said"` // "126 eligible, 4 not known"
}

// AudienceChoices is what an editor of rules offers.
type AudienceChoices struct {
	Presets    []AudiencePreset    `json:"presets"`
	Conditions []AudienceCondition `json:"conditions"`
}

// AudiencePreset is a rule with a name.
type AudiencePreset struct {
	Name  string         `json:"name"`
	Title string         `json:"title"`
	Rule  string         `json:"rule"`
	Nodes []AudienceNode `json:"nodes"`
}

// AudienceCondition is a condition with what it may ask for; one without values is asked as it is.
type AudienceCondition struct {
	Name   string  `json:"name"`
	Title  string  `json:"title"`
	Values []Named `json:"values"`
	People bool    `json:"people"` // its values are members, to be searched
	Day    bool    `json:"day"`    // its one value is a day
}
