package command

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/badge"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

type attendanceCmd struct {
	In     attendanceIn     `cmd:"" help:"attendance_in"`
	Out    attendanceOut    `cmd:"" help:"attendance_out"`
	WalkIn attendanceWalkIn `cmd:"" help:"attendance_walk_in"`
	Paper  attendancePaper  `cmd:"" help:"attendance_paper"`
	Undo   attendanceUndo   `cmd:"" help:"attendance_undo"`
	List   attendanceList   `cmd:"" help:"attendance_list"`
	Scans  attendanceScans  `cmd:"" help:"attendance_scans"`

	Notes   attendanceNotes   `cmd:"" help:"attendance_notes"`
	Settle  attendanceSettle  `cmd:"" help:"attendance_settle"`
	Close   attendanceClose   `cmd:"" help:"attendance_close"`
	Clock   attendanceClock   `cmd:"" help:"attendance_clock"`
	Inside  attendanceInside  `cmd:"" help:"attendance_inside"`
	Summary attendanceSummary `cmd:"" help:"attendance_summary"`
	Names   attendanceNames   `cmd:"" help:"attendance_names"`
	Forget  attendanceForget  `cmd:"" help:"attendance_forget"`
}

// passArgs are what arrivals and departures share.
type passArgs struct {
	Meeting string `arg:"" help:"meeting_id"`
	Member  string `arg:"" help:"attendance_member"`
	At      string `placeholder:"T" help:"attendance_at"`
	Zone    string `help:"attendance_zone"`
	Station string `placeholder:"S" help:"attendance_station"`
	Nonce   string `placeholder:"N" help:"attendance_nonce"`
}

type attendanceIn struct{ passArgs }
type attendanceOut struct{ passArgs }

func (c *attendanceIn) Run(r *run) error  { return c.pass(r, attendance.In) }
func (c *attendanceOut) Run(r *run) error { return c.pass(r, attendance.Out) }

// scanDoc is one fact.
type scanDoc struct {
	Scan    string `json:"scan"`
	Meeting string `json:"meeting"`
	Member  string `json:"member"`
	Name    string `json:"name"`
	Kind    string `json:"kind"` // in, out, undo
	At      string `json:"at"`
	Station string `json:"station"`
	Nonce   string `json:"nonce"`
	Device  string `json:"device"` // the laptop that noted it
	Undone  bool   `json:"undone"`
	Undoes  string `json:"undoes"` // with undo: the scan taken back
}

// notedDoc answers a scan.
type notedDoc struct {
	scanDoc
	Again   bool `json:"again"`   // it was noted before; nothing was written
	Known   bool `json:"known"`   // a walk-in who is a member already
	Present bool `json:"present"` // inside after this scan

	Looks []doorLookDoc `json:"looks"` // why somebody who is let in should be looked at
}

func (c *passArgs) pass(r *run, kind string) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	at, err := momentOf(c.At, c.Zone, m)
	if err != nil {
		return err
	}
	member, err := whoPasses(carnet, m, c.Member)
	if err != nil {
		return err
	}
	noted, err := carnet.Door.Scan(door.Pass{Meeting: m.ID, Member: member, Kind: kind, At: at, Station: c.Station, Nonce: c.Nonce})
	if err != nil {
		return err
	}
	return r.answerNoted(carnet, "cli.attendance."+kind, m, noted, false)
}

// whoPasses finds a member by a badge's code, an id, the start of one, or an address.
func whoPasses(carnet *app.Carnet, m store.Meeting, ref string) (string, error) {
	if badge.Is(ref) {
		return carnet.Door.ReadCode(m, ref)
	}
	member, err := carnet.People.Find(ref)
	return member.ID, err
}

func (r *run) answerNoted(carnet *app.Carnet, sentence string, m store.Meeting, n door.Noted, known bool) error {
	about, err := carnet.Network.About()
	if err != nil {
		return err
	}
	doc := notedDoc{scanDoc: r.scanOf(carnet, n.Scan, m), Again: n.Again, Known: known, Present: n.After.Present, Looks: []doorLookDoc{}}
	if n.Scan.Fact.Kind == attendance.In {
		if doc.Looks, err = r.looksAt(carnet, m, n.Scan.Fact.Member); err != nil {
			return err
		}
	}
	doc.Device = about.Device
	if n.Again {
		sentence = "cli.attendance.again"
	}
	return r.answer(doc, func() string {
		lines := []string{r.words.Say(sentence, map[string]string{"name": doc.Name, "meeting": r.meetingTitle(m), "at": clockAt(n.Scan.Fact.At, m)})}
		for _, look := range doc.Looks {
			lines = append(lines, r.words.Say("cli.attendance.look", map[string]string{"why": look.Text, "advice": look.Advice}))
		}
		return strings.Join(lines, "\n")
	})
}

