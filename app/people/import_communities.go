package people

import (
	"context"
	"strings"

	"example.org/carnet/app/people/table"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// communityHeadings are the columns of a list of communities.
var communityHeadings = map[string]string{"id": "id", "name": "name", "name fr": "name_fr", "classification": "kind",
	"kind": "kind", "organization name": "organization", "organization": "organization", "province": "province", "zone": "zone", "country": "country"}

// ImportCommunities reads a list in the columns of Open Civic Data: id, name, name_fr, classification,
// organization_name. Two offices that read the same list make the same records. Faults as ImportMembers.
func (p *People) ImportCommunities(ctx context.Context, path string, o ImportOptions) (*Report, error) {
	if err := p.May(store.KindCommunity); err != nil {
		return nil, err
	}
	return p.carry(ctx, path, o, communityColumns, func(columns []Column, _ int) (list, error) {
		places, err := p.gazetteer()
		return &communityList{columns: columns, places: places, seen: map[string]int{}, cell: map[string]string{}}, err
	})
}

func communityColumns(headings []string) ([]Column, error) {
	columns, found := make([]Column, len(headings)), map[string]bool{}
	for i, h := range headings {
		columns[i] = Column{Heading: h, Field: communityHeadings[folded(h)]}
		found[columns[i].Field] = true
	}
	if !found["id"] || !found["name"] {
		return columns, fault.New("columns_missing", "columns", "id, name", "headings", headingList(headings))
	}
	return columns, nil
}

type communityList struct {
	columns []Column
	places  *gazetteer
	seen    map[string]int // rows of this list by id
	cell    map[string]string
}

func (l *communityList) row(cells []string, number int, r *Report) (store.Record, error) {
	clear(l.cell)
	for i, c := range l.columns {
		if c.Field != "" && i < len(cells) && cells[i] != "" {
			l.cell[c.Field] = table.Rearm(cells[i])
		}
	}
	if len(r.Sample) < sampleRows {
		sample := map[string]string{}
		for field, value := range l.cell {
			sample[field] = value
		}
		r.Sample = append(r.Sample, sample)
	}
	c, err := l.read()
	if err != nil {
		r.Refused = append(r.Refused, Refusal{Row: number, Name: l.cell["name"], Reason: err})
		return nil, nil
	}
	if before := l.seen[c.ID]; before > 0 {
		r.Duplicates = append(r.Duplicates, Duplicate{Row: number, Name: c.Name, WithRow: before, Why: "id"})
		return nil, nil
	}
	l.seen[c.ID] = number
	return l.place(c, r), nil
}

func (l *communityList) place(c store.Community, r *Report) store.Record {
	known := l.places.byID[c.ID]
	if known == nil {
		r.Created++
		return c
	}
	better := *known
	for _, f := range []struct{ to, from *string }{{&better.Name, &c.Name}, {&better.NameFR, &c.NameFR}, {&better.Kind, &c.Kind},
		{&better.Organization, &c.Organization}, {&better.Province, &c.Province}, {&better.Country, &c.Country}, {&better.Zone, &c.Zone}} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	if better == *known {
		r.Unchanged++
		return nil
	}
	r.Updated++
	return better
}

func (l *communityList) read() (c store.Community, err error) {
	for _, f := range []struct {
		name string
		to   *string
	}{{"name", &c.Name}, {"name_fr", &c.NameFR}, {"kind", &c.Kind}, {"organization", &c.Organization}, {"country", &c.Country}, {"zone", &c.Zone}, {"id", &c.External}} {
		if *f.to, err = tidy(f.name, l.cell[f.name]); err != nil {
			return c, err
		}
	}
	switch {
	case c.External == "":
		return c, fault.New("id_missing")
	case c.Name == "" && c.NameFR == "":
		return c, fault.New("name_needed")
	}
	c.ID = store.DerivedID(store.KindCommunity, c.External)
	c.Country, c.Province = censusPlace(c.External, c.Country)
	if named := l.cell["province"]; named != "" {
		if c.Province = provinceCode(named); c.Province == "" {
			return c, fault.New("bad_province", "value", shortened(named))
		}
	}
	return c, nil
}

// censusPlace reads country and province out of an identifier such as ocd-division/country:ca/csd:2466023, where
// the census subdivision begins with the province's number.
func censusPlace(external, country string) (string, string) {
	if _, code, ok := strings.Cut(external, "/country:"); ok && country == "" && len(code) >= 2 {
		country = strings.ToUpper(code[:2])
	}
	for _, level := range []string{"/csd:", "/cd:"} {
		if _, code, ok := strings.Cut(external, level); ok && len(code) >= 2 {
			return country, provinceOfCensus[code[:2]]
		}
	}
	if _, code, ok := strings.Cut(external, "/province:"); ok && len(code) >= 2 {
		return country, provinceCode(code[:2])
	}
	return country, ""
}
