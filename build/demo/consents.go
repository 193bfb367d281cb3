package main

import (
	"time"

	"example.org/carnet/store"
)

// inventConsents gives the consents of these members: most were asked on a form, some are implied, a few have lapsed
// or were withdrawn, and some nobody ever asked. It draws nothing from the members' stream, which stays as it was.
func (l *laptop) inventConsents(members []store.Member) []store.Consent {
	var all []store.Consent
	daysAgo := func(n int) string { return l.Now().AddDate(0, 0, -n).Format(time.DateOnly) }
	for i, m := range members {
		c := store.Consent{ID: store.DerivedID(store.KindConsent, "demonstration "+m.ID), Member: m.ID, Basis: "express", Source: inLanguage(m, "form", "formulaire")}
		ago := 20 + i*37%340
		switch i % 10 {
		case 6, 7:
			c.Basis, c.Source = "implied-membership", inLanguage(m, "membership list", "liste des membres")
		case 8:
			c.Basis, c.Source = "implied-attendance", inLanguage(m, "forum", "forum")
			ago += 2 * 366
		case 9:
			if i%30 != 9 {
				continue
			}
			c.Withdrawn = daysAgo(ago / 2)
		}
		c.Date = daysAgo(ago)
		all = append(all, c)
	}
	return all
}

func inLanguage(m store.Member, en, fr string) string {
	if m.Language == "fr" {
		return fr
	}
	return en
}
