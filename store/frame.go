package store

import (
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
)

// A journal is a row of frames, docs/FORMAT.md "Journal":
//
//	magic "CJF1" | payload length uint32 | sequence uint64 | nonce 24 bytes | CRC-32C of these 40 bytes uint32 | sealed payload
//
// all big-endian. The header is the payload's associated data, so a flipped byte anywhere is found, and
// a reader that meets one goes on at the next header that is whole.
const (
	frameMagic  = "CJF1"
	frameHead   = 4 + 4 + 8 + nonceSize + 4
	maxPayload  = 16 << 20 // bytes
	originOwn   = 0
	originOther = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// frame is one durable step: edits, notes and what was published, all or nothing.
type frame struct {
	seq       uint64
	own       bool // the edits are this laptop's, to be published
	edits     []Edit
	notes     []note
	published uint64 // 0 for nothing
	next      uint64 // when above the next own sequence: a new incarnation begins there

	keys   []scopeKey // of scopes whose leaves are made with them from here on
	closed []Closed
	card   *bool // whether the network shares the cards of members; nil says nothing

	retract []retraction
	sent    uint64    // own changes after it, of records taken out, are not counted
	dropped []Dropped // records taken out, with all that they count now
}

// plain tells whether a frame says nothing of scopes, and takes nothing out.
func (f *frame) plain() bool {
	return len(f.keys) == 0 && len(f.closed) == 0 && f.card == nil && len(f.dropped) == 0 && len(f.retract) == 0
}

type note struct {
	name  string
	value []byte // nil for forgotten
}

func appendFrame(b []byte, seal cipher.AEAD, f *frame) []byte {
	return appendSealed(b, seal, f.seq, appendPayload(make([]byte, 0, 1024), f))
}

// appendSealed writes header and sealed payload.
func appendSealed(b []byte, seal cipher.AEAD, seq uint64, payload []byte) []byte {
	start := len(b)
	b = slices.Grow(b, frameHead+len(payload)+sealOverhead)
	b = append(b, frameMagic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)+sealOverhead))
	b = binary.BigEndian.AppendUint64(b, seq)
	b = appendNonce(b)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
	head := b[start : start+frameHead]
	return seal.Seal(b, head[16:16+nonceSize], payload, head)
}

func appendPayload(b []byte, f *frame) []byte {
	n := 5
	if !f.plain() {
		n = 6
	}
	if len(f.dropped) > 0 || len(f.retract) > 0 {
		n = 7
	}
	if len(f.retract) > 0 {
		n = 8
	}
	b = appendArray(b, n)
	origin := uint64(originOther)
	if f.own {
		origin = originOwn
	}
	b = appendUint(b, origin)
	b = appendArray(b, len(f.edits))
	for i := range f.edits {
		b = AppendEdit(b, &f.edits[i])
	}
	b = appendArray(b, len(f.notes))
	for _, n := range f.notes {
		b = appendText(appendArray(b, 2), n.name)
		if n.value == nil {
			b = append(b, wireNull)
		} else {
			b = appendBytes(b, n.value)
		}
	}
	b = appendUint(appendUint(b, f.published), f.next)
	if n > 5 {
		b = f.appendScopes(b)
	}
	if n > 6 {
		b = appendDropped(b, f.sent, f.dropped)
	}
	if n > 7 {
		b = appendRetractions(b, f.retract)
	}
	return b
}

// appendScopes writes what a frame says of scopes.
func (f *frame) appendScopes(b []byte) []byte {
	b = appendArray(appendArray(b, 3), len(f.keys))
	for _, k := range f.keys {
		b = appendBytes(appendText(appendArray(b, 2), k.scope), k.key[:])
	}
	b = appendArray(b, len(f.closed))
	for _, c := range f.closed {
		b = appendUint(appendText(appendArray(b, 4), c.Device), c.Last)
		b = appendBool(appendBytes(b, c.Sum[:]), c.Open)
	}
	if f.card == nil {
		return append(b, wireNull)
	}
	return appendBool(b, *f.card)
}

