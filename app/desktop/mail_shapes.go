package desktop

// Mail is writing to members: the outbox, what comes back, accounts and wordings.
type Mail struct{ d *Desktop }

// MailView is the Mail place as a whole.
type MailView struct {
	Sending    SendingView  `json:"sending"`
	Account    MailAccount  `json:"account"`
	Mailbox    MailboxView  `json:"mailbox"`
	Mailings   []MailingRow `json:"mailings"`   // the newest first
	Held       int          `json:"held"`       // messages that wait for a person
	Failed     int          `json:"failed"`     // of the last 30 days
	Open       int          `json:"open"`       // incoming mails that wait for a person
	Stranded   []QueueRow   `json:"stranded"`   // what other laptops have queued
	CanWrite   bool         `json:"canWrite"`   // this laptop's role lets it write mail
	CanWording bool         `json:"canWording"` // and change the wordings
	CanTake    bool         `json:"canTake"`    // and take over another laptop's queue
}

// SendingView says what the sender does.
type SendingView struct {
	State string `json:"state"` // none (no account), paused, sending, waiting, trouble, idle
	Text  string `json:"text"`
	Left  int    `json:"left"` // messages that are to go out from here
	Pace  int    `json:"pace"` // a minute; 0 means as fast as may be
}

// MailingRow is one mailing with what became of its messages.
type MailingRow struct {
	ID      string `json:"id"`
	Sort    string `json:"sort"`
	Title   string `json:"title"` // subject in the reader's language
	Of      string `json:"of"`    // the meeting, series or chapter
	When    string `json:"when"`
	Who     string `json:"who"` // the laptop that sends it
	Mine    bool   `json:"mine"`
	All     int    `json:"all"`
	Queued  int    `json:"queued"`
	Sent    int    `json:"sent"`
	Held    int    `json:"held"`
	Failed  int    `json:"failed"`
	Stopped int    `json:"stopped"`
}

// QueueRow is what another laptop has queued.
type QueueRow struct {
	Device  string `json:"device"`
	Who     string `json:"who"`
	Waiting int    `json:"waiting"`
}

// MessageQuery picks messages of the outbox.
type MessageQuery struct {
	Mailing string `json:"mailing"`
	Member  string `json:"member"`
	State   string `json:"state"` // empty for all
	Limit   int    `json:"limit"`
}

// MessagePage is the beginning of what a query picks.
type MessagePage struct {
	Rows  []MessageRow `json:"rows"`
	Total int          `json:"total"`
}

// MessageRow is one message and its fate in words.
type MessageRow struct {
	ID        string `json:"id"`
	Mailing   string `json:"mailing"`
	Member    string `json:"member"`
	Name      string `json:"name"`
	To        string `json:"to"`
	Subject   string `json:"subject"`
	Sort      string `json:"sort"`
	State     string `json:"state"`
	StateText string `json:"stateText"`
	Words     string `json:"words"` // the server's words, or why it is held or stopped
	Attempts  int    `json:"attempts"`
	Next      string `json:"next"` // when it is tried again
	When      string `json:"when"` // of what happened last
	Who       string `json:"who"`  // the laptop that sends it
	Mine      bool   `json:"mine"`
}

// Letter is a mail as its reader sees it.
type Letter struct {
	To       string `json:"to"`
	Name     string `json:"name"`
	Language string `json:"language"`
	Subject  string `json:"subject"`
	Text     string `json:"text"`
	HTML     string `json:"html"`     // the same as programs show it that can
	Calendar bool   `json:"calendar"` // an entry for the calendar goes with it
}

// MailAccount is the account without its password.
type MailAccount struct {
	Set         bool   `json:"set"`
	Host        string `json:"host"`
	Port        int    `json:"port"`
	Security    string `json:"security"`
	Method      string `json:"method"`
	User        string `json:"user"`
	From        string `json:"from"`
	Name        string `json:"name"`
	Postal      string `json:"postal"`
	Reply       string `json:"reply"`
	Pace        int    `json:"pace"`
	CA          string `json:"ca"`
	Cert        string `json:"cert"`   // by which this laptop proves who it is
	HasKey      bool   `json:"hasKey"` // the key of that certificate is kept
	HasPassword bool   `json:"hasPassword"`
}

// MailAccountFields is what a person sets; an empty password keeps the one that is there.
type MailAccountFields struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Security string `json:"security"`
	Method   string `json:"method"`
	User     string `json:"user"`
	Password string `json:"password"`
	From     string `json:"from"`
	Name     string `json:"name"`
	Postal   string `json:"postal"`
	Reply    string `json:"reply"`
	Pace     int    `json:"pace"`
	CA       string `json:"ca"`
	Cert     string `json:"cert"`
	Key      string `json:"key"` // empty keeps the one of the same certificate
}

// MailTest says how a try went.
type MailTest struct {
	OK   bool   `json:"ok"`
	Text string `json:"text"`
}

// MailboxView is the mailbox that answers come to, without its password.
type MailboxView struct {
	Set         bool   `json:"set"`
	Host        string `json:"host"`
	Port        int    `json:"port"`
	Security    string `json:"security"`
	Method      string `json:"method"`
	CA          string `json:"ca"`
	User        string `json:"user"`
	Folder      string `json:"folder"`
	HasPassword bool   `json:"hasPassword"`
	Read        string `json:"read"`    // when it was read last, in words
	Trouble     string `json:"trouble"` // why not, when the last time failed
}

