package main

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"example.org/carnet/store/directory"
)

// Everything invented follows from these seeds, so that two runs measure the same work.
func dice(what uint64) *rand.Rand { return rand.New(rand.NewPCG(2026, what)) }

const (
	seedMembers = iota + 1
	seedPlaces
	seedScans
	seedQueries
)

// offices and chapters are as many as a network may well have.
const (
	placeCount   = 5_000
	givenCount   = 3_000
	familyCount  = 25_000
	meetingCount = 2_500
)

var (
	starts  = []string{"Bou", "Char", "Cha", "Dé", "Fla", "Ga", "Ghi", "Hé", "La", "Le", "Ma", "Mé", "Mi", "Nad", "Ou", "Pel", "Per", "Quen", "Ri", "Ro", "Saü", "Sé", "Tan", "Trem", "Val", "Zo", "Ève", "Œl"}
	middles = []string{"cha", "bel", "ça", "lan", "ler", "mi", "mon", "né", "quet", "ran", "ri", "sel", "tha", "the", "vi", "ë", "ï", ""}
	ends    = []string{"ard", "beau", "blay", "c", "deau", "elle", "gny", "ieux", "lac", "mont", "neault", "quin", "rault", "son", "tier", "ville", "x", "ÿ"}
)

// inventedName is always the same for a number; some of them are as real ones are: joined by
// hyphens, with a particle, or with an apostrophe.
func inventedName(n int) string {
	plain := starts[n%len(starts)] + middles[n/len(starts)%len(middles)] + ends[n/len(starts)/len(middles)%len(ends)]
	switch n % 23 {
	case 3:
		return plain + "-" + starts[n/7%len(starts)] + ends[n/11%len(ends)]
	case 7:
		return "L’" + plain
	case 11:
		return "de la " + plain
	case 13:
		return "O’" + plain
	case 17:
		return "St-" + plain
	}
	if n < 9000 {
		return plain
	}
	return plain + ends[n%len(ends)]
}

func inventedPlace(n int) string {
	return [...]string{"Saint-%s", "Sainte-%s-de-l’Érable", "%s First Nation", "Municipalité de %s", "%s–Laurentides", "County of %s"}[n%6]
}

func placeName(n int) string { return fmt.Sprintf(inventedPlace(n), inventedName(n*3)) + suffix(n) }

// suffix keeps names apart once the syllables are used up.
func suffix(n int) string {
	if n < 1000 {
		return ""
	}
	return fmt.Sprintf(" %d", n/1000)
}

// writePlaces writes a list of communities as public ones are.
func writePlaces(path string) error {
	return writeList(path, []string{"id", "name", "name_fr", "classification", "organization_name"}, placeCount, func(n int) []string {
		census := []int{24, 35, 59, 12, 47}[n%5]
		return []string{fmt.Sprintf("ocd-division/country:ca/csd:%d%05d", census, n), placeName(n), placeName(n), []string{"T", "IRI", "MÉ", "VL"}[n%4], ""}
	})
}

// writeMembers writes a list of members with French headings.
func writeMembers(path string, count int) error {
	r := dice(seedMembers)
	headings := []string{"Prénom", "Nom", "Courriel", "Téléphone", "Poste", "Municipalité", "Langue"}
	return writeList(path, headings, count, func(n int) []string {
		given, family := inventedName(r.IntN(givenCount)), inventedName(r.IntN(familyCount))
		local := strings.Map(plainLetter, directory.Fold(given)) + "." + strings.Map(plainLetter, directory.Fold(family))
		return []string{
			given, family, fmt.Sprintf("%s%d@ville%d.example.org", local, n, r.IntN(placeCount)), fmt.Sprintf("+1 555 %03d-%04d", n/10000, n%10000),
			[]string{"Mairesse", "Conseiller", "Directrice générale", "Coordonnatrice, climat", "Chief of Staff"}[n%5],
			placeName(r.IntN(placeCount)), []string{"fr", "en"}[n%2],
		}
	})
}

func plainLetter(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r
	}
	return -1
}

func writeList(path string, headings []string, count int, row func(n int) []string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	list := csv.NewWriter(file)
	_ = list.Write(headings)
	for n := range count {
		_ = list.Write(row(n))
	}
	list.Flush()
	if err := list.Error(); err != nil {
		return err
	}
	return file.Close()
}
