package desktop

import (
	"cmp"
	"os"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Inside says who is in, room by room, of the whole forum though the door be a session's.
func (o *Door) Inside(meeting string) (InsideView, error) {
	return ask(o.d, func(c *app.Carnet) (InsideView, error) {
		at, err := o.d.at(c, meeting, "")
		if err != nil {
			return InsideView{}, err
		}
		forum := at.forum()
		rooms, err := c.Door.Rooms(forum)
		if err != nil {
			return InsideView{}, err
		}
		w := o.d.words()
		view := InsideView{Rooms: []InsideRoom{}}
		for _, room := range rooms {
			if room.Name == "" {
				view.Title = pick(w.Lang(), room.Meeting.Title, room.Meeting.TitleFR)
			}
			if room.Name == "" || len(room.People) > 0 || room.Places > 0 {
				view.Rooms = append(view.Rooms, at.insideRoom(room))
			}
			view.Total += len(room.People)
		}
		view.Text = w.Count("door.inside.total", view.Total, map[string]string{"clock": at.clock(c.Now())})
		return view, nil
	})
}

// forum is the meeting itself, or the one that it is a session of.
func (a *doorAt) forum() string { return cmp.Or(a.meeting.Parent, a.meeting.ID) }

func (a *doorAt) insideRoom(room door.Room) InsideRoom {
	w := a.d.words()
	r := InsideRoom{Name: room.Name, Crowd: room.Crowd, People: []InsidePerson{}, Count: w.Count("door.inside.count", len(room.People), nil)}
	if room.Places > 0 {
		r.Count = w.Count("door.inside.count_of", len(room.People), map[string]string{"places": w.Number(room.Places)})
	}
	if room.Name != "" {
		r.Title = pick(w.Lang(), room.Meeting.Title, room.Meeting.TitleFR)
	}
	r.CrowdText = a.crowdText(len(room.People), room.Places, room.Crowd)
	list, _ := a.c.Store.Directory()
	people := slices.Clone(room.People)
	order := collate.New(language.MustParse(w.Lang() + "-CA"))
	slices.SortStableFunc(people, func(x, y door.Insider) int {
		one, _ := list.Member(x.Member)
		other, _ := list.Member(y.Member)
		return cmp.Or(order.CompareString(one.Family, other.Family), order.CompareString(one.Given, other.Given))
	})
	for _, in := range people {
		p := InsidePerson{Member: in.Member, Name: a.name(in.Member)}
		if card, ok := list.Member(in.Member); ok {
			p.Detail = pick(w.Lang(), card.Community, card.CommunityFR)
		}
		if !in.Since.IsZero() {
			p.Since = a.clock(in.Since)
		}
		r.People = append(r.People, p)
	}
	return r
}

// crowdText warns before a room is full; empty while there is plenty of room.
func (a *doorAt) crowdText(inside, places int, crowd string) string {
	w := a.d.words()
	switch crowd {
	case "near":
		return w.Count("door.crowd.left", places-inside, map[string]string{"places": w.Number(places)})
	case "full", "over":
		return w.Say("door.crowd."+crowd+".text", map[string]string{"inside": w.Number(inside), "places": w.Number(places)})
	}
	return ""
}

// PrintInside makes that list a page, opens it in the program for such files, and says so.
func (o *Door) PrintInside(meeting string) (string, error) {
	return ask(o.d, func(c *app.Carnet) (string, error) {
		at, err := o.d.at(c, meeting, "")
		if err != nil {
			return "", err
		}
		w := o.d.words()
		pdf, err := c.Handout.Inside(at.forum(), "letter", w.Lang())
		if err != nil {
			return "", err
		}
		return o.d.openPages(w.Say("door.inside.file", nil)+" "+c.Now().Local().Format("2006-01-02 1504"), pdf)
	})
}

// PrintBadge makes the badge of one person, opens it in the program for such files, and says so. It is noted like badges that were
// printed before.
func (o *Door) PrintBadge(meeting string, member string, format string) (string, error) {
	return ask(o.d, func(c *app.Carnet) (string, error) {
		at, err := o.d.at(c, meeting, "")
		if err != nil {
			return "", err
		}
		m, err := store.Get[store.Member](c.Store, c.Door.Person(member))
		if err != nil {
			return "", err
		}
		pdf, _, err := c.Handout.Badges(handout.BadgeOrder{Meeting: at.meeting.ID, Members: []string{m.ID}, Format: format, Lang: o.d.words().Lang()})
		if err != nil {
			return "", err
		}
		if err := c.Door.BadgesPrinted(at.meeting.Meeting, c.Network.Device(), []string{m.ID}); err != nil && !fault.Is(err, "role_forbids") {
			return "", err
		}
		return o.d.openPages(o.d.words().Say("door.badge.file", map[string]string{"name": memberName(m)}), pdf)
	})
}

// openPages puts pages into a private folder and opens them from there; where nothing opens such files, it says where they are.
func (d *Desktop) openPages(name string, pdf []byte) (said string, err error) {
	path, err := d.uploads.place(fileName(name) + ".pdf")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		return "", fault.New("file_not_written", "file", path).Because(err)
	}
	if err := d.shell.OpenFile(path); err != nil {
		d.log.Warn("pages could not be opened", "error", err)
		return d.words().Say("forum.print.unopened", map[string]string{"file": path}), nil
	}
	return d.words().Say("forum.print.opened", nil), nil
}
