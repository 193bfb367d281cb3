package store

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// truth lists the files that hold what is true. A journal or local full snapshot is named by its base: the
// sequence of the last frame that came before the journal, or that the full holds.
type truth struct {
	journals, fulls []uint64 // ascending
}

func journalName(base uint64) string { return fmt.Sprintf("journal-%016d", base) }
func fullName(base uint64) string    { return fmt.Sprintf("full-%016d", base) }

func (s *Store) findTruth() (t truth, err error) {
	list, err := os.ReadDir(s.dir)
	if err != nil {
		return t, diskFault(s.dir, err)
	}
	for _, entry := range list {
		kind, number, _ := strings.Cut(entry.Name(), "-")
		base, err := strconv.ParseUint(number, 10, 64)
		if err != nil || len(number) != 16 {
			continue
		}
		switch kind {
		case "journal":
			t.journals = append(t.journals, base)
		case "full":
			t.fulls = append(t.fulls, base)
		}
	}
	slices.Sort(t.journals)
	slices.Sort(t.fulls)
	return t, nil
}

// connects tells whether the journals go on from this frame without a break.
func (t truth) connects(seq uint64) bool {
	return len(t.journals) > 0 && t.journals[0] <= seq
}

// journalsAfter gives the journals that may hold frames after seq.
func (t truth) journalsAfter(seq uint64) []uint64 {
	from := 0
	for i, base := range t.journals {
		if base <= seq {
			from = i
		}
	}
	return t.journals[from:]
}

// reading is what was found while reading one journal.
type reading struct {
	base    uint64
	size    int    // bytes of the file
	end     int    // bytes up to the end of the last whole frame
	last    uint64 // sequence of the last whole frame; the base when there is none
	gaps    []gap
	missing []span
}

// span is a row of frames, both ends included.
type span struct{ from, to uint64 }

func (p span) String() string {
	if p.from == p.to {
		return "frame " + strconv.FormatUint(p.from, 10)
	}
	return fmt.Sprintf("frames %d to %d", p.from, p.to)
}

// readJournal gives every whole frame of one journal in order, and notes what is not whole.
func (s *Store) readJournal(base uint64, each func(*frame) error) (reading, error) {
	return s.readJournalUpTo(base, -1, each)
}

// readJournalUpTo passes over what comes after so many bytes; a negative number means all.
func (s *Store) readJournalUpTo(base uint64, size int64, each func(*frame) error) (r reading, err error) {
	r = reading{base: base, last: base}
	b, err := os.ReadFile(s.path(journalName(base)))
	if err != nil {
		return r, diskFault(s.path(journalName(base)), err)
	}
	if size >= 0 {
		b = b[:min(int64(len(b)), size)]
	}
	r.size = len(b)
	r.gaps, err = readFrames(s.keys.journal, b, func(at int, f *frame) error {
		_, size, _ := frameAt(b[at:])
		r.end = at + size
		if f.seq > r.last+1 {
			r.missing = append(r.missing, span{r.last + 1, f.seq - 1})
		}
		r.last = max(r.last, f.seq)
		return each(f)
	})
	return r, err
}

// expect notes the frames up to seq that the journal should have held and has not.
func (r *reading) expect(seq uint64) {
	if seq > r.last {
		r.missing = append(r.missing, span{r.last + 1, seq})
	}
}

// torn tells whether all that is wrong is a tail that was never acknowledged: the end of a stop in mid-write.
func (r *reading) torn() bool {
	return len(r.missing) == 0 && len(r.gaps) == 1 && r.gaps[0].to == r.size
}

// whole tells whether nothing is wrong.
func (r *reading) whole() bool { return len(r.missing) == 0 && len(r.gaps) == 0 }
