package command

import (
	"strconv"
	"strings"
)

type attendanceInside struct {
	Meeting string `arg:"" help:"meeting_id"`
	Format  string `placeholder:"a4|letter" help:"sheet_format"`
	Out     string `type:"path" placeholder:"FILE" help:"attendance_inside_out"`
}

// roomDoc is a room and who is in it.
type roomDoc struct {
	Meeting string       `json:"meeting"`
	Room    string       `json:"room"` // empty for the forum itself
	Title   string       `json:"title"`
	Inside  int          `json:"inside"`
	Places  int          `json:"places"` // 0 for as many as wish
	Crowd   string       `json:"crowd"`  // free, near, full, over
	People  []insiderDoc `json:"people"`
}

type insiderDoc struct {
	Member string `json:"member"`
	Name   string `json:"name"`
	Since  string `json:"since"`
}

func (c *attendanceInside) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := carnet.Handout.InsideFile(m.ID, c.Format, r.words.Lang(), c.Out); err != nil {
			return err
		}
	}
	rooms, err := carnet.Door.Rooms(m.ID)
	if err != nil {
		return err
	}
	items, total := []roomDoc{}, 0
	for _, room := range rooms {
		doc := roomDoc{Meeting: room.Meeting.ID, Room: room.Name, Title: r.meetingTitle(room.Meeting.Meeting), Inside: len(room.People), Places: room.Places, Crowd: room.Crowd, People: []insiderDoc{}}
		for _, p := range room.People {
			doc.People = append(doc.People, insiderDoc{Member: p.Member, Name: memberName(carnet, p.Member), Since: rfcTime(onClock(p.Since, m))})
		}
		total += doc.Inside
		items = append(items, doc)
	}
	return answerList(r, items, total, r.roomText)
}

func (r *run) roomText(d roomDoc) string {
	head := d.Title
	if d.Room != "" {
		head = d.Room
	}
	lines := []string{head + ": " + r.words.Count("cli.attendance.inside", d.Inside, nil)}
	if d.Places > 0 {
		lines[0] += " / " + strconv.Itoa(d.Places)
	}
	if d.Crowd != "free" {
		lines[0] += " — " + r.words.Say("door.crowd."+d.Crowd, nil)
	}
	for _, p := range d.People {
		lines = append(lines, "  "+p.Name)
	}
	return strings.Join(lines, "\n")
}
