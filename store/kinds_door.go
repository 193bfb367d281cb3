package store

// Settled says that a person looked at a note on an attendance, and what they made of it. The facts stay as they are. Its id follows from
// meeting, member, code and subject.
type Settled struct {
	ID      string
	Meeting string `carnet:"meeting,link"` // id of a Meeting
	Member  string `carnet:"member,link"`  // id of a Member; empty for a note on a door
	Code    string `carnet:"code"`         // of the note
	Subject string `carnet:"subject"`      // id of the scan, or name of the door, that the note is about
	As      string `carnet:"as"`           // seen, right, wrong; empty when it is open again
}

// Clock is how far the clock of one door was ahead at one meeting. The scans keep the time that they were noted with. Its id
// follows from meeting and door.
type Clock struct {
	ID      string
	Meeting string `carnet:"meeting,link"` // id of a Meeting
	Station string `carnet:"station"`
	Ahead   int    `carnet:"ahead"`  // milliseconds; negative for a clock that was behind
	Source  string `carnet:"source"` // measured, entered
}

// Prepared says that one thing was done, or found, before a meeting in person: that a laptop is one of its doors, that badges were printed. What
// else it says depends on what it is. Its id follows from meeting, what and subject, so what is done again is told in the same place.
type Prepared struct {
	ID      string
	Meeting string   `carnet:"meeting,link"` // id of a Meeting
	What    string   `carnet:"what"`         // door, clock, power, badges, sheet, rehearsal
	Subject string   `carnet:"subject"`      // the laptop that it is about, or that did it, by its identifier; of a sheet the door too
	Station string   `carnet:"station"`      // which door a laptop is
	Room    string   `carnet:"room"`         // to which it leads; empty for the meeting itself
	Value   string   `carnet:"value"`        // of a clock: milliseconds ahead; of power: mains, battery
	Count   int      `carnet:"count"`        // people printed, hundredths of a battery, passes of a rehearsal
	At      string   `carnet:"at"`           // RFC 3339 in UTC
	Members []string `carnet:"members,set"`  // whose badges were printed
}

// PreparedID gives the id of what is said of one thing before a meeting.
func PreparedID(meeting, what, subject string) string {
	return DerivedID(KindPrepared, meeting+"\x00"+what+"\x00"+subject)
}

// SettledID gives the id of what is said of one note.
func SettledID(meeting, member, code, subject string) string {
	return DerivedID(KindSettled, meeting+"\x00"+member+"\x00"+code+"\x00"+subject)
}

// ClockID gives the id of the clock of a door at a meeting.
func ClockID(meeting, station string) string {
	return DerivedID(KindClock, meeting+"\x00"+station)
}

func (Settled) RecordKind() Kind { return KindSettled }
func (Clock) RecordKind() Kind   { return KindClock }

func (Prepared) RecordKind() Kind { return KindPrepared }

func (r Settled) RecordID() string { return r.ID }
func (r Clock) RecordID() string   { return r.ID }

func (r Prepared) RecordID() string { return r.ID }
