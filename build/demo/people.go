package main

import (
	"context"
	_ "embed"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// communities.csv holds 320 public names of Canadian municipalities and First Nations, with their types.
//
//go:embed communities.csv
var communitiesCSV []byte

const seed = 20261121 // every run invents the same people and the same year

// chapterPlan is one chapter and who keeps it.
type chapterPlan struct {
	key, laptop, name, nameFR, kind, audience, zone string
	provinces                                       string // of a regional chapter
}

var chapterPlans = []chapterPlan{
	{"bc", "vancouver", "British Columbia chapter", "Section de la Colombie-Britannique", "regional", "", "America/Vancouver", "BC"},
	{"qc", "montreal", "Québec chapter", "Section du Québec", "regional", "", "America/Toronto", "QC"},
	{"on", "toronto", "Ontario chapter", "Section de l’Ontario", "regional", "", "America/Toronto", "ON"},
	{"atlantic", "halifax", "Atlantic chapter", "Section de l’Atlantique", "regional", "", "America/Halifax", "NB NS PE NL"},
	{"north", "vancouver", "Northern chapter", "Section du Nord", "regional", "", "America/Whitehorse", "YT NT NU"},
	{"electeds", "vancouver", "Electeds-only call", "Appel des élus", "caucus", "elected", "America/Vancouver", ""},
	{"caucus", "toronto", "All-caucus call", "Appel de tout le caucus", "caucus", "", "America/Toronto", ""},
	{"rural", "halifax", "Outdoor recreation, rural and small communities", "Plein air, milieux ruraux et petites collectivités", "working-group", "", "America/Halifax", ""},
	{"peers", "toronto", "Peer network", "Réseau de pairs", "programme", "staff, indigenous-staff", "America/Toronto", ""},
	{"forum", "montreal", "Climate forum", "Forum climat", "programme", "", "America/Toronto", ""},
}

func (p chapterPlan) id() string { return store.DerivedID(store.KindChapter, "demonstration "+p.key) }

// fill writes what the offices have kept for a year, each on its own laptop, and lets them exchange it.
func (d *demo) fill(ctx context.Context) error {
	if err := d.importCommunities(ctx); err != nil {
		return err
	}
	if _, err := d.settle(ctx); err != nil {
		return err
	}
	d.say("%d real communities imported from a list", d.laptops[0].Store.Count(store.KindCommunity))
	for _, l := range d.laptops {
		if err := l.writeChapters(); err != nil {
			return err
		}
		members := d.inventMembers(l.name)
		n, err := l.Store.EditEach(steps(members))
		if err != nil {
			return err
		}
		if _, err := l.Store.EditEach(steps(l.inventConsents(members))); err != nil {
			return err
		}
		d.say("%-9s wrote %d members", l.office, n)
	}
	if _, err := d.settle(ctx); err != nil {
		return err
	}
	// Offices meet now and then: who is silent for ninety days starts again from a full snapshot.
	for _, ago := range []time.Duration{140 * day, 80 * day, 30 * day} {
		d.goBack(ago)
		if _, err := d.settle(ctx); err != nil {
			return err
		}
	}
	if err := d.fillYear(); err != nil {
		return err
	}
	turns, err := d.settle(ctx)
	if err != nil {
		return err
	}
	first := d.laptops[0].Store
	d.say("exchanged through the bucket in %d turns: %d members, %d meetings, %d scans on every laptop", turns,
		first.Count(store.KindMember), first.Count(store.KindMeeting), first.Count(store.KindScan))
	return nil
}

func (d *demo) importCommunities(ctx context.Context) error {
	list := filepath.Join(d.folder, "communities.csv")
	if err := os.WriteFile(list, communitiesCSV, 0o600); err != nil {
		return err
	}
	report, err := d.laptops[0].People.ImportCommunities(ctx, list, people.ImportOptions{})
	if err != nil {
		return err
	}
	if len(report.Refused) > 0 {
		return fmt.Errorf("%d communities were refused", len(report.Refused))
	}
	return nil
}

func (l *laptop) writeChapters() error {
	_, err := l.Store.Edit(func(tx *store.Tx) error {
		for _, p := range chapterPlans {
			if p.laptop != l.name {
				continue
			}
			if _, err := tx.Put(store.Chapter{ID: p.id(), Name: p.name, NameFR: p.nameFR, Kind: p.kind, Audience: p.audience, Zone: p.zone}); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// homeOf is the laptop whose office keeps a province's members.
func homeOf(province string) string {
	switch province {
	case "QC":
		return "montreal"
	case "NB", "NS", "PE", "NL":
		return "halifax"
	case "BC", "AB", "YT", "NT":
		return "vancouver"
	}
	return "toronto"
}

// places lists the communities in the same order on every run.
func (l *laptop) places() []store.Community {
	var list []store.Community
	for c, err := range store.All[store.Community](l.Store) {
		if err == nil {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b store.Community) int { return strings.Compare(a.External, b.External) })
	return list
}

// inventMembers gives the members of one office's provinces. All offices draw from the same stream, so
// that the whole network is the same on every run.
func (d *demo) inventMembers(home string) []store.Member {
	l := d.laptop(home)
	r := rand.New(rand.NewPCG(seed, 1))
	places := l.places()
	var members, all []store.Member
	taken := map[string]bool{}
	for i := range d.members {
		place := places[weighted(r, len(places))]
		m := d.inventMember(r, i, place)
		for key := nameIn(m); taken[key]; key = nameIn(m) {
			p := invent(r, place.Province, place.Kind == "IRI")
			m.Given, m.Family = p.given, p.family
		}
		if i >= d.members-writtenTwice { // somebody wrote a person down who was there already
			twin := all[i-d.members/2]
			m.Given, m.Family, m.Community, m.Language, m.Phone = twin.Given, twin.Family, twin.Community, twin.Language, ""
		}
		taken[nameIn(m)] = true
		all = append(all, m)
		if homeOf(place.Province) == home {
			m.Office = l.Network.MyOffice()
			members = append(members, m)
		}
	}
	return members
}

const writtenTwice = 3 // members

func nameIn(m store.Member) string { return m.Given + "\x00" + m.Family + "\x00" + m.Community }

// weighted prefers some places, for towns differ in how many people they send.
func weighted(r *rand.Rand, n int) int {
	if r.IntN(3) == 0 {
		return r.IntN(n) / 8 * 8
	}
	return r.IntN(n)
}

func (d *demo) inventMember(r *rand.Rand, i int, place store.Community) store.Member {
	indigenous := place.Kind == "IRI" || place.Kind == "TI" || place.Province == "NU"
	p := invent(r, place.Province, indigenous)
	m := store.Member{
		ID: store.DerivedID(store.KindMember, "demonstration "+strconv.Itoa(i)), Given: p.given, Family: p.family, Language: p.lang,
		Community: place.ID, Role: role(r, indigenous),
	}
	m.Title = title(r, m, place)
	m.Email = address(p, i)
	if r.IntN(4) > 0 {
		m.Phone = fmt.Sprintf("%d 555-01%02d", 200+r.IntN(700), r.IntN(100))
	}
	if m.Role == "elected" {
		m.TermStart, m.TermEnd = d.mandate(r, place.Province)
	}
	m.Chapters = chaptersOf(r, m.Role, place)
	return m
}

func role(r *rand.Rand, indigenous bool) string {
	n := r.IntN(100)
	switch {
	case indigenous && n < 55:
		return "indigenous-staff"
	case n < 52:
		return "elected"
	case n < 93:
		return "staff"
	}
	return "partner"
}

func title(r *rand.Rand, m store.Member, place store.Community) string {
	french := m.Language == "fr"
	pickOne := func(en, fr []string) string {
		if french {
			return draw(r, fr)
		}
		return draw(r, en)
	}
	switch m.Role {
	case "elected":
		if place.Kind == "IRI" {
			return pickOne([]string{"Councillor", "Chief"}, []string{"Membre du conseil", "Chef"})
		}
		return pickOne([]string{"Councillor", "Councillor", "Councillor", "Mayor", "Deputy mayor"}, []string{"Membre du conseil", "Membre du conseil", "Mairie", "Mairie suppléante"})
	case "staff":
		return pickOne([]string{"Climate coordinator", "Planner", "Energy manager", "Sustainability lead", "Clerk"}, []string{"Coordination climat", "Urbanisme", "Gestion de l’énergie", "Développement durable", "Greffe"})
	case "indigenous-staff":
		return pickOne([]string{"Lands manager", "Environment coordinator", "Community energy champion"}, []string{"Gestion du territoire", "Coordination environnement", "Énergie communautaire"})
	}
	return pickOne([]string{"Researcher", "Facilitator"}, []string{"Recherche", "Animation"})
}

// address is under example.org, in letters that every mail system takes.
func address(p person, i int) string {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, directory.Fold(norm.NFC.String(s)))
	}
	name := strings.Trim(plain(p.given)+"."+plain(p.family), ".")
	return name + strconv.Itoa(i) + "@example.org"
}

// mandate gives the term of a province's elected people; some ended lately, some end soon.
func (d *demo) mandate(r *rand.Rand, province string) (start, end string) {
	now := d.now()
	switch n := r.IntN(100); {
	case n < 3:
		last := now.AddDate(0, 0, -3-r.IntN(40))
		return last.AddDate(-4, 0, 1).Format(time.DateOnly), last.Format(time.DateOnly)
	case n < 6:
		last := now.AddDate(0, 0, 4+r.IntN(54))
		return last.AddDate(-4, 0, 1).Format(time.DateOnly), last.Format(time.DateOnly)
	}
	terms := map[string][2]string{
		"QC": {"2025-11-07", "2029-11-04"}, "ON": {"2026-11-15", "2030-11-14"}, "BC": {"2026-11-02", "2030-11-04"},
		"AB": {"2025-10-27", "2029-10-22"}, "NS": {"2024-10-29", "2028-10-24"}, "MB": {"2026-10-28", "2030-10-23"},
	}
	if term, ok := terms[province]; ok {
		return term[0], term[1]
	}
	return "2025-06-01", "2029-05-31"
}

func chaptersOf(r *rand.Rand, role string, place store.Community) []string {
	var ids []string
	for _, p := range chapterPlans {
		if belongs(r, p, role, place) {
			ids = append(ids, p.id())
		}
	}
	return ids
}

func belongs(r *rand.Rand, p chapterPlan, role string, place store.Community) bool {
	n := r.IntN(100)
	switch p.key {
	case "electeds":
		return role == "elected" && n < 70
	case "caucus":
		return n < 45
	case "rural":
		return slices.Contains([]string{"T", "VL", "RM", "MÉ", "TP", "HAM", "IRI"}, place.Kind) && n < 30
	case "peers":
		return (role == "staff" || role == "indigenous-staff") && n < 60
	case "forum":
		return n < 32
	}
	return slices.Contains(strings.Fields(p.provinces), place.Province) && n < 75
}

// steps gives one edit for each record.
func steps[T store.Record](records []T) iter.Seq[func(*store.Tx) error] {
	return func(yield func(func(*store.Tx) error) bool) {
		for _, record := range records {
			if !yield(func(tx *store.Tx) error { _, err := tx.Put(record); return err }) {
				return
			}
		}
	}
}
