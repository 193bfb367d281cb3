package main

import (
	"fmt"
	"time"

	"example.org/carnet/app/door/badge"
)

// measureBadges prints badges with codes for a thousand members of the large home, whose names are as people's are.
func (b *bench) measureBadges() error {
	s, err := b.openHome("large", "benchlaptop")
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	s.WaitDirectory()
	const many = 1000
	list, _ := s.Directory()
	var people []badge.Person
	start := time.Now()
	for _, id := range memberIDs(s, many) {
		card, _ := list.Member(id)
		code, err := badge.Seal(badge.Key{1}, "mtg_forum", id)
		if err != nil {
			return err
		}
		people = append(people, badge.Person{Given: card.Given, Family: card.Family, Community: card.Community, Role: card.Role, Speaks: "Français", Code: code})
	}
	pdf, err := badge.Sheet{Format: badge.Formats[0], Title: "Forum des villes · Livable Cities Forum", Lang: "fr", Now: time.Now()}.Print(people)
	took := time.Since(start)
	if err != nil {
		return err
	}
	b.table.row(fmt.Sprintf("print %d badges with codes, A4", len(people)), "5 s", fmt.Sprintf("%s, %d kB", short(took), len(pdf)/1000), took <= 5*time.Second && len(people) > 0)
	return nil
}
