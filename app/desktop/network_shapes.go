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
	Quarantined []QuarantinedRow `json:"quarantined"`
	Rounds      []RoundLine      `json:"rounds"` // newest first, in plain language
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
}

// InvitationRow is one open or past invitation.
type InvitationRow struct {
	ID          string `json:"id"`
	Coordinator string `json:"coordinator"`
	Office      string `json:"office"`
	Role        string `json:"role"`
	State       string `json:"state"` // open, used, expired
	Expires     string `json:"expires"`
}

// RemoteView is where the bucket is; credentials never leave Go.
type RemoteView struct {
	Kind           string `json:"kind"` // none, folder, s3
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
	Kind     string `json:"kind"` // none, folder, s3
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
	Key    string `json:"key"`
	Reason string `json:"reason"` // a sentence
	When   string `json:"when"`
}

// RoundLine is one round of sync.
type RoundLine struct {
	When string `json:"when"`
	Text string `json:"text"` // "Sent 12 changes, received 3 from Montréal"
	Tone string `json:"tone"`
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
	Words       bool   `json:"words"` // keep the secret out of the file, show it as words
}

// Invitation is the file to hand over.
type Invitation struct {
	File  string `json:"file"`  // its text
	Name  string `json:"name"`  // suggested file name
	Words string `json:"words"` // empty when the secret is in the file
}
