package desktop

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/badge"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/app/locale"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// BadgeFormats lists how badges can be laid out.
func (f *Forum) BadgeFormats() ([]BadgeFormat, error) {
	return ask(f.d, func(*app.Carnet) ([]BadgeFormat, error) {
		list := []BadgeFormat{}
		for _, one := range badge.Formats {
			list = append(list, BadgeFormat{Name: one.Name, Title: f.d.words().Say("forum.format."+one.Name, nil), W: one.Page.W, H: one.Page.H,
				CellW: one.Cell.W, CellH: one.Cell.H, Left: one.Left, Top: one.Top, DX: one.DX, DY: one.DY, Cols: one.Cols, Rows: one.Rows})
		}
		return list, nil
	})
}

// BadgePeople lists everybody who is expected, by name.
func (f *Forum) BadgePeople(meeting string) ([]BadgeRow, error) {
	return ask(f.d, func(c *app.Carnet) ([]BadgeRow, error) {
		order, unprinted, err := f.badgeOrder(c, BadgeOrder{Meeting: meeting, Who: "all"})
		if err != nil {
			return nil, err
		}
		list, _, err := c.Handout.BadgeList(order)
		if fault.Is(err, "nobody_expected") {
			return []BadgeRow{}, nil
		}
		return badgeRows(list, unprinted), err
	})
}

func badgeRows(list []handout.Guest, unprinted []string) []BadgeRow {
	rows := make([]BadgeRow, len(list))
	for i, g := range list {
		_, waits := slices.BinarySearch(unprinted, g.ID)
		rows[i] = BadgeRow{ID: g.ID, Name: g.Name, Community: g.Community, Printed: !waits}
	}
	return rows
}

// PlanBadges says what an order would print.
func (f *Forum) PlanBadges(o BadgeOrder) (BadgePlan, error) {
	return ask(f.d, func(c *app.Carnet) (BadgePlan, error) {
		order, unprinted, err := f.badgeOrder(c, o)
		plan := BadgePlan{First: []BadgeRow{}, Text: f.d.words().Say("forum.badges.plan.nobody", nil)}
		if err != nil || len(order.Members) == 0 {
			return plan, err
		}
		list, format, err := c.Handout.BadgeList(order)
		if err != nil {
			return plan, err
		}
		per := format.PerPage()
		skip := max(0, o.Skip) % per
		plan.People, plan.Pages = len(list), (len(list)+skip+per-1)/per
		pages := f.d.words().Count("forum.pages", plan.Pages, nil)
		plan.Text, plan.First = f.d.words().Count("forum.badges.plan", plan.People, map[string]string{"pages": pages}), badgeRows(list[:min(len(list), per-skip)], unprinted)
		return plan, nil
	})
}

// badgeOrder says who gets a badge: by id, so that nobody who is expected only later does.
func (f *Forum) badgeOrder(c *app.Carnet, o BadgeOrder) (order handout.BadgeOrder, unprinted []string, err error) {
	m, err := c.Meetings.Get(o.Meeting)
	if err != nil {
		return order, nil, err
	}
	order = handout.BadgeOrder{Meeting: m.ID, Format: o.Format, Sort: o.Sort, Skip: o.Skip, Lang: f.d.words().Lang()}
	if unprinted, err = c.Door.Unprinted(m); err != nil {
		return order, nil, err
	}
	switch o.Who {
	case "new":
		order.Members = unprinted
	case "chosen":
		order.Members = o.Members
	default:
		order.Members, err = c.Door.Expected(m)
	}
	return order, unprinted, err
}

// PrintBadges makes the pages and saves them where a person says, or opens them in the program for such files; and notes for whom they are. It gives a job, whose result is
// a PrintReport, or nothing when the person changed their mind.
func (f *Forum) PrintBadges(o BadgeOrder, open bool) (job string, err error) {
	return ask(f.d, func(c *app.Carnet) (string, error) {
		m, err := c.Meetings.Get(o.Meeting)
		if err != nil {
			return "", err
		}
		return f.print("forum.badges.file", m, f.d.words(), open, func() ([]byte, []string, error) {
			order, _, err := f.badgeOrder(c, o)
			if err != nil {
				return nil, nil, err
			}
			if len(order.Members) == 0 {
				return nil, nil, fault.New("nobody_expected", "title", pick(f.d.words().Lang(), m.Title, m.TitleFR))
			}
			pdf, made, err := c.Handout.Badges(order)
			if err != nil {
				return nil, nil, err
			}
			return pdf, made.Lacking, c.Door.BadgesPrinted(m, c.Network.Device(), order.Members)
		})
	})
}

// PrintSheet does the same for rosters on paper.
func (f *Forum) PrintSheet(o SheetOrder, open bool) (job string, err error) {
	return ask(f.d, func(c *app.Carnet) (string, error) {
		m, err := c.Meetings.Get(o.Meeting)
		if err != nil {
			return "", err
		}
		return f.print("forum.sheet.file", m, locale.For(o.Lang), open, func() ([]byte, []string, error) {
			pdf, made, err := c.Handout.Sheet(handout.SheetOrder{Meeting: m.ID, Station: o.Station, Format: o.Format, Sort: o.Sort, Lang: o.Lang})
			if err != nil {
				return nil, nil, err
			}
			mine := c.Network.Device()
			_, _, err = c.Door.Prepare(store.Prepared{Meeting: m.ID, What: door.SheetMade, Subject: strings.TrimSpace(mine + " " + o.Station), Station: o.Station, Count: made.People})
			return pdf, made.Lacking, err
		})
	})
}

// print asks where to, makes the pages in the background, and puts them there.
func (f *Forum) print(name string, m store.Meeting, w *locale.Words, open bool, make func() (pdf []byte, lacking []string, err error)) (job string, err error) {
	file := fileName(w.Say(name, map[string]string{"title": pick(w.Lang(), m.Title, m.TitleFR)})) + ".pdf"
	path := ""
	if open {
		path, err = f.d.uploads.place(file)
	} else {
		path, err = f.d.shell.SaveFile(file)
	}
	if err != nil || path == "" {
		return "", err
	}
	return startJob(f.d, f.d.words().Say("forum.print.job", nil), func(context.Context, progress) (PrintReport, error) {
		pdf, lacking, err := make()
		if err != nil {
			return PrintReport{}, err
		}
		if err := os.WriteFile(path, pdf, 0o600); err != nil {
			return PrintReport{}, fault.New("file_not_written", "file", path).Because(err)
		}
		said := PrintReport{Path: path, Text: f.d.words().Say("forum.print.saved", map[string]string{"file": path})}
		if open {
			if err := f.d.shell.OpenFile(path); err != nil {
				f.d.log.Warn("pages could not be opened", "error", err)
				said.Text = f.d.words().Say("forum.print.unopened", map[string]string{"file": path})
			} else {
				said.Text = f.d.words().Say("forum.print.opened", nil)
			}
		}
		if len(lacking) > 0 {
			said.Text += " " + f.d.words().Count("forum.print.lacking", len(lacking), map[string]string{"name": lacking[0], "n": strconv.Itoa(len(lacking))})
		}
		return said, nil
	}), nil
}

// fileName leaves out of a name what no system takes.
func fileName(text string) string {
	kept := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return -1
		}
		return r
	}, text)
	const longest = 80
	if letters := []rune(kept); len(letters) > longest {
		kept = string(letters[:longest])
	}
	return strings.Trim(kept, " .\u00a0")
}
