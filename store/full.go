package store

import (
	"bufio"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dgraph-io/badger/v4"
	"github.com/klauspost/compress/zstd"

	"example.org/carnet/store/durable"
)

// A local full snapshot holds everything that the view must hold, docs/FORMAT.md "Local full snapshot": parts in the
// frames of a journal, numbered from 1, each a zstd stream of CBOR; the last part has no rows but the
// meta, the number of parts and of rows, so that a cut is plain to see. Equal states give equal CBOR.
const (
	fullPart     = 3 << 20 // bytes of rows before compression; sealed and with its header it stays under 4 MB
	fullMemory   = 16 << 20
	fullRows     = 0
	fullEnd      = 1
	journalFloor = 8 << 20 // bytes: a smaller journal is not worth a new full
)

// fullFamilies are the rows a full holds, in order; all others follow from them. The keys of scopes come first: what follows is
// summed with them.
var fullFamilies = []byte{rowScope, rowDropped, rowClosed, rowPast, rowNote, rowOut, rowRecord}

var errFull = errors.New("the local full snapshot cannot be read whole")

// rollOverIfDue writes a local full snapshot and begins a new journal when the journal has grown beyond 8 MB and a
// quarter of the last full. The caller holds the write lock.
func (s *Store) rollOverIfDue() error {
	due := int64(journalFloor)
	if info, err := os.Stat(s.path(fullName(s.gen))); err == nil {
		due = max(due, info.Size()/4)
	}
	if s.journal.size <= due {
		return nil
	}
	return s.rollOver()
}

// rollOver is safe to be stopped anywhere: until the new full has its name, nothing has changed; then the old
// journal is whole and the new one empty or not there.
func (s *Store) rollOver() error {
	base := s.meta.seq
	if base == s.gen {
		return nil
	}
	if err := s.writeFull(base); err != nil {
		return err
	}
	if err := s.journal.close(); err != nil {
		return diskFault(s.journal.path, err)
	}
	if err := s.openJournalAt(base, 0); err != nil {
		return err
	}
	if err := s.writeMark(base); err != nil {
		return err
	}
	return s.forgetOld()
}

// forgetOld keeps the last two fulls, and the journals since the older of them.
func (s *Store) forgetOld() error {
	t, err := s.findTruth()
	if err != nil || len(t.fulls) < 2 {
		return err
	}
	keep := t.fulls[len(t.fulls)-2]
	for _, base := range t.fulls {
		if base < keep {
			err = errors.Join(err, os.Remove(s.path(fullName(base))))
		}
	}
	for _, base := range t.journals {
		if base < keep {
			err = errors.Join(err, os.Remove(s.path(journalName(base))))
		}
	}
	return diskFault(s.dir, err)
}

// writeFull writes the view's truth beside its place, syncs it and gives it its name.
func (s *Store) writeFull(base uint64) error {
	path := s.path(fullName(base))
	file, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return diskFault(path, err)
	}
	err = s.view.read(func(txn *badger.Txn) error { return s.writeParts(file, txn, base) })
	if err == nil {
		err = durable.Step(path)
	}
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = durable.Rename(path+".new", path)
	}
	if err == nil {
		err = syncDir(s.dir)
	}
	if err != nil {
		_ = os.Remove(path + ".new")
	}
	return diskFault(path, err)
}

// fullWriter packs rows into parts; sealing runs beside reading.
type fullWriter struct {
	s     *Store
	base  uint64
	zip   *zstd.Encoder
	part  []byte
	count int
	rows  uint64
	queue chan []byte
	done  chan error
}

func (s *Store) writeParts(to io.Writer, txn *badger.Txn, base uint64) error {
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	defer func() { _ = zip.Close() }()
	w := &fullWriter{s: s, base: base, zip: zip, queue: make(chan []byte, 1), done: make(chan error, 1)}
	go w.sealParts(to)
	err = w.rowsOf(txn)
	var row []byte
	if err == nil {
		row, err = get(txn, []byte{rowMeta})
	}
	if err == nil {
		w.flush()
		b := appendUint(appendUint(w.header(fullEnd, 1024), uint64(w.count)), w.rows)
		w.queue <- appendBytes(b, row)
	}
	close(w.queue)
	return errors.Join(err, <-w.done)
}

