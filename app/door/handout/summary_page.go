package handout

import (
	"strings"

	"example.org/carnet/app/door"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/paper"
)

// mostLines is how many of one kind of counts a page names; the rest are added up in a last line.
const mostLines = 14

// report is a page of figures being written.
type report struct {
	doc   *paper.Doc
	words *locale.Words
	size  paper.Size
	y     float64
}

func (r *report) page() {
	r.doc.Page(r.size)
	r.doc.Grey(0)
	r.y = sheetEdge
}

func (r *report) right() float64 { return r.size.W - sheetEdge }

// room begins a new page when so much does not fit on this one.
func (r *report) room(height float64) {
	if r.y+height > r.size.H-sheetEdge {
		r.page()
	}
}

// summaryPDF is one page of figures and picture, and more where there are many groups.
func (h *Handout) summaryPDF(s door.Summary, w *locale.Words) ([]byte, error) {
	r := &report{doc: paper.New(heading(w, s.Meeting), w.Lang(), h.Now()), words: w, size: paper.Letter}
	r.page()
	title := r.doc.Fit(strings.ReplaceAll(heading(w, s.Meeting), " · ", "\u00a0· "), paper.Bold, r.right()-sheetEdge, 16, 7, 2)
	r.y = r.doc.Write(sheetEdge, r.y, title, paper.Bold) + 6
	r.figures(s)
	r.picture(s)
	names := h.Names(w)
	for _, g := range Groups(s) {
		r.group(g, names)
	}
	return r.doc.Bytes()
}

// figures stand in three columns, the number above its words.
func (r *report) figures(s door.Summary) {
	figures := Figures(r.words, s)
	const columns = 4
	width := (r.right() - sheetEdge) / columns
	for i, f := range figures {
		x, y := sheetEdge+float64(i%columns)*width, r.y+float64(i/columns)*15
		r.doc.Text(x, y+6, r.words.Number(f.Value), paper.Bold, 7)
		r.doc.Write(x, y+7.2, r.doc.Fit(f.Label, paper.Regular, width-3, 6, 3, 2), paper.Regular)
	}
	r.y += float64((len(figures)+columns-1)/columns)*15 + 2
	closed := r.doc.Fit(ClosedText(r.words, s.Meeting.Meeting, s.Closed), paper.Regular, r.right()-sheetEdge, 8, 3.4, 2)
	r.y = r.doc.Write(sheetEdge, r.y, closed, paper.Regular) + 6
}

// picture draws how many were in, moment by moment, with the most and the hours written.
func (r *report) picture(s door.Summary) {
	most := 0
	for _, p := range s.Over {
		most = max(most, p.Inside)
	}
	if most == 0 {
		return
	}
	const high = 40.0
	d, left, wide := r.doc, sheetEdge+10, r.right()-sheetEdge-10
	r.room(high + 18)
	d.Text(sheetEdge, r.y+3.6, r.words.Say("summary.over", nil), paper.Bold, 4)
	r.y += 6
	step := wide / float64(len(s.Over))
	d.Grey(120)
	for i, p := range s.Over {
		tall := high * float64(p.Inside) / float64(most)
		d.Area(left+float64(i)*step, r.y+high-tall, step*0.92, tall)
	}
	d.Grey(0)
	d.Line(left, r.y+high, left+wide, r.y+high, 0.3)
	d.Right(left-1.5, r.y+3, r.words.Number(most), paper.Regular, 3.2)
	d.Right(left-1.5, r.y+high, "0", paper.Regular, 3.2)
	for i := range 5 {
		at := i * (len(s.Over) - 1) / 4
		x := left + float64(at)*step
		text := r.words.Clock(onClock(s.Over[at].At, s.Meeting.Meeting))
		d.Text(min(x, left+wide-d.Width(text, paper.Regular, 3.2)), r.y+high+4.5, text, paper.Regular, 3.2)
	}
	r.y += high + 12
}

