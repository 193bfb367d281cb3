package store

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"
)

// CBOR major types (RFC 8949 §3.1), already shifted to the upper three bits.
const (
	majorUint   = 0 << 5
	majorNeg    = 1 << 5
	majorBytes  = 2 << 5
	majorText   = 3 << 5
	majorArray  = 4 << 5
	majorMap    = 5 << 5
	majorSimple = 7 << 5
	wireFalse   = majorSimple | 20
	wireTrue    = majorSimple | 21
	wireNull    = majorSimple | 22
)

// maxDepth is how deep a value may nest; ours nest two deep.
const maxDepth = 6

var errWire = errors.New("not core deterministic CBOR of the expected shape")

func appendHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n <= 0xff:
		return append(b, major|24, byte(n))
	case n <= 0xffff:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n <= 0xffffffff:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

func appendUint(b []byte, n uint64) []byte { return appendHead(b, majorUint, n) }
func appendArray(b []byte, n int) []byte   { return appendHead(b, majorArray, uint64(n)) }
func appendText(b []byte, s string) []byte {
	return append(appendHead(b, majorText, uint64(len(s))), s...)
}
func appendBytes(b, p []byte) []byte { return append(appendHead(b, majorBytes, uint64(len(p))), p...) }

func appendInt(b []byte, n int64) []byte {
	if n < 0 {
		return appendHead(b, majorNeg, uint64(-(n + 1)))
	}
	return appendHead(b, majorUint, uint64(n))
}

func appendBool(b []byte, yes bool) []byte {
	if yes {
		return append(b, wireTrue)
	}
	return append(b, wireFalse)
}

// appendValue writes a field's value as it is, and a cleared one as null.
func appendValue(b []byte, v cbor.RawMessage) []byte {
	if len(v) == 0 {
		return append(b, wireNull)
	}
	return append(b, v...)
}

func appendDots(b []byte, dots []Dot) []byte {
	b = appendArray(b, len(dots))
	for _, d := range dots {
		b = appendUint(appendText(appendArray(b, 2), d.Device), d.Seq)
	}
	return b
}

// wireReader reads strictly: shortest heads, definite lengths, valid text, known bounds. The first
// fault sticks; what is read after it is zero. Byte results point into the input.
type wireReader struct {
	b   []byte
	err error
}

func (r *wireReader) fail() { r.err, r.b = errWire, nil }

// head takes one item's head and gives its major type and argument.
func (r *wireReader) head() (major byte, n uint64) {
	if len(r.b) == 0 {
		r.fail()
		return 0, 0
	}
	first := r.b[0]
	major, info := first&0xe0, first&0x1f
	if info < 24 {
		r.b = r.b[1:]
		return major, uint64(info)
	}
	size := 1 << (info - 24)
	if info > 27 || len(r.b) < 1+size {
		r.fail()
		return 0, 0
	}
	for _, c := range r.b[1 : 1+size] {
		n = n<<8 | uint64(c)
	}
	if n < 24 || size > 1 && n>>(4*uint(size)) == 0 {
		r.fail() // not the shortest form
		return 0, 0
	}
	r.b = r.b[1+size:]
	return major, n
}

func (r *wireReader) want(major byte, max uint64) uint64 {
	got, n := r.head()
	if r.err == nil && (got != major || n > max) {
		r.fail()
	}
	if r.err != nil {
		return 0
	}
	return n
}

func (r *wireReader) uint() uint64      { return r.want(majorUint, 1<<64-1) }
func (r *wireReader) array(max int) int { return int(r.want(majorArray, uint64(max))) }
func (r *wireReader) exact(n int) {
	if r.array(n) != n {
		r.fail()
	}
}

func (r *wireReader) int() int64 {
	major, n := r.head()
	switch {
	case r.err != nil:
	case major == majorUint && n <= 1<<63-1:
		return int64(n)
	case major == majorNeg && n <= 1<<63-1:
		return -int64(n) - 1
	default:
		r.fail()
	}
	return 0
}

func (r *wireReader) take(n uint64) []byte {
	if r.err != nil || n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	p := r.b[:n:n]
	r.b = r.b[n:]
	return p
}

func (r *wireReader) bytes(max int) []byte { return r.take(r.want(majorBytes, uint64(max))) }

func (r *wireReader) text(max int) string { return string(r.textBytes(max)) }

func (r *wireReader) textBytes(max int) []byte {
	p := r.take(r.want(majorText, uint64(max)))
	if !utf8.Valid(p) {
		r.fail()
	}
	return p
}

// bool takes true or false.
func (r *wireReader) bool() bool {
	if len(r.b) == 0 || r.b[0] != wireTrue && r.b[0] != wireFalse {
		r.fail()
		return false
	}
	yes := r.b[0] == wireTrue
	r.b = r.b[1:]
	return yes
}

// null takes a null if one stands there.
func (r *wireReader) null() bool {
	if len(r.b) == 0 || r.b[0] != wireNull {
		return false
	}
	r.b = r.b[1:]
	return true
}

// value takes any one item of core deterministic CBOR, null for a cleared value.
func (r *wireReader) value(max int) cbor.RawMessage {
	if r.null() {
		return nil
	}
	start := r.b
	r.skip(maxDepth)
	if r.err != nil || len(start)-len(r.b) > max {
		r.fail()
		return nil
	}
	return cbor.RawMessage(start[: len(start)-len(r.b) : len(start)-len(r.b)])
}

// skip passes over one item: integers, bytes, text, arrays, sorted maps, true, false; no floats, no tags.
func (r *wireReader) skip(depth int) {
	if depth == 0 {
		r.fail()
		return
	}
	major, n := r.head()
	if r.err != nil {
		return
	}
	switch major {
	case majorUint, majorNeg:
	case majorBytes:
		r.take(n)
	case majorText:
		if !utf8.Valid(r.take(n)) {
			r.fail()
		}
	case majorArray:
		for i := uint64(0); i < n && r.err == nil; i++ {
			r.skip(depth - 1)
		}
	case majorMap:
		r.skipMap(n, depth-1)
	default:
		if b := major | byte(n); n > 31 || b != wireTrue && b != wireFalse && b != wireNull {
			r.fail()
		}
	}
}

func (r *wireReader) skipMap(n uint64, depth int) {
	var last []byte
	for i := uint64(0); i < n && r.err == nil; i++ {
		start := r.b
		r.skip(depth)
		if r.err != nil {
			return
		}
		key := start[:len(start)-len(r.b)]
		if last != nil && string(last) >= string(key) {
			r.fail()
			return
		}
		last = key
		r.skip(depth)
	}
}

// dots reads a list in strictly ascending order.
func (r *wireReader) dots(max int) []Dot {
	n := r.array(max)
	if n == 0 || n > len(r.b)/3 {
		if n != 0 {
			r.fail()
		}
		return nil
	}
	dots := make([]Dot, n)
	for i := range dots {
		r.exact(2)
		dots[i] = Dot{Device: r.text(maxName), Seq: r.uint()}
		if i > 0 && compareDots(dots[i-1], dots[i]) >= 0 {
			r.fail()
		}
		if r.err != nil {
			return nil
		}
	}
	return dots
}

// end tells whether everything was read and nothing was wrong.
func (r *wireReader) end() error {
	if r.err == nil && len(r.b) != 0 {
		r.fail()
	}
	return r.err
}
