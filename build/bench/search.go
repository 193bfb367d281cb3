package main

import (
	"fmt"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// measureSearch types names, addresses and communities letter by letter over the large home.
func (b *bench) measureSearch() error {
	s, err := b.openHome("large", "benchlaptop")
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	d := s.WaitDirectory()
	queries, err := keystrokes(s, d)
	if err != nil {
		return err
	}
	times := make([]time.Duration, 0, len(queries))
	for _, q := range queries {
		start := time.Now()
		d.Members(q)
		times = append(times, time.Since(start))
	}
	b.table.row(fmt.Sprintf("search keystroke, %d members, first 50 in order (%d keystrokes)", s.Count(store.KindMember), len(times)), "p99 4 ms",
		fmt.Sprintf("p50 %s, p99 %s, worst %s", short(at(50, times)), short(at(99, times)), short(at(100, times))), at(99, times) <= 4*time.Millisecond)
	return nil
}

func keystrokes(s *store.Store, d *directory.Directory) (queries []directory.Query, err error) {
	r := dice(seedQueries)
	total := s.Count(store.KindMember)
	for range 60 {
		page, _ := d.Members(directory.Query{Offset: r.IntN(total), Limit: 1})
		if len(page) == 0 {
			return nil, fmt.Errorf("the directory is empty")
		}
		for _, text := range []string{page[0].Family, page[0].Given + " " + page[0].Family, page[0].Email, page[0].Community, "zqxj" + page[0].Given} {
			letters := []rune(text)
			for i := range letters {
				queries = append(queries, directory.Query{Text: string(letters[:i+1]), Lang: []string{"fr", "en"}[len(text)%2]})
			}
		}
		queries = append(queries, directory.Query{Text: "e", Province: "QC", Language: "fr"}, directory.Query{Province: "ON"}, directory.Query{Text: "a e i"})
	}
	return queries, nil
}