// group writes one kind of counts: name, people, minutes, and a bar.
func (r *report) group(g Group, names Names) {
	if len(g.Counts) == 0 {
		return
	}
	counts := g.Counts
	rest := door.Count{}
	if len(counts) > mostLines {
		for _, c := range counts[mostLines:] {
			rest.People, rest.Minutes = rest.People+c.People, rest.Minutes+c.Minutes
		}
		counts = counts[:mostLines]
	}
	const line = 5.4
	d, w := r.doc, r.words
	r.room(min(float64(len(counts)+3)*line, 80))
	people, minutes := r.right()-28, r.right()
	d.Text(sheetEdge, r.y+4, w.Say("summary.by."+g.Kind, nil), paper.Bold, 4)
	d.Right(people, r.y+4, w.Say("summary.people", nil), paper.Regular, 3.2)
	d.Right(minutes, r.y+4, w.Say("summary.minutes", nil), paper.Regular, 3.2)
	r.y += line + 1
	row := func(name string, c door.Count) {
		r.room(line)
		d.Write(sheetEdge, r.y+0.6, d.Fit(name, paper.Regular, 92, line, 3.6, 1), paper.Regular)
		d.Grey(190)
		d.Area(sheetEdge+95, r.y+1.2, 55*float64(c.People)/float64(max(1, counts[0].People, rest.People)), 2.6)
		d.Grey(0)
		d.Right(people, r.y+4, w.Number(c.People), paper.Regular, 3.6)
		d.Right(minutes, r.y+4, w.Number(c.Minutes), paper.Regular, 3.6)
		r.y += line
	}
	for _, c := range counts {
		row(names.Of(g.Kind, c.Key), c)
	}
	if rest.People > 0 {
		row(w.Count("summary.rest", len(g.Counts)-mostLines, nil), rest)
	}
	r.y += 4
}

// InsideFile prints who is in, room by room: the list for an emergency, made from this laptop alone. Faults: unknown_id, bad_choice and
// those of files.
func (h *Handout) InsideFile(meeting, format, lang, path string) error {
	raw, err := h.Inside(meeting, format, lang)
	if err != nil {
		return err
	}
	return write(path, raw)
}

// Inside makes the same in memory.
func (h *Handout) Inside(meeting, format, lang string) ([]byte, error) {
	size, err := pageOf(format)
	if err != nil {
		return nil, err
	}
	rooms, err := h.Door.Rooms(meeting)
	if err != nil {
		return nil, err
	}
	w := locale.For(lang)
	m := rooms[0].Meeting
	r := &report{doc: paper.New(titleOf(m.Meeting, w), w.Lang(), h.Now()), words: w, size: size}
	r.page()
	total := 0
	for _, room := range rooms {
		total += len(room.People)
	}
	head := w.Count("inside.title", total, map[string]string{"title": titleOf(m.Meeting, w)})
	r.y = r.doc.Write(sheetEdge, r.y, r.doc.Fit(head, paper.Bold, r.right()-sheetEdge, 16, 7, 2), paper.Bold) + 2
	now := onClock(h.Now(), m.Meeting)
	made := w.Say("inside.made", map[string]string{"day": w.Date(now, locale.FullDate), "at": w.Clock(now)})
	r.y = r.doc.Write(sheetEdge, r.y, r.doc.Fit(made, paper.Regular, r.right()-sheetEdge, 8, 3.6, 2), paper.Regular) + 5
	for _, room := range rooms {
		if err := h.roomList(r, room, w); err != nil {
			return nil, err
		}
	}
	return r.doc.Bytes()
}

func (h *Handout) roomList(r *report, room door.Room, w *locale.Words) error {
	name := room.Name
	if name == "" {
		name = w.Say("inside.no_room", nil)
	}
	ids := make([]string, len(room.People))
	for i, p := range room.People {
		ids[i] = p.Member
	}
	list, err := h.guests(ids, w.Lang())
	if err != nil {
		return err
	}
	if err := h.sorted(list, ByName, w.Lang()); err != nil {
		return err
	}
	r.room(16)
	r.doc.Text(sheetEdge, r.y+5, name+" · "+w.Number(len(room.People)), paper.Bold, 5)
	r.y += 8
	r.doc.Line(sheetEdge, r.y, r.right(), r.y, 0.4)
	for _, g := range list {
		r.room(8)
		r.doc.Box(sheetEdge, r.y+1.8, 4.4, 4.4, 0.4)
		half := (r.right() - sheetEdge) / 2
		r.doc.Write(sheetEdge+8, r.y+1.6, r.doc.Fit(joined(g.Family, g.Given), paper.Bold, half-8, 5, 4.4, 1), paper.Bold)
		r.doc.Write(sheetEdge+half+4, r.y+2, r.doc.Fit(g.Community, paper.Regular, half-4, 5, 3.8, 1), paper.Regular)
		r.y += 8
	}
	r.y += 5
	return nil
}