func (r *run) scanOf(carnet *app.Carnet, s store.Scan, m store.Meeting) scanDoc {
	f := s.Fact
	return scanDoc{
		Scan: s.ID, Meeting: f.Meeting, Member: f.Member, Name: memberName(carnet, f.Member), Kind: f.Kind,
		At: rfcTime(onClock(time.UnixMilli(f.At), m)), Station: f.Station, Nonce: f.Nonce, Undoes: f.Undoes,
	}
}

func memberName(carnet *app.Carnet, id string) string {
	m, err := store.Get[store.Member](carnet.Store, id)
	if err != nil {
		return id
	}
	return strings.TrimSpace(m.Given + " " + m.Family)
}

// momentOf reads an instant, or a local time on the clock of zone or else of the meeting; empty means now.
func momentOf(text, zone string, m store.Meeting) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	if zone == "" {
		zone = m.Zone
	}
	zone, err := zones.Find(zone)
	if err != nil {
		return time.Time{}, err
	}
	at, _, err := zones.Instant(text, zone)
	return at, err
}

// onClock shows a moment on the meeting's clock.
func onClock(t time.Time, m store.Meeting) time.Time {
	loc, err := zones.Load(m.Zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc)
}

func clockAt(millis int64, m store.Meeting) string {
	return onClock(time.UnixMilli(millis), m).Format("15:04")
}

type attendanceWalkIn struct {
	Meeting   string `arg:"" help:"meeting_id"`
	Given     string `help:"attendance_given"`
	Family    string `help:"attendance_family"`
	Community string `help:"attendance_community"`
	Role      string `help:"attendance_role"`
	Email     string `help:"attendance_email"`
	At        string `placeholder:"T" help:"attendance_at"`
	Zone      string `help:"attendance_zone"`
	Station   string `placeholder:"S" help:"attendance_station"`
	Nonce     string `placeholder:"N" help:"attendance_nonce"`
}

func (c *attendanceWalkIn) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	at, err := momentOf(c.At, c.Zone, m)
	if err != nil {
		return err
	}
	noted, known, err := carnet.Door.WalkIn(door.WalkIn{
		Meeting: m.ID, Given: c.Given, Family: c.Family, Community: c.Community, Role: c.Role, Email: c.Email,
		At: at, Station: c.Station, Nonce: c.Nonce,
	})
	if err != nil {
		return err
	}
	sentence := "cli.attendance.walk_in"
	if known {
		sentence = "cli.attendance.in"
	}
	return r.answerNoted(carnet, sentence, m, noted, known)
}

type attendanceUndo struct {
	Scan string `arg:"" help:"attendance_scan"`
}

func (c *attendanceUndo) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	id, err := carnet.Store.Resolve(store.KindScan, c.Scan)
	if err != nil {
		return err
	}
	noted, err := carnet.Door.Undo(id)
	if err != nil {
		return err
	}
	m, err := carnet.Meetings.Get(noted.Scan.Fact.Meeting)
	if err != nil {
		return err
	}
	return r.answerNoted(carnet, "cli.attendance.undo", m, noted, false)
}

type attendanceList struct {
	Meeting string `arg:"" help:"meeting_id"`
}

// presenceDoc is one person's attendance.
type presenceDoc struct {
	Member   string    `json:"member"`
	Name     string    `json:"name"`
	FirstIn  string    `json:"first_in"`
	LastOut  string    `json:"last_out"`
	Minutes  int       `json:"minutes"`
	Present  bool      `json:"present"`
	WalkIn   bool      `json:"walk_in"`
	Sources  []string  `json:"sources"`
	Notes    []noteDoc `json:"notes"`
	inClock  string
	outClock string
}

// noteDoc is something to look at.
type noteDoc struct {
	Code string `json:"code"` // left_before_arriving, left_twice, two_doors, no_departure, undone
	Text string `json:"text"`
	At   string `json:"at"`
}

// attendanceDoc is a list with one more count.
type attendanceDoc struct {
	list[presenceDoc]
	Present     int          `json:"present"`
	NotEligible []verdictDoc `json:"not_eligible"` // who was there though the meeting's rule did not mean them
}

