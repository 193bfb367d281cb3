package app

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/carnet/store"
)

func TestPhonesKnowTheLaptopByTheSameCertificateWhenItStartsAgain(t *testing.T) {
	home, now := filepath.Join(t.TempDir(), "home"), time.Date(2026, 12, 9, 14, 0, 0, 0, time.UTC)
	meeting := store.Meeting{ID: store.NewID(store.KindMeeting), Title: "Forum", Start: "2026-12-09T09:00", Zone: "America/Toronto", Minutes: 480, Status: "confirmed"}
	opened := func() (print string) {
		c, err := Open(home, Options{Passphrase: "for the tests alone", Create: true, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := c.Store.Edit(func(tx *store.Tx) error { _, err := tx.Put(meeting); return err }); err != nil {
			t.Fatal(err)
		}
		s, err := c.OpenPhones(meeting.ID, "A", "127.0.0.1:0", "fr", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		return s.Fingerprint()
	}
	first := opened()
	if again := opened(); again != first || len(first) != 95 {
		t.Error(first, again)
	}
	if info, err := os.Stat(filepath.Join(home, "phones")); err != nil || info.Mode().Perm() != 0o700 {
		t.Error(info, err)
	}
	now = now.Add(13 * 24 * time.Hour) // about to end
	if opened() == first {
		t.Error("a certificate that ends tomorrow is used")
	}
}
