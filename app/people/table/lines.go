package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"

	"example.org/carnet/store/fault"
)

// memory is a text that is no file.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// Text reads a list that was pasted. Faults as Open.
func Text(text []byte) (*Table, error) { return read(memory{bytes.NewReader(text)}) }

// Lines reads a text without headings, in any encoding that Open reads, line by line; empty lines stand as they are. Faults:
// file_unreadable, bad_file, row_too_long, and too_many_rows past most.
func Lines(path string, most int) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fault.New("file_unreadable", "file", path).Because(err)
	}
	defer file.Close()
	return lines(file, most)
}

// LinesOf is Lines for what was pasted.
func LinesOf(text []byte, most int) ([]string, error) {
	return lines(memory{bytes.NewReader(text)}, most)
}

func lines(file source, most int) (all []string, err error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fault.New("bad_file").Because(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fault.New("bad_file").Because(err)
	}
	l, err := lettersOf(file, head[:n])
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(l.skip, io.SeekStart); err != nil {
		return nil, fault.New("bad_file").Because(err)
	}
	text := bufio.NewScanner(l.decode(file))
	text.Buffer(nil, maxRow)
	for text.Scan() {
		if bytes.IndexByte(text.Bytes(), 0) >= 0 {
			return nil, fault.New("bad_file")
		}
		if len(all) == most {
			return nil, fault.New("too_many_rows")
		}
		all = append(all, text.Text())
	}
	if errors.Is(text.Err(), bufio.ErrTooLong) {
		return nil, fault.New("row_too_long", "row", "1").Because(text.Err())
	}
	if text.Err() != nil {
		return nil, fault.New("bad_file").Because(text.Err())
	}
	return all, nil
}
