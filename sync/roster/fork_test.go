package roster

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// merged is the roster of who has seen all that these have.
func merged(t interface {
	Helper()
	Fatal(...any)
}, stories ...*story) *Roster {
	t.Helper()
	r, err := Load(stories[0].roster.State().Founding, stories[0].roster.All())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stories[1:] {
		r.Merge(s.roster.All())
	}
	return r
}

func (s *story) on(r *Roster) *story {
	return &story{t: s.t, roster: r, laptops: s.laptops, now: s.now}
}

func TestForksWithRevocations(t *testing.T) {
	for name, c := range map[string]struct{ before, left, right, after string }{
		"a revoked admin's longer fork":                {"F -> +B admin", "-B", "B: +C door -> B: +D door -> B: rotate -> B: office x", "x B gone -> x C none"},
		"a counterattack by somebody younger":          {"F -> +B admin", "-B", "B: -F -> B: +D door -> B: rotate", "x B gone -> x F admin -> x D none"},
		"somebody older counts more":                   {"F -> +B admin", "B: -F", "-B -> +C door", "x B gone -> x F admin -> x C door"},
		"puppets of a revoked admin":                   {"F -> +B admin -> +C admin", "C: -B", "B: +X admin -> X: -C -> X: +Y admin -> Y: rotate -> Y: rotate", "x B gone -> x C admin -> x X none -> x Y none"},
		"an old laptop made an admin as a puppet":      {"F -> +X door -> +A admin -> +B admin", "A: -B", "B: promote X admin -> X: -A -> X: rotate -> X: rotate", "x B gone -> x A admin -> x X door"},
		"what came before the revocation stays":        {"F -> +B admin -> B: +C door", "-B", "B: rotate", "x B gone -> x C door"},
		"the recovery against the founder":             {"F -> +B admin", "P: -F -> P: rotate", "-B -> +C admin -> C: rotate -> rotate -> rotate", "x F gone -> x B admin -> x C none"},
		"the recovery's word outweighs a longer chain": {"F -> +B door", "P: promote B admin", "rotate -> rotate -> rotate", "x B admin"},
		"no admin undoes what the recovery built upon": {"F -> +B admin -> +C admin", "C: +D door -> P: promote D admin", "-C -> rotate -> rotate", "x D admin -> x C admin"},
		"a demoted admin's longer fork":                {"F -> +B admin", "promote B door", "B: rotate -> B: rotate -> B: +C admin", "x B door -> x C none"},
		"a recovery replaced by itself":                {"F -> +B door", "P: recovery -> +C door", "P: promote B admin -> P: rotate", "x B door -> x C door"},
		"doors weigh nothing":                          {"F -> +B door -> +C door", "+D door", "B: grant C -> C: grant B -> B: rekey 2 -> C: rekey 2", "x D door"},
		"a revocation against a longer honest chain":   {"F -> +A admin -> +B door", "-B", "A: rotate -> A: office x -> A: +C door", "x B gone -> x C none"},
		"an admin who leaves":                          {"F -> +B admin", "B: -B", "rotate", "x F admin"},
	} {
		t.Run(name, func(t *testing.T) {
			for range 4 {
				base := tell(t, c.before)
				paper := base.id("P")
				l, _ := base.fork(c.left, "F: rotate")
				l.laptops["P"] = paper
				_, r := base.fork("F: rotate", c.right)
				for _, r := range []*Roster{merged(t, l, r), merged(t, r, l), merged(t, base, r, l)} {
					base.on(r).tell(c.after)
				}
			}
		})
	}
}

func TestARevokedAdminSaysNothingAgain(t *testing.T) {
	l, r := tell(t, "F -> +B admin -> +C admin").fork("-B", "B: +D door -> C: +E door")
	s := l.on(merged(t, l, r))
	if lost := s.roster.Lost(s.id("B").Device()); len(lost) > 0 {
		t.Errorf("%d statements of the revoked would be said again", len(lost))
	}
	lost := s.roster.Lost(s.id("C").Device())
	if len(lost) != 1 {
		t.Fatalf("an honest admin lost %d statements", len(lost))
	}
	if _, err := s.roster.Reissue(s.id("C"), lost[0], s.now); err != nil {
		t.Fatal(err)
	}
	s.tell("x B gone -> x D none -> x E door")
}

func TestAnOfficeThatIsOpenedAgainKeepsItsKey(t *testing.T) {
	for range 6 {
		l, r := tell(t, "F -> +B admin").fork("+C door -> rotate", "B: office away")
		first := r.roster.State().FirstKey("away")
		s := l.on(merged(t, l, r))
		for _, h := range s.roster.Lost(s.id("B").Device()) {
			if _, err := s.roster.Reissue(s.id("B"), h, s.now); err != nil {
				t.Fatal(err)
			}
		}
		if s.roster.State().FirstKey("away") != first {
			t.Fatal("the office has another first key")
		}
		s.wantOpens("F", "+", "away")
	}
}

