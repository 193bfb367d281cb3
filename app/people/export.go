package people

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/carnet/app/people/table"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

// ExportFields are the columns of an export, in this order for good: an export read in again changes nothing.
var ExportFields = []string{"id", "given", "family", "email", "phone", "role", "title", "community", "province", "language",
	"chapters", "term_start", "term_end", "zone", "notes", "office"}

// ExportMembers writes the members of a query, all pages of it, as csv, xlsx or vcf. It tells how many. Fault bad_format.
func (p *People) ExportMembers(ctx context.Context, to io.Writer, format string, q directory.Query) (int, error) {
	w, err := table.NewWriter(to, format, ExportFields)
	if err != nil {
		return 0, err
	}
	names, err := p.exportNames()
	if err != nil {
		return 0, err
	}
	q.Offset, q.Limit = 0, everyone
	cards, _ := p.Store.WaitDirectory().Members(q)
	for i, card := range cards {
		if i%256 == 0 && ctx.Err() != nil {
			return i, ctx.Err()
		}
		m, err := store.Get[store.Member](p.Store, card.ID)
		if err != nil {
			return i, err
		}
		if err := w.Row(names.row(&m)); err != nil {
			return i, err
		}
	}
	return len(cards), w.Close()
}

// exportNames gives what stands in a list instead of ids: texts that find the same records again.
type exportNames struct {
	places            *gazetteer
	chapters, offices map[string]string
}

func (p *People) exportNames() (n exportNames, err error) {
	if n.places, err = p.gazetteer(); err != nil {
		return n, err
	}
	n.chapters, n.offices = map[string]string{}, map[string]string{}
	for c, err := range store.All[store.Chapter](p.Store) {
		if err != nil {
			return n, err
		}
		n.chapters[c.ID] = inLang("en", c.Name, c.NameFR)
	}
	for o, err := range store.All[store.Office](p.Store) {
		if err != nil {
			return n, err
		}
		n.offices[o.ID] = o.Name
	}
	unique(n.chapters)
	unique(n.offices)
	return n, nil
}

// unique leaves names alone that one record has, and gives the ids of others back.
func unique(names map[string]string) {
	times := map[string]int{}
	for _, name := range names {
		times[folded(name)]++
	}
	for id, name := range names {
		if times[folded(name)] > 1 || strings.ContainsAny(name, ";|\n") {
			names[id] = id
		}
	}
}

func (n exportNames) row(m *store.Member) []string {
	row := make([]string, len(ExportFields))
	for i, field := range ExportFields {
		switch field {
		case "id":
			row[i] = m.ID
		case "community":
			row[i] = n.places.text(m.Community)
		case "province":
			if c := n.places.byID[m.Community]; c != nil {
				row[i] = c.Province
			}
		case "chapters":
			row[i] = n.chapterList(m.Chapters)
		case "office":
			row[i] = nameOr(n.offices, m.Office)
		default:
			row[i] = *memberText(m, field)
		}
	}
	return row
}

func (n exportNames) chapterList(ids []string) string {
	var names []string
	for _, id := range ids {
		if name, ok := n.chapters[id]; ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, "; ")
}

func nameOr(names map[string]string, id string) string {
	if name := names[id]; name != "" {
		return name
	}
	return id
}

// ExportFile writes an export beside its place and renames it there when it is whole.
func (p *People) ExportFile(ctx context.Context, path, format string, q directory.Query) (int, error) {
	return wholeFile(path, func(to io.Writer) (int, error) { return p.ExportMembers(ctx, to, format, q) })
}

// wholeFile lets a list be written beside its place, and renames it there when it is whole.
func wholeFile(path string, write func(io.Writer) (int, error)) (n int, err error) {
	unwritable := func(err error) error {
		if durable.Refused(err) {
			return durable.Fault(path, err)
		}
		return fault.New("file_unwritable", "file", path).Because(err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".carnet-*")
	if err != nil {
		return 0, unwritable(err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	room := bufio.NewWriter(file)
	if n, err = write(room); durable.Refused(err) {
		return n, unwritable(err)
	} else if err != nil {
		return n, err
	}
	for _, step := range []func() error{room.Flush, file.Sync, file.Close} {
		if err := step(); err != nil {
			return n, unwritable(err)
		}
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return n, unwritable(err)
	}
	return n, nil
}
