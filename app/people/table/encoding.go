package table

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"example.org/carnet/store/fault"
)

// letters is how a text is written down.
type letters struct {
	name     string
	encoding encoding.Encoding // nil for UTF-8
	skip     int64             // bytes of the byte order mark
}

var (
	utf8Letters  = letters{name: "UTF-8"}
	utf16Little  = letters{name: "UTF-16", encoding: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}
	utf16Big     = letters{name: "UTF-16", encoding: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}
	windowsLatin = letters{name: "Windows-1252", encoding: charmap.Windows1252}
)

// pictures are the first bytes of files that are often dropped by mistake.
var pictures = [][]byte{
	[]byte("\x89PNG"), []byte("\xff\xd8\xff"), []byte("GIF8"), []byte("%PDF"), []byte("BM"), []byte("RIFF"),
	[]byte("\xd0\xcf\x11\xe0"), []byte("\x1f\x8b"), []byte("Rar!"), []byte("7z\xbc\xaf"), []byte("II*\x00"), []byte("MM\x00*"),
}

// lettersOf tells how the text is written, and refuses what is no text. It reads all of it when the
// head alone cannot tell UTF-8 from Windows-1252.
func lettersOf(file io.ReadSeeker, head []byte) (letters, error) {
	l, err := markedLetters(head)
	if err != nil || l.name != "" {
		return l, err
	}
	if looksLikePicture(head) || bytes.IndexByte(head, 0) >= 0 || tooManyControls(head) {
		return letters{}, fault.New("bad_file")
	}
	valid, err := allUTF8(file)
	switch {
	case err != nil:
		return letters{}, err
	case valid:
		return utf8Letters, nil
	}
	return windowsLatin, nil
}

// markedLetters trusts a byte order mark, and the zeros of UTF-16 without one.
func markedLetters(head []byte) (letters, error) {
	with := func(l letters, skip int64) (letters, error) { l.skip = skip; return l, nil }
	switch {
	case len(head) == 0:
		return letters{}, fault.New("empty_file")
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return with(utf8Letters, 3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return with(utf16Little, 2)
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return with(utf16Big, 2)
	case zerosAt(head, 1):
		return utf16Little, nil
	case zerosAt(head, 0):
		return utf16Big, nil
	}
	return letters{}, nil
}

// zerosAt tells whether nearly every second byte, from the given one, is zero, and no other is.
func zerosAt(head []byte, first int) bool {
	sample := head[:min(len(head), 512)&^1]
	zeros := 0
	for i := 0; i < len(sample); i += 2 {
		if sample[i+first] == 0 {
			zeros++
		}
		if sample[i+1-first] == 0 {
			return false
		}
	}
	return len(sample) >= 8 && zeros*10 >= len(sample)/2*7
}

func looksLikePicture(head []byte) bool {
	for _, start := range pictures {
		if bytes.HasPrefix(head, start) && (len(start) > 2 || tooManyControls(head)) {
			return true
		}
	}
	return false
}

// tooManyControls: lists have a stray control letter now and then, other files are full of them.
func tooManyControls(head []byte) bool {
	n := 0
	for _, c := range head {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			n++
		}
	}
	return n*50 > len(head)
}

// allUTF8 reads to the end, or to a line that is too long whatever it holds; a zero byte anywhere is no list.
func allUTF8(file io.Reader) (bool, error) {
	buffer := make([]byte, headSize)
	valid, kept, line := true, 0, 0
	for line <= 2*maxRow {
		n, err := file.Read(buffer[kept:])
		piece := buffer[:kept+n]
		line += n
		if at := bytes.LastIndexAny(piece, "\r\n"); at >= 0 {
			line = len(piece) - at
		}
		if bytes.IndexByte(piece, 0) >= 0 {
			return false, fault.New("bad_file")
		}
		if valid {
			piece, valid = trimValid(piece)
		}
		kept = 0
		if valid {
			kept = copy(buffer, piece)
		}
		if errors.Is(err, io.EOF) {
			return valid && kept == 0, nil
		}
		if err != nil {
			return false, fault.New("bad_file").Because(err)
		}
	}
	return valid, nil
}

// trimValid leaves the beginning of a letter that the next piece may complete.
func trimValid(piece []byte) (rest []byte, valid bool) {
	if utf8.Valid(piece) {
		return nil, true
	}
	for cut := len(piece) - 1; cut >= max(0, len(piece)-utf8.UTFMax); cut-- {
		if utf8.RuneStart(piece[cut]) {
			return piece[cut:], !utf8.FullRune(piece[cut:]) && utf8.Valid(piece[:cut])
		}
	}
	return nil, false
}

// decode gives the text as UTF-8, with the replacement letter for what is not valid.
func (l letters) decode(file io.Reader) io.Reader {
	if l.encoding == nil {
		return file
	}
	return l.encoding.NewDecoder().Reader(file)
}
