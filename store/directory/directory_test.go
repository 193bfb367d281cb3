package directory

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"
)

func families(cards []Card) string {
	var names []string
	for _, c := range cards {
		names = append(names, strings.TrimSpace(c.Given+" "+c.Family))
	}
	return strings.Join(names, ", ")
}

func TestTheListStandsInTheOrderOfALibrary(t *testing.T) {
	d := New()
	for id, family := range map[string]string{"mem_1": "Zacharie", "mem_2": "Émond", "mem_3": "Eaton", "mem_4": "emond", "mem_5": "Œuvrard", "mem_6": "O’Brien", "mem_7": "Côté", "mem_8": "Coty"} {
		d.PutMember(Card{ID: id, Family: family})
	}
	for _, lang := range []string{"en", "fr", ""} {
		page, total := d.Members(Query{Lang: lang})
		if got, want := families(page), "Côté, Coty, Eaton, emond, Émond, O’Brien, Œuvrard, Zacharie"; got != want || total != 8 {
			t.Errorf("%s: %s (%d)", lang, got, total)
		}
	}
}

func TestAPersonWithOneNameStandsAmongTheFamilyNames(t *testing.T) {
	d := New()
	d.Load([]Card{{ID: "1", Family: "Abel"}, {ID: "2", Given: "Bernadette"}, {ID: "3", Family: "Caron"}}, nil)
	page, _ := d.Members(Query{})
	if got := families(page); got != "Abel, Bernadette, Caron" {
		t.Error(got)
	}
}

func TestTheStartOfANameComesBeforeOtherWordsAndThoseBeforeParts(t *testing.T) {
	d := New()
	d.Load([]Card{
		{ID: "1", Given: "Anne", Family: "Lamarche"},
		{ID: "2", Given: "Zoé", Family: "Marchand"},
		{ID: "3", Given: "Bo", Family: "Roy", Community: "Ville-Marie"},
		{ID: "4", Given: "Marie", Family: "Abel"},
		{ID: "5", Given: "Ida", Family: "Cyr", Email: "x.mars@example.org"},
		{ID: "6", Given: "Ugo", Family: "Dion"},
	}, nil)
	page, total := d.Members(Query{Text: "MAR"})
	if got := families(page); got != "Marie Abel, Zoé Marchand, Ida Cyr, Bo Roy, Anne Lamarche" || total != 5 {
		t.Error(got, total)
	}
}

func TestPlacesAreFoundAsPeopleTypeThem(t *testing.T) {
	d := New()
	names := []string{"Saint-Lin–Laurentides", "L'Ancienne-Lorette", "Trepassey", "Łutselkʼe", "Sœurs", "ᐃᓄᒃᔪᐊᒃ", "Montréal"}
	for _, n := range names {
		d.PutPlace(Place{ID: n, Name: n})
	}
	for text, want := range map[string]string{
		"saint lin": names[0], "saint-lin": names[0], "SAINTLIN": names[0], "laurent": names[0], "st lin": "",
		"lancienne": names[1], "l'ancienne": names[1], "l’ancienne-lor": names[1], "ancienne lorette": names[1],
		"lutselke": names[3], "łutselk'e": names[3], "soeur": names[4], "ᐃᓄᒃ": names[5], "montre\u0301al": names[6], "passey": names[2],
	} {
		page, _ := d.Places(Query{Text: text})
		got := ""
		if len(page) > 0 {
			got = page[0].ID
		}
		if len(page) > 1 || got != want {
			t.Errorf("%q finds %v, want %q", text, page, want)
		}
	}
}

