package directory

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

var syllables = []string{"ba", "bé", "cha", "de", "dou", "ga", "gué", "la", "lan", "le", "mi", "mo", "na", "pel", "ri", "ro", "sa", "té", "trem", "tin", "ver", "vi", "zo"}

func inventedName(r *rand.Rand, some int) string {
	r = rand.New(rand.NewPCG(uint64(r.IntN(some)), 7))
	var b strings.Builder
	for range 2 + r.IntN(3) {
		b.WriteString(syllables[r.IntN(len(syllables))])
	}
	name := []rune(b.String())
	name[0] = []rune(strings.ToUpper(string(name[0])))[0]
	switch r.IntN(12) {
	case 0:
		return string(name) + "-" + string(name[:2])
	case 1:
		return "L’" + string(name)
	case 2:
		return "de la " + string(name)
	}
	return string(name)
}

func inventedPlaces(n int) []Place {
	r := rand.New(rand.NewPCG(5, 5))
	all := make([]Place, n)
	for i := range all {
		name := inventedName(r, n)
		all[i] = Place{
			ID: fmt.Sprintf("com_%016d", i), Name: "Saint-" + name, NameFR: "Ville de Saint-" + name,
			Kind: []string{"T", "IRI", "MD"}[i%3], Province: []string{"QC", "ON", "BC", "NS"}[i%4],
		}
	}
	return all
}

func inventedCards(n int, places []Place) []Card {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]Card, n)
	for i := range all {
		given, family := inventedName(r, 4000), inventedName(r, 30000)
		p := places[r.IntN(len(places))]
		all[i] = Card{
			ID: fmt.Sprintf("mem_%016d", i), Given: given, Family: family,
			Email: fmt.Sprintf("%s.%s%d@town%d.example.org", Fold(given[:3]), Fold(strings.ReplaceAll(family, " ", "")), i, r.IntN(3000)),
			Phone: fmt.Sprintf("+1 555 %07d", i), Title: "Conseillère", Role: []string{"elected", "staff", "partner"}[i%3],
			Language: []string{"en", "fr"}[i%2], CommunityID: p.ID, Community: p.Name, CommunityFR: p.NameFR, Province: p.Province,
			Office: []string{"off_a", "off_b", "off_c", "off_d"}[i%4], TermEnd: fmt.Sprintf("20%02d-10-01", 25+i%6),
			Zone:     []string{"", "", "", "America/Regina", "America/Iqaluit"}[i%5],
			Chapters: slices.Clone([]string{"chp_a", "chp_b", "chp_c"}[:i%4]),
		}
	}
	return all
}
