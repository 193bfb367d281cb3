package directory

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// naive says again, slowly and plainly, what a search must give.
type naive map[string]Card

func (n naive) members(q Query) (page []Card, total int) {
	type ranked struct {
		Card
		rank int
		key  []byte
	}
	var all []ranked
	for _, c := range n {
		rank := naiveRank(c, q.Text)
		if rank < rankNone && naivePasses(c, q) {
			all = append(all, ranked{c, rank, SortKey(q.Lang, c.Family, c.Given)})
		}
	}
	slices.SortFunc(all, func(a, b ranked) int {
		return cmp.Or(a.rank-b.rank, bytes.Compare(a.key, b.key), strings.Compare(a.ID, b.ID))
	})
	for i := q.Offset; i < min(len(all), q.Offset+cmp.Or(q.Limit, pageSize)); i++ {
		page = append(page, all[i].Card)
	}
	return page, len(all)
}

func naivePasses(c Card, q Query) bool {
	same := func(asked, has string) bool { return asked == "" || asked == has }
	return same(q.Role, c.Role) && same(q.Language, c.Language) && same(q.Office, c.Office) &&
		same(q.Community, c.CommunityID) && same(q.Province, c.Province) &&
		(q.Chapter == "" || slices.Contains(c.Chapters, q.Chapter)) &&
		(q.TermEndsFrom == "" || c.TermEnd >= q.TermEndsFrom) &&
		(q.TermEndsBefore == "" || c.TermEnd != "" && c.TermEnd < q.TermEndsBefore)
}

func naiveRank(c Card, text string) int {
	worst := rankLead
	for _, w := range asked(text) {
		best := rankNone
		for _, field := range []string{c.Family, c.Given} {
			best = min(best, naiveFieldRank(field, w, rankLead))
		}
		local, domain, _ := strings.Cut(c.Email, "@")
		for _, field := range []string{local, domain, c.Community, c.CommunityFR} {
			best = min(best, naiveFieldRank(field, w, rankStart))
		}
		worst = max(worst, best)
	}
	return worst
}

func naiveFieldRank(field, asked string, lead int) int {
	best := rankNone
	words, leads := cut(Fold(field))
	for i, w := range words {
		switch {
		case strings.HasPrefix(w, asked) && i < leads:
			best = min(best, lead)
		case strings.HasPrefix(w, asked):
			best = min(best, rankStart)
		case strings.Contains(w, asked):
			best = min(best, rankPart)
		}
	}
	return best
}

var (
	letters = []string{"a", "b", "é", "É", "œ", "ß", "-", "’", " ", "–", "ᐃ", "e\u0301", "L'", "ab", "le "}
	someone = rapid.Custom(func(t *rapid.T) Card {
		text := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(letters), 0, 5).Draw(t, "letters"), "")
		})
		town := rapid.SampledFrom([]Place{{}, {ID: "com_1", Name: "Abé-Le", NameFR: "L’Abé", Province: "QC"}, {ID: "com_2", Name: "Bœa", Province: "ON"}}).Draw(t, "town")
		c := Card{
			ID: rapid.StringMatching(`mem_[a-h]`).Draw(t, "id"), Given: text.Draw(t, "given"), Family: text.Draw(t, "family"),
			Role:        rapid.SampledFrom([]string{"", "elected", "staff"}).Draw(t, "role"),
			TermEnd:     rapid.SampledFrom([]string{"", "2026-01-01", "2027-01-01"}).Draw(t, "term"),
			CommunityID: town.ID, Community: town.Name, CommunityFR: town.NameFR, Province: town.Province,
		}
		if local := text.Draw(t, "local"); local != "" {
			c.Email = local + "@ab.example.org"
		}
		c.Chapters = rapid.SampledFrom([][]string{nil, {"chp_a"}, {"chp_a", "chp_b"}}).Draw(t, "chapters")
		return c
	})
	question = rapid.Custom(func(t *rapid.T) Query {
		return Query{
			Text:         strings.Join(rapid.SliceOfN(rapid.SampledFrom(append(letters, "exam", "o", "s")), 0, 4).Draw(t, "text"), ""),
			Role:         rapid.SampledFrom([]string{"", "", "staff"}).Draw(t, "role"),
			Chapter:      rapid.SampledFrom([]string{"", "", "chp_b"}).Draw(t, "chapter"),
			Province:     rapid.SampledFrom([]string{"", "", "QC"}).Draw(t, "province"),
			TermEndsFrom: rapid.SampledFrom([]string{"", "", "2026-06-01"}).Draw(t, "from"), TermEndsBefore: rapid.SampledFrom([]string{"", "", "2026-06-01"}).Draw(t, "before"),
			Lang:   rapid.SampledFrom([]string{"en", "fr"}).Draw(t, "lang"),
			Offset: rapid.IntRange(0, 4).Draw(t, "offset"), Limit: rapid.IntRange(0, 4).Draw(t, "limit"),
		}
	})
)

func TestASearchGivesWhatReadingEveryCardWouldGive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, plain := New(), naive{}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				c := someone.Draw(t, "card")
				plain[c.ID] = c
				d.PutMember(c)
			},
			"remove": func(t *rapid.T) {
				id := rapid.StringMatching(`mem_[a-h]`).Draw(t, "id")
				delete(plain, id)
				d.RemoveMember(id)
			},
			"load": func(t *rapid.T) {
				plain = naive{}
				for _, c := range rapid.SliceOfN(someone, 0, 12).Draw(t, "cards") {
					plain[c.ID] = c
				}
				var cards []Card
				for _, c := range plain {
					cards = append(cards, c)
				}
				d.Load(cards, nil)
			},
			"": func(t *rapid.T) {
				q := question.Draw(t, "query")
				want, wantTotal := plain.members(q)
				got, total := d.Members(q)
				if total != wantTotal || len(got) != len(want) {
					t.Fatalf("%+v: got %d of %d, want %d of %d", q, len(got), total, len(want), wantTotal)
				}
				for i := range got {
					if !sameCard(got[i], want[i]) {
						t.Fatalf("%+v: row %d is %+v, want %+v", q, i, got[i], want[i])
					}
				}
			},
		})
	})
}

func sameCard(a, b Card) bool {
	chapters := slices.Equal(a.Chapters, b.Chapters)
	a.Chapters, b.Chapters = nil, nil
	return chapters && equalButChapters(a, b)
}

func equalButChapters(a, b Card) bool {
	return a.ID == b.ID && a.Given == b.Given && a.Family == b.Family && a.Email == b.Email && a.Phone == b.Phone &&
		a.Title == b.Title && a.Role == b.Role && a.Language == b.Language && a.CommunityID == b.CommunityID &&
		a.Community == b.Community && a.CommunityFR == b.CommunityFR && a.Province == b.Province && a.Office == b.Office && a.TermEnd == b.TermEnd &&
		a.Zone == b.Zone
}