func TestPlacesAreFilteredAndStandByTheNameInTheLanguage(t *testing.T) {
	d := New()
	d.Load(nil, []Place{
		{ID: "1", Name: "Quebec City", NameFR: "Québec", Kind: "T", Province: "QC"},
		{ID: "2", Name: "Ottawa", Kind: "T", Province: "ON"},
		{ID: "3", Name: "Zebra", NameFR: "Âne", Kind: "IRI", Province: "QC"},
	})
	ids := func(q Query) string {
		page, _ := d.Places(q)
		var b strings.Builder
		for _, p := range page {
			b.WriteString(p.ID)
		}
		return b.String()
	}
	if got := ids(Query{Lang: "fr"}) + " " + ids(Query{Lang: "en"}) + " " + ids(Query{Province: "QC", Kind: "T"}) + " " + ids(Query{Text: "an", Kind: "IRI"}); got != "321 213 1 3" {
		t.Error(got)
	}
	d.RemovePlace("2")
	if got := ids(Query{}); got != "13" {
		t.Error(got)
	}
}

func TestARenamedCommunityIsRenamedOnItsMembersCards(t *testing.T) {
	d := New()
	d.PutMember(Card{ID: "1", Family: "Roy", CommunityID: "com_1", Community: "Old"})
	d.PutPlace(Place{ID: "com_1", Name: "New", NameFR: "Neuve", Province: "NB"})
	page, _ := d.Members(Query{Text: "neuve"})
	if len(page) != 1 || page[0].Community != "New" || page[0].Province != "NB" {
		t.Error(page)
	}
	if _, total := d.Members(Query{Text: "old"}); total != 0 {
		t.Error("still found by the old name")
	}
	d.RemovePlace("com_1")
	if c, ok := d.Member("1"); !ok || c.Community != "" || c.CommunityID != "com_1" {
		t.Error("after it was removed:", c)
	}
}

func TestMembersAreFoundByTheirAddressAndByTheirName(t *testing.T) {
	d := New()
	a := Card{ID: "mem_a", Given: "Zoé", Family: "Saint-Jean", Email: "Zoe@Example.org", CommunityID: "com_1", Community: "Gaspé"}
	b := Card{ID: "mem_b", Given: "ZOE", Family: "Saint Jean", Email: "zoe@example.org"}
	d.PutMember(b)
	d.PutMember(a)
	if got := d.ByEmail(" ZOE@example.org"); !slices.Equal(got, []string{"mem_a", "mem_b"}) {
		t.Error(got)
	}
	if got := d.ByName("zoe", "SAINT–JEAN", ""); !slices.Equal(got, []string{"mem_a", "mem_b"}) {
		t.Error(got)
	}
	for _, community := range []string{"com_1", "gaspe"} {
		if got := d.ByName("zoe", "saint-jean", community); !slices.Equal(got, []string{"mem_a"}) {
			t.Error(community, got)
		}
	}
	d.RemoveMember("mem_a")
	a.ID = "mem_b"
	a.Email = ""
	d.PutMember(a)
	if got := append(d.ByEmail("zoe@example.org"), d.ByEmail("")...); len(got) != 0 {
		t.Error(got)
	}
}

func TestSortKeysOrderAsTheListDoes(t *testing.T) {
	d := New()
	places := inventedPlaces(50)
	d.Load(inventedCards(2000, places), places)
	for _, lang := range []string{"en", "fr"} {
		page, _ := d.Members(Query{Lang: lang, Limit: 2000})
		for i := 1; i < len(page); i++ {
			before, after := SortKey(lang, page[i-1].Family, page[i-1].Given), SortKey(lang, page[i].Family, page[i].Given)
			if bytes.Compare(before, after) > 0 {
				t.Fatalf("%s: %v before %v", lang, page[i-1], page[i])
			}
		}
	}
}

func TestSingleAndManyPutsGiveTheSameListAsALoad(t *testing.T) {
	places := inventedPlaces(50)
	cards := inventedCards(3000, places)
	loaded, put := New(), New()
	loaded.Load(cards, places)
	for i, c := range cards {
		put.PutMember(Card{ID: c.ID, Family: "Autre"})
		put.PutMember(c)
		if i > 2900 || i%500 == 0 {
			put.Members(Query{})
		}
	}
	for _, p := range places {
		put.PutPlace(p)
	}
	for _, q := range []Query{{Limit: 5000}, {Lang: "fr", Limit: 5000}, {Text: "la", Limit: 5000}} {
		a, _ := loaded.Members(q)
		b, _ := put.Members(q)
		if !slices.EqualFunc(a, b, sameCard) {
			t.Errorf("%+v differs", q)
		}
	}
}

