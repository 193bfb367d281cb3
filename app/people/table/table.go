// Package table reads lists that people send: CSV in the encodings and separators of real
// offices, XLSX, and vCard, all as headings and rows of text; and writes the same. It may know file
// formats only, never what a column means, and trusts no byte: every length has a limit.
package table

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"

	"example.org/carnet/store/fault"
)

// Limits of what is read.
const (
	maxRow     = 1 << 20   // bytes of one row of text
	maxColumns = 1024      // columns of one row
	maxBook    = 256 << 20 // bytes of a workbook, packed
	maxUnpack  = 512 << 20 // bytes of a workbook, unpacked
	headSize   = 64 << 10  // bytes from which encoding and separator are guessed
)

// Table is one list that is being read, row by row.
type Table struct {
	Headings []string
	Format   string // for people: "Windows-1252, ;", "XLSX", "vCard"
	rows     rowReader
	file     io.Closer
	row      int
}

// rowReader gives rows until io.EOF; a row is good until the next call.
type rowReader interface {
	next() ([]string, error)
}

// Open opens a list and reads its headings; the bytes say what it is, not its name. Faults: bad_file (not a list),
// empty_file, file_too_large, row_too_long, and file_unreadable.
func Open(path string) (*Table, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fault.New("file_unreadable", "file", path).Because(err)
	}
	t, err := read(file)
	if err != nil {
		file.Close()
		return nil, err
	}
	return t, nil
}

// file is what a list is read from.
type source interface {
	io.ReadSeekCloser
	io.ReaderAt
}

func read(file source) (*Table, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fault.New("bad_file").Because(err)
	}
	head = head[:n]
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fault.New("bad_file").Because(err)
	}
	t := &Table{file: file}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		err = t.openBook(file)
	default:
		err = t.openText(file, head)
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Next gives a row as wide as it stands in the file and its number, 1 for the first after the headings.
// The row is good until the next call. Rows without any text are passed over, but counted. io.EOF ends.
func (t *Table) Next() (row []string, number int, err error) {
	for {
		row, err := t.rows.next()
		if errors.Is(err, io.EOF) {
			return nil, t.row, io.EOF
		}
		t.row++
		if err != nil {
			return nil, t.row, atRow(err, t.row)
		}
		for _, cell := range row {
			if cell != "" {
				return row, t.row, nil
			}
		}
	}
}

// Close lets go of the file.
func (t *Table) Close() {
	if c, ok := t.rows.(io.Closer); ok {
		c.Close()
	}
	_ = t.file.Close()
}

// errLong is a row past the limit; atRow names it.
var errLong = errors.New("row past the limit")

func atRow(err error, row int) error {
	if errors.Is(err, errLong) {
		return fault.New("row_too_long", "row", strconv.Itoa(row)).Because(err)
	}
	var f *fault.Fault
	if errors.As(err, &f) {
		return err
	}
	return fault.New("bad_file", "row", strconv.Itoa(row)).Because(err)
}

// readHeadings takes the first row that has text.
func (t *Table) readHeadings() error {
	for {
		row, err := t.rows.next()
		if errors.Is(err, io.EOF) {
			return fault.New("empty_file")
		}
		if err != nil {
			return atRow(err, 0)
		}
		for _, cell := range row {
			if cell != "" {
				t.Headings = append([]string{}, row...)
				return nil
			}
		}
	}
}
