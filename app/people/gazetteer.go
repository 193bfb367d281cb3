package people

import (
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// gazetteer finds communities by the names that lists use: English, French, or of the organization.
type gazetteer struct {
	byName map[string][]*store.Community
	byID   map[string]*store.Community
	asked  map[string]answer // a list names the same few places again and again
}

type answer struct {
	id  string
	err error
}

func (p *People) gazetteer() (*gazetteer, error) {
	g := &gazetteer{byName: map[string][]*store.Community{}, byID: map[string]*store.Community{}, asked: map[string]answer{}}
	for c, err := range store.All[store.Community](p.Store) {
		if err != nil {
			return nil, err
		}
		g.add(&c)
	}
	return g, nil
}

func (g *gazetteer) add(c *store.Community) {
	g.byID[c.ID] = c
	for _, name := range []string{c.Name, c.NameFR, c.Organization} {
		if key := folded(name); key != "" && !slices.Contains(g.byName[key], c) {
			g.byName[key] = append(g.byName[key], c)
		}
	}
}

// find gives the one community of this name, in the province if one is named beside it or in it, as
// "Moncton (NB)". Faults: unknown_community, ambiguous_community with those it may be.
func (g *gazetteer) find(name, province string) (string, error) {
	key := name + "\x00" + province
	a, ok := g.asked[key]
	if !ok {
		a.id, a.err = g.look(name, province)
		g.asked[key] = a
	}
	return a.id, a.err
}

func (g *gazetteer) look(name, province string) (string, error) {
	wanted := provinceCode(province)
	found := inProvince(g.byName[folded(name)], wanted)
	if len(found) == 0 {
		if short, code := namedProvince(name); code != "" && (wanted == "" || wanted == code) {
			name, wanted = short, code
			found = inProvince(g.byName[folded(short)], code)
		}
	}
	for _, short := range withoutStyle(folded(name)) {
		if len(found) == 0 {
			found = inProvince(g.byName[short], wanted)
		}
	}
	found = withCouncil(found)
	switch len(found) {
	case 0:
		return "", fault.New("unknown_community", "value", shortened(strings.TrimSpace(name+" "+province)))
	case 1:
		return found[0].ID, nil
	}
	return "", fault.New("ambiguous_community", "value", shortened(name), "n", count(len(found)), "choices", choices(found))
}

// choices names what an ambiguous name may mean, each in a way that finds it.
func choices(found []*store.Community) string {
	var names []string
	for _, c := range found[:min(len(found), 5)] {
		name := c.Name + " (" + c.Province + ")"
		if c.Organization != "" {
			name = c.Organization + " (" + c.Province + ")"
		}
		names = append(names, name+" = "+c.ID)
	}
	return strings.Join(names, "; ")
}

func inProvince(all []*store.Community, code string) []*store.Community {
	if code == "" {
		return all
	}
	var found []*store.Community
	for _, c := range all {
		if c.Province == code {
			found = append(found, c)
		}
	}
	return found
}

// text gives a name that finds the community again, for exports: the name, else the organization, else the id.
func (g *gazetteer) text(id string) string {
	c := g.byID[id]
	if c == nil {
		return id
	}
	for _, name := range []string{c.Name, c.Organization} {
		if found, err := g.find(name, c.Province); err == nil && found == id {
			return name
		}
	}
	return id
}

// namedProvince parts "Moncton (NB)", "Moncton, NB" and "Saint-Donat, Québec".
func namedProvince(name string) (short, code string) {
	name = strings.TrimSpace(name)
	if at := strings.LastIndexAny(name, "(,"); at > 0 {
		if code := provinceCode(strings.TrimSuffix(strings.TrimSpace(name[at+1:]), ")")); code != "" {
			return strings.TrimSpace(name[:at]), code
		}
	}
	return name, ""
}

// styles are what stands before a name in letters and lists, folded.
var styles = []string{"regional municipality of ", "rural municipality of ", "district municipality of ", "municipal district of ",
	"municipalite regionale de ", "municipalite rurale de ", "premiere nation de ", "ville de ", "ville d ", "municipalite de ", "municipalite d ", "village de ", "canton de ", "paroisse de ",
	"city of ", "town of ", "village of ", "township of ", "municipality of ", "district of ", "county of ", "hamlet of ",
	"comte de ", "mrc de ", "mrc d ", "the "}

// endings are what stands after a name, folded.
var endings = []string{" regional municipality", " first nation", " county", " municipality"}

// withoutStyle gives the names that a name in a letter may be short for.
func withoutStyle(name string) (short []string) {
	for _, style := range styles {
		if rest, ok := strings.CutPrefix(name, style); ok {
			short = append(short, rest)
		}
	}
	for _, ending := range endings {
		if rest, ok := strings.CutSuffix(name, ending); ok {
			short = append(short, rest)
		}
	}
	return short
}

// withoutCouncil are census types that stand beside a municipality of the same name and that nobody is
// elected or employed by: parishes of New Brunswick, unorganized territories, lots and subdivisions of counties.
var withoutCouncil = []string{"P", "NO", "SNO", "SC", "LOT"}

// withCouncil leaves those out where a name fits others too: "Moncton" is the city, not the parish around it.
func withCouncil(found []*store.Community) []*store.Community {
	var left []*store.Community
	for _, c := range found {
		if !slices.Contains(withoutCouncil, c.Kind) {
			left = append(left, c)
		}
	}
	if len(left) == 0 {
		return found
	}
	return left
}

var provinceNames = map[string]string{
	"newfoundland and labrador": "NL", "newfoundland": "NL", "terre neuve et labrador": "NL", "terre neuve": "NL",
	"prince edward island": "PE", "pei": "PE", "ile du prince edouard": "PE", "ipe": "PE",
	"nova scotia": "NS", "nouvelle ecosse": "NS", "ne": "NS",
	"new brunswick": "NB", "n b": "NB", "n s": "NS", "p e i": "PE", "n l": "NL", "nouveau brunswick": "NB",
	"quebec": "QC", "que": "QC", "pq": "QC", "ontario": "ON", "ont": "ON", "manitoba": "MB", "man": "MB",
	"saskatchewan": "SK", "sask": "SK", "alberta": "AB", "alta": "AB", "alb": "AB",
	"british columbia": "BC", "colombie britannique": "BC", "cb": "BC", "c b": "BC", "b c": "BC",
	"yukon": "YT", "yk": "YT", "northwest territories": "NT", "territoires du nord ouest": "NT", "nwt": "NT", "tno": "NT",
	"nunavut": "NU",
}

// provinceCode gives the two letters of a province named in either language; empty when it is none.
func provinceCode(name string) string {
	name = strings.TrimSpace(name)
	if code := strings.ToUpper(name); len(code) == 2 && slices.Contains(Provinces, code) {
		return code
	}
	return provinceNames[folded(name)]
}

// provinceOfCensus maps the first two digits of Statistics Canada's codes.
var provinceOfCensus = map[string]string{
	"10": "NL", "11": "PE", "12": "NS", "13": "NB", "24": "QC", "35": "ON", "46": "MB", "47": "SK",
	"48": "AB", "59": "BC", "60": "YT", "61": "NT", "62": "NU",
}

// foldedSame tells whether two names differ in nothing but case, accents and punctuation.
func foldedSame(a, b string) bool { return a == b || directory.Fold(a) == directory.Fold(b) }