func (r *wireReader) frameScopes(f *frame) {
	r.exact(3)
	for range r.array(maxChanges) {
		r.exact(2)
		k := scopeKey{scope: r.scope()}
		key := r.sum()
		copy(k.key[:], key.bytes())
		f.keys = append(f.keys, k)
		if r.err != nil {
			return
		}
	}
	for range r.array(maxChanges) {
		r.exact(4)
		c := Closed{Device: r.text(maxName), Last: r.uint()}
		total := r.sum()
		c.Sum, c.Open = Sum(total.bytes()), r.bool()
		f.closed = append(f.closed, c)
		if r.err != nil {
			return
		}
	}
	if !r.null() {
		share := r.bool()
		f.card = &share
	}
}

func readPayload(seq uint64, b []byte) (*frame, error) {
	r := wireReader{b: b}
	n := r.array(8)
	f := &frame{seq: seq, own: r.uint() == originOwn}
	for range r.array(maxChanges) {
		f.edits = append(f.edits, r.edit())
		if r.err != nil {
			return nil, r.err
		}
	}
	for range r.array(maxChanges) {
		r.exact(2)
		n := note{name: r.text(maxName)}
		if !r.null() {
			n.value = append([]byte{}, r.bytes(maxPayload)...)
		}
		f.notes = append(f.notes, n)
		if r.err != nil {
			return nil, r.err
		}
	}
	f.published, f.next = r.uint(), r.uint()
	if n > 5 {
		r.frameScopes(f)
	}
	if n > 6 {
		f.sent, f.dropped = r.droppedList()
	}
	if n > 7 {
		f.retract = r.retractions()
	}
	if n < 5 {
		r.fail()
	}
	return f, r.end()
}

var (
	errFrameEnd  = errors.New("the journal ends inside a frame")
	errFrameHead = errors.New("no frame header here")
	errFrameSeal = errors.New("the frame's seal does not hold")
)

// frameAt reads the header at the start of b.
func frameAt(b []byte) (seq uint64, size int, err error) {
	if len(b) < frameHead {
		return 0, 0, errFrameEnd
	}
	length := binary.BigEndian.Uint32(b[4:])
	if string(b[:4]) != frameMagic || length > maxPayload+sealOverhead || length < sealOverhead ||
		crc32.Checksum(b[:frameHead-4], castagnoli) != binary.BigEndian.Uint32(b[frameHead-4:]) {
		return 0, 0, errFrameHead
	}
	seq, size = binary.BigEndian.Uint64(b[8:]), frameHead+int(length)
	if len(b) < size {
		return seq, size, errFrameEnd
	}
	return seq, size, nil
}

// openFrame opens the whole frame at the start of b, whose header frameAt has read.
func openFrame(seal cipher.AEAD, b []byte) (*frame, error) {
	seq, payload, err := openSealed(seal, b)
	if err != nil {
		return nil, err
	}
	return readPayload(seq, payload)
}

func openSealed(seal cipher.AEAD, b []byte) (seq uint64, payload []byte, err error) {
	seq, size, err := frameAt(b)
	if err != nil {
		return 0, nil, err
	}
	head := b[:frameHead]
	payload, err = seal.Open(nil, head[16:16+nonceSize], b[frameHead:size], head)
	if err != nil {
		return 0, nil, errFrameSeal
	}
	return seq, payload, nil
}

// nextFrame gives the offset after from at which a whole header stands, or the end of b.
func nextFrame(b []byte, from int) int {
	for at := from; at < len(b); {
		i := bytes.Index(b[at:], []byte(frameMagic))
		if i < 0 {
			return len(b)
		}
		at += i
		if _, _, err := frameAt(b[at:]); !errors.Is(err, errFrameHead) {
			return at
		}
		at++
	}
	return len(b)
}

// gap is a stretch of a journal that could not be read.
type gap struct {
	from, to int // bytes
	err      error
}

// readFrames gives every frame that can be read with its offset, and the stretches that cannot. A gap that
// reaches the end of b is a torn tail.
func readFrames(seal cipher.AEAD, b []byte, each func(at int, f *frame) error) (gaps []gap, err error) {
	for at := 0; at < len(b); {
		f, err := openFrame(seal, b[at:])
		if err != nil {
			to := nextFrame(b, at+1)
			gaps = appendGap(gaps, gap{at, to, err})
			at = to
			continue
		}
		if err := each(at, f); err != nil {
			return gaps, err
		}
		_, size, _ := frameAt(b[at:])
		at += size
	}
	return gaps, nil
}

func appendGap(gaps []gap, g gap) []gap {
	if n := len(gaps); n > 0 && gaps[n-1].to == g.from {
		gaps[n-1].to = g.to
		return gaps
	}
	return append(gaps, g)
}
