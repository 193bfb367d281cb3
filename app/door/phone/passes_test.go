package phone

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

func TestAPairedPhoneIsADoor(t *testing.T) {
	g := newGate(t)
	g.pairs()
	status, text := g.ask("/api/search", `{"text":"trem"}`)
	if status != 200 || !strings.Contains(text, "Marie Tremblay") || !strings.Contains(text, `"community":"Lyon"`) {
		t.Fatal(status, text)
	}
	for range 3 { // an answer that was lost is asked for again
		status, text = g.ask("/api/passes", g.passing(marie, "in", nonceA, g.now, g.now))
	}
	if status != 200 || !strings.Contains(text, `"done":true,"again":true,"tone":"in"`) || g.scans() != 1 {
		t.Fatal(status, text, g.scans())
	}
	code, err := g.doors.BadgeCode(store.Meeting{ID: "mtg_forum"}, ann)
	if err != nil {
		t.Fatal(err)
	}
	status, text = g.ask("/api/passes", fmt.Sprintf(`{"now":%d,"passes":[{"badge":%q,"kind":"in","at":%d,"nonce":"bbbbbbbbbbbbbbbb1"},
		{"given":"Josée","family":"Lalonde","community":"Lyon","kind":"in","at":%d,"nonce":"cccccccccccccccc1"},{"badge":"mem_abcdefghijklmnop","kind":"in","at":%d,"nonce":"dddddddddddddddd1"}]}`,
		g.now.UnixMilli(), code, g.now.UnixMilli(), g.now.UnixMilli(), g.now.UnixMilli()))
	if status != 200 || strings.Count(text, `"done":true`) != 3 || strings.Count(text, `"tone":"unknown"`) != 1 || g.scans() != 3 {
		t.Fatal(status, text, g.scans())
	}
	decided := 0
	for g, err := range store.All[store.Registration](g.deps.Store) {
		if err != nil || g.Source != door.AtDoor || g.For != "mtg_forum" {
			t.Errorf("%+v %v", g, err)
		}
		decided++
	}
	if decided != 1 {
		t.Errorf("%d decisions of the door about one visitor", decided)
	}
	if phones := g.Phones(); len(phones) != 1 || phones[0].Scans != 3 || phones[0].Name != "Zoé’s phone" {
		t.Errorf("%+v", phones)
	}
}

func TestOnlyNameCommunityAndRoleLeaveTheLaptop(t *testing.T) {
	g := newGate(t)
	g.pairs()
	said := ""
	for path, body := range map[string]string{"/api/list": `{"offset":0}`, "/api/search": `{"text":"marie"}`, "/api/state": `{}`, "/api/passes": g.passing(marie, "in", nonceA, g.now, g.now)} {
		status, text := g.ask(path, body)
		if status != 200 {
			t.Fatal(path, status, text)
		}
		said += text
	}
	for _, secret := range []string{"secret@", "example.org", "555", "Mairesse", "private", marie, ann, "mem_", "scn_"} {
		if strings.Contains(said, secret) {
			t.Errorf("%q left the laptop: %s", secret, said)
		}
	}
	for _, text := range []string{"secret", "secret@example.org", "555"} { // nor is it guessed by searching
		if _, found := g.ask("/api/search", `{"text":"`+text+`"}`); strings.Contains(found, "Marie") {
			t.Error(text, found)
		}
	}
}

func TestAPhonesWrongClockAndDeadSpotAreMadeGood(t *testing.T) {
	g := newGate(t)
	g.pairs()
	phone := g.now.Add(time.Hour) // its clock is an hour ahead, and the scan is 20 minutes old
	if status, text := g.ask("/api/passes", g.passing(marie, "in", nonceA, phone.Add(-20*time.Minute), phone)); status != 200 || !strings.Contains(text, `"done":true`) {
		t.Fatal(status, text)
	}
	a, err := g.doors.Attendance("mtg_forum")
	if err != nil || !a.People[0].FirstIn.Equal(g.now.Add(-20*time.Minute)) {
		t.Errorf("%+v %v", a.People, err)
	}
	for scan, err := range g.deps.Store.ScansOf("mtg_forum") {
		if err != nil || scan.Fact.At != phone.Add(-20*time.Minute).UnixMilli() || scan.Fact.Off != time.Hour.Milliseconds() || scan.Fact.Kind != attendance.In {
			t.Errorf("the original time is lost: %+v", scan.Fact)
		}
	}
	for _, at := range []time.Time{g.now.Add(time.Hour), g.now.Add(-48 * time.Hour)} { // of a clock that is right
		if _, text := g.ask("/api/passes", g.passing(ann, "in", "eeeeeeeeeeeeeeee1", at, g.now)); strings.Contains(text, `"done":true`) {
			t.Error(at, text)
		}
	}
}

