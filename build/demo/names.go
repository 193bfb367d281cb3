package main

import "math/rand/v2"

// Names are invented: family names are made of words, so that nobody is meant. The words from Indigenous
// languages are plain ones: sun, raven, snow, land, river, tree, otter.
var (
	givenEN = []string{"Ada", "Ann", "Bram", "Clara", "Dale", "Edith", "Fern", "Gordon", "Hazel", "Iris", "Jonah", "Kim", "Lena", "Miles", "Nora", "Owen", "Priya", "Quinn", "Rosa", "Samir", "Tara", "Una", "Victor", "Wendy", "Xavier", "Yara", "Zoe", "Amir", "Grace", "Noah"}
	givenFR = []string{"Élise", "Marc-André", "Zoé", "Rémi", "Anaïs", "Joël", "Solène", "Hélène", "Benoît", "Maëlle", "Thérèse", "Loïc", "Geneviève", "François", "Noémie", "Gaël", "Léa", "Étienne", "Aïcha", "Océane", "Cédric", "Mélanie", "Raphaëlle", "Théo", "Inès", "Édouard", "Chloé", "Jérôme", "Maude", "Sébastien"}
	givenNO = []string{"Elisi", "Aputi", "Ulluriaq", "Nuna", "Sila", "Tulu", "Miki", "Pania", "Jaani", "Maali", "Saila", "Taqqiq"}

	familyEN = []string{"Alderbrook", "Birchwell", "Cedarholm", "Dunmarsh", "Elmstride", "Fernwell", "Greyharbour", "Hawthornley", "Inglebrook", "Juniperson", "Kestrelby", "Larchmount", "Mapleton-Vale", "Northfen", "Oakenmoor", "Pinewright", "Quillstone", "Rowanby", "Stonewater", "Thistledown", "Underhillock", "Violetmarsh", "Willowby", "Yarrowfield", "Ashcombe-Reed", "Brackenside", "Cloverley", "Driftwood", "Eastwindle", "Foxmeadow"}
	familyFR = []string{"Boisclair-Duruisseau", "Clairval", "Dubouleau", "Érablière", "Fontclaire", "Grandpré-Dulac", "Hautsapin", "L’Islet-Vert", "Jolifleuve", "Lachutelle", "Montfeuillu", "Neigeblanche", "Ormeaux-Désirs", "Pierrefleur", "Quatrevents", "Rivebelle", "Sablonneau", "Tournemer", "Valbourdon", "Vertcoteau", "Brisemer", "Cascadelle", "Duverglas", "Étangclair", "Follavoine", "Glaneuse", "Hirondel", "Lueurdaube", "Merisière", "Ventdoux"}
	familyNO = []string{"Siqiniq", "Tulugaq", "Aputik", "Nunavalik", "Nanuqsaq", "ᓯᕿᓂᖅ", "ᑐᓗᒐᖅ", "ᓇᓄᖅ", "Sipiy", "Mistik", "Ziibi-Makwa", "Giizhik", "Plamu", "Sipu", "Nigig", "Pisim"}
)

// person is a name with the language it goes with.
type person struct{ given, family, lang string }

// invent draws a name that suits a place.
func invent(r *rand.Rand, province string, indigenous bool) person {
	french := map[string]float64{"QC": 0.86, "NB": 0.35}[province]
	if french == 0 {
		french = 0.06
	}
	switch {
	case indigenous && r.Float64() < 0.7:
		lang := "en"
		if province == "QC" && r.Float64() < 0.4 {
			lang = "fr"
		}
		return person{draw(r, givenNO), draw(r, familyNO), lang}
	case r.Float64() < french:
		return person{draw(r, givenFR), draw(r, familyFR), "fr"}
	}
	return person{draw(r, givenEN), draw(r, familyEN), "en"}
}

func draw[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
