package store

import (
	"slices"
	"testing"
)

func TestARecordIsFoundByTheValueOfItsLink(t *testing.T) {
	s := laptop(t, t.TempDir(), "a")
	registration := func(of, member string) Registration {
		return Registration{ID: RegistrationID(of, member), For: of, Member: member, Status: "requested"}
	}
	june := registration("mtg_june", "mem_a")
	put(t, s, june, registration("mtg_may", "mem_a"), registration("mtg_june", "mem_b"))
	finds := func(to string, want ...string) {
		t.Helper()
		var found []string
		for _, r := range ok(Linked[Registration](s, to))(t) {
			found = append(found, r.For+" "+r.Member)
		}
		if slices.Sort(found); !slices.Equal(found, want) {
			t.Errorf("%s: found %q, want %q", to, found, want)
		}
	}
	finds("mtg_june", "mtg_june mem_a", "mtg_june mem_b")
	finds("mem_a", "mtg_june mem_a", "mtg_may mem_a")
	if _, err := s.Edit(func(tx *Tx) error { return tx.Delete(KindRegistration, june.ID) }); err != nil {
		t.Fatal(err)
	}
	finds("mtg_june", "mtg_june mem_b")
	s = rebuilt(t, s)
	finds("mem_a", "mtg_may mem_a")
}

func TestWhatAnOfficeWritesForItselfIsSealedForIt(t *testing.T) {
	s := laptop(t, t.TempDir(), "a")
	sent := "2026-06-01T12:00:00Z sent a"
	put(t, s, Message{ID: "msg_a", Office: "off_t", Mailing: "mlg_a", Number: 1, To: "a@example.org", Events: []string{sent}})
	scopes := map[string]string{}
	for _, line := range ok(s.History(KindMessage, "msg_a"))(t) {
		scopes[line.Field] = line.Scope
	}
	for field, want := range map[string]string{"office": "", "mailing": "", "to": "off_t", "events:" + sent: "off_t"} {
		if got, written := scopes[field]; !written || got != want {
			t.Errorf("%s is for %q, written %v", field, got, written)
		}
	}
}
