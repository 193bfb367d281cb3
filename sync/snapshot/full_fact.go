package snapshot

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"unicode/utf8"

	"example.org/carnet/store"
)

// A scan's fact in its usual form travels taken apart, and the scan's id, which follows from it, not
// at all. Whatever is not exactly what makeFact would write travels as it is.
type fact struct {
	meeting, member, kind, station, nonce, undoes string
	at                                            int64
	told                                          bool // its scan's id follows from it
}

const (
	factField = "fact"
	maxWord   = 255 // bytes of a station or nonce taken apart
	maxFact   = 2 << 10
)

var factKinds = []string{"in", "out", "undo"}

func isFact(kind store.Kind, field string) bool { return kind == store.KindScan && field == factField }

// factReader walks a CBOR map of the one form that facts have. The first fault sticks.
type factReader struct {
	b  string
	ok bool
}

func (r *factReader) head(major byte) uint64 {
	if len(r.b) == 0 || r.b[0]&0xe0 != major {
		r.ok = false
		return 0
	}
	info := r.b[0] & 0x1f
	r.b = r.b[1:]
	if info < 24 {
		return uint64(info)
	}
	size := 1 << (info - 24)
	if info > 27 || len(r.b) < size {
		r.ok = false
		return 0
	}
	n := uint64(0)
	for _, c := range []byte(r.b[:size]) {
		n = n<<8 | uint64(c)
	}
	r.b = r.b[size:]
	return n
}

func (r *factReader) text(limit int) string {
	n := r.head(0x60)
	if !r.ok || n > uint64(limit) || n > uint64(len(r.b)) {
		r.ok = false
		return ""
	}
	text := r.b[:n]
	r.b = r.b[n:]
	return text
}

// has tells whether this key of the map comes next, and passes it.
func (r *factReader) has(key byte) bool {
	if len(r.b) == 0 || r.b[0] != key {
		return false
	}
	r.b = r.b[1:]
	return true
}

func (r *factReader) must(key byte) {
	if !r.has(key) {
		r.ok = false
	}
}

// takeFact takes a fact apart; false when it is not what makeFact would write.
func takeFact(value []byte, scratch []byte) (f fact, ok bool) {
	if len(value) == 0 || len(value) > maxFact {
		return f, false
	}
	r := factReader{b: string(value)[1:], ok: true}
	r.must(0)
	f.meeting = r.text(maxText)
	r.must(1)
	f.member = r.text(maxText)
	r.must(2)
	f.kind = r.text(maxWord)
	r.must(3)
	f.at = int64(r.head(0))
	if r.has(4) {
		f.station = r.text(maxWord)
	}
	r.must(5)
	f.nonce = r.text(maxWord)
	if r.has(6) {
		f.undoes = r.text(maxText)
	}
	return f, r.ok && f.usual() && string(makeFact(scratch[:0], &f)) == string(value)
}

func (f *fact) usual() bool {
	known := f.kind == factKinds[0] || f.kind == factKinds[1] || f.kind == factKinds[2]
	return known && isName(f.meeting) && isName(f.member) && f.at >= 0 && (f.undoes == "" || isName(f.undoes)) &&
		utf8.ValidString(f.station) && utf8.ValidString(f.nonce)
}

// makeFact appends the CBOR of a fact.
func makeFact(b []byte, f *fact) []byte {
	pairs := byte(5)
	if f.station != "" {
		pairs++
	}
	if f.undoes != "" {
		pairs++
	}
	b = appendWord(append(b, 0xa0|pairs, 0), f.meeting)
	b = appendWord(append(b, 1), f.member)
	b = appendWord(append(b, 2), f.kind)
	b = appendHead(append(b, 3), 0, uint64(f.at))
	if f.station != "" {
		b = appendWord(append(b, 4), f.station)
	}
	b = appendWord(append(b, 5), f.nonce)
	if f.undoes != "" {
		b = appendWord(append(b, 6), f.undoes)
	}
	return b
}

func appendHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

func appendWord(b []byte, s string) []byte { return append(appendHead(b, 0x60, uint64(len(s))), s...) }

const scanPrefix = "scn_"

// idBytes gives what the letters of the scan's id stand for that the fact makes: store.ScanID, without
// the letters and the garbage.
func (f *fact) idBytes() (id [nameRaw]byte) {
	var room [256]byte
	b := append(room[:0], "carnet id\x00scan\x00"...)
	b = append(append(b, f.meeting...), 0)
	b = append(append(b, f.member...), 0)
	b = append(append(append(b, f.kind...), 0), f.nonce...)
	sum := sha256.Sum256(b)
	copy(id[:], sum[:])
	return id
}

// makes tells whether the fact's scan has this id.
func (f *fact) makes(id string) bool {
	var room [nameRaw]byte
	if len(id) != len(scanPrefix)+nameLetters || id[:len(scanPrefix)] != scanPrefix {
		return false
	}
	raw, ok := appendRaw(room[:0], id[len(scanPrefix):])
	return ok && f.idBytes() == [nameRaw]byte(raw)
}

// id gives the id of the scan that the fact makes.
func (f *fact) id() string { return lettersOf(scanPrefix, f.idBytes()) }

// lettersOf writes ten bytes as letters after a prefix.
func lettersOf(prefix string, raw [nameRaw]byte) string {
	var room [64]byte
	return string(rawBase32.AppendEncode(append(room[:0], prefix...), raw[:]))
}

// Forms of a nonce: letters that stand for bytes travel as those bytes.
const (
	nonceText = iota
	nonceHex
	nonceBase32
	nonceID // an id of a scan
	nonceForms
)

var rawBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// takeNonce appends what a nonce stands for, and tells its form.
func takeNonce(b []byte, nonce string) (longer []byte, form int) {
	at := len(b)
	if len(nonce) == len(scanPrefix)+16 && nonce[:len(scanPrefix)] == scanPrefix {
		if longer, ok := appendRaw(b, nonce[len(scanPrefix):]); ok {
			return longer, nonceID
		}
	}
	if longer, err := hex.AppendDecode(b, []byte(nonce)); err == nil && len(nonce) > 0 && string(hex.AppendEncode(nil, longer[at:])) == nonce {
		return longer, nonceHex
	}
	if longer, err := rawBase32.AppendDecode(b[:at], []byte(nonce)); err == nil && len(nonce) > 0 && rawBase32.EncodeToString(longer[at:]) == nonce {
		return longer, nonceBase32
	}
	return append(b[:at], nonce...), nonceText
}

// makeNonce is the reverse of takeNonce; false for what no nonce can be.
func makeNonce(b []byte, form int) (nonce string, ok bool) {
	switch form {
	case nonceText:
		nonce = string(b)
	case nonceHex:
		nonce = hex.EncodeToString(b)
	case nonceBase32:
		nonce = rawBase32.EncodeToString(b)
	case nonceID:
		if len(b) != nameRaw {
			return "", false
		}
		nonce = lettersOf(scanPrefix, [nameRaw]byte(b))
	}
	return nonce, len(nonce) <= maxWord && utf8.ValidString(nonce)
}

// appendRaw appends the 10 bytes that 16 letters stand for; false for any other text.
func appendRaw(b []byte, text string) (longer []byte, ok bool) {
	start := len(b)
	if len(text) != nameLetters {
		return b, false
	}
	for half := 0; half < 16; half += 8 {
		n := uint64(0)
		for _, c := range []byte(text[half : half+8]) {
			switch {
			case 'a' <= c && c <= 'z':
				n = n<<5 | uint64(c-'a')
			case '2' <= c && c <= '7':
				n = n<<5 | uint64(c-'2'+26)
			default:
				return b[:start], false
			}
		}
		b = append(b, byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return b, true
}
