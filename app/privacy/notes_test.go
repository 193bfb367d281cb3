package privacy_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/privacy"
	"example.org/carnet/store"
)

func TestItNamesTheNotesThatWereSettledAboutAPerson(t *testing.T) {
	c := opened(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	elise, _, err := c.People.AddMember(map[string]string{"given": "Élise", "family": "Tremblay"})
	must(err)
	nadia, _, err := c.People.AddMember(map[string]string{"given": "Nadia", "family": "Ross"})
	must(err)
	forum, _, err := c.Meetings.Add(map[string]string{"title": "Livable Cities Forum", "zone": "America/Toronto", "start": "2026-06-09T09:00", "minutes": "480"}, nil)
	must(err)
	for _, who := range []string{elise.ID, nadia.ID} {
		for i, station := range []string{"A", "C"} {
			_, err := c.Door.Scan(door.Pass{Meeting: forum.ID, Member: who, Kind: attendance.In, Station: station, At: time.Date(2026, 6, 9, 13, 2+2*i, 0, 0, time.UTC)})
			must(err)
		}
	}
	notes, err := c.Door.Notes(forum.ID)
	must(err)
	for _, n := range notes {
		if n.Note.Code == "two_doors" {
			_, _, err := c.Door.Settle(forum.ID, []string{n.ID}, door.Right)
			must(err)
		}
	}
	m, err := store.Get[store.Member](c.Store, elise.ID)
	must(err)
	m.Aliases = []string{"iPhone (Élise)"}
	_, err = c.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(m)
		return err
	})
	must(err)
	found, err := privacy.Gather(c.Privacy(), elise.ID)
	must(err)
	path := filepath.Join(t.TempDir(), "known.zip")
	must(privacy.Write(c.Privacy(), found, locale.For("en"), path))
	files := contentOf(t, path)
	for name, wants := range map[string][]string{
		"access.txt":  {"Notes on their attendance", "Livable Cities Forum · In at A 9:02 and at C 9:04. · right as it is · Ana Exemple, Toronto", "Names shown online: iPhone (Élise)"},
		"access.json": {`"code": "two_doors"`, `"as": "right"`, `"by": "Ana Exemple, Toronto"`, `"iPhone (Élise)"`},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%q is not in %s:\n%s", want, name, files[name])
			}
		}
	}
	if n := strings.Count(files["access.json"], `"code"`); n != 1 {
		t.Errorf("%d notes are named; Nadia's is hers", n)
	}
	// When the facts changed since, the note is still named by its kind.
	for scan, err := range c.Store.ScansBy(elise.ID) {
		must(err)
		if _, err := c.Door.Undo(scan.ID); err != nil {
			t.Fatal(err)
		}
	}
	found, err = privacy.Gather(c.Privacy(), elise.ID)
	must(err)
	if text := privacy.PageOf(c.Privacy(), found, locale.For("fr")).Text(locale.For("fr")); !strings.Contains(text, "Entrée à deux portes à la fois · exact") {
		t.Error(text)
	}
}
