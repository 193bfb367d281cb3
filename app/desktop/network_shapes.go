package desktop

// Network is the Network screen and the first run.
type Network struct{ d *Desktop }

// NetworkView is the whole screen.
type NetworkView struct {
	Name        string           `json:"name"`
	ID          string           `json:"id"`
	MyDevice    string           `json:"myDevice"`
	MyRole      string           `json:"myRole"`
	MyOffice    string           `json:"myOffice"`
	CanAdmin    bool             `json:"canAdmin"`
	Offices     []OfficeRow      `json:"offices"`
	Laptops     []LaptopRow      `json:"laptops"`
	Invitations []InvitationRow  `json:"invitations"`
	Remote      RemoteView       `json:"remote"`
	Remotes     []RemoteRow      `json:"remotes"` // all places in use, the main one first
	Lending     LendingView      `json:"lending"`
	Policy      PolicyView       `json:"policy"`
	Quarantined []QuarantinedRow `json:"quarantined"`
	Unsent      []UnsentRow      `json:"unsent"`    // what was written here before a long silence
	UnsentAll   int              `json:"unsentAll"` // of which the first are shown
	Rounds      []RoundLine      `json:"rounds"`    // newest first, in plain language
}

// OfficeRow is one office.
type OfficeRow struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Laptops int    `json:"laptops"`
	Members int    `json:"members"`
}

// LaptopRow is one laptop.
type LaptopRow struct {
	Device      string `json:"device"`
	Coordinator string `json:"coordinator"`
	Office      string `json:"office"`
	Role        string `json:"role"`
	State       string `json:"state"` // active, revoked, pending
	LastSeen    string `json:"lastSeen"`
	Mine        bool   `json:"mine"`
	Given       string `json:"given"` // whether it has everything that this laptop sent, in words
	GivenTone   string `json:"givenTone"`
	Asks        bool   `json:"asks"`        // it waits for an administrator's yes
	Fingerprint string `json:"fingerprint"` // of those that ask and of this one, to compare
	Taken       string `json:"taken"`       // whether everything of it is here
	TakenTone   string `json:"takenTone"`
}

// PolicyView is what the network's laptops agree on.
type PolicyView struct {
	ShareCard  bool `json:"shareCard"`  // other offices see a member's name, role, community and chapters
	AdminsRead bool `json:"adminsRead"` // administrators read the details of every office
}

// RemoteRow is one of the places where changes are exchanged.
type RemoteRow struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Kind  string `json:"kind"` // folder, s3, lan
	URL   string `json:"url"`
	Main  bool   `json:"main"` // the one that invitations tell of
	Text  string `json:"text"` // how it stands
	Tone  string `json:"tone"`
}

// LendingView is the folder that this window lends in the room.
type LendingView struct {
	On        bool     `json:"on"`
	Folder    string   `json:"folder"`
	Addresses []string `json:"addresses"` // as others type them
}

// LentRow is a folder that somebody lends around here.
type LentRow struct {
	Address string `json:"address"`
	Who     string `json:"who"`
	Office  string `json:"office"`
}

// ReviewView is what an object that was set aside says.
type ReviewView struct {
	Key     string        `json:"key"`
	Note    string        `json:"note"` // why there is nothing, or not everything, to show
	All     int           `json:"all"`
	Changes []ProposalRow `json:"changes"`
}

// ProposalRow is one change of it.
type ProposalRow struct {
	Which int    `json:"which"`
	Kind  string `json:"kind"`  // "Member"
	Title string `json:"title"` // the record's name
	Field string `json:"field"`
	Now   string `json:"now"`
	To    string `json:"to"`
	Known bool   `json:"known"` // was taken in before
	Same  bool   `json:"same"`  // changes nothing here
}

// UnsentRow is a change that was made here before a long silence and never sent.
type UnsentRow struct {
	Which int    `json:"which"`
	Kind  string `json:"kind"`
	Title string `json:"title"` // the record's name
	Field string `json:"field"`
	Now   string `json:"now"`
	To    string `json:"to"`
	When  string `json:"when"`
	Same  bool   `json:"same"` // the record says so by now
}

// InvitationRow is one open or past invitation.
type InvitationRow struct {
	ID          string `json:"id"`
	Coordinator string `json:"coordinator"`
	Office      string `json:"office"`
	Role        string `json:"role"`
	State       string `json:"state"` // open, used, expired
	Expires     string `json:"expires"`
	Approve     bool   `json:"approve"` // an administrator says yes first
}

// RemoteView is where the bucket is; credentials never leave Go.
type RemoteView struct {
	Kind           string `json:"kind"` // none, folder, s3, lan
	URL            string `json:"url"`
	Folder         string `json:"folder"`
	Endpoint       string `json:"endpoint"`
	Bucket         string `json:"bucket"`
	Prefix         string `json:"prefix"`
	Region         string `json:"region"`
	Insecure       bool   `json:"insecure"`
	HasCredentials bool   `json:"hasCredentials"`
}

// RemoteFields is what the form writes.
type RemoteFields struct {
	Kind     string `json:"kind"` // none, folder, s3, lan
	Folder   string `json:"folder"`
	Endpoint string `json:"endpoint"`
	Bucket   string `json:"bucket"`
	Prefix   string `json:"prefix"`
	Region   string `json:"region"`
	Insecure bool   `json:"insecure"`
	Access   string `json:"access"` // empty keeps the stored one
	Secret   string `json:"secret"`
}

// RemoteTest says how a try went, in a sentence.
type RemoteTest struct {
	OK   bool   `json:"ok"`
	Code string `json:"code"`
	Text string `json:"text"`
}

// QuarantinedRow is a refused object.
type QuarantinedRow struct {
	Key      string `json:"key"`
	Reason   string `json:"reason"` // a sentence
	When     string `json:"when"`
	Who      string `json:"who"`      // whose laptop wrote it, when that is known
	Readable bool   `json:"readable"` // it may hold changes to look at
}

// RoundLine is one round of sync.
type RoundLine struct {
	When    string   `json:"when"`
	Text    string   `json:"text"` // "Sent 12 changes, received 3 from Montréal"
	Tone    string   `json:"tone"`
	Details []string `json:"details"` // what else there is to know, a sentence each
}

// NewNetwork is what the first run asks for.
type NewNetwork struct {
	Name        string `json:"name"`
	Office      string `json:"office"`
	Coordinator string `json:"coordinator"`
	Passphrase  string `json:"passphrase"` // empty: the system keychain
}

// NewInvitation is what the invitation form asks for.
type NewInvitation struct {
	Office      string `json:"office"`
	Coordinator string `json:"coordinator"`
	Role        string `json:"role"`
	Days        int    `json:"days"`
	Approve     bool   `json:"approve"` // let the laptop in only after somebody compared fingerprints
	Words       bool   `json:"words"`   // keep the secret out of the file, show it as words
}

// Invitation is the file to hand over.
type Invitation struct {
	File  string `json:"file"`  // its text
	Name  string `json:"name"`  // suggested file name
	Words string `json:"words"` // empty when the secret is in the file
}