// drift draws a tree of statements: several admins and the recovery, each of whom sees more or
// less of what the others said, and says one of all sorts of things on top. Those who were revoked
// go on writing with their old keys.
func drift(rt *rapid.T, s *story) (views []*Roster) {
	for range 3 {
		views = append(views, merged(rt, s))
	}
	names := []string{"F", "A", "B", "C", "D", "P"}
	for i := range rapid.IntRange(3, 14).Draw(rt, "statements") {
		view := views[rapid.IntRange(0, len(views)-1).Draw(rt, "view")]
		name := func() string { return rapid.SampledFrom(names[:5]).Draw(rt, "whom") }
		by := rapid.SampledFrom(names).Draw(rt, "by")
		kinds := []string{"-%s", "-%s", "promote %s door", "promote %s admin", "grant %s", "+N" + fmt.Sprint(i) + " admin", "policy closed"}
		step := rapid.SampledFrom(kinds).Draw(rt, "what")
		if bytes.Contains([]byte(step), []byte("%s")) {
			step = fmt.Sprintf(step, name())
		}
		told := s.on(view)
		_, _ = told.step(by + ": " + step) // what is refused is not said
		if names := fmt.Sprintf("N%d", i); len(told.roster.chain) > 0 && told.laptops[names] != nil && rapid.Bool().Draw(rt, "puppet speaks") {
			_, _ = told.step(names + ": -" + name())
		}
		if rapid.IntRange(0, 3).Draw(rt, "meet") == 0 {
			view.Merge(views[rapid.IntRange(0, len(views)-1).Draw(rt, "other")].All())
		}
	}
	return views
}

func TestAllOrdersOfMergingGiveOneChain(t *testing.T) {
	base := tell(t, "F -> +A admin -> +B admin -> +C admin -> +D door")
	stranger := tell(t, "F -> +A admin -> rotate -> rotate -> rotate -> rotate -> rotate -> rotate -> rotate")
	rapid.Check(t, func(rt *rapid.T) {
		views := drift(rt, base)
		var all [][]byte
		for _, v := range views {
			all = append(all, v.All()...)
		}
		all = append(all, stranger.roster.All()...)
		one, err := Load(base.roster.State().Founding, all)
		if err != nil {
			rt.Fatal(err)
		}
		shuffled := rapid.Permutation(all).Draw(rt, "order")
		cut := rapid.IntRange(0, len(all)).Draw(rt, "cut")
		two, err := Load(base.roster.State().Founding, append(slices.Clone(shuffled[:cut]), base.roster.All()[0]))
		if err != nil {
			rt.Fatal(err)
		}
		for _, data := range shuffled[cut:] { // one by one, as rounds bring them
			two.Merge([][]byte{data})
		}
		if one.State().Head != two.State().Head {
			rt.Fatalf("two orders gave two chains: version %d and %d", one.State().Version, two.State().Version)
		}
		for _, v := range views {
			if v.Merge(all); v.State().Head != one.State().Head {
				rt.Fatal("a laptop of the story has another chain")
			}
		}
		lawful(rt, one)
		if replayed := one.State().Head; len(one.Merge(base.roster.All())) > 0 || one.State().Head != replayed {
			rt.Fatal("a replayed old chain changed something")
		}
	})
}

// lawful checks what holds for every chain, however it came about.
func lawful(rt *rapid.T, r *Roster) {
	if r.State().admins == 0 {
		rt.Fatal("no admin is left")
	}
	count := 0
	for _, l := range r.State().Laptops() {
		if l.Role == Admin && !l.Revoked {
			count++
		}
	}
	if count != r.State().admins {
		rt.Fatalf("%d admins are counted as %d", count, r.State().admins)
	}
	if !r.forked {
		return
	}
	r.number()
	upward := slices.DeleteFunc(r.upward(), func(l *link) bool { return l.state == nil })
	inForce := strike(upward)
	for _, b := range inForce {
		if b.dead {
			rt.Fatal("a revocation that was struck strikes")
		}
		for _, l := range r.chain {
			struck := l.Author == b.target && !l.before(b.link) && !b.before(l)
			if struck && !shielded(r, l) {
				rt.Fatalf("%s was revoked and its word from elsewhere counts", l.Author)
			}
		}
	}
	// The recovery's word: nothing of it is struck but by itself.
	for _, l := range upward {
		if l.byRecovery && l.dead && !slices.ContainsFunc(inForce, func(b blow) bool { return b.byRecovery }) {
			rt.Fatal("an admin struck the recovery")
		}
	}
}

