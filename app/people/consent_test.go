package people_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

func on(day string) func() time.Time {
	return func() time.Time { at, _ := time.Parse(time.DateOnly, day); return at.Add(17 * time.Hour) }
}

func consent(t *testing.T, p *people.People, member, basis, date string) store.Consent {
	t.Helper()
	c, _, err := p.RecordConsent(member, map[string]string{"basis": basis, "source": "form", "date": date})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func stands(t *testing.T, p *people.People, member, day, state, until string) {
	t.Helper()
	s, err := p.Consent(member, day)
	if err != nil || s.State != state || s.Until != until {
		t.Errorf("on %s: %s until %q (%v), want %s until %q", day, s.State, s.Until, err, state, until)
	}
}

func TestAnImpliedConsentLastsTwoYearsAndAnExpressOneHasNoEnd(t *testing.T) {
	p := office(t)
	p.Now = on("2028-11-21")
	m := add(t, p, map[string]string{"given": "Élise"})
	stands(t, p, m.ID, "", "unknown", "")
	consent(t, p, m.ID, "implied-membership", "2024-02-29")
	stands(t, p, m.ID, "2024-02-28", "ended", "2026-02-28")
	stands(t, p, m.ID, "2024-02-29", "given", "2026-02-28")
	stands(t, p, m.ID, "2026-02-28", "given", "2026-02-28")
	stands(t, p, m.ID, "2026-03-01", "ended", "2026-02-28")
	consent(t, p, m.ID, "implied-attendance", "2025-06-30")
	stands(t, p, m.ID, "2026-03-01", "given", "2027-06-30")
	consent(t, p, m.ID, "express", "2026-03-12")
	stands(t, p, m.ID, "2026-03-11", "given", "2027-06-30")
	stands(t, p, m.ID, "", "given", "")
}

func TestWithdrawingEndsEveryConsentAndOnlyAnExpressOneCountsAfterwards(t *testing.T) {
	p := office(t)
	m := add(t, p, map[string]string{"given": "Élise"})
	p.Now = on("2026-03-01")
	consent(t, p, m.ID, "implied-membership", "2026-01-01")
	consent(t, p, m.ID, "express", "")
	p.Now = on("2026-03-12")
	if _, refs, err := p.WithdrawConsent(m.ID); err != nil || len(refs) != 2 {
		t.Fatalf("%d changes, %v", len(refs), err)
	}
	stands(t, p, m.ID, "2026-03-11", "given", "")
	stands(t, p, m.ID, "", "withdrawn", "2026-03-12")
	if _, refs, err := p.WithdrawConsent(m.ID); err != nil || len(refs) != 0 {
		t.Errorf("withdrawn again: %d changes, %v", len(refs), err)
	}
	p.Now = on("2026-04-01")
	consent(t, p, m.ID, "implied-attendance", "")
	stands(t, p, m.ID, "", "withdrawn", "2026-03-12")
	consent(t, p, m.ID, "express", "")
	stands(t, p, m.ID, "", "given", "")
}

func TestWhoWasNeverAskedCanStillWithdraw(t *testing.T) {
	p := office(t)
	p.Now = on("2026-03-12")
	m := add(t, p, map[string]string{"given": "Noah"})
	_, refs, err := p.WithdrawConsent(m.ID)
	if err != nil {
		t.Fatal(err)
	}
	stands(t, p, m.ID, "", "withdrawn", "2026-03-12")
	if _, err := p.Store.Undo(refs); err != nil {
		t.Fatal(err)
	}
	stands(t, p, m.ID, "", "unknown", "")
}

func TestAWithdrawalAtAnotherOfficeCountsForAConsentOfBefore(t *testing.T) {
	a, b, member := twoLaptops(t)
	a.Now, b.Now = on("2026-03-12"), on("2026-03-12")
	consent(t, a, member, "express", "2026-03-01")
	if _, _, err := b.WithdrawConsent(member); err != nil {
		t.Fatal(err)
	}
	exchange(t, a, b)
	stands(t, a, member, "", "withdrawn", "2026-03-12")
	stands(t, b, member, "", "withdrawn", "2026-03-12")
}

func TestConsentFollowsAMemberWhoWasMerged(t *testing.T) {
	p := office(t)
	keep, other := add(t, p, map[string]string{"given": "Élise"}), add(t, p, map[string]string{"given": "E."})
	consent(t, p, other.ID, "express", "2026-03-01")
	if _, _, err := p.Merge(keep.ID, other.ID); err != nil {
		t.Fatal(err)
	}
	stands(t, p, keep.ID, "2026-03-12", "given", "")
}

func TestAConsentIsRefusedWithoutASourceABasisOrForADayToCome(t *testing.T) {
	p := office(t)
	p.Now = on("2026-03-12")
	m := add(t, p, map[string]string{"given": "Élise"})
	for _, c := range []struct{ basis, source, date, code string }{
		{"", "form", "", "bad_basis"},
		{"because", "form", "", "bad_basis"},
		{"express", " ", "", "consent_source_missing"},
		{"express", "form", "12 March", "bad_date"},
		{"express", "form", "2026-03-14", "consent_ahead"},
	} {
		_, _, err := p.RecordConsent(m.ID, map[string]string{"basis": c.basis, "source": c.source, "date": c.date})
		wantCode(t, err, c.code)
	}
	if n := p.Store.Count(store.KindConsent); n != 0 {
		t.Errorf("%d were kept", n)
	}
	first := consent(t, p, m.ID, "express", "")
	if again := consent(t, p, m.ID, "express", ""); again.ID != first.ID || p.Store.Count(store.KindConsent) != 1 {
		t.Error("the same consent was kept twice")
	}
}

func TestConsentStandsInTheHistoryOfItsMemberAndIsTakenBackWhole(t *testing.T) {
	p := office(t)
	m := add(t, p, map[string]string{"given": "Élise"})
	c := consent(t, p, m.ID, "express", "2026-03-01")
	past, err := p.History(store.KindMember, m.ID)
	if err != nil || past[0].Record != c.ID {
		t.Fatalf("%+v %v", past, err)
	}
	if _, err := p.Undo(store.KindMember, m.ID, past[0].Change.String()); err != nil {
		t.Fatal(err)
	}
	stands(t, p, m.ID, "", "unknown", "")
}

func attended(t *testing.T, p *people.People, member, day string, undo bool) {
	t.Helper()
	at, _ := time.Parse(time.DateOnly, day)
	fact := store.ScanFact{Meeting: "mtg_forum", Member: member, Kind: "in", At: at.Add(17 * time.Hour).UnixMilli(), Nonce: day}
	scans := []store.Scan{{ID: store.ScanID(fact), Fact: fact}}
	if undo {
		back := store.ScanFact{Meeting: "mtg_forum", Member: member, Kind: "undo", At: fact.At, Nonce: day, Undoes: scans[0].ID}
		scans = append(scans, store.Scan{ID: store.ScanID(back), Fact: back})
	}
	if _, err := p.Store.Edit(func(tx *store.Tx) error {
		for _, s := range scans {
			if _, err := tx.Put(s); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestComingToAMeetingBeginsAnImpliedConsentAnew(t *testing.T) {
	p := office(t)
	p.Now = on("2028-11-21")
	m := add(t, p, map[string]string{"given": "Élise"})
	attended(t, p, m.ID, "2024-06-01", false)
	stands(t, p, m.ID, "2024-07-01", "unknown", "") // nothing goes out without a record
	consent(t, p, m.ID, "implied-attendance", "2024-06-01")
	attended(t, p, m.ID, "2026-05-20", false)
	attended(t, p, m.ID, "2027-12-01", true) // taken back at the door
	stands(t, p, m.ID, "2025-06-01", "given", "2026-06-01")
	stands(t, p, m.ID, "2026-05-20", "given", "2028-05-20")
	stands(t, p, m.ID, "2028-05-20", "given", "2028-05-20")
	stands(t, p, m.ID, "2028-05-21", "ended", "2028-05-20")
	may, why, err := p.MayWrite(m.ID, "2027-01-01")
	if err != nil || !may || why.Renewed != people.ByAttendance || why.Since != "2026-05-20" || people.ConsentKey("x.", why) != "x.renewed.attendance" {
		t.Errorf("%t %+v %v", may, why, err)
	}
	if may, _, _ := p.MayWrite(m.ID, "2028-06-01"); may {
		t.Error("it has ended")
	}
}

func TestMembershipRenewsAnImpliedConsentWhileItLasts(t *testing.T) {
	p := office(t)
	p.Now = on("2026-12-01")
	c, _, err := p.AddChapter(map[string]string{"name": "Atlantic"})
	if err != nil {
		t.Fatal(err)
	}
	m := add(t, p, map[string]string{"given": "Élise", "chapters": c.ID})
	consent(t, p, m.ID, "implied-membership", "2023-01-01")
	stands(t, p, m.ID, "", "given", "2028-12-01")
	stands(t, p, m.ID, "2028-12-01", "given", "2028-12-01") // known to be a member until today
	stands(t, p, m.ID, "2028-12-02", "ended", "2028-12-01")
	if _, _, err := p.SetMember(m.ID, map[string]string{"chapters": ""}); err != nil {
		t.Fatal(err)
	}
	stands(t, p, m.ID, "", "ended", "2025-01-01")
	if _, _, err := p.SetMember(m.ID, map[string]string{"chapters": c.ID}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.WithdrawConsent(m.ID); err != nil {
		t.Fatal(err)
	}
	stands(t, p, m.ID, "", "withdrawn", "2026-12-01")
}

func TestTheRegisterOfConsentsNamesWhoWhyWhereSinceAndUntilWhen(t *testing.T) {
	p := office(t)
	p.Now = on("2026-12-01")
	a, b := add(t, p, map[string]string{"given": "Élise", "family": "Tremblay", "email": "elise@example.org"}), add(t, p, map[string]string{"given": "Noah", "family": "Able"})
	consent(t, p, a.ID, "express", "2026-03-01")
	consent(t, p, b.ID, "implied-attendance", "2025-06-30")
	attended(t, p, b.ID, "2026-06-09", false)
	if _, _, err := p.WithdrawConsent(a.ID); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "register.csv")
	n, err := p.ExportConsents(context.Background(), path, "csv")
	raw, _ := os.ReadFile(path)
	rows, csvErr := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\uFEFF"))).ReadAll()
	if err != nil || csvErr != nil || n != 2 || len(rows) != 3 {
		t.Fatalf("%d %v %v\n%s", n, err, csvErr, raw)
	}
	want := [][]string{people.RegisterFields,
		{b.ID, "Noah", "Able", "", rows[1][4], "implied-attendance", "form", "2025-06-30", "2028-06-09", "", "given", "attendance", "2026-06-09"},
		{a.ID, "Élise", "Tremblay", "elise@example.org", rows[2][4], "express", "form", "2026-03-01", "", "2026-12-01", "withdrawn", "", ""}}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("%q", rows)
	}
}
