package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/badge"
	"example.org/carnet/store"
)

// measureBadges prints badges with codes for a thousand members of the large home, whose names are as people's are.
func (b *bench) measureBadges() error {
	s, err := b.openHome("large", "benchlaptop")
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	s.WaitDirectory()
	const many = 1000
	list, _ := s.Directory()
	var people []badge.Person
	start := time.Now()
	for _, id := range memberIDs(s, many) {
		card, _ := list.Member(id)
		code, err := badge.Seal(badge.Key{1}, "mtg_forum", id)
		if err != nil {
			return err
		}
		people = append(people, badge.Person{Given: card.Given, Family: card.Family, Community: card.Community, Role: card.Role, Speaks: "Français", Code: code})
	}
	pdf, err := badge.Sheet{Format: badge.Formats[0], Title: "Forum des villes · Livable Cities Forum", Lang: "fr", Now: time.Now()}.Print(people)
	took := time.Since(start)
	if err != nil {
		return err
	}
	b.table.row(fmt.Sprintf("print %d badges with codes, A4", len(people)), "5 s", fmt.Sprintf("%s, %d kB", short(took), len(pdf)/1000), took <= 5*time.Second && len(people) > 0)
	return nil
}

// measureForum computes the attendance of a forum of 5,000 people who came, went, came back and left, two of each ten without a last departure.
func (b *bench) measureForum() error {
	facts, span := inventedForum(5000)
	self := func(id string) string { return id }
	var times []time.Duration
	for range 10 {
		start := time.Now()
		a := attendance.Compute(facts, span, span.End.Add(time.Hour), self)
		times = append(times, time.Since(start))
		if len(a.People) != 5000 {
			return fmt.Errorf("%d of 5000 people came", len(a.People))
		}
	}
	b.table.row(fmt.Sprintf("attendance of a forum, 5000 people, %d scans", len(facts)), "100 ms",
		fmt.Sprintf("p50 %s, worst %s", short(at(50, times)), short(at(100, times))), at(50, times) <= 100*time.Millisecond)
	return nil
}

func inventedForum(people int) (facts []store.Scan, span attendance.Span) {
	span.Start = time.Date(2026, 12, 9, 14, 0, 0, 0, time.UTC)
	span.End = span.Start.Add(8 * time.Hour)
	add := func(member, kind string, minute, door int) {
		f := store.ScanFact{Meeting: forum, Member: member, Kind: kind, At: span.Start.Add(time.Duration(minute) * time.Minute).UnixMilli(), Station: "ABC"[door%3 : door%3+1]}
		f.Nonce = fmt.Sprint(len(facts))
		facts = append(facts, store.Scan{ID: store.ScanID(f), Fact: f})
	}
	for i := range people {
		id := store.DerivedID(store.KindMember, fmt.Sprint("forum", i))
		add(id, attendance.In, i%40-20, i)
		add(id, attendance.Out, 180+i%30, i+1)
		add(id, attendance.In, 230+i%30, i)
		if i%10 > 1 {
			add(id, attendance.Out, 400+i%90, i+2)
		}
	}
	return facts, span
}

// measureReport takes a report of 10,000 rows in: 5,000 members twice on the call, found by address.
func (b *bench) measureReport() error {
	s, err := b.openHome("large", "benchlaptop")
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	list := s.WaitDirectory()
	d, meeting, err := openDoorNew(s)
	if err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString("Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent\r\n")
	rows := 0
	for _, id := range memberIDs(s, 5000) {
		card, _ := list.Member(id)
		for _, hours := range []string{"09:01:00 AM,12/09/2026 10:00:00 AM,59", "10:05:00 AM,12/09/2026 10:30:00 AM,25"} {
			from, rest, _ := strings.Cut(hours, ",")
			fmt.Fprintf(&text, "\"%s %s\",%s,12/09/2026 %s,%s,No,\r\n", card.Given, card.Family, card.Email, from, rest)
			rows++
		}
	}
	path := b.path("report.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		return err
	}
	start := time.Now()
	r, err := d.Report(meeting, path, door.ReportOptions{})
	took := time.Since(start)
	if err != nil {
		return err
	}
	b.table.row(fmt.Sprintf("import an online report of %d rows", rows), "2 s",
		fmt.Sprintf("%s (%d stretches, %d unmatched)", short(took), r.Added, len(r.Unmatched)), took <= 2*time.Second)
	return nil
}

// openDoorNew makes a meeting of its own, at which nobody was noted yet.
func openDoorNew(s *store.Store) (*door.Door, string, error) {
	m := store.Meeting{ID: store.NewID(store.KindMeeting), Title: "Call", Start: "2026-12-09T09:00", Zone: "America/Toronto", Minutes: 120, Status: "confirmed"}
	_, err := s.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(m)
		return err
	})
	d := door.New(door.Deps{Store: s, Now: time.Now, May: func(store.Kind) error { return nil }, Office: func() string { return officeID }})
	return d, m.ID, err
}
