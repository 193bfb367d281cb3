package roster

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// says3 signs any statement of the third version on top of the chain.
func (s *story) says3(by string, said saying3) []byte {
	st := s.roster.State()
	return s.id(by).Sign(kind3, signed.Encode(statement3{Network: st.Network, Version: st.Version + 1, Previous: st.Head, Author: s.id(by).Device(), Said: said}))
}

func TestEndsHaveOneFormAndOthersAreRefused(t *testing.T) {
	a, b := End{Number: 3, Hash: signed.Hash{1}}, End{Number: 3, Hash: signed.Hash{2}}
	many := make([]End, MaxEnds+1)
	for i := range many {
		many[i].Number = uint64(i + 1)
	}
	for name, ends := range map[string][]End{"out of order": {b, a}, "twice": {a, a}, "no number": {{}}, "too many": many} {
		s := tell(t, "F -> +B coordinator")
		device := s.id("B").Device()
		for what, said := range map[string]saying3{"revoke": {Revoke: &revocation3{Device: device, Ends: ends}},
			"promote": {Promote: &promotion3{Device: device, Role: Reader, Office: "home", Ends: ends}}} {
			if err := s.roster.Append(s.says3("F", said)); !fault.Is(err, "roster_unreadable") {
				t.Errorf("%s, ends %s: %v", what, name, err)
			}
		}
	}
	s := tell(t, "F -> +B coordinator")
	if err := s.roster.Append(s.says3("F", saying3{})); !fault.Is(err, "roster_unreadable") {
		t.Errorf("nothing said: %v", err)
	}
	if err := s.roster.Append(s.says3("F", saying3{Revoke: &revocation3{Device: s.id("B").Device(), Ends: []End{a, b}}})); err != nil {
		t.Error(err)
	}
	if l, _ := s.roster.State().Laptop(s.id("B").Device()); !slices.Equal(l.Ends, []End{a, b}) || l.Last != 3 {
		t.Errorf("%+v", l)
	}
}

func TestOnlyALessRightNamesWhereTheOldOneEnds(t *testing.T) {
	for story, lowered := range map[string]int{
		"F -> +B admin -> promote B coordinator":                                      1,
		"F -> +B coordinator -> promote B door":                                       1,
		"F -> +B door -> promote B reader":                                            1,
		"F -> office away -> +B coordinator -> promote B coordinator @away":           1,
		"F -> office away -> +B coordinator -> promote B admin @away":                 0,
		"F -> office away -> +B reader -> promote B reader @away":                     0,
		"F -> +B reader -> promote B door":                                            0,
		"F -> +B door -> promote B admin -> promote B coordinator -> promote B admin": 1,
	} {
		s := tell(t, story)
		l, _ := s.roster.State().Laptop(s.id("B").Device())
		if len(l.Lowered) != lowered {
			t.Errorf("%s: %+v", story, l.Lowered)
		}
		for _, low := range l.Lowered {
			if at, known := s.roster.AtVersion(low.Version); !known || at.Head != low.By {
				t.Errorf("%s: version %d is not %x", story, low.Version, low.By)
			}
		}
	}
}

// Two admins take each other's place away at once, each going on as it likes: whoever sees both, in whatever order and in whatever
// pieces, ends with the same chain, in which the older one stays and the younger one has its end.
func TestOfTwoAdminsWhoDemoteEachOtherTheOlderStaysInEveryOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		base := tell(t, "F -> +B admin -> +C coordinator")
		more := func(by string) (steps []string) {
			for range rapid.IntRange(0, 3).Draw(rt, "more") {
				steps = append(steps, by+": "+rapid.SampledFrom([]string{"rotate", "policy closed", "promote C door", "-C", "+D" + by + " admin"}).Draw(rt, "what"))
			}
			return steps
		}
		against := func(by, whom string) *story {
			s := base.on(merged(rt, base))
			steps := append(more(by), by+": "+rapid.SampledFrom([]string{"promote " + whom + " door", "promote " + whom + " reader", "-" + whom}).Draw(rt, "blow"))
			for _, step := range append(steps, more(by)...) {
				_, _ = s.step(step) // what is refused is not said
			}
			return s
		}
		f, b := against("F", "B"), against("B", "F")
		all := append(f.roster.All(), b.roster.All()...)
		var first *State
		for range 4 {
			order := rapid.Permutation(all).Draw(rt, "order")
			cut := rapid.IntRange(0, len(order)).Draw(rt, "cut")
			r := merged(rt, base)
			r.Merge(order[:cut])
			r.Merge(order[cut:])
			s := r.State()
			if first == nil {
				first = s
			}
			older, _ := s.Laptop(base.id("F").Device())
			younger, _ := s.Laptop(base.id("B").Device())
			if s.Head != first.Head || older.Revoked || older.Role != Admin || len(older.Lowered) > 0 {
				rt.Fatalf("heads %x and %x, the older %+v", s.Head, first.Head, older)
			}
			if !younger.Revoked && (younger.Role == Admin || len(younger.Lowered) != 1) {
				rt.Fatalf("the younger %+v", younger)
			}
		}
	})
}