func (c *attendanceList) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	a, err := carnet.Door.Attendance(m.ID)
	if err != nil {
		return err
	}
	doc := attendanceDoc{list: list[presenceDoc]{Items: []presenceDoc{}, Total: len(a.People)}, Present: a.Present, NotEligible: []verdictDoc{}}
	for _, p := range a.People {
		doc.Items = append(doc.Items, r.presenceOf(carnet, p, m))
	}
	slices.SortStableFunc(doc.Items, func(a, b presenceDoc) int { return cmp.Compare(a.Name, b.Name) })
	if err := r.notMeant(&doc, m); err != nil {
		return err
	}
	return r.answer(doc, func() string { return r.attendanceTable(doc) })
}

// notMeant names those who were there and are not eligible.
func (r *run) notMeant(doc *attendanceDoc, m store.Meeting) error {
	present, names := []string{}, map[string]string{}
	for _, p := range doc.Items {
		present = append(present, p.Member)
		names[p.Member] = p.Name
	}
	not, err := r.carnet.Requests.PresentNotEligible(m, present)
	for _, one := range not {
		d := verdictDoc{Member: one.Member, Name: names[one.Member]}
		d.Verdict, d.Reason, d.Code = r.verdictOf(one.Verdict)
		doc.NotEligible = append(doc.NotEligible, d)
	}
	return err
}

func (r *run) presenceOf(carnet *app.Carnet, p attendance.Presence, m store.Meeting) presenceDoc {
	doc := presenceDoc{
		Member: p.Member, Name: p.Member, Minutes: p.Minutes, Present: p.Present, Sources: p.Sources, Notes: []noteDoc{},
	}
	if member, err := store.Get[store.Member](carnet.Store, p.Member); err == nil {
		doc.Name, doc.WalkIn = strings.TrimSpace(member.Given+" "+member.Family), member.WalkIn == m.ID
	}
	if !p.FirstIn.IsZero() {
		doc.FirstIn, doc.inClock = rfcTime(onClock(p.FirstIn, m)), onClock(p.FirstIn, m).Format("15:04")
	}
	if !p.LastOut.IsZero() {
		doc.LastOut, doc.outClock = rfcTime(onClock(p.LastOut, m)), onClock(p.LastOut, m).Format("15:04")
	}
	for _, n := range p.Notes {
		doc.Notes = append(doc.Notes, noteDoc{n.Code, handout.NoteText(r.words, m, door.LookAt{Note: n}, nil), rfcTime(onClock(n.At, m))})
	}
	return doc
}

func (r *run) attendanceTable(doc attendanceDoc) string {
	lines := []string{}
	for _, p := range doc.Items {
		line := fmt.Sprintf("%-32s %5s – %-5s %5d min", p.Name, p.inClock, p.outClock, p.Minutes)
		for _, n := range p.Notes {
			line += "  " + n.Text
		}
		lines = append(lines, line)
	}
	for _, d := range doc.NotEligible {
		lines = append(lines, r.words.Say("cli.attendance.not_eligible", map[string]string{"name": d.Name, "reason": d.Reason}))
	}
	lines = append(lines, r.words.Say("cli.attendance.counts", map[string]string{"present": strconv.Itoa(doc.Present), "n": strconv.Itoa(doc.Total)}))
	return strings.Join(lines, "\n")
}

type attendanceScans struct {
	Meeting string `arg:"" help:"meeting_id"`
}

func (c *attendanceScans) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	a, err := carnet.Door.Attendance(m.ID)
	if err != nil {
		return err
	}
	items := []scanDoc{}
	for scan, err := range carnet.Store.ScansOf(m.ID) {
		if err != nil {
			return err
		}
		doc := r.scanOf(carnet, scan, m)
		doc.Undone = a.Undone[scan.ID]
		if doc.Device, err = carnet.Door.NotedBy(scan.ID); err != nil {
			return err
		}
		items = append(items, doc)
	}
	return answerList(r, items, len(items), func(s scanDoc) string {
		at, _ := time.Parse(time.RFC3339, s.At)
		mark := ""
		if s.Undone {
			mark = " (" + r.words.Say("cli.attendance.undone", nil) + ")"
		}
		return fmt.Sprintf("%s  %s  %-4s %-8s %s%s", s.Scan, at.Format("15:04:05"), s.Kind, handout.Station(r.words, s.Station), s.Name, mark)
	})
}
