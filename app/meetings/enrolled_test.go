package meetings

import (
	"slices"
	"testing"

	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
)

func enrolled(of, member, status string) store.Registration {
	return store.Registration{ID: store.RegistrationID(of, member), For: of, Member: member, Status: status}
}

func TestWhoWasMergedKeepsTheVerdictThatTheirRegistrationGave(t *testing.T) {
	m := newMeetings(t)
	meeting := store.Meeting{ID: "mtg_a", Title: "Call", Chapter: "chp_atlantic", Start: "2026-12-02T13:00", Zone: "America/Toronto", Minutes: 60, Status: "confirmed"}
	guests := store.Meeting{ID: "mtg_b", Title: "Dinner", Audience: "all(invited=mem_old|mem_1)", Start: "2026-12-02T18:00", Zone: "America/Toronto", Minutes: 60, Status: "confirmed"}
	put(t, m, meeting, guests, enrolled("mtg_a", "mem_old", "approved"), enrolled("mtg_a", "mem_1", "approved"), enrolled("mtg_a", "mem_2", "declined"),
		store.Member{ID: "mem_old", Given: "E", Family: "E", MergedInto: "mem_new"}, store.Member{ID: "mem_new", Given: "E", Family: "E", Merged: []string{"mem_old"}})
	for _, of := range []store.Meeting{meeting, guests} {
		all, err := m.Verdicts(of)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(all, func(j Judged) bool { return j.Member == "mem_new" })
		if at < 0 || all[at].Answer != audience.Eligible || slices.ContainsFunc(all, func(j Judged) bool { return j.Member == "mem_old" }) {
			t.Errorf("%s: %+v", of.Title, all)
		}
	}
	list, err := m.Enrolled("mtg_a")
	if err != nil || len(list) != 3 || !slices.ContainsFunc(list, func(e Enrolled) bool { return e.Person == "mem_new" && e.Member == "mem_old" }) {
		t.Errorf("%+v %v", list, err)
	}
	gate, err := m.Gate(meeting)
	if err != nil || gate.Standing("mem_old").ID != gate.Standing("mem_new").ID || gate.Standing("mem_new").Status != "approved" {
		t.Errorf("%+v %v", gate.Standing("mem_new"), err)
	}
}

func TestAPersonWithTwoRegistrationsIsCountedOnceAndByTheOneThatCounts(t *testing.T) {
	m := newMeetings(t)
	meeting := store.Meeting{ID: "mtg_a", Title: "Call", Start: "2026-12-02T13:00", Zone: "America/Toronto", Minutes: 60, Status: "confirmed"}
	early, late := enrolled("mtg_a", "mem_4", "requested"), enrolled("mtg_a", "mem_new", "withdrawn")
	early.At, late.At = "2026-11-01T12:00:00.000Z", "2026-11-02T12:00:00.000Z"
	put(t, m, meeting, early, late, enrolled("mtg_a", "mem_1", "approved"), enrolled("mtg_a", "mem_old", "declined"),
		store.Member{ID: "mem_old", Given: "A", Family: "A", MergedInto: "mem_1"}, store.Member{ID: "mem_new", Given: "D", Family: "D", MergedInto: "mem_4"})
	for member, status := range map[string]string{"mem_1": "approved", "mem_old": "approved", "mem_4": "withdrawn", "mem_new": "withdrawn", "mem_2": ""} {
		if g, _ := m.EnrolledAs("mtg_a", member); g.Status != status {
			t.Errorf("%s: %q", member, g.Status)
		}
	}
	zones, err := m.Concerned().ByZone(Plan(meeting))
	if err != nil || len(zones) != 1 || zones["America/St_Johns"] != 1 {
		t.Errorf("%v %v", zones, err)
	}
}
