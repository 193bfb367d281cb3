package desktop

import (
	"strings"
	"testing"
	"testing/fstest"

	"example.org/carnet/app"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// phonesAt opens a window with a meeting of today.
func phonesAt(t *testing.T, lang string) (d *Desktop, o *Phones, meeting string) {
	t.Helper()
	d, _ = window(t, lang)
	t.Cleanup(d.phones.shut)
	d.phones.page = fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}
	m := store.Meeting{ID: store.NewID(store.KindMeeting), Title: "Forum", TitleFR: "Forum d’hiver", Start: "2026-12-09T09:00", Zone: "America/Toronto", Minutes: 480, Status: "confirmed"}
	_, err := ask(d, func(c *app.Carnet) (bool, error) {
		_, err := c.Store.Edit(func(tx *store.Tx) error { _, err := tx.Put(m); return err })
		return true, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d, &Phones{d}, m.ID
}

func TestADoorIsOpenedForPhonesWithACodeAndAPicture(t *testing.T) {
	_, o, meeting := phonesAt(t, "en")
	v := had(o.View(meeting, "A"))(t)
	if v.On || v.Code != "" || len(v.Links) != 0 {
		t.Fatalf("%+v", v)
	}
	v = had(o.Open(meeting, "A"))(t)
	if !v.On || len(v.Code) != 9 || v.Lasts < 290 || v.Lasts > 300 || len(v.Fingerprint) != 95 || len(v.Links) == 0 || v.Until == "" {
		t.Fatalf("%+v", v)
	}
	if link := v.Links[0]; !strings.HasPrefix(link.Address, "https://") || link.Side < 29 || !strings.HasPrefix(link.Path, "M4 4h7v1h-7z") {
		t.Errorf("%+v", link)
	}
	if again := had(o.Pair(meeting, "A"))(t); again.Code == v.Code {
		t.Error("the same code again")
	}
	if _, err := o.Revoke(meeting, "A", "NONE"); !fault.Is(err, "phone_unknown") {
		t.Error(err)
	}
	if v = had(o.Close(meeting, "A"))(t); v.On {
		t.Errorf("%+v", v)
	}
}

func TestAnotherDoorIsToldWherePhonesAreAndTakesThemOver(t *testing.T) {
	_, o, meeting := phonesAt(t, "fr")
	had(o.Open(meeting, "A"))(t)
	if v := had(o.View(meeting, "B"))(t); v.On || v.Elsewhere != "A · Forum d’hiver" {
		t.Errorf("%+v", v)
	}
	if v := had(o.Open(meeting, "B"))(t); !v.On || v.Elsewhere != "" {
		t.Errorf("%+v", v)
	}
}
