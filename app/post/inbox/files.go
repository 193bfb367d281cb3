package inbox

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"example.org/carnet/store/fault"
)

const (
	handful   = 500      // mails of one step
	stepBytes = 16 << 20 // of one step, roughly
	maxFiles  = 200_000
)

// OpenFiles reads files and folders: a mail each, or an mbox with many. Fault file_unreadable.
func OpenFiles(paths ...string) (Source, error) {
	f := &files{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fault.New("file_unreadable", "file", path).Because(err)
		}
		if !info.IsDir() {
			f.paths = append(f.paths, path)
			continue
		}
		if err := f.folder(path); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// files are read one after the other, in the order of their names.
type files struct {
	paths []string
	open  *mbox
}

// folder lists a folder of mails, such as a Maildir; hidden files and those beyond links stay out.
func (f *files) folder(root string) error {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != root && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.Type().IsRegular():
			f.paths = append(f.paths, path)
		}
		if len(f.paths) > maxFiles {
			return errors.New("too many files")
		}
		return nil
	})
	if err != nil {
		return fault.New("file_unreadable", "file", root).Because(err)
	}
	return nil
}

func (f *files) Next(ctx context.Context) (mails [][]byte, err error) {
	size := 0
	for len(mails) < handful && size < stepBytes {
		if err := ctx.Err(); err != nil {
			return mails, err
		}
		if f.open == nil {
			if len(f.paths) == 0 {
				return mails, io.EOF
			}
			path := f.paths[0]
			f.paths = f.paths[1:]
			if f.open, err = openMbox(path); err != nil {
				return mails, fault.New("file_unreadable", "file", path).Because(err)
			}
		}
		raw, err := f.open.next()
		if err == io.EOF {
			err = f.open.Close()
			f.open = nil
		}
		if err != nil {
			return mails, fault.New("file_unreadable", "file", "").Because(err)
		}
		if raw != nil {
			mails = append(mails, raw)
			size += len(raw)
		}
	}
	return mails, nil
}

func (f *files) Kept() error { return nil }

func (f *files) Close() error {
	if f.open != nil {
		return f.open.Close()
	}
	return nil
}

// mbox reads mails that stand in one file, each after a line "From ...". A file without such a line is one mail.
type mbox struct {
	file  *os.File
	lines *bufio.Reader
	begun bool // the line that begins the next mail was read
	many  bool
}

func openMbox(path string) (*mbox, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	m := &mbox{file: file, lines: bufio.NewReaderSize(file, 64<<10)}
	first, _ := m.lines.Peek(200)
	first, _, _ = bytes.Cut(first, []byte("\n"))
	m.many = envelope.Match(bytes.TrimRight(first, "\r"))
	return m, nil
}

func (m *mbox) Close() error { return m.file.Close() }

// envelope is the line that begins a mail: who sent it, and when, as C's asctime writes it.
var envelope = regexp.MustCompile(`^From .*(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} \d\d:\d\d.* \d{4}`)

var quoted = regexp.MustCompile(`^>+From `)

// next gives one mail; io.EOF after the last. What is beyond the limit of a mail is left out.
func (m *mbox) next() ([]byte, error) {
	var raw []byte
	any, blank := m.begun, true
	m.begun = false
	for {
		line, err := m.lines.ReadSlice('\n')
		if len(line) > 0 {
			if m.many && blank && envelope.Match(bytes.TrimRight(line, "\r\n")) {
				if any {
					m.begun = true
					return raw, nil
				}
				any = true
				continue
			}
			any = true
			blank = len(bytes.TrimRight(line, "\r\n")) == 0
			if m.many && quoted.Match(line) {
				line = line[1:]
			}
			if len(raw) <= mailLimit {
				raw = append(raw, line...)
			}
		}
		switch {
		case err == io.EOF && any:
			return orEmpty(raw), nil
		case err == io.EOF:
			return nil, io.EOF
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

func orEmpty(raw []byte) []byte {
	if raw == nil {
		return []byte{}
	}
	return raw
}
