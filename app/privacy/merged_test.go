package privacy_test

import (
	"testing"

	"example.org/carnet/app/privacy"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestSomebodyWhoWasMergedOnSeveralLaptopsIsKnownAndErasedUnderAllIds(t *testing.T) {
	c := opened(t)
	m, _, err := c.People.AddMember(map[string]string{"given": "Élise", "family": "Tremblay"})
	if err != nil {
		t.Fatal(err)
	}
	m.Merged = []string{"mem_b"}
	if _, err := c.Store.Edit(func(tx *store.Tx) error {
		for _, r := range []store.Record{m, // one laptop merged a into b, another b into her: neither knew of the other
			store.Member{ID: "mem_a", Given: "Elise", Family: "Avant", Email: "avant@example.org", Office: m.Office, MergedInto: "mem_b"},
			store.Member{ID: "mem_b", Given: "Lise", Family: "Tremblay", Office: m.Office, MergedInto: m.ID, Merged: []string{"mem_a"}},
			store.Consent{ID: store.NewID(store.KindConsent), Member: "mem_a", Basis: "express", Source: "form", Date: "2026-03-12"},
			store.Registration{ID: store.RegistrationID("mtg_a", "mem_a"), For: "mtg_a", Member: "mem_a", Status: "approved"}} {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	found, err := privacy.Gather(c.Privacy(), m.ID)
	if err != nil || len(found.Merged) != 2 || len(found.Consents) != 1 || len(found.Registrations) != 1 {
		t.Errorf("%d members, %d consents, %d registrations, %v", len(found.Merged), len(found.Consents), len(found.Registrations), err)
	}
	if n, err := c.Network.Erase(found.Member, found.Consents, "request"); err != nil || n != 5 {
		t.Errorf("%d records are erased, %v", n, err)
	}
	if _, err := store.Get[store.Member](c.Store, "mem_a"); !fault.Is(err, "unknown_id") {
		t.Error("a name stays behind", err)
	}
}
