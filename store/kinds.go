package store

// Kind is the sort of a record; its text stands in journals and snapshots and never changes.
type Kind string

// The kinds of this version. docs/ARCHITECTURE.md has the recipe for adding one.
const (
	KindNetwork   Kind = "network"
	KindOffice    Kind = "office"
	KindCommunity Kind = "community"
	KindChapter   Kind = "chapter"
	KindMember    Kind = "member"
	KindMeeting   Kind = "meeting"
	KindScan      Kind = "scan"
	KindConsent   Kind = "consent"

	KindSeries       Kind = "series"
	KindRegistration Kind = "registration"
	KindRequest      Kind = "request"
	KindZones        Kind = "zones"

	KindMailing  Kind = "mailing"
	KindMessage  Kind = "message"
	KindTemplate Kind = "template"
	KindIncoming Kind = "incoming"

	KindSettled Kind = "settled"
	KindClock   Kind = "clock"

	KindPrepared Kind = "prepared"
)

// Record is a plain struct whose exported fields carry a `carnet:"name"` tag (register),
// `carnet:"name,set"` (a []string with add-wins merge) or, for a fact that is never edited, one field that holds it all. The word
// private stands with what is for one office alone: the member's, or the one that the record's own field office names. A register
// with the word link is found by its value: Linked. ID is never stored in a field.
type Record interface {
	RecordKind() Kind
	RecordID() string
}

// Network is the group of offices that share one bucket; there is one record of it.
type Network struct {
	ID   string
	Name string `carnet:"name"`
}

// Office is a regional office; it owns members and has its own reading key.
type Office struct {
	ID   string
	Name string `carnet:"name"`
}

// Community is a municipality, county, regional municipality, MRC, First Nation, Inuit or Métis community.
type Community struct {
	ID           string
	Name         string `carnet:"name"`         // English
	NameFR       string `carnet:"name_fr"`      // French
	Kind         string `carnet:"kind"`         // Statistics Canada's census subdivision type, as "T", "IRI"
	Organization string `carnet:"organization"` // full legal name, as "Town of Trepassey"
	Province     string `carnet:"province"`     // two letters, as "QC"; empty outside Canada
	Country      string `carnet:"country"`      // ISO 3166-1 alpha-2
	Zone         string `carnet:"zone"`         // IANA zone; empty means the province's main zone
	External     string `carnet:"external"`     // identifier in the list it came from, as an OCD id
}

// Chapter is a regional chapter, working group, caucus or programme that members belong to.
type Chapter struct {
	ID       string
	Name     string `carnet:"name"`
	NameFR   string `carnet:"name_fr"`
	Kind     string `carnet:"kind"`     // regional, working-group, caucus, programme
	Audience string `carnet:"audience"` // rule of who may attend, as text
	Zone     string `carnet:"zone"`     // IANA zone of its meetings
}

// Member is a person: elected official, municipal staff, Indigenous community staff, or partner.
type Member struct {
	ID         string
	Given      string   `carnet:"given"`
	Family     string   `carnet:"family"`
	Email      string   `carnet:"email,private"`
	Phone      string   `carnet:"phone,private"`
	Role       string   `carnet:"role"` // elected, staff, indigenous-staff, partner
	Title      string   `carnet:"title,private"`
	Community  string   `carnet:"community"`          // id of a Community
	Language   string   `carnet:"language,private"`   // en, fr
	Office     string   `carnet:"office"`             // id of the Office that owns the member
	TermStart  string   `carnet:"term_start,private"` // YYYY-MM-DD, elected officials
	TermEnd    string   `carnet:"term_end,private"`
	Zone       string   `carnet:"zone,private"` // IANA zone; empty means the community's
	Notes      string   `carnet:"notes,private"`
	Chapters   []string `carnet:"chapters,set"`
	MergedInto string   `carnet:"merged_into"`         // id of the member kept when two were one person
	Merged     []string `carnet:"merged,set"`          // ids of the members that were found to be this person
	WalkIn     string   `carnet:"walk_in"`             // id of the meeting at whose door the person was written down
	Aliases    []string `carnet:"aliases,set,private"` // names that platforms show of this person, as "iPhone (Marie)"
	Bounced    string   `carnet:"bounced,private"`     // the address that a server refused for good; says nothing of another one
}

