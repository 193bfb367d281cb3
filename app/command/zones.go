package command

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"example.org/carnet/app/meetings/zones"
)

type zonesCmd struct {
	Show   zonesShow   `cmd:"" help:"zones_show"`
	Update zonesUpdate `cmd:"" help:"zones_update"`
	Moved  zonesMoved  `cmd:"" help:"zones_moved"`
}

type zonesShow struct{}

// zonesDoc names the zone data in use.
type zonesDoc struct {
	Version  string   `json:"version"`  // of tzdata, as 2026f
	Source   string   `json:"source"`   // embedded, or received when newer data came in
	Zones    int      `json:"zones"`    // how many there are
	Embedded string   `json:"embedded"` // edition that this Carnet was built with
	Editions []string `json:"editions"` // that "zones moved" can compare with, newest first
	Changed  *bool    `json:"changed,omitempty"`
	Moved    *int     `json:"moved,omitempty"` // of update: meetings whose time moves for some members
}

func (r *run) zonesDoc() zonesDoc {
	doc := zonesDoc{Version: zones.Version(), Source: "embedded", Zones: len(zones.Names()), Embedded: zones.BuiltIn().Name, Editions: []string{zones.BuiltIn().Name}}
	if doc.Version != doc.Embedded {
		doc.Source = "received"
	}
	if r.carnet != nil {
		doc.Editions = r.carnet.Meetings.Editions()
	}
	return doc
}

// Run shows what this laptop uses, or without a home what Carnet was built with.
func (c *zonesShow) Run(r *run) error {
	_, _ = r.open() // a laptop without a network has the built-in data
	doc := r.zonesDoc()
	return r.answer(doc, func() string {
		return r.words.Say("cli.zones."+doc.Source, map[string]string{"version": doc.Version, "n": strconv.Itoa(doc.Zones)})
	})
}

type zonesUpdate struct {
	File string `arg:"" optional:"" help:"zones_file"`
}

func (c *zonesUpdate) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	from := c.File
	if from == "" {
		from = zones.SystemFolder
	}
	_, changed, err := carnet.Meetings.UpdateZones(from)
	if err != nil {
		return err
	}
	moves, err := carnet.Meetings.Moved("")
	if err != nil {
		return err
	}
	doc, n := r.zonesDoc(), 0
	if changed {
		n = len(moves.Items)
	}
	doc.Changed, doc.Moved = &changed, &n
	return r.answer(doc, func() string {
		sentence := "cli.zones.same"
		if changed {
			sentence = "cli.zones.updated"
		}
		return r.words.Say(sentence, map[string]string{"version": doc.Version, "n": strconv.Itoa(n)})
	})
}

type zonesMoved struct {
	From string `placeholder:"EDITION" help:"zones_from"`
}

// movedDoc is a meeting whose time moves for some members.
type movedDoc struct {
	Meeting string         `json:"meeting"`
	Series  string         `json:"series"`
	Title   string         `json:"title"`
	Zone    string         `json:"zone"`
	Start   string         `json:"start"` // local, the same as before
	At      string         `json:"at"`
	WasAt   string         `json:"was_at"` // the same moment as at, unless the meeting's own zone changed
	Zones   []movedZoneDoc `json:"zones"`
	Update  string         `json:"update"` // the command that tells who was invited and has not heard; empty when nobody need hear
}

type movedZoneDoc struct {
	Zone   string `json:"zone"`
	City   string `json:"city"`
	Was    string `json:"was"` // local time there by the former data
	Now    string `json:"now"`
	People int    `json:"people"`
}

func (c *zonesMoved) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	moves, err := carnet.Meetings.Moved(c.From)
	if err != nil {
		return err
	}
	items := make([]movedDoc, len(moves.Items))
	for i, move := range moves.Items {
		items[i] = movedDoc{Meeting: move.ID, Series: move.Series, Title: r.meetingTitle(move.Meeting), Zone: move.Zone, Start: move.Meeting.Start,
			At: rfcTime(move.Start), WasAt: rfcTime(move.Was), Zones: []movedZoneDoc{}}
		for _, z := range move.Zones {
			items[i].Zones = append(items[i].Zones, movedZoneDoc{Zone: z.Zone, City: zones.CityOf(z.Zone, r.words.Lang()),
				Was: z.Was.Format(zones.Layout), Now: z.Now.Format(zones.Layout), People: z.People})
		}
		about := cmp.Or(move.Series, move.ID)
		if _, untold, err := carnet.Post.Untold(about); err != nil {
			return err
		} else if untold > 0 {
			items[i].Update = "carnet mail update --meeting " + about
		}
	}
	if len(items) > 0 {
		r.attention()
	}
	doc := struct {
		list[movedDoc]
		From string `json:"from"`
		To   string `json:"to"`
	}{list[movedDoc]{items, len(items)}, moves.From, moves.To}
	return r.answer(doc, func() string {
		if len(items) == 0 {
			return r.words.Say("cli.zones.none_moved", map[string]string{"to": moves.To})
		}
		var lines []string
		for _, m := range items {
			lines = append(lines, strings.Replace(m.Start, "T", " ", 1)+"  "+m.Title)
			for _, z := range m.Zones {
				lines = append(lines, "    "+z.City+"  "+strings.Replace(z.Was, "T", " ", 1)+" → "+strings.Replace(z.Now, "T", " ", 1))
			}
		}
		return strings.Join(append(lines, r.updatesOf(items)...), "\n")
	})
}

// updatesOf says how to write to who was invited, each command once.
func (r *run) updatesOf(items []movedDoc) (lines []string) {
	for _, one := range items {
		if line := "    " + one.Update; one.Update != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(lines) > 0 {
		lines = append([]string{"", r.words.Say("cli.zones.tell", nil)}, lines...)
	}
	return lines
}