func shielded(r *Roster, l *link) bool {
	return slices.ContainsFunc(r.upward(), func(other *link) bool { return other.state != nil && other.byRecovery && l.before(other) })
}

// A revoked admin with all his keys writes whatever he can, from wherever he can; the revocation
// by somebody older stays in the chain.
func TestARevokedAdminNeverDisplacesHisRevocation(t *testing.T) {
	base := tell(t, "F -> +A admin -> +B admin -> +C admin -> +D door")
	rapid.Check(t, func(rt *rapid.T) {
		by := rapid.SampledFrom([]string{"F", "A", "P"}).Draw(rt, "by")
		gone, since := "B", 3
		if by == "P" { // against the recovery even the founder does not prevail
			since = rapid.IntRange(1, 3).Draw(rt, "since")
			gone = []string{"F", "A", "B"}[since-1]
		}
		other := map[string]string{"F": "A", "A": "F", "B": "F"}[gone]
		honest, err := Load(base.roster.State().Founding, base.roster.All())
		if err != nil {
			rt.Fatal(err)
		}
		s := base.on(honest)
		for range rapid.IntRange(0, 3).Draw(rt, "before") {
			s.tell(other + ": rotate")
		}
		s.tell(by + ": -" + gone)
		revocation := honest.State().Head
		for range rapid.IntRange(0, 2).Draw(rt, "after") {
			s.tell(other + ": rotate")
		}
		head := honest.State().Head
		// The thief begins at any version at which it was an admin.
		chain := honest.Statements(1)
		from := rapid.IntRange(since, len(chain)).Draw(rt, "from")
		thief, err := Load(honest.State().Founding, chain[:from])
		if err != nil {
			rt.Fatal(err)
		}
		evil := base.on(thief)
		for i := range rapid.IntRange(1, 8).Draw(rt, "statements") {
			author := rapid.SampledFrom([]string{gone, gone, "X0", "X1", "D"}).Draw(rt, "author")
			step := rapid.SampledFrom([]string{"+X" + fmt.Sprint(i%2) + " admin", "promote D admin", "-A", "-F", "-C", "-B", "rotate", "promote A door", "recovery", "rekey 3", "grant F", "office o" + fmt.Sprint(i)}).Draw(rt, "what")
			paper, keys := evil.laptops["P"], evil.laptops[author]
			_, _ = evil.step(author + ": " + step)
			evil.laptops["P"] = paper
			if keys != nil {
				evil.laptops[author] = keys
			}
		}
		honest.Merge(thief.All())
		if l, _ := honest.State().Laptop(s.id(gone).Device()); !l.Revoked {
			rt.Fatal("the revoked admin is back")
		}
		if _, known := honest.At(signed.ShortOf(revocation)); !known || honest.State().Version < uint64(len(chain)) {
			rt.Fatalf("the revocation was displaced (%d statements, head then %x)", honest.State().Version, head[:4])
		}
	})
}

func TestOfTwoWhoTakeOneSeatAtOnceOneSits(t *testing.T) {
	for range 10 {
		l, r := tell(t, "F -> +A admin -> invite I door").fork("+B door by I", "A: +C door by I")
		s := l.on(merged(t, l, r))
		seat, _ := s.roster.State().Seat("I")
		_, sits := s.roster.State().Laptop(s.id("B").Device())
		_, other := s.roster.State().Laptop(s.id("C").Device())
		if sits == other || seat.Device != s.id("B").Device() && seat.Device != s.id("C").Device() {
			t.Fatalf("B sits %v, C %v", sits, other)
		}
		loser := map[bool]string{true: "A", false: "F"}[sits]
		for _, h := range s.roster.Lost(s.id(loser).Device()) {
			if _, err := s.roster.Reissue(s.id(loser), h, s.now); !fault.Is(err, "invitation_used") {
				t.Fatalf("the seat was taken again: %v", err)
			}
		}
	}
}

func TestASeatThatIsWithdrawnWhileItIsTakenIsOneOrTheOther(t *testing.T) {
	for range 10 {
		l, r := tell(t, "F -> +A admin -> invite I door").fork("+B door by I", "A: void I")
		s := l.on(merged(t, l, r))
		seat, _ := s.roster.State().Seat("I")
		if _, sits := s.roster.State().Laptop(s.id("B").Device()); sits == seat.Void {
			t.Fatalf("B sits %v, withdrawn %v", sits, seat.Void)
		}
	}
}