func TestAPhoneIsToldWhoWasInAlreadyAndWhyToLookAgain(t *testing.T) {
	g := newGate(t)
	g.pairs()
	if _, text := g.ask("/api/passes", g.passing(marie, "in", nonceA, g.now.Add(-10*time.Minute), g.now)); !strings.Contains(text, `"tone":"in","looks":[],"since":0`) {
		t.Error(text)
	}
	since := fmt.Sprintf(`"tone":"in","looks":[],"since":%d`, g.now.Add(-10*time.Minute).UnixMilli())
	if _, text := g.ask("/api/passes", g.passing(marie, "in", "ffffffffffffffff1", g.now, g.now)); !strings.Contains(text, since) {
		t.Error(text)
	}
	if _, text := g.ask("/api/passes", g.passing(marie, "out", "ffffffffffffffff2", g.now, g.now)); !strings.Contains(text, `"tone":"out","looks":[],"since":0`) {
		t.Error(text)
	}
	if _, err := g.deps.Store.Edit(func(tx *store.Tx) error {
		if _, err := tx.Put(store.Chapter{ID: "chp_north", Name: "North"}); err != nil {
			return err
		}
		_, err := tx.Put(store.Meeting{ID: "mtg_forum", Title: "Forum", Chapter: "chp_north", Audience: "elected", Start: "2026-12-09T09:00", Zone: "America/Toronto", Minutes: 480, Status: "confirmed"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_ = g.Close()
	g.open()
	if _, text := g.ask("/api/passes", g.passing(ann, "in", "ffffffffffffffff3", g.now, g.now)); !strings.Contains(text, `"tone":"look","looks":["not_in_chapter","not_eligible"]`) {
		t.Error(text)
	}
}

func TestAPhoneIsToldHowSomebodyIsNotRegistered(t *testing.T) {
	g := newGate(t)
	g.pairs()
	register := func(member, status string) {
		if _, err := g.deps.Store.Edit(func(tx *store.Tx) error {
			_, err := tx.Put(store.Registration{ID: store.RegistrationID("mtg_forum", member), For: "mtg_forum", Member: member, Status: status, Reason: "private reason"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	register(marie, "approved")
	for i, status := range []string{"declined", "waitlisted", "withdrawn", "requested", ""} {
		want := status
		if status == "" {
			want = "not_registered"
		}
		register(ann, status)
		_, text := g.ask("/api/passes", g.passing(ann, "in", fmt.Sprintf("gggggggggggggggg%d", i), g.now, g.now))
		if !strings.Contains(text, `"tone":"look","looks":["`+want+`"]`) || strings.Contains(text, "private reason") {
			t.Errorf("%s: %s", want, text)
		}
	}
}

func TestAPhoneIsAnsweredInItsOwnLanguage(t *testing.T) {
	g := newGate(t)
	g.pairs()
	if _, err := g.deps.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(store.Community{ID: "com_lyon", Name: "Lyon", NameFR: "Lyon-sur-Mer", Province: "QC"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"fr-CA,fr": "Lyon-sur-Mer", "en-CA": `"Lyon"`} {
		r := must(http.NewRequest(http.MethodPost, g.url("/api/search"), strings.NewReader(`{"text":"marie"}`)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+g.token)
		r.Header.Set("Accept-Language", lang)
		if status, text := g.send(r); status != 200 || !strings.Contains(text, want) {
			t.Error(lang, status, text)
		}
	}
}