func TestReadersAndWritersDoNotDisturbEachOther(t *testing.T) {
	places := inventedPlaces(20)
	cards := inventedCards(500, places)
	d := New()
	d.Load(cards, places)
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 200 {
				c := cards[(i*7+w)%len(cards)]
				c.Family += "x"
				d.PutMember(c)
				d.RemoveMember(cards[(i*3+w)%len(cards)].ID)
				d.Members(Query{Text: "la"})
				d.Places(Query{Text: "saint"})
				d.ByEmail(c.Email)
				d.PutPlace(places[i%len(places)])
			}
		})
	}
	all.Wait()
}

func TestLettersFoundAreMarkedWhereverTheyOccur(t *testing.T) {
	for _, c := range []struct{ text, query, want string }{
		{"Émilie Tremblay", "mil trem", "É[mil]ie [Trem]blay"},
		{"L'Ancienne-Lorette", "lancienne", "[L'Ancienne]-Lorette"},
		{"Saint-Lin–Laurentides", "saint lin", "[Saint]-[Lin]–Laurentides"},
		{"Saint-Lin–Laurentides", "saint laur", "[Saint]-Lin–[Laur]entides"},
		{"cœur", "coe", "[cœ]ur"},
		{"cœur", "o", "c[œ]ur"},
		{"Ame\u0301lie", "ame", "[Ame\u0301]lie"},
		{"😀 Zoé", "zoe", "😀 [Zoé]"},
		{"zoe@example.org", "zoe@ex", "[zoe]@[ex]ample.org"},
		{"ᐃᓄᒃᔪᐊᒃ", "ᓄᒃ", "ᐃ[ᓄᒃ]ᔪᐊᒃ"},
		{"Anna", "na an", "[Anna]"},
		{"Anna", "", "Anna"},
	} {
		if got := drawn(c.text, Marks(c.text, c.query)); got != c.want {
			t.Errorf("%q in %q: %s, want %s", c.query, c.text, got, c.want)
		}
	}
}

func drawn(text string, marks []Range) string {
	units, out, at := utf16.Encode([]rune(text)), "", 0
	for _, m := range marks {
		out += string(utf16.Decode(units[at:m.Start])) + "[" + string(utf16.Decode(units[m.Start:m.End])) + "]"
		at = m.End
	}
	return out + string(utf16.Decode(units[at:]))
}

func TestFoldingKeepsOnlyThePlainLetters(t *testing.T) {
	for text, want := range map[string]string{
		"ÉÀÇ ô": "eac o", "Œuvre": "oeuvre", "Ǽ": "ae", "Straße": "strasse", "ﬁn": "fin", "Ｗｉｄｅ": "wide",
		"L’Île-Perrot": "l’ile-perrot", "co\u00adop": "coop", "ΣΟΦΟΣ": "σοφοσ", "plain": "plain", "ᐃᓄᒃ": "ᐃᓄᒃ",
	} {
		if got := Fold(text); got != want {
			t.Errorf("%q folds to %q, want %q", text, got, want)
		}
	}
}

func FuzzMarksStayInTheText(f *testing.F) {
	for _, s := range []string{"L'Ancienne-Lorette", "e\u0301\u0301", "😀œ", "\xff\xfe", "ᐃ-ᓄ"} {
		f.Add(s, "le")
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, text, query string) {
		end, length := 0, len(utf16.Encode([]rune(text)))
		for i, m := range Marks(text, query) {
			if m.Start < end || m.Start >= m.End || m.End > length || i > 0 && m.Start == end {
				t.Fatalf("%q in %q: %v", query, text, Marks(text, query))
			}
			end = m.End
		}
	})
}
