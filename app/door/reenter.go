package door

import (
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// PaperRow is what stands in one row of a sheet: a code or, for who was not on it, name and community, and when they came and went.
type PaperRow struct {
	Code            string
	Name, Community string // of a walk-in
	In, Out         string // "09:02" on the meeting's clock; empty when nothing is ticked
}

const longestRow = 400 // bytes

// ParseRow reads a row as it is typed: "K7M2P 902", "k7m2p 9h02 16:30", "K7M2P - 1630" for a departure alone, and
// "+ Marie Tremblay, Lyon, 9:02" for a walk-in. Faults row_unreadable, row_time.
func ParseRow(text string) (r PaperRow, err error) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > longestRow {
		return r, fault.New("row_unreadable", "row", clip(text))
	}
	rest := ""
	if walkIn, is := strings.CutPrefix(text, "+"); is {
		parts := strings.Split(walkIn, ",")
		if len(parts) < 2 || len(parts) > 3 || strings.TrimSpace(parts[0]) == "" {
			return r, fault.New("row_unreadable", "row", clip(text))
		}
		r.Name, rest = strings.Join(strings.Fields(parts[0]), " "), parts[len(parts)-1]
		if len(parts) == 3 {
			r.Community = strings.TrimSpace(parts[1])
		}
	} else {
		r.Code, rest, _ = strings.Cut(strings.ReplaceAll(text, "\t", " "), " ")
		if r.Code = strings.ToUpper(r.Code); !isRowCode(r.Code) {
			return r, fault.New("row_unknown", "code", clip(r.Code))
		}
	}
	return r.timed(strings.Fields(rest), text)
}

func (r PaperRow) timed(times []string, text string) (PaperRow, error) {
	if len(times) == 0 || len(times) > 2 {
		return r, fault.New("row_time", "row", clip(text))
	}
	for i, into := range []*string{&r.In, &r.Out}[:len(times)] {
		if times[i] == "-" {
			continue
		}
		clock, ok := clockOf(times[i])
		if !ok {
			return r, fault.New("row_time", "row", clip(text))
		}
		*into = clock
	}
	if r.In == "" && r.Out == "" {
		return r, fault.New("row_time", "row", clip(text))
	}
	return r, nil
}

func clip(text string) string {
	if letters := []rune(text); len(letters) > 60 {
		return string(letters[:60]) + "…"
	}
	return text
}

// clockOf reads 902, 0902, 9:02, 09:02, 9h02, 9 as an hour, 16h.
func clockOf(text string) (string, bool) {
	hour, minute, parted := strings.Cut(strings.NewReplacer("h", ":", "H", ":", ".", ":").Replace(text), ":")
	if !parted && len(hour) > 2 {
		hour, minute = hour[:len(hour)-2], hour[len(hour)-2:]
	} else if minute == "" {
		minute = "00"
	}
	h, errH := strconv.ParseUint(hour, 10, 8)
	m, errM := strconv.ParseUint(minute, 10, 8)
	if errH != nil || errM != nil || h > 23 || m > 59 || len(minute) != 2 || len(hour) > 2 {
		return "", false
	}
	return pad(h) + ":" + pad(m), true
}

func pad(n uint64) string {
	text := strconv.FormatUint(n, 10)
	return strings.Repeat("0", 2-len(text)) + text
}

// Sheet says from which door's paper rows are typed, and of which day.
type Sheet struct {
	Meeting string // whole id
	Station string
	Day     string // YYYY-MM-DD on the meeting's clock; empty means its first
}

// Entered answers one row.
type Entered struct {
	Text   string
	Row    PaperRow
	Member string // empty when the row was refused
	Scans  []Noted
	WalkIn bool  // written down now
	Err    error // why it was refused; nothing of it was noted
}

