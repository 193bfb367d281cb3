package main

import (
	"context"
	"fmt"
	"time"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

const officeID = "off_aaaaaaaaaaaaaaaa"

// homeKey stands for the strongbox, whose own cost is a question for the keychain or scrypt.
var homeKey = [32]byte{1, 2, 3}

func (b *bench) openHome(name, device string) (*store.Store, error) {
	return store.Open(b.path(name), store.Options{Key: homeKey, Device: device})
}

func useCases(s *store.Store) *people.People {
	return people.New(people.Deps{Store: s, Now: time.Now, May: func(store.Kind) error { return nil }, Office: func() string { return officeID }})
}

// measureImport fills the large home from two lists and times the one of members.
func (b *bench) measureImport() error {
	s, err := b.openHome("large", "benchlaptop")
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Edit(func(t *store.Tx) error {
		_, err := t.Put(store.Office{ID: officeID, Name: "Montréal"})
		return err
	}); err != nil {
		return err
	}
	p, ctx := useCases(s), context.Background()
	if err := writePlaces(b.path("places.csv")); err != nil {
		return err
	}
	if _, err := p.ImportCommunities(ctx, b.path("places.csv"), people.ImportOptions{}); err != nil {
		return err
	}
	if err := writeMembers(b.path("members.csv"), b.members); err != nil {
		return err
	}
	start := time.Now()
	report, err := p.ImportMembers(ctx, b.path("members.csv"), people.ImportOptions{})
	took := time.Since(start)
	if err != nil {
		return err
	}
	b.table.row(fmt.Sprintf("import %d members from CSV, duplicates checked", b.members), "4 s",
		fmt.Sprintf("%s (%d created, %d like another, %d refused)", short(took), report.Created, len(report.Duplicates), len(report.Refused)), took <= 4*time.Second)
	return s.Close()
}
