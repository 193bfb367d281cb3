package desktop

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/store"
)

// newForumVenue is a window on a forum for which people with badges are expected.
func newForumVenue(t *testing.T, lang string) (*venue, *Forum, []string) {
	t.Helper()
	v := newVenue(t, lang)
	var ids []string
	if _, err := v.carnet.Store.Edit(func(tx *store.Tx) error {
		for _, gone := range []string{"mem_elise", "mem_kim"} {
			m, err := store.GetIn[store.Member](tx, gone)
			if err != nil {
				return err
			}
			m.Chapters = nil
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		for _, name := range []string{"Zoé", "Élise", "ᐊᓇ"} {
			m := store.Member{ID: store.DerivedID(store.KindMember, name), Given: name, Family: "Côté", Role: "staff", Language: "fr", Community: "com_lin", Chapters: []string{"chp_qc"}}
			ids = append(ids, m.ID)
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	v.carnet.Store.WaitDirectory()
	return v, &Forum{v.Desktop}, ids
}

// ended waits for a job's result.
func ended[T any](t *testing.T, d *Desktop, job string) (result T) {
	t.Helper()
	for range 400 {
		j, err := d.jobs.get(job)
		if err != nil || j.State == "failed" {
			t.Fatal(err, j.Error)
		}
		if j.State == "done" {
			if err := json.Unmarshal([]byte(j.Result), &result); err != nil {
				t.Fatal(err)
			}
			return result
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the job does not end")
	return result
}

func TestPreparingAForumSaysWhatIsStillToDo(t *testing.T) {
	v, f, _ := newForumVenue(t, "fr")
	view := had(f.Prepare("mtg_forum"))(t)
	if view.Tone != "wait" || view.Expected != 3 || view.Unprinted != 3 || len(view.Laptops) != 1 || !view.Laptops[0].Mine || view.Laptops[0].Door != "" ||
		view.Doors.Text != "Aucun portable n’est encore une porte." || !view.MayMark || !slices.Equal(view.Stations, []string{"A", "B"}) {
		t.Errorf("%+v", view)
	}
	mine := view.Laptops[0].Device
	said := had(f.SetDoor("mtg_forum", mine, "A", "Salon rouge"))(t)
	if said.Text != "Le portable de Luc Essai est la porte A." {
		t.Error(said.Text)
	}
	view = had(f.Prepare("mtg_forum"))(t)
	if view.Laptops[0].Door != "A" || view.Laptops[0].Room != "Salon rouge" || view.Doors.Text != "La porte B n’a pas encore de portable." {
		t.Errorf("%+v", view)
	}
	undone := had((&Session{v.Desktop}).Undo())(t)
	if view = had(f.Prepare("mtg_forum"))(t); view.Laptops[0].Door != "" || !undone.Any {
		t.Errorf("%+v %+v", view.Laptops, undone)
	}
}

func TestBadgesAreNotedWhenTheyArePrintedAndWhoChangedSinceIsAskedForAgain(t *testing.T) {
	v, f, ids := newForumVenue(t, "en")
	order := BadgeOrder{Meeting: "mtg_forum", Who: "new", Format: "l7165", Skip: 7}
	plan := had(f.PlanBadges(order))(t)
	if plan.People != 3 || plan.Pages != 2 || plan.Text != "3 badges on 2 pages" || len(plan.First) != 1 || plan.First[0].Name != "Élise Côté" {
		t.Errorf("%+v", plan)
	}
	report := ended[PrintReport](t, v.Desktop, had(f.PrintBadges(order, true))(t))
	pdf, err := os.ReadFile(report.Path)
	if err != nil || !strings.HasPrefix(string(pdf), "%PDF-") || report.Text != "Opened in your program for PDF files." || !strings.HasSuffix(report.Path, "Badges Forum.pdf") {
		t.Error(report, err)
	}
	if view := had(f.Prepare("mtg_forum"))(t); view.Unprinted != 0 || view.Badges.Tone != "good" || view.Badges.Text != "Printed for all 3, last today 9:02" {
		t.Errorf("%+v", view.Badges)
	}
	if job := had(f.PrintBadges(order, false))(t); job != "" { // nobody chose a file
		t.Error(job)
	}
	v.now = v.now.Add(time.Hour)
	had((&People{v.Desktop}).SetMember(ids[0], map[string]string{"family": "Côté-Roy"}))(t)
	view := had(f.Prepare("mtg_forum"))(t)
	if view.Unprinted != 1 || view.Badges.Tone != "wait" || view.Badges.Text != "1 of 3 lacks a badge that is right; last printed today 9:02" {
		t.Errorf("%+v", view.Badges)
	}
	people := had(f.BadgePeople("mtg_forum"))(t)
	if len(people) != 3 || people[0].Name != "Élise Côté" || !people[0].Printed || people[slices.IndexFunc(people, func(r BadgeRow) bool { return r.ID == ids[0] })].Printed {
		t.Errorf("%+v", people)
	}
	if plan := had(f.PlanBadges(BadgeOrder{Meeting: "mtg_forum", Who: "chosen"}))(t); plan.People != 0 {
		t.Errorf("nobody was chosen, and %+v", plan)
	}
}

func TestRostersAreNotedForTheirDoors(t *testing.T) {
	v, f, _ := newForumVenue(t, "en")
	ended[PrintReport](t, v.Desktop, had(f.PrintSheet(SheetOrder{Meeting: "mtg_forum", Station: "A", Lang: "fr"}, true))(t))
	if view := had(f.Prepare("mtg_forum"))(t); view.Sheet.Text != "Door B has none yet" {
		t.Errorf("%+v", view.Sheet)
	}
	report := ended[PrintReport](t, v.Desktop, had(f.PrintSheet(SheetOrder{Meeting: "mtg_forum", Lang: "fr"}, true))(t))
	if view := had(f.Prepare("mtg_forum"))(t); view.Sheet.Text != "Printed today 9:02" || view.Sheet.Tone != "good" || !strings.HasSuffix(report.Path, "Liste Forum.pdf") {
		t.Errorf("%+v %+v", view.Sheet, report)
	}
}

func TestTwoCodesTellHowFarAnotherClockIsAhead(t *testing.T) {
	v, f, _ := newForumVenue(t, "en")
	mine := had(f.Prepare("mtg_forum"))(t).Laptops[0].Device
	had(f.SetDoor("mtg_forum", mine, "A", ""))(t)
	code := had(f.ClockCode())(t)
	answer, err := door.AnswerClock(code, v.now.Add(61*time.Minute+8*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	v.now = v.now.Add(16 * time.Second)
	said := had(f.ReadClock("mtg_forum", mine, answer))(t)
	if said.Tone != "wait" || said.Text != "61 minutes ahead of that of Luc Essai · See which one is right, set the other, and compare again." {
		t.Errorf("%+v", said)
	}
	view := had(f.Prepare("mtg_forum"))(t)
	if !view.Laptops[0].MayRight {
		t.Errorf("%+v", view.Laptops[0].Clock)
	}
	had(f.RightClock("mtg_forum", mine))(t)
	if view = had(f.Prepare("mtg_forum"))(t); view.Laptops[0].MayRight || !strings.Contains(view.Laptops[0].Clock.Text, "its scans are read by the clock of Luc Essai") {
		t.Errorf("%+v", view.Laptops[0])
	}
	if _, err := f.AnswerClock("ZZZ"); err == nil {
		t.Error("any letters are a code")
	}
}

func TestPaperIsTypedRowByRow(t *testing.T) {
	_, f, ids := newForumVenue(t, "en")
	sheet := PaperSheet{Meeting: "mtg_forum", Station: "A", Day: "2026-12-09"}
	view := had(f.Paper("mtg_forum"))(t)
	if len(view.Days) != 1 || view.Days[0].Value != "2026-12-09" || !slices.Equal(view.Stations, []string{"A", "B"}) {
		t.Errorf("%+v", view)
	}
	code := door.RowCode("mtg_forum", ids[1])[:5]
	if look := had(f.LookAtRow(sheet, strings.ToLower(code)))(t); look.Name != "Élise Côté" || look.Community != "Saint-Lin–Laurentides" || look.Text != "" || look.Tone != "" {
		t.Errorf("%+v", look)
	}
	if look := had(f.LookAtRow(sheet, "ZZZZZ 9"))(t); look.Tone != "bad" || look.Code != "row_unknown" {
		t.Errorf("%+v", look)
	}
	first := had(f.EnterRow(sheet, code+" 902 1630"))(t)
	if first.Tone != "good" || first.Name != "Élise Côté" || first.Text != "in 9:02, out 16:30" || len(first.Scans) != 2 || first.In != 1 || first.Out != 1 {
		t.Errorf("%+v", first)
	}
	if again := had(f.EnterRow(sheet, code+" 902 1630"))(t); again.Tone != "again" || again.In != 1 {
		t.Errorf("%+v", again)
	}
	if look := had(f.LookAtRow(sheet, code+" "))(t); look.Text != "Typed before: in 9:02, out 16:30" {
		t.Errorf("%+v", look)
	}
	if bad := had(f.EnterRow(sheet, code+" 2561"))(t); bad.Tone != "bad" || bad.Code != "row_time" || bad.In != 1 {
		t.Errorf("%+v", bad)
	}
	if guest := had(f.EnterRow(sheet, "+ Josée Lalonde, Lyon, 915"))(t); guest.Tone != "good" || guest.Name != "Josée Lalonde" || guest.Community != "Lyon" || guest.Text != "written down · in 9:15" || guest.In != 2 {
		t.Errorf("%+v", guest)
	}
	if back := had(f.UndoRow(sheet, first.Scans))(t); back.Name != "Élise Côté" || back.In != 1 || back.Out != 0 {
		t.Errorf("%+v", back)
	}
	if anew := had(f.EnterRow(sheet, code+" 902"))(t); anew.Tone != "good" || anew.In != 2 {
		t.Errorf("%+v", anew)
	}
}

func TestWhatWasTypedFromPaperIsCalledSoAmongTheLastScans(t *testing.T) {
	for lang, where := range map[string]string{"en": "paper, door A · 9:02", "fr": "papier, porte A · 9 h 02"} {
		v, f, ids := newForumVenue(t, lang)
		had(f.EnterRow(PaperSheet{Meeting: "mtg_forum", Station: "A", Day: "2026-12-09"}, door.RowCode("mtg_forum", ids[1])[:5]+" 902"))(t)
		last := had(v.door.Open("mtg_forum", "A"))(t).Last
		if len(last) != 1 || strings.ReplaceAll(last[0].Text, "\u00a0", " ") != where {
			t.Errorf("%+v", last)
		}
	}
}
