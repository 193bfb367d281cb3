package store

import "testing"

func TestConsentsAreFoundByTheirMemberAlsoAfterTheViewIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	s := laptop(t, dir, "dev_a")
	ada := Consent{ID: "con_1", Member: "mem_ada", Basis: "express", Source: "form", Date: "2026-03-12"}
	noah := Consent{ID: "con_2", Member: "mem_noah", Basis: "express", Source: "call", Date: "2026-03-13"}
	put(t, s, ada, noah)
	for range 2 {
		if got := ok(Linked[Consent](s, "mem_ada"))(t); len(got) != 1 || got[0] != ada {
			t.Errorf("%+v", got)
		}
		s.write.Lock()
		err := s.rebuildView(errShort)
		s.write.Unlock()
		if err != nil {
			t.Fatal(err)
		}
	}
	m := s.current()
	if v := ok(s.survey())(t); !v.sound(&m) {
		t.Error("the index is not what follows from the records")
	}
	ada.Member = "mem_noah" // one person after all
	put(t, s, ada)
	if a, n := ok(Linked[Consent](s, "mem_ada"))(t), ok(Linked[Consent](s, "mem_noah"))(t); len(a) != 0 || len(n) != 2 {
		t.Errorf("%d stayed, %d are there", len(a), len(n))
	}
	ok(s.Edit(func(tx *Tx) error { return tx.Delete(KindConsent, "con_1") }))(t)
	if n := ok(Linked[Consent](s, "mem_noah"))(t); len(n) != 1 {
		t.Errorf("%d are there after one was removed", len(n))
	}
}

func TestAConsentWhoseMemberHoldsANULHarmsNobodysRows(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	put(t, s, Consent{ID: "con_1", Member: "mem_ada\x00con_x", Basis: "express"})
	if got := ok(Linked[Consent](s, "mem_ada"))(t); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
