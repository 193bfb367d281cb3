package store

import (
	"crypto/cipher"
	"errors"
	"io"
	"os"
)

// JournalFile is what the journal needs of a file.
type JournalFile interface {
	io.Writer
	Sync() error
	Truncate(size int64) error
	Seek(offset int64, whence int) (int64, error)
	Close() error
}

// openAppend opens or creates a file for appending.
func openAppend(path string) (JournalFile, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}

// journal is the open file that frames are appended to; its writer holds the store's write lock.
type journal struct {
	path   string
	seal   cipher.AEAD
	file   JournalFile
	size   int64 // bytes up to the end of the last whole frame
	buf    []byte
	broken error // a failed append that could not be taken back
}

func openJournal(path string, seal cipher.AEAD, size int64, open func(string) (JournalFile, error)) (*journal, error) {
	file, err := open(path)
	if err != nil {
		return nil, diskFault(path, err)
	}
	if _, err = file.Seek(size, io.SeekStart); err != nil {
		_ = file.Close()
		return nil, diskFault(path, err)
	}
	return &journal{path: path, seal: seal, file: file, size: size}, nil
}

// write appends a frame, which is durable only after sync. A failure leaves the file as it was.
func (j *journal) write(f *frame) (n int64, err error) {
	if j.broken != nil {
		return 0, diskFault(j.path, j.broken)
	}
	j.buf = appendFrame(j.buf[:0], j.seal, f)
	if len(j.buf) > frameHead+maxPayload+sealOverhead {
		return 0, errPayload
	}
	written, err := j.file.Write(j.buf)
	if err != nil {
		j.takeBack()
		return 0, diskFault(j.path, err)
	}
	if cap(j.buf) > 4<<20 {
		j.buf = nil
	}
	return int64(written), nil
}

var errPayload = errors.New("a frame larger than a reader would take")

// sync makes what write appended durable and part of the journal.
func (j *journal) sync(n int64) error {
	if err := j.file.Sync(); err != nil {
		j.takeBack()
		return diskFault(j.path, err)
	}
	j.size += n
	return nil
}

// takeBack cuts a half-written frame off, so that the journal ends in the last acknowledged one.
func (j *journal) takeBack() {
	err := j.file.Truncate(j.size)
	if err == nil {
		_, err = j.file.Seek(j.size, io.SeekStart)
	}
	if err == nil {
		err = j.file.Sync()
	}
	j.broken = err
}

func (j *journal) close() error { return j.file.Close() }