// MailboxFields is what a person sets; an empty password keeps the one that is there.
type MailboxFields struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Security string `json:"security"`
	Method   string `json:"method"` // login, or xoauth2
	User     string `json:"user"`
	Password string `json:"password"`
	CA       string `json:"ca"` // PEM
	Folder   string `json:"folder"`
}

// ReadReport tells what a reading brought.
type ReadReport struct {
	Read    int    `json:"read"`
	Waiting int    `json:"waiting"`
	Text    string `json:"text"`
}

// IncomingRow is one mail that came.
type IncomingRow struct {
	ID       string   `json:"id"`
	Sort     string   `json:"sort"`
	Open     bool     `json:"open"`
	When     string   `json:"when"`
	From     string   `json:"from"`
	Subject  string   `json:"subject"`
	Text     string   `json:"text"`
	Member   string   `json:"member"`
	Name     string   `json:"name"`
	Explains []string `json:"explains"` // what was done, or what to do, a sentence each
}

// WordingRow is what one sort of mail says in one language.
type WordingRow struct {
	Sort     string `json:"sort"`
	Language string `json:"language"`
	Subject  string `json:"subject"`
	Text     string `json:"text"`
	Own      bool   `json:"own"`
}

// WordingsView is all wordings and what may be filled in.
type WordingsView struct {
	Rows         []WordingRow `json:"rows"`
	Placeholders []string     `json:"placeholders"`
	CanEdit      bool         `json:"canEdit"`
}

// MailOrder is what a person asks to have written.
type MailOrder struct {
	Sort      string   `json:"sort"`
	For       string   `json:"for"`
	ToWhom    string   `json:"toWhom"`  // registered, eligible, invited; empty means as the sort is
	Members   []string `json:"members"` // instead
	SubjectEN string   `json:"subjectEn"`
	SubjectFR string   `json:"subjectFr"`
	TextEN    string   `json:"textEn"`
	TextFR    string   `json:"textFr"`
	LeaveOut  bool     `json:"leaveOut"` // those who are not eligible on the date
}

// MailPlan says in numbers what an order would send.
type MailPlan struct {
	Title    string      `json:"title"`
	Sends    int         `json:"sends"`
	English  int         `json:"english"`
	French   int         `json:"french"`
	Judged   bool        `json:"judged"` // there is a meeting whose rule judges
	Eligible int         `json:"eligible"`
	Not      int         `json:"not"`     // not eligible on the date
	Unknown  int         `json:"unknown"` // what must be known of them is of another office
	Date     string      `json:"date"`
	Skipped  []SkipRow   `json:"skipped"`
	Members  []Named     `json:"members"` // some who get it, to look at
	Names    []SkipNamed `json:"names"`   // some who do not, and why
}

// SkipRow counts those who get nothing for one reason.
type SkipRow struct {
	Why  string `json:"why"`
	Text string `json:"text"`
	N    int    `json:"n"`
}

// SkipNamed is one who gets nothing.
type SkipNamed struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Why  string `json:"why"`
}

// MailSubject is something that one may write about.
type MailSubject struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"` // meeting, series, chapter
	Name  string `json:"name"`
	When  string `json:"when"`
	Gone  bool   `json:"gone"`  // cancelled
	Wrote bool   `json:"wrote"` // invitations went out for it, or for its series

	Confirm int `json:"confirm"` // members with a place who were not told so yet
	Decline int `json:"decline"` // and whose request was declined
	Missing int `json:"missing"` // who are registered for it, or for its series, and were not invited yet

	Left []SkipRow `json:"left"` // who lack an invitation too, and cannot be written to
}

// MailDue is what there is to write about that nobody has written yet.
type MailDue struct {
	Answers []AnswersDue `json:"answers"`
	Missing []MissingDue `json:"missing"` // in the order of dates
	Missed  int          `json:"missed"`  // messages that would invite them all
	Left    []SkipRow    `json:"left"`    // people who lack one and cannot be written to, each once
	Names   []SkipNamed  `json:"names"`   // some of them, and why
	Moved   []MovedDue   `json:"moved"`
	From    string       `json:"from"` // editions of the zone data between which they moved
	To      string       `json:"to"`
}

// AnswersDue counts the members whose request was decided and who were not told so yet.
type AnswersDue struct {
	For     string `json:"for"` // a meeting, a series or a chapter
	Name    string `json:"name"`
	When    string `json:"when"`
	Confirm int    `json:"confirm"`
	Decline int    `json:"decline"`
}

// MissingDue counts the members who are registered for something that is coming, and were not invited to it yet.
type MissingDue struct {
	For    string `json:"for"` // a meeting or a series
	Name   string `json:"name"`
	When   string `json:"when"`
	People int    `json:"people"`
	Left   int    `json:"left"` // who lack one too, and cannot be written to
}

// MovedDue is a coming meeting, or a series of them, that newer zone data moved on some members' clocks.
type MovedDue struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	When    string   `json:"when"`
	More    int      `json:"more"`    // meetings of the series besides the next
	Clocks  []string `json:"clocks"`  // what moved, a line for each zone
	Invited int      `json:"invited"` // members who were invited by mail
	Untold  int      `json:"untold"`  // those of them who have not heard
}
