package people

import (
	"slices"
	"strings"

	"example.org/carnet/store/fault"
)

// Column is one heading of a list and the field it goes to; an empty field is left out.
type Column struct{ Heading, Field string }

// ImportFields are what a column of a member list may be.
var ImportFields = []string{"id", "given", "family", "full_name", "email", "phone", "role", "title", "community", "province",
	"language", "chapters", "term_start", "term_end", "zone", "notes", "office"}

// headingWords are the headings of real lists, folded, in both languages.
var headingWords = map[string]string{}

func init() {
	for field, words := range map[string]string{
		"id":         "carnet id|member id|identifier|identifiant|uid",
		"given":      "given name|given names|first name|firstname|first|forename|prenom|prenoms|prenom usuel",
		"family":     "family name|last name|lastname|last|surname|nom|nom de famille|nom famille",
		"full_name":  "name|full name|fullname|complete name|display name|member|member name|contact|contact name|participant|nom complet|prenom et nom|nom et prenom|nom prenom|prenom nom|membre|nom du membre|personne",
		"email":      "e mail|mail|email address|e mail address|emails|work email|primary email|e mail 1 value|courriel|courriels|adresse courriel|adresse electronique|adresse de courriel|courrier electronique|adresse e mail|mel",
		"phone":      "telephone|phone number|telephone number|tel|mobile|cell|cell phone|work phone|business phone|phone 1 value|numero de telephone|no de telephone|tel bureau|cellulaire|portable",
		"role":       "role in network|member type|membership type|type of member|category|member category|type|type de membre|categorie|categorie de membre",
		"title":      "job title|position|function|office held|poste|titre|titre du poste|titre de poste|fonction|occupation|job|poste occupe",
		"community":  "municipality|city|town|organization|organisation|organization name|local government|first nation|employer|company|municipalite|ville|collectivite|communaute|organisme|premiere nation|employeur|entreprise|nom de la municipalite|nom de l organisme|mrc|city town|municipality name|name of municipality",
		"province":   "prov|province territory|province or territory|province state|state|region province|province ou territoire|province territoire|prov terr",
		"language":   "lang|preferred language|language preference|correspondence language|langue|langue preferee|langue de correspondance|langue de preference|preference linguistique",
		"chapters":   "chapter|chapter s|regional chapter|group|groups|working group|working groups|caucus|section|sections|section s|section regionale|groupe|groupes|groupe de travail|groupes de travail|programme|program",
		"term_start": "term start|start of term|start of mandate|term begins|mandate start|elected on|start date|debut de mandat|debut du mandat|debut mandat|date de debut|elu le|date d election",
		"term_end":   "term end|end of term|end of mandate|term ends|term expires|term expiry|mandate end|end date|fin de mandat|fin du mandat|fin mandat|date de fin|echeance du mandat|fin du terme",
		"zone":       "time zone|timezone|fuseau|fuseau horaire",
		"notes":      "note|comment|comments|remarks|remarque|remarques|commentaire|commentaires",
		"office":     "regional office|bureau|bureau regional|office name",
	} {
		headingWords[folded(field)] = field
		for word := range strings.SplitSeq(words, "|") {
			headingWords[word] = field
		}
	}
	headingWords["email"], headingWords["phone"] = "email", "phone"
}

// singular takes the endings off headings such as "Section(s)" and "Élu(e)".
var singular = strings.NewReplacer("(s)", "", "(e)", "", "(es)", "")

// columnsOf says what each heading means; chosen, by heading, goes first. Faults: bad_field for a field that
// does not exist, unknown_column for a heading that the list does not have, columns_unknown without any name.
func columnsOf(headings []string, chosen map[string]string) ([]Column, error) {
	columns := make([]Column, len(headings))
	for i, h := range headings {
		columns[i] = Column{Heading: h, Field: headingWords[folded(singular.Replace(h))]}
	}
	if !slices.ContainsFunc(columns, func(c Column) bool { return c.Field == "given" }) {
		loneName(columns)
	}
	for heading, field := range chosen {
		if field != "" && !slices.Contains(ImportFields, field) {
			return nil, fault.New("bad_field", "field", field)
		}
		found := false
		for i := range columns {
			if columns[i].Heading == heading || folded(columns[i].Heading) == folded(heading) {
				columns[i].Field, found = field, true
			}
		}
		if !found {
			return nil, fault.New("unknown_column", "column", heading, "headings", headingList(headings))
		}
	}
	named := func(c Column) bool { return c.Field == "given" || c.Field == "family" || c.Field == "full_name" }
	if !slices.ContainsFunc(columns, named) {
		return columns, fault.New("columns_unknown", "headings", headingList(headings))
	}
	return columns, nil
}

// loneName: a column "Nom" without a "Prénom" beside it holds whole names.
func loneName(columns []Column) {
	for i := range columns {
		if columns[i].Field == "family" && folded(columns[i].Heading) == "nom" {
			columns[i].Field = "full_name"
		}
	}
}

func headingList(headings []string) string {
	var shown []string
	for _, h := range headings[:min(len(headings), 12)] {
		if h != "" {
			shown = append(shown, shortened(h))
		}
	}
	return strings.Join(shown, ", ")
}
