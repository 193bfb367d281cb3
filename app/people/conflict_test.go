package people_test

import (
	"testing"
	"time"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

// twoLaptops are two that have exchanged the same member.
func twoLaptops(t *testing.T) (a, b *people.People, member string) {
	t.Helper()
	a = office(t)
	s, err := store.Open(t.TempDir(), store.Options{Key: [32]byte{2}, Device: "montreal"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b = people.New(people.Deps{Store: s, Now: time.Now, May: func(store.Kind) error { return nil }, Office: func() string { return "" }})
	m := add(t, a, map[string]string{"given": "Élise", "family": "Tremblay", "phone": "1", "notes": "n"})
	exchange(t, a, b)
	return a, b, m.ID
}

func exchange(t *testing.T, a, b *people.People) {
	t.Helper()
	edits := func(p *people.People) (all []store.Edit) {
		for e, err := range p.Store.Unpublished(0) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, e)
		}
		return all
	}
	ofA, ofB := edits(a), edits(b)
	if _, err := b.Store.Apply(ofA, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Store.Apply(ofB, nil); err != nil {
		t.Fatal(err)
	}
}

func set(t *testing.T, p *people.People, id, field, value string) {
	t.Helper()
	if _, _, err := p.SetMember(id, map[string]string{field: value}); err != nil {
		t.Fatal(err)
	}
}

func conflicts(t *testing.T, p *people.People) []people.Conflict {
	t.Helper()
	all, err := p.Conflicts()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestBothValuesOfAFieldWaitForAChoiceThatTheOthersSee(t *testing.T) {
	a, b, id := twoLaptops(t)
	set(t, a, id, "phone", "2")
	set(t, b, id, "phone", "3")
	exchange(t, a, b)
	found := conflicts(t, a)
	if len(found) != 1 || found[0].Field != "phone" || found[0].Was != "1" || len(found[0].Values) != 2 {
		t.Fatalf("%+v", found)
	}
	if _, err := a.Choose(found[0], 7); err == nil {
		t.Error("a choice that is not offered was taken")
	}
	at := 0
	if found[0].Values[1].To == "3" {
		at = 1
	}
	if _, err := a.Choose(found[0], at); err != nil {
		t.Fatal(err)
	}
	exchange(t, a, b)
	if left := conflicts(t, b); len(left) != 0 {
		t.Errorf("%+v", left)
	}
	if m, _ := b.Find(id); m.Phone != "3" {
		t.Error(m.Phone)
	}
	_, err := a.Conflict(found[0].ID)
	wantCode(t, err, "unknown_conflict")
}

func TestAThirdValueIsReadLikeTheFieldsOwn(t *testing.T) {
	a, b, id := twoLaptops(t)
	set(t, a, id, "email", "a@example.org")
	set(t, b, id, "email", "b@example.org")
	exchange(t, a, b)
	found := conflicts(t, a)[0]
	_, err := a.Write(found, "nonsense")
	wantCode(t, err, "bad_email")
	if _, err := a.Write(found, "c@example.org"); err != nil {
		t.Fatal(err)
	}
	if m, _ := a.Find(id); m.Email != "c@example.org" || len(conflicts(t, a)) != 0 {
		t.Errorf("%+v", m)
	}
}

func TestARecordRemovedWhileItWasWrittenInIsAQuestionNotALoss(t *testing.T) {
	for _, keep := range []bool{true, false} {
		a, b, id := twoLaptops(t)
		if _, _, err := a.RemoveMember(id); err != nil {
			t.Fatal(err)
		}
		set(t, b, id, "title", "Mairesse")
		exchange(t, a, b)
		found := conflicts(t, b)
		if len(found) != 1 || found[0].Field != "~" {
			t.Fatalf("%+v", found)
		}
		for i, v := range found[0].Values {
			if v.Deletes() != keep {
				if _, err := b.Choose(found[0], i); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		exchange(t, a, b)
		m, err := a.Find(id)
		if keep && (err != nil || m.Title != "Mairesse") || !keep && err == nil {
			t.Errorf("keep %v: %+v %v", keep, m, err)
		}
		if left := conflicts(t, a); len(left) != 0 {
			t.Errorf("keep %v: %+v", keep, left)
		}
	}
}

func TestAllConflictsAreSettledByOneRuleAndUndoneAtOnce(t *testing.T) {
	for rule, want := range map[string]string{"mine": "2", "theirs": "3", "newest": "3"} {
		a, b, id := twoLaptops(t)
		set(t, a, id, "phone", "2")
		set(t, a, id, "title", "2")
		time.Sleep(2 * time.Millisecond)
		set(t, b, id, "phone", "3")
		set(t, b, id, "title", "3")
		exchange(t, a, b)
		settled, refs, err := a.SettleAll(rule, "toronto")
		if err != nil || settled != 2 || len(conflicts(t, a)) != 0 {
			t.Fatalf("%s: %d %v", rule, settled, err)
		}
		if m, _ := a.Find(id); m.Phone != want || m.Title != want {
			t.Errorf("%s: %+v", rule, m)
		}
		if _, err := a.Store.Undo(refs); err != nil {
			t.Fatal(err)
		}
	}
	a, b, id := twoLaptops(t)
	set(t, a, id, "phone", "2")
	set(t, b, id, "phone", "3")
	exchange(t, a, b)
	_, _, err := a.SettleAll("loudest", "toronto")
	wantCode(t, err, "bad_settling")
}