// Meeting is one occurrence. Its anchor is a local time in a zone; all other times are derived, never stored. One of a series
// says what differs from it: empty fields are the series', and Nothing stands where it has none though its series has (see Whole).
type Meeting struct {
	ID       string
	Title    string   `carnet:"title"`
	TitleFR  string   `carnet:"title_fr"`
	Chapter  string   `carnet:"chapter"`
	Start    string   `carnet:"start"` // local time at the anchor zone, YYYY-MM-DDTHH:MM; YYYY-MM-DD for whole days; YYYY-MM or empty means to be set
	Zone     string   `carnet:"zone"`  // IANA zone of Start
	Minutes  int      `carnet:"minutes"`
	Mode     string   `carnet:"mode"` // online, on-site, hybrid
	Place    string   `carnet:"place"`
	URL      string   `carnet:"url"`
	Audience string   `carnet:"audience"`
	Status   string   `carnet:"status"`       // tentative, confirmed, cancelled
	Stations []string `carnet:"stations,set"` // names of the doors

	Series  string `carnet:"series,link"` // id of the Series that it is an occurrence of
	Occurs  string `carnet:"occurs"`      // its start by the series' rule, YYYY-MM-DDTHH:MM in the series' zone, which tells it from the others; its own start when it was added
	Parent  string `carnet:"parent,link"` // id of the Meeting, a forum, of which it is a session
	Room    string `carnet:"room"`
	Places  int    `carnet:"places"`  // how many may come; 0 means as many as wish
	Closing string `carnet:"closing"` // when stretches without a departure end: "end" or empty, "last-scan", or a local time at Zone
	Note    string `carnet:"note"`    // what is known of a date to be set, as "June, details to follow"
	NoteFR  string `carnet:"note_fr"`
}

// Scan is one arrival or departure noted at a door, or the undoing of one: a fact, never edited.
// Its id follows from meeting, member, kind and nonce, so that a retry is the same scan.
type Scan struct {
	ID   string
	Fact ScanFact `carnet:"fact"`
}

// ScanFact is what a scan says.
type ScanFact struct {
	Meeting string `cbor:"0,keyasint"`
	Member  string `cbor:"1,keyasint"`
	Kind    string `cbor:"2,keyasint"` // in, out, undo
	At      int64  `cbor:"3,keyasint"` // milliseconds since 1970 UTC, by the door's clock
	Station string `cbor:"4,keyasint,omitempty"`
	Nonce   string `cbor:"5,keyasint"`
	Undoes  string `cbor:"6,keyasint,omitempty"` // id of the scan that an undo takes back
	Off     int64  `cbor:"7,keyasint,omitempty"` // milliseconds that the door's clock was known to be ahead when it noted this; At stays as that clock said
}

// Consent is why a member may be written to, on one basis and from one source, or that the member asked for an end.
// When it ends follows from basis and date, and is never stored.
type Consent struct {
	ID        string
	Member    string `carnet:"member,link"` // id of a Member
	Basis     string `carnet:"basis"`       // express, implied-membership, implied-attendance; empty for a withdrawal alone
	Source    string `carnet:"source"`      // where it came from, as "form"
	Date      string `carnet:"date"`        // YYYY-MM-DD, the day it was given
	Withdrawn string `carnet:"withdrawn"`   // YYYY-MM-DD, the day it was taken back
}

func (Network) RecordKind() Kind   { return KindNetwork }
func (Office) RecordKind() Kind    { return KindOffice }
func (Community) RecordKind() Kind { return KindCommunity }
func (Chapter) RecordKind() Kind   { return KindChapter }
func (Member) RecordKind() Kind    { return KindMember }
func (Meeting) RecordKind() Kind   { return KindMeeting }
func (Scan) RecordKind() Kind      { return KindScan }
func (Consent) RecordKind() Kind   { return KindConsent }

func (r Network) RecordID() string   { return r.ID }
func (r Office) RecordID() string    { return r.ID }
func (r Community) RecordID() string { return r.ID }
func (r Chapter) RecordID() string   { return r.ID }
func (r Member) RecordID() string    { return r.ID }
func (r Meeting) RecordID() string   { return r.ID }
func (r Scan) RecordID() string      { return r.ID }
func (r Consent) RecordID() string   { return r.ID }
