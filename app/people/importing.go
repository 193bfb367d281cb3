package people

import (
	"context"
	"errors"
	"io"
	"iter"

	"example.org/carnet/app/people/table"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// ImportOptions say how a list is read.
type ImportOptions struct {
	Office   string            // owner of new members: id, its beginning, or name; empty means this laptop's
	Columns  map[string]string // heading to field, before what is recognized
	DryRun   bool              // read everything, write nothing
	Progress func(done, total int)
}

// Report says what an import did, or with DryRun would do.
type Report struct {
	Format                            string // "Windows-1252, ;"
	Columns                           []Column
	Rows, Created, Updated, Unchanged int
	Refused                           []Refusal
	Duplicates                        []Duplicate
	Sample                            []map[string]string // the first rows by field, as they were understood
	Examples                          []string            // by column, the first text that stands in it
	Refs                              []store.Ref         // for undo; none for a long list
}

// Refusal is a row that was not read, and why.
type Refusal struct {
	Row    int // 1 is the first after the headings
	Name   string
	Reason error
}

// Duplicate is a row that may be somebody who is there already; it was not created.
type Duplicate struct {
	Row     int
	Name    string
	Member  string // id of who is there; empty in a dry run when that is another row
	WithRow int    // the row of the same list that it repeats, 0 when none
	Why     string // email, name
}

const (
	sampleRows  = 5
	exampleRows = 20
	wholeImport = 2000 // rows up to which an import is one edit, written whole or not at all, and can be undone
	batchRows   = 200  // rows of one edit of a longer one
)

// list is one kind of import: it understands a row and says what to write, nil for nothing.
type list interface {
	row(cells []string, number int, r *Report) (store.Record, error)
}

// open opens a list and learns what its columns mean.
func openList(path string, columns func([]string) ([]Column, error)) (*table.Table, []Column, error) {
	t, err := table.Open(path)
	if err != nil {
		return nil, nil, err
	}
	found, err := columns(t.Headings)
	if err != nil {
		t.Close()
		return nil, found, err
	}
	return t, found, nil
}

// carry reads a list and writes what it says. A list that cannot be read to its end is found out
// before anything is written.
func (p *People) carry(ctx context.Context, path string, o ImportOptions, columns func([]string) ([]Column, error), build func(columns []Column, rows int) (list, error)) (*Report, error) {
	total := 0
	if !o.DryRun {
		n, err := countRows(ctx, path, columns)
		if err != nil {
			return nil, err
		}
		total = n
	}
	t, found, err := openList(path, columns)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	l, err := build(found, total)
	if err != nil {
		return nil, err
	}
	run := &carrying{ctx: ctx, table: t, list: l, total: total, progress: o.Progress,
		report: &Report{Format: t.Format, Columns: found, Examples: make([]string, len(found)), Refused: []Refusal{}, Duplicates: []Duplicate{}}}
	err = p.write(run, o.DryRun)
	if err == nil {
		err = run.err
	}
	return run.report, err
}

// Headings gives the columns of a list of members as far as they are recognized, with an example of each, for a
// person to say what they are.
func (p *People) Headings(path string) (*Report, error) {
	t, err := table.Open(path)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	columns, _ := columnsOf(t.Headings, nil)
	c := &carrying{report: &Report{Format: t.Format, Columns: columns, Examples: make([]string, len(columns))}}
	for cells, _, err := t.Next(); err == nil && c.report.Rows < exampleRows; cells, _, err = t.Next() {
		c.report.Rows++
		c.exemplify(cells)
	}
	return c.report, nil
}

func countRows(ctx context.Context, path string, columns func([]string) ([]Column, error)) (n int, err error) {
	t, _, err := openList(path, columns)
	if err != nil {
		return 0, err
	}
	defer t.Close()
	for ; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return n, ctx.Err()
		}
		if _, _, err := t.Next(); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

func (p *People) write(run *carrying, dry bool) (err error) {
	switch {
	case dry:
		for range run.records() {
		}
	case run.total <= wholeImport:
		run.report.Refs, err = p.Store.Edit(func(tx *store.Tx) error {
			for record := range run.records() {
				if _, err := tx.Put(record); err != nil {
					return err
				}
			}
			return run.err
		})
	default:
		_, err = p.Store.EditEach(run.steps())
		if err == nil && errors.Is(run.err, context.Canceled) {
			run.err = fault.New("import_stopped", "n", count(run.report.Rows)).Because(run.err)
		}
	}
	return err
}

// carrying is one import under way.
type carrying struct {
	ctx      context.Context
	table    *table.Table
	list     list
	report   *Report
	total    int
	progress func(done, total int)
	err      error // what ended the reading early
}

// records gives what is to be written, row by row; refused rows go into the report.
func (c *carrying) records() iter.Seq[store.Record] {
	return func(yield func(store.Record) bool) {
		for {
			cells, number, err := c.table.Next()
			if errors.Is(err, io.EOF) {
				c.tell()
				return
			}
			if err == nil && c.report.Rows%256 == 0 {
				c.tell()
				err = c.ctx.Err()
			}
			if err != nil {
				c.err = err
				return
			}
			c.report.Rows++
			c.exemplify(cells)
			record, err := c.list.row(cells, number, c.report)
			if err != nil {
				c.err = err
				return
			}
			if record != nil && !yield(record) {
				return
			}
		}
	}
}

// exemplify keeps the first text of each column.
func (c *carrying) exemplify(cells []string) {
	if c.report.Rows > exampleRows {
		return
	}
	for i := range min(len(cells), len(c.report.Examples)) {
		if c.report.Examples[i] == "" {
			c.report.Examples[i] = shortened(cells[i])
		}
	}
}

func (c *carrying) tell() {
	if c.progress != nil {
		c.progress(c.report.Rows, max(c.total, c.report.Rows))
	}
}

// steps bundles records into edits.
func (c *carrying) steps() iter.Seq[func(*store.Tx) error] {
	return func(yield func(func(*store.Tx) error) bool) {
		batch := make([]store.Record, 0, batchRows)
		flush := func() bool {
			ready := batch
			batch = make([]store.Record, 0, batchRows)
			return yield(func(tx *store.Tx) error {
				for _, record := range ready {
					if _, err := tx.Put(record); err != nil {
						return err
					}
				}
				return nil
			})
		}
		for record := range c.records() {
			if batch = append(batch, record); len(batch) == batchRows && !flush() {
				return
			}
		}
		if len(batch) > 0 {
			flush()
		}
	}
}
