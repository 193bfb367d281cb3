package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"example.org/carnet/store/fault"
)

// openText reads CSV, or vCard when the text begins like one.
func (t *Table) openText(file source, head []byte) error {
	l, err := lettersOf(file, head)
	if err != nil {
		return err
	}
	if _, err := file.Seek(l.skip, io.SeekStart); err != nil {
		return fault.New("bad_file").Because(err)
	}
	text := bufio.NewReaderSize(l.decode(file), headSize)
	start, err := text.Peek(headSize / 4)
	if len(start) == 0 && !errors.Is(err, io.EOF) {
		return fault.New("bad_file").Because(err)
	}
	if bytes.IndexByte(start, 0) >= 0 {
		return fault.New("bad_file")
	}
	if isVCard(start) {
		return t.openCards(text)
	}
	separator, named := namedSeparator(start)
	if named {
		_, _ = text.ReadBytes('\n')
	} else {
		separator = guessSeparator(start)
	}
	t.Format = l.name + ", " + separatorName(separator)
	t.rows = newCSV(text, separator)
	return t.readHeadings()
}

// namedSeparator reads the line "sep=;" that spreadsheets write for each other.
func namedSeparator(start []byte) (byte, bool) {
	line, _, _ := bytes.Cut(start, []byte("\n"))
	line = bytes.Trim(line, "\r\"")
	if len(line) == 5 && strings.EqualFold(string(line[:4]), "sep=") {
		return line[4], true
	}
	return 0, false
}

func separatorName(s byte) string {
	if s == '\t' {
		return "tab"
	}
	return string(rune(s))
}

// guessSeparator reads the head with each candidate and takes the one that parts the most rows, then the one that makes most of
// them equally wide. A report may hold lines that are no table.
func guessSeparator(start []byte) byte {
	best, score := byte(','), 0
	for _, candidate := range []byte(",;\t|") {
		rows := newCSV(bufio.NewReader(bytes.NewReader(start)), candidate)
		widths, all, parted := map[int]int{}, 0, 0
		for row, err := rows.next(); err == nil && all < 100; row, err = rows.next() {
			if strings.Join(row, "") != "" {
				widths[len(row)]++
				all++
				parted += min(1, len(row)-1)
			}
		}
		delete(widths, 1)
		for width, same := range widths {
			if s := (parted*1000/all*1000+same*1000/all)*100 + min(width, 99); s > score {
				best, score = candidate, s
			}
		}
	}
	return best
}

// csvReader reads rows as RFC 4180 has them, and forgives what offices write: quotes inside of a bare
// field, text after a closing quote, any line ending.
type csvReader struct {
	text      *bufio.Reader
	separator byte
	room      []byte // the row's text, unquoted
	ends      []int  // where each field ends in room
	row       []string
	breaks    [256]bool // bytes that a bare field stops at
	done      bool
}

func newCSV(text *bufio.Reader, separator byte) *csvReader {
	r := &csvReader{text: text, separator: separator}
	r.breaks[separator], r.breaks['\n'], r.breaks['\r'], r.breaks[0] = true, true, true, true
	return r
}

func (r *csvReader) next() ([]string, error) {
	if r.done {
		return nil, io.EOF
	}
	r.room, r.ends = r.room[:0], r.ends[:0]
	for last := false; !last; {
		var err error
		if last, err = r.field(); err != nil {
			return nil, err
		}
		r.ends = append(r.ends, len(r.room))
		if len(r.ends) > maxColumns {
			return nil, fault.New("bad_file")
		}
	}
	if r.done && len(r.ends) == 1 && len(r.room) == 0 {
		return nil, io.EOF
	}
	return r.cells(), nil
}

// cells cuts the row out of one text, so that a row costs one allocation.
func (r *csvReader) cells() []string {
	text := strings.ToValidUTF8(string(r.room), "\uFFFD")
	if len(text) != len(r.room) {
		return r.repairedCells()
	}
	r.row = r.row[:0]
	from := 0
	for _, end := range r.ends {
		r.row = append(r.row, strings.TrimSpace(text[from:end]))
		from = end
	}
	return r.row
}

func (r *csvReader) repairedCells() []string {
	r.row = r.row[:0]
	from := 0
	for _, end := range r.ends {
		r.row = append(r.row, strings.TrimSpace(strings.ToValidUTF8(string(r.room[from:end]), "\uFFFD")))
		from = end
	}
	return r.row
}

// field reads one field and tells whether it was the row's last.
func (r *csvReader) field() (last bool, err error) {
	c, err := r.text.ReadByte()
	if err == nil && c == '"' {
		if err := r.quoted(); err != nil {
			return true, err
		}
		c, err = r.text.ReadByte()
	}
	for {
		switch {
		case err == io.EOF:
			r.done = true
			return true, nil
		case err != nil:
			return true, err
		case c == r.separator:
			return false, nil
		case c == '\n':
			return true, nil
		case c == '\r':
			return true, r.skipLineFeed()
		case c == 0:
			return true, fault.New("bad_file")
		}
		r.room = append(r.room, c)
		if err := r.bare(); err != nil {
			return true, err
		}
		c, err = r.text.ReadByte()
	}
}

// bare takes what is buffered up to the next byte that means something.
func (r *csvReader) bare() error {
	buffered, _ := r.text.Peek(r.text.Buffered())
	n := 0
	for n < len(buffered) && !r.breaks[buffered[n]] {
		n++
	}
	r.room = append(r.room, buffered[:n]...)
	_, _ = r.text.Discard(n)
	if len(r.room) > maxRow {
		return errLong
	}
	return nil
}

// quoted reads up to the closing quote; a doubled one stands for itself.
func (r *csvReader) quoted() error {
	for {
		c, err := r.text.ReadByte()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case c == 0:
			return fault.New("bad_file")
		case c == '"':
			if next, err := r.text.Peek(1); err != nil || next[0] != '"' {
				return nil
			}
			_, _ = r.text.Discard(1)
		}
		r.room = append(r.room, c)
		if len(r.room) > maxRow {
			return errLong
		}
	}
}

func (r *csvReader) skipLineFeed() error {
	if next, err := r.text.Peek(1); err == nil && next[0] == '\n' {
		_, _ = r.text.Discard(1)
	}
	return nil
}
