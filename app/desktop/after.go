package desktop

import (
	"sync"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/store"
)

// After is what follows a meeting: who was there, what a person should look at, the summary, and the reports of video platforms.
type After struct {
	d *Desktop

	mu    sync.Mutex
	taken map[string]taken // reports that this window took in, by upload
}

// View gives a meeting's summary and notes.
func (a *After) View(meeting string) (AfterView, error) {
	return ask(a.d, func(c *app.Carnet) (AfterView, error) { return a.d.afterView(c, meeting) })
}

// People gives everybody who was there, by name.
func (a *After) People(meeting string) ([]AfterRow, error) {
	return ask(a.d, func(c *app.Carnet) ([]AfterRow, error) { return a.d.afterPeople(c, meeting) })
}

// Settle notes what a person made of notes: seen, right, wrong, or nothing to open them again. No fact changes.
func (a *After) Settle(meeting string, notes []string, as string) (Written, error) {
	return ask(a.d, func(c *app.Carnet) (Written, error) {
		settled, refs, err := c.Door.Settle(meeting, notes, as)
		if err != nil || len(refs) == 0 {
			return Written{ID: meeting, Text: a.d.words().Say("written.nothing", nil)}, err
		}
		a.d.remember(refs)
		key := "after.said.open"
		if as != "" {
			key = "after.said." + as
		}
		return Written{ID: meeting, Text: a.d.words().Count(key, len(settled), nil)}, nil
	})
}

// SetClosing chooses by what rule stretches without a departure end: end, last-scan, or a time on the meeting's clock.
func (a *After) SetClosing(meeting string, rule string) (Written, error) {
	return ask(a.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.Door.SetClosing(meeting, rule)
		if err != nil {
			return Written{}, err
		}
		s, err := c.Door.Summary(m.ID)
		if err != nil {
			return Written{}, err
		}
		a.d.remember(refs)
		return Written{ID: m.ID, Text: a.d.closedText(s)}, nil
	})
}

// Export asks where to save the summary as csv, xlsx or pdf in a language, and gives the path; empty when the person changed their mind.
func (a *After) Export(meeting string, format string, lang string) (string, error) {
	return ask(a.d, func(c *app.Carnet) (string, error) {
		s, err := c.Door.Summary(meeting)
		if err != nil {
			return "", err
		}
		path, err := a.d.shell.SaveFile(a.d.words().Say("after.file", nil) + "." + format)
		if err != nil || path == "" {
			return "", err
		}
		return path, c.Handout.SummaryFile(s, format, lang, path)
	})
}

// LearnedNames lists the names that platforms show of members, as a person once said.
func (a *After) LearnedNames() ([]LearnedName, error) {
	return ask(a.d, func(c *app.Carnet) ([]LearnedName, error) {
		list, err := c.Door.Aliases()
		rows := []LearnedName{}
		for _, one := range list {
			row := LearnedName{Name: one.Name, Member: one.Member, MemberName: one.Member}
			if m, err := store.Get[store.Member](c.Store, one.Member); err == nil {
				row.MemberName, row.Community = memberName(m), a.d.communityOf(c, m)
			}
			rows = append(rows, row)
		}
		return rows, err
	})
}

// ForgetName drops one of them; what was taken in by it stays.
func (a *After) ForgetName(member string, name string) (Written, error) {
	return ask(a.d, func(c *app.Carnet) (Written, error) {
		refs, err := c.Door.Forget(door.Alias{Name: name, Member: member})
		return a.d.written(refs, err, member, "after.said.forgotten", name)
	})
}
