package store

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"

	"example.org/carnet/store/fault"
)

// The mark tells a wrong key from damage and, with the number of the last frame of a clean end, a journal
// that was cut from one that is whole: magic "CMK1", nonce, sealed CBOR [sequence], version of the home's formats in one
// byte, CRC-32C of all that. A home whose mark has no version is of version 1, from before changes had a scope; it is
// marked anew before anything else is written, and a Carnet from then takes its mark for one of another key and opens nothing.
const (
	markName    = "mark"
	markMagic   = "CMK1"
	homeVersion = 2
)

func (s *Store) writeMark(seq uint64) error {
	b := appendNonce([]byte(markMagic))
	payload := appendUint(appendArray(nil, 1), seq)
	b = s.keys.mark.Seal(b, b[4:4+nonceSize], payload, []byte{'C', 'M', 'K', '1', homeVersion})
	b = append(b, homeVersion)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return replaceFile(s.path(markName), b)
}

var (
	errMarkDamaged = errors.New("the mark is damaged")
	errMarkKey     = errors.New("the mark is sealed with another key")
)

func (s *Store) readMark() (seq uint64, err error) {
	b, err := os.ReadFile(s.path(markName))
	if err != nil {
		return 0, err
	}
	if len(b) < 4+nonceSize+sealOverhead+4 || string(b[:4]) != markMagic ||
		crc32.Checksum(b[:len(b)-4], castagnoli) != binary.BigEndian.Uint32(b[len(b)-4:]) {
		return 0, errMarkDamaged
	}
	payload, version, err := s.openMark(b[4 : len(b)-4])
	if err != nil {
		return 0, err
	}
	s.markOld = version < homeVersion
	r := wireReader{b: payload}
	r.exact(1)
	seq = r.uint()
	return seq, r.end()
}

// openMark opens nonce and seal, which a version follows in all but the oldest.
func (s *Store) openMark(b []byte) (payload []byte, version byte, err error) {
	nonce, sealed := b[:nonceSize], b[nonceSize:]
	if payload, err = s.keys.mark.Open(nil, nonce, sealed, []byte(markMagic)); err == nil {
		return payload, 1, nil
	}
	sealed, version = sealed[:len(sealed)-1], sealed[len(sealed)-1]
	if payload, err = s.keys.mark.Open(nil, nonce, sealed, append([]byte(markMagic), version)); err != nil {
		return nil, 0, errMarkKey
	}
	if version > homeVersion {
		return nil, version, fault.New("home_newer", "path", s.dir)
	}
	return payload, version, nil
}

// checkKey tells whether this home opens with our key, and gives the last frame of its last clean end.
// A new home gets its mark.
func (s *Store) checkKey() (last uint64, err error) {
	last, err = s.readMark()
	switch {
	case err == nil:
		return last, nil
	case errors.Is(err, errMarkKey):
		return 0, fault.New("wrong_key", "path", s.dir).Because(err)
	case fault.Is(err, "home_newer"):
		return 0, err
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errMarkDamaged) && !errors.Is(err, errWire):
		return 0, diskFault(s.path(markName), err)
	}
	opened, sealed, err := s.tryKey()
	if err != nil {
		return 0, err
	}
	if sealed && !opened {
		return 0, fault.New("wrong_key", "path", s.dir)
	}
	if _, statErr := os.Stat(s.path(markName)); statErr == nil {
		if err := s.setAside(markName, "mark cannot be read"); err != nil {
			return 0, err
		}
	} else if sealed {
		s.note(Problem{Where: markName, What: "is missing; a new one was written"})
	}
	return 0, s.writeMark(0)
}

// tryKey tells whether anything sealed is here, and whether our key opens any of it.
func (s *Store) tryKey() (opened, sealed bool, err error) {
	t, err := s.findTruth()
	if err != nil {
		return false, false, err
	}
	for _, base := range t.journals {
		b, err := os.ReadFile(s.path(journalName(base)))
		if err != nil {
			return false, false, diskFault(s.path(journalName(base)), err)
		}
		sealed = sealed || len(b) > 0
		_, _ = readFrames(s.keys.journal, b, func(int, *frame) error {
			opened = true
			return errStop
		})
	}
	for _, base := range t.fulls {
		sealed = true
		opened = opened || s.fullOpens(base)
	}
	return opened, sealed, nil
}

var errStop = errors.New("enough")
