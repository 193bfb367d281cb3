package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What these prove: a journal that is cut at any byte, or has a byte flipped anywhere, loses nothing while the view is
// there. With the view gone as well, which is twice the damage, it loses the frames that are damaged and no others, and
// names them.

func TestAJournalCutAnywhereLosesNothingThatTheViewHas(t *testing.T) {
	h, _ := diverseHome(t)
	h.atEach(t, sizeOf(t, filepath.Join(h.dir, h.base)), 16, func(t *testing.T, c home, at int) {
		cut(t, filepath.Join(c.dir, c.base), at)
		c.reopen(t, true)
	})
}

func TestAByteFlippedAnywhereInTheJournalLosesNothing(t *testing.T) {
	h, _ := diverseHome(t)
	h.atEach(t, sizeOf(t, filepath.Join(h.dir, h.base)), 16, func(t *testing.T, c home, at int) {
		flip(t, filepath.Join(c.dir, c.base), at)
		c.reopen(t, true)
	})
}

func TestAJournalCutAnywhereWithoutAViewKeepsEverythingBeforeTheCutAndNamesTheRest(t *testing.T) {
	h, stocks := diverseHome(t)
	whole := ok(os.ReadFile(filepath.Join(h.dir, h.base)))(t)
	h.atEach(t, len(whole), 16, func(t *testing.T, c home, at int) {
		cut(t, filepath.Join(c.withoutView(t).dir, c.base), at)
		kept := framesOf(t, whole[:at])
		c.stock = stocks[len(kept)]
		c.digest, _, _ = strings.Cut(c.stock, " ")
		c.reopenWithoutLost(t, kept)
	})
}

func TestAByteFlippedAnywhereInTheJournalWithoutAViewLosesOneFrameAndNamesIt(t *testing.T) {
	h, _ := diverseHome(t)
	whole := ok(os.ReadFile(filepath.Join(h.dir, h.base)))(t)
	frames := framesOf(t, whole)
	h.atEach(t, len(whole), 16, func(t *testing.T, c home, at int) {
		flip(t, filepath.Join(c.withoutView(t).dir, c.base), at)
		lost := slices.IndexFunc(frames, func(f frameIn) bool { return at < f.end })
		kept := slices.Delete(slices.Clone(frames), lost, lost+1)
		c.digest, c.stock = digestOf(kept), ""
		c.reopenWithoutLost(t, kept)
	})
}

// reopenWithoutLost is reopen for a home that kept only these frames: it names what is lost, and goes on in an
// incarnation above all that it knows of, so that no number of the same one is used again.
func (h home) reopenWithoutLost(t *testing.T, kept []frameIn) {
	t.Helper()
	s := opened(t, h.dir)
	if !named(s, h.base) {
		t.Errorf("it is not named: %v", s.Problems())
	}
	known := uint64(0)
	for _, f := range kept {
		known = max(known, f.next)
		for _, e := range f.edits {
			if e.Device == "dev_a" {
				known = max(known, e.Changes[len(e.Changes)-1].Seq)
			}
		}
	}
	if next := s.current().next; next>>40 <= known>>40 {
		t.Errorf("numbers that were lost would be used again: next is %x, and %x is known", next, known)
	}
	closed(t, s)
	h.reopen(t, true)
}

func named(s *Store, file string) bool {
	return slices.ContainsFunc(s.Problems(), func(p Problem) bool { return strings.HasPrefix(p.Where, file) })
}

// frameIn is one whole frame of a journal.
type frameIn struct {
	*frame
	end int // of its bytes
}

func framesOf(t testing.TB, journal []byte) (found []frameIn) {
	t.Helper()
	_, err := readFrames(ok(newKeyring(testKey))(t).journal, journal, func(at int, f *frame) error {
		_, size, err := frameAt(journal[at:])
		found = append(found, frameIn{f, at + size})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// digestOf is the digest of what these frames hold.
func digestOf(frames []frameIn) string {
	var d sum
	for _, f := range frames {
		for _, e := range f.edits {
			for i := range e.Changes {
				d.add(hashChange(&e.Changes[i], nil))
			}
		}
	}
	return d.String()
}

// The tests above flip one bit of each byte. Here every bit, and in the long run every value of every byte, meets the
// reader that Open has of journals: it gives all frames but the damaged one, as they were.
func TestTheReaderOfJournalsFindsEveryWrongByte(t *testing.T) {
	h, _ := diverseHome(t)
	keys := ok(newKeyring(testKey))(t)
	journal := ok(os.ReadFile(filepath.Join(h.dir, h.base)))(t)
	frames := framesOf(t, journal)
	tried := 0
	for at := range journal {
		lost := slices.IndexFunc(frames, func(f frameIn) bool { return at < f.end })
		for _, wrong := range wrongBits() {
			journal[at] ^= wrong
			var got []string
			gaps, err := readFrames(keys.journal, journal, func(_ int, f *frame) error {
				got = append(got, fmt.Sprintf("%d %x", f.seq, appendPayload(nil, f)))
				return nil
			})
			journal[at] ^= wrong
			tried++
			if err != nil || len(gaps) != 1 || len(got) != len(frames)-1 {
				t.Fatalf("byte %d by %02x: %d frames, gaps %v, %v", at, wrong, len(got), gaps, err)
			}
			for i, f := range slices.Delete(slices.Clone(frames), lost, lost+1) {
				if got[i] != fmt.Sprintf("%d %x", f.seq, appendPayload(nil, f.frame)) {
					t.Fatalf("byte %d by %02x: frame %d is not as it was", at, wrong, f.seq)
				}
			}
		}
	}
	t.Logf("%d wrong bytes in %d places", tried, len(journal))
}

// wrongBits are the ways in which one byte can be wrong: each bit, in the long run every other value.
func wrongBits() (wrong []byte) {
	for x := 1; x < 256; x++ {
		if long() || x&(x-1) == 0 {
			wrong = append(wrong, byte(x))
		}
	}
	return wrong
}