// Reenter notes what stands on paper, row by row: scans at the paper of a door, with the time that was written. A row that was typed
// before is the same again. What is wrong with one row stops no other. Faults: unknown_id, bad_time, role_forbids.
func (d *Door) Reenter(s Sheet, rows []string) (list []Entered, err error) {
	if err := d.May(store.KindScan); err != nil {
		return nil, err
	}
	m, err := d.Meetings.Get(s.Meeting)
	if err != nil {
		return nil, err
	}
	if s.Day == "" {
		s.Day = m.Start[:min(len(m.Start), len(time.DateOnly))]
	}
	if _, err := time.Parse(time.DateOnly, s.Day); err != nil {
		return nil, fault.New("bad_time", "value", s.Day)
	}
	book, err := d.rowBook(m)
	if err != nil {
		return nil, err
	}
	for _, text := range rows {
		if strings.TrimSpace(text) != "" {
			list = append(list, d.reenter(m, s, book, text))
		}
	}
	return list, nil
}

func (d *Door) reenter(m store.Meeting, s Sheet, book *rowBook, text string) (e Entered) {
	e.Text = clip(strings.TrimSpace(text))
	if e.Row, e.Err = ParseRow(text); e.Err != nil {
		return e
	}
	passes, err := e.Row.passes(m, s)
	if err == nil && e.Row.Code != "" {
		e.Member, err = book.find(e.Row.Code)
	}
	if err != nil {
		e.Err = err
		return e
	}
	for _, pass := range passes {
		noted, err := d.enter(&e, pass)
		if err != nil {
			e.Err = err
			return e
		}
		e.Scans = append(e.Scans, noted)
	}
	return e
}

// enter notes one of a row's times. The first of a walk-in writes the person down.
func (d *Door) enter(e *Entered, pass Pass) (Noted, error) {
	if e.Member != "" {
		pass.Member = e.Member
		return d.anew(pass)
	}
	given, family := "", e.Row.Name
	if at := strings.LastIndex(e.Row.Name, " "); at > 0 {
		given, family = e.Row.Name[:at], e.Row.Name[at+1:]
	}
	noted, known, err := d.WalkIn(WalkIn{Meeting: pass.Meeting, Given: given, Family: family, Community: e.Row.Community, At: pass.At, Station: pass.Station,
		Nonce: "paper " + directory.Fold(e.Row.Name+"\x00"+e.Row.Community) + " " + pass.At.UTC().Format(time.RFC3339)})
	e.Member, e.WalkIn = noted.Scan.Fact.Member, !known && !noted.Again
	if err == nil && noted.Again { // perhaps it was taken back
		pass.Member = e.Member
		if tally, err := d.Tally(pass.Meeting); err == nil && tally.undone(noted.Scan.ID) {
			return d.anew(pass)
		}
	}
	return noted, err
}

// anew notes a pass of a row again after it was taken back: by a nonce of its own, as nothing that was taken back comes back.
func (d *Door) anew(pass Pass) (noted Noted, err error) {
	tally, err := d.Tally(pass.Meeting)
	if err != nil {
		return noted, err
	}
	first := pass.Nonce
	for try := 2; ; try++ {
		if noted, err = d.Scan(pass); err != nil || !noted.Again || !tally.undone(noted.Scan.ID) {
			return noted, err
		}
		pass.Nonce = first + " " + strconv.Itoa(try)
	}
}

// passes are the scans of a row, without their member. A walk-in who only left has no row.
func (r PaperRow) passes(m store.Meeting, s Sheet) (passes []Pass, err error) {
	if r.Code == "" && r.In == "" {
		return nil, fault.New("row_time", "row", r.Name)
	}
	plan := meetings.Plan(m)
	for _, one := range []struct{ kind, clock string }{{attendance.In, r.In}, {attendance.Out, r.Out}} {
		if one.clock == "" {
			continue
		}
		at, _, err := zones.Instant(s.Day+"T"+one.clock, plan.Zone)
		if err != nil {
			return nil, err
		}
		if one.kind == attendance.Out && r.In != "" && at.Before(passes[0].At) {
			return nil, fault.New("row_backwards", "in", r.In, "out", r.Out)
		}
		station := attendance.Paper + strings.TrimSpace(s.Station)
		passes = append(passes, Pass{Meeting: m.ID, Kind: one.kind, At: at, Station: station,
			Nonce: strings.Join([]string{"paper", strings.TrimSpace(s.Station), at.UTC().Format(time.RFC3339)}, " ")})
	}
	return passes, nil
}
