package laidopen_test

import (
	"bytes"
	"strings"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/store/laidopen"
)

func TestEveryFileOfAHomeIsOpenedAndWordsAreFoundInEachThatHasThem(t *testing.T) {
	dir := t.TempDir()
	open := func() *store.Store {
		s, err := store.Open(dir, store.Options{Key: [32]byte{1}, Device: "dev_a"})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	put := func(s *store.Store, family string) {
		_, err := s.Edit(func(tx *store.Tx) error {
			_, err := tx.Put(store.Member{ID: "mem_x", Family: family, Notes: strings.Repeat("x ", 100)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	found := func(word string) (where []string) {
		files, err := laidopen.Home(dir, [32]byte{1})
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range files {
			if bytes.Contains(data, []byte(word)) {
				where = append(where, name)
			}
		}
		return where
	}
	s := open()
	put(s, "Zwetschge")
	if got := strings.Join(found("Zwetschge"), " "); !strings.Contains(got, "journal-") || !strings.Contains(got, "view") {
		t.Errorf("found in %s", got)
	}
	if got := found("Zwetschgo"); len(got) > 0 {
		t.Errorf("found in %v", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(found("Zwetschge"), " "); !strings.Contains(got, "view") {
		t.Errorf("closed, found in %s", got)
	}
	if _, err := laidopen.Home(dir, [32]byte{2}); err == nil {
		t.Error("another key opens it")
	}
}
