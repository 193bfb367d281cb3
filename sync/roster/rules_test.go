package roster

import (
	"bytes"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestRolesLimitWhatALaptopWrites(t *testing.T) {
	s := tell(t, "F -> +A admin -> +C coordinator -> +D door -> +R reader")
	value, _ := cbor.Marshal("mtg_forum")
	edit := func(kind store.Kind, record string, fields ...string) store.Edit {
		e := store.Edit{First: 1}
		for _, f := range fields {
			e.Changes = append(e.Changes, store.Change{Kind: kind, Record: record, Field: f, Value: value})
		}
		return e
	}
	origin := func(_ store.Kind, record string) (string, bool) {
		switch record {
		case "mem_atdoor":
			return s.id("D").Device(), true
		case "mem_office":
			return s.id("C").Device(), true
		}
		return "", false
	}
	for _, c := range []struct {
		what string
		edit store.Edit
		may  string // letters of those who may
	}{
		{"a scan", edit(store.KindScan, "scn_1", "fact"), "ACD"},
		{"a scan deleted", edit(store.KindScan, "scn_1", "~"), "AC"},
		{"a walk-in", edit(store.KindMember, "mem_new", "given", "walk_in"), "ACD"},
		{"a new member who did not walk in", edit(store.KindMember, "mem_new", "given"), "AC"},
		{"the name of an own walk-in", edit(store.KindMember, "mem_atdoor", "given"), "ACD"},
		{"another's member", edit(store.KindMember, "mem_office", "given", "walk_in"), "AC"},
		{"a meeting", edit(store.KindMeeting, "mtg_1", "title"), "AC"},
		{"a chapter", edit(store.KindChapter, "chp_1", "name"), "AC"},
		{"an office", edit(store.KindOffice, "home", "name"), "A"},
		{"the network", edit(store.KindNetwork, "net_1", "name"), "A"},
	} {
		for _, who := range []string{"A", "C", "D", "R"} {
			err := s.roster.State().Allows(s.id(who).Device(), c.edit, origin)
			if may := bytes.Contains([]byte(c.may), []byte(who)); may && err != nil || !may && !fault.Is(err, "role_forbids") {
				t.Errorf("%s by %s: %v", c.what, who, err)
			}
		}
	}
	if err := s.roster.State().Allows("aaaabbbbccccdddd", edit(store.KindScan, "scn_1", "fact"), origin); !fault.Is(err, "unknown_laptop") {
		t.Error(err)
	}
}