func (w *fullWriter) rowsOf(txn *badger.Txn) error {
	for _, family := range fullFamilies {
		err := walk(txn, []byte{family}, nil, true, func(k, v []byte) (bool, error) {
			if len(w.part)+len(k)+len(v) > fullPart {
				w.flush()
			}
			if len(w.part) == 0 {
				w.part = w.header(fullRows, fullPart)
			}
			w.part = appendBytes(appendBytes(w.part, k), v)
			w.rows++
			return true, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// header begins every part.
func (w *fullWriter) header(kind uint64, size int) []byte {
	return appendUint(appendUint(appendArray(make([]byte, 0, size), 2), w.base), kind)
}

func (w *fullWriter) flush() {
	if len(w.part) > 0 {
		w.queue <- w.part
		w.part = nil
		w.count++
	}
}

func (w *fullWriter) sealParts(to io.Writer) {
	out := bufio.NewWriterSize(to, 1<<20)
	var err error
	var number uint64
	var zipped, sealed []byte
	for part := range w.queue {
		if err != nil {
			continue
		}
		number++
		zipped = w.zip.EncodeAll(part, zipped[:0])
		sealed = appendSealed(sealed[:0], w.s.keys.full, number, zipped)
		_, err = out.Write(sealed)
	}
	if err == nil {
		err = out.Flush()
	}
	w.done <- err
}

// fullReading tells what a full held.
type fullReading struct {
	meta meta
	rows uint64
}

// readFull gives every row of a full in order. Unless lenient, it stops at the first thing wrong; a lenient one
// passes over parts that cannot be opened.
func (s *Store) readFull(base uint64, lenient bool, each func(k, v []byte) error) (r fullReading, err error) {
	file, err := os.Open(s.path(fullName(base)))
	if err != nil {
		return r, err
	}
	defer file.Close()
	unzip, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(fullMemory))
	if err != nil {
		return r, err
	}
	defer unzip.Close()
	parts := partReader{in: bufio.NewReaderSize(file, 1<<20), seal: s.keys.full, unzip: unzip, base: base}
	for number := uint64(1); ; number++ {
		kind, body, err := parts.next(number)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && kind == fullEnd {
			if err = r.end(body, number); err == nil {
				return r, nil
			}
		} else if err == nil {
			err = r.take(body, each)
		}
		if errors.As(err, new(callbackError)) {
			return r, plain(err)
		}
		if err != nil && !lenient {
			return r, fmt.Errorf("%w: part %d: %w", errFull, number, err)
		}
	}
	if !lenient {
		return r, fmt.Errorf("%w: it was cut off", errFull)
	}
	return r, nil
}

// partReader opens one part after the other.
type partReader struct {
	in    *bufio.Reader
	seal  cipher.AEAD
	unzip *zstd.Decoder
	base  uint64
	buf   []byte
}

// next reads the part of this number. A header that is not whole ends the reading with io.EOF.
func (p *partReader) next(number uint64) (kind uint64, body []byte, err error) {
	head, err := p.in.Peek(frameHead)
	if err != nil {
		return 0, nil, io.EOF
	}
	seq, size, err := frameAt(head)
	if err != nil && !errors.Is(err, errFrameEnd) {
		return 0, nil, io.EOF
	}
	if cap(p.buf) < size {
		p.buf = make([]byte, size)
	}
	if _, err := io.ReadFull(p.in, p.buf[:size]); err != nil {
		return 0, nil, io.EOF
	}
	_, zipped, err := openSealed(p.seal, p.buf[:size])
	if err != nil {
		return 0, nil, err
	}
	body, err = p.unzip.DecodeAll(zipped, nil)
	if err != nil {
		return 0, nil, err
	}
	r := wireReader{b: body}
	r.exact(2)
	base, kind := r.uint(), r.uint()
	if r.err != nil || seq != number || base != p.base || kind > fullEnd {
		return 0, nil, errFull
	}
	return kind, r.b, nil
}

// take gives the rows of one part.
func (f *fullReading) take(body []byte, each func(k, v []byte) error) error {
	r := wireReader{b: body}
	for len(r.b) > 0 && r.err == nil {
		k, v := r.bytes(maxPayload), r.bytes(maxPayload)
		if r.err != nil {
			break
		}
		f.rows++
		if err := each(k, v); err != nil {
			return callbackError{err}
		}
	}
	return r.end()
}

// end reads the last part, which says how many parts and rows there must have been.
func (f *fullReading) end(body []byte, number uint64) (err error) {
	r := wireReader{b: body}
	parts, rows, row := r.uint(), r.uint(), r.bytes(maxPayload)
	if r.end() != nil || parts+1 != number || rows != f.rows {
		return errFull
	}
	f.meta, err = readMeta(row)
	return err
}

// checkFull reads a full through.
func (s *Store) checkFull(base uint64) error {
	_, err := s.readFull(base, false, func(_, _ []byte) error { return nil })
	return err
}

// fullOpens tells whether our key opens any part of a full.
func (s *Store) fullOpens(base uint64) bool {
	opened := false
	_, _ = s.readFull(base, true, func(_, _ []byte) error { opened = true; return errStop })
	return opened
}
