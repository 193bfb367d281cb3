package store

// Mailing is one act of writing to many: what is said and of which meeting, frozen when it was queued, so that every try sends the
// same bytes. Its messages are one record each.
type Mailing struct {
	ID        string
	Office    string `carnet:"office"`   // id of the Office that sends
	Sort      string `carnet:"sort"`     // confirmation, decline, invitation, update, cancellation, reminder, digest, free
	For       string `carnet:"for,link"` // id of a Meeting, Series or Chapter; empty for a free message
	Laptop    string `carnet:"laptop"`   // device that sends it
	At        string `carnet:"at"`       // RFC 3339 in UTC, when it was queued
	SubjectEN string `carnet:"subject_en,private"`
	SubjectFR string `carnet:"subject_fr,private"`
	TextEN    string `carnet:"text_en,private"` // with placeholders
	TextFR    string `carnet:"text_fr,private"`
	Facts     string `carnet:"facts,private"` // of the meeting as it was, and of the sender, in JSON
}

// Message is one mail to one member. What became of it is told by events, which are added and never taken away, so that
// no merge can make a mail that went out look as if it had not.
type Message struct {
	ID       string
	Office   string   `carnet:"office"` // id of the Office that sends
	Mailing  string   `carnet:"mailing,link"`
	Number   int      `carnet:"number"`              // within its mailing, from 1
	Member   string   `carnet:"member,private,link"` // id of a Member; empty for somebody who is none
	To       string   `carnet:"to,private"`          // address
	Name     string   `carnet:"name,private"`
	Language string   `carnet:"language,private"`
	Facts    string   `carnet:"facts,private"`      // what is this recipient's own, as a reason, in JSON
	Events   []string `carnet:"events,set,private"` // "TIME WHAT DEVICE words": sending, sent, later, failed, held, stopped; at most 240 bytes each
}

// Template is the wording of one sort of message in one language, in place of the one that Carnet brings. Its id follows from both.
type Template struct {
	ID       string
	Sort     string `carnet:"sort"`
	Language string `carnet:"language"`
	Subject  string `carnet:"subject"`
	Text     string `carnet:"text"`
}

// Incoming is a mail that came and needs a person, or that was taken in. Its id follows from its bytes, so that the same mail is one record.
type Incoming struct {
	ID      string
	Office  string `carnet:"office"`
	Sort    string `carnet:"sort"`   // reply, bounce, soft-bounce, unsubscribe, unreadable
	Status  string `carnet:"status"` // open, done
	At      string `carnet:"at"`     // RFC 3339 in UTC, by the mail's own date
	From    string `carnet:"from,private"`
	Subject string `carnet:"subject,private"`
	Text    string `carnet:"text,private"` // the beginning of it
	Member  string `carnet:"member,private,link"`
	Message string `carnet:"message,private"` // id of the Message it answers
	What    string `carnet:"what,private"`    // what was done, or the server's words
}

func (Mailing) RecordKind() Kind  { return KindMailing }
func (Message) RecordKind() Kind  { return KindMessage }
func (Template) RecordKind() Kind { return KindTemplate }
func (Incoming) RecordKind() Kind { return KindIncoming }

func (r Mailing) RecordID() string  { return r.ID }
func (r Message) RecordID() string  { return r.ID }
func (r Template) RecordID() string { return r.ID }
func (r Incoming) RecordID() string { return r.ID }
