package roster

import (
	"slices"
	"strings"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// told is what accepted changes say, for tests.
type told struct {
	belongs  map[string][]string
	made     map[string]string
	consents map[string][]string
}

func (f told) Belongs(member, office string) bool { return slices.Contains(f.belongs[member], office) }
func (f told) Wrote(device, member, field, _ string) bool {
	return f.made[member] == device && field == fieldWalkIn
}
func (f told) MembersOf(consent string) []string { return f.consents[consent] }

// deed is one change of an action, told in words: "field", "field=text", "field@scope=text"; " over X" says that it
// replaces a value of laptop X.
func (s *story) deed(kind store.Kind, record, words string) store.Change {
	words, of, replaces := strings.Cut(words, " over ")
	words, text, _ := strings.Cut(words, "=")
	field, scope, _ := strings.Cut(words, "@")
	if text == "" {
		text = "x"
	}
	c := store.Change{Kind: kind, Record: record, Field: field, Scope: scope, Value: signed.Encode(text)}
	if replaces {
		c.Replaces = []store.Dot{{Device: s.id(of).Device(), Seq: 3}}
	}
	return c
}

func (s *story) action(kind store.Kind, record string, words ...string) Action {
	a := Action{Edit: store.Edit{First: 1}}
	for _, w := range words {
		a.Changes = append(a.Changes, s.deed(kind, record, w))
	}
	return a
}

// allowed tells whether all scopes of an action are.
func (s *story) allowed(who string, a Action, facts Facts) error {
	for _, scope := range []string{"", "home", "away"} {
		if err := s.roster.State().Allows(s.id(who).Device(), a, scope, facts); err != nil {
			return err
		}
	}
	return nil
}

func TestRolesLimitWhatALaptopWrites(t *testing.T) {
	s := tell(t, "F -> office away -> +A admin -> +C coordinator -> +D door -> +R reader")
	facts := told{belongs: map[string][]string{"mem_ours": {"home"}, "mem_theirs": {"away"}},
		made: map[string]string{"mem_atdoor": s.id("D").Device()}, consents: map[string][]string{"con_theirs": {"mem_theirs"}}}
	member := func(record string, words ...string) Action { return s.action(store.KindMember, record, words...) }
	of := func(kind store.Kind, record string, words ...string) Action { return s.action(kind, record, words...) }
	for _, c := range []struct {
		what   string
		action Action
		may    string // letters of those who may
	}{
		{"a scan", of(store.KindScan, "scn_1", "fact"), "ACD"},
		{"a scan deleted", of(store.KindScan, "scn_1", "~"), "AC"},
		{"what is prepared for a forum", of(store.KindPrepared, "prp_1", "station"), "ACD"},
		{"what is prepared, deleted", of(store.KindPrepared, "prp_1", "~"), "AC"},
		{"what is prepared, for an office alone", of(store.KindPrepared, "prp_1", "station@home"), ""},
		{"a meeting", of(store.KindMeeting, "mtg_1", "title"), "AC"},
		{"a chapter", of(store.KindChapter, "chp_1", "name"), "AC"},
		{"an office", of(store.KindOffice, "home", "name"), "A"},
		{"the network", of(store.KindNetwork, "net_1", "name"), "A"},

		{"a name of a member of the office", member("mem_ours", "given over A"), "AC"},
		{"a detail of a member of the office", member("mem_ours", "phone@home over A"), "AC"},
		{"a name of another office's member", member("mem_theirs", "given over A"), "A"},
		{"a detail of another office's member", member("mem_theirs", "phone@away"), "A"},
		{"another office's member, sealed for the own", member("mem_theirs", "phone@home"), "A"},
		{"a detail in the clear of the network", member("mem_ours", "phone"), "A"},
		{"a detail sealed for another office", member("mem_ours", "phone@away"), "A"},
		{"a name where only an office reads it", member("mem_ours", "office@home=home"), ""},
		{"a new member", member("mem_new", "given", "office=home", "phone@home"), "AC"},
		{"a new member of another office", member("mem_new", "given", "office=away", "phone@away"), "A"},
		{"a member of no office", member("mem_new", "given"), "A"},
		{"another's member taken over", member("mem_theirs", "office=home over A"), "A"},
		{"a move to another office", member("mem_ours", "office=away over A", "phone@home over A", "phone@away"), "AC"},
		{"a consent of a member of the office", of(store.KindConsent, "con_1", "basis@home", "member@home=mem_ours"), "AC"},
		{"a consent of another office's member", of(store.KindConsent, "con_1", "basis@away", "member@away=mem_theirs"), "A"},
		{"a known consent of another office's member", of(store.KindConsent, "con_theirs", "withdrawn@away"), "A"},

		{"a walk-in", member("mem_new", "given", "walk_in"), "AD"},
		{"a walk-in of the office", member("mem_new", "given", "office=home", "walk_in", "email@home"), "ACD"},
		{"a walk-in of another office", member("mem_new", "given", "office=away", "walk_in"), "A"},
		{"a name of an own walk-in", member("mem_atdoor", "given over D"), "AD"},
		{"a name of an own walk-in that somebody put right", member("mem_atdoor", "given over C"), "A"},
		{"a bare member of the office", member("mem_new", "office=home"), "ACD"},
		{"another's member as a walk-in", member("mem_ours", "given over C", "walk_in"), "AC"},
	} {
		for _, who := range []string{"A", "C", "D", "R"} {
			err := s.allowed(who, c.action, facts)
			if may := strings.Contains(c.may, who); may && err != nil || !may && !fault.Is(err, "role_forbids") {
				t.Errorf("%s by %s: %v", c.what, who, err)
			}
		}
	}
	old := member("mem_ours", "phone")
	old.Old = true
	if err := s.allowed("C", old, facts); err != nil {
		t.Errorf("a detail that an earlier version wrote for all: %v", err)
	}
	if err := s.roster.State().Allows("aaaabbbbccccdddd", of(store.KindScan, "scn_1", "fact"), "", facts); !fault.Is(err, "unknown_laptop") {
		t.Error(err)
	}
}
