package command

import (
	"example.org/carnet/app"
	"example.org/carnet/app/door/handout"
)

type badgesCmd struct {
	Meeting string   `required:"" help:"meeting_id"`
	Member  []string `sep:"none" placeholder:"MEMBER" help:"badges_member"`
	Format  string   `placeholder:"F" help:"badges_format"`
	Sort    string   `placeholder:"name|community|chapter" help:"badges_sort"`
	Skip    int      `help:"badges_skip"`
	Out     string   `required:"" type:"path" placeholder:"FILE" help:"badges_out"`
}

// printedDoc answers what was printed.
type printedDoc struct {
	File    string   `json:"file"`
	People  int      `json:"people"`
	Pages   int      `json:"pages"`
	Format  string   `json:"format,omitempty"`
	Lacking []string `json:"lacking"` // names with letters that cannot be printed
}

func (c *badgesCmd) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	members, err := wholeIDs(carnet, c.Member)
	if err != nil {
		return err
	}
	order := handout.BadgeOrder{Meeting: m.ID, Members: members, Format: c.Format, Sort: c.Sort, Skip: c.Skip, Lang: r.words.Lang()}
	made, err := carnet.Handout.BadgeFile(order, c.Out)
	if err != nil {
		return err
	}
	doc := printedDoc{File: c.Out, People: made.People, Pages: made.Pages, Format: made.Format, Lacking: append([]string{}, made.Lacking...)}
	if len(doc.Lacking) > 0 {
		r.attention()
	}
	return r.answer(doc, func() string { return r.printedText("cli.badges.done", doc) })
}

func (r *run) printedText(key string, doc printedDoc) string {
	text := r.words.Count(key, doc.People, map[string]string{"pages": r.words.Number(doc.Pages), "file": doc.File})
	for _, name := range doc.Lacking {
		text += "\n" + r.words.Say("cli.badges.lacking", map[string]string{"name": name})
	}
	return text
}

// wholeIDs finds members by id, the start of one, or address.
func wholeIDs(carnet *app.Carnet, refs []string) (ids []string, err error) {
	for _, ref := range refs {
		m, err := carnet.People.Find(ref)
		if err != nil {
			return nil, err
		}
		ids = append(ids, m.ID)
	}
	return ids, nil
}

type sheetCmd struct {
	Meeting string `required:"" help:"meeting_id"`
	Station string `placeholder:"S" help:"sheet_station"`
	Format  string `placeholder:"a4|letter" help:"sheet_format"`
	Sort    string `placeholder:"name|community|chapter" help:"badges_sort"`
	Out     string `required:"" type:"path" placeholder:"FILE" help:"badges_out"`
}

func (c *sheetCmd) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	made, err := carnet.Handout.SheetFile(handout.SheetOrder{Meeting: m.ID, Station: c.Station, Format: c.Format, Sort: c.Sort, Lang: r.words.Lang()}, c.Out)
	if err != nil {
		return err
	}
	doc := printedDoc{File: c.Out, People: made.People, Pages: made.Pages, Lacking: append([]string{}, made.Lacking...)}
	if len(doc.Lacking) > 0 {
		r.attention()
	}
	return r.answer(doc, func() string { return r.printedText("cli.sheet.done", doc) })
}
