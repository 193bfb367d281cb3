package store

import (
	"errors"
	"fmt"
	"os"
	"time"

	"example.org/carnet/store/fault"
)

var (
	errNoView = errors.New("there is no view")
	errBehind = errors.New("the view is behind what the journals hold")
)

// heal brings the view to the end of the truth. What cannot be read is set aside and named, and a new local
// full snapshot is written from the view, so that the truth is whole again. last is the frame of the last clean end.
func (s *Store) heal(last uint64) error {
	if s.markOld {
		if err := s.writeMark(last); err != nil {
			return err
		}
		s.markOld = false
	}
	problems := len(s.problems)
	t, err := s.findTruth()
	if err != nil {
		return err
	}
	if err := s.clearUnfinished(); err != nil {
		return err
	}
	if why := s.openTrusted(t); why != nil {
		if err := s.replaceView(t, why); err != nil {
			return err
		}
		if t, err = s.findTruth(); err != nil {
			return err
		}
	}
	readings, err := s.replay(t, last)
	if err != nil {
		return err
	}
	if err := s.settle(t, readings); err != nil {
		return err
	}
	return s.partWithOtherForm(problems)
}

// clearUnfinished takes up a building that was stopped: what it had is removed, and the view that it was to replace is back.
func (s *Store) clearUnfinished() error {
	if err := os.RemoveAll(s.path(buildingName)); err != nil {
		return diskFault(s.path(buildingName), err)
	}
	if _, err := os.Stat(s.path(otherFormName)); err != nil {
		return nil
	}
	if _, err := os.Stat(s.path(viewName)); err == nil {
		return diskFault(s.path(otherFormName), os.RemoveAll(s.path(otherFormName)))
	}
	return diskFault(s.path(viewName), os.Rename(s.path(otherFormName), s.path(viewName)))
}

// openTrusted opens the view, or says why it must be rebuilt.
func (s *Store) openTrusted(t truth) error {
	err := s.proveView()
	if err == nil {
		s.view, err = openView(s.path(viewName), s.keys.view, s.o.Light)
	}
	var m meta
	if err == nil {
		m, err = s.view.loadMeta()
	}
	if err == nil && m.seq == 0 && len(t.fulls) > 0 || err == nil && len(t.journals) > 0 && !t.connects(m.seq) {
		err = errBehind
	}
	if err != nil && s.view != nil {
		_ = s.view.close()
		s.view = nil
	}
	s.become(m)
	return err
}

// replaceView sets a damaged view aside and builds one from the truth.
func (s *Store) replaceView(t truth, why error) error {
	if fault.Is(why, "home_in_use") || fault.Is(why, "disk_full") || fault.Is(why, "read_only") {
		return why
	}
	if errors.Is(why, errOtherForm) {
		if err := os.Rename(s.path(viewName), s.path(otherFormName)); err != nil {
			return diskFault(s.path(viewName), err)
		}
		return s.openBuilt(t)
	}
	empty := len(t.fulls) == 0 && len(t.journals) == 0
	switch _, err := os.Stat(s.path(viewName)); {
	case err == nil:
		if err := s.setAside(viewName, "the view was rebuilt: "+why.Error()); err != nil {
			return err
		}
	case !empty && !s.o.Restored:
		s.note(Problem{Where: viewName, What: "was missing and was rebuilt"})
	}
	return s.openBuilt(t)
}

// partWithOtherForm removes the view of another version once all that the journals and the local full snapshot hold was
// read without a gap; else it is kept aside, since it may have what they have not.
func (s *Store) partWithOtherForm(problems int) error {
	if _, err := os.Stat(s.path(otherFormName)); err != nil {
		return nil
	}
	if len(s.problems) > problems {
		return s.setAside(otherFormName, "was made by another version")
	}
	return diskFault(s.path(otherFormName), os.RemoveAll(s.path(otherFormName)))
}

// openBuilt builds the view where there is none, and opens it.
func (s *Store) openBuilt(t truth) error {
	if err := s.buildView(t); err != nil {
		return err
	}
	var err error
	if s.view, err = openView(s.path(viewName), s.keys.view, s.o.Light); err != nil {
		return diskFault(s.path(viewName), err)
	}
	m, err := s.view.loadMeta()
	s.become(m)
	return err
}

// replay applies what the journals hold beyond the view, and reads the newest journal whole.
func (s *Store) replay(t truth, last uint64) (readings []reading, err error) {
	known := s.meta.seq
	bases := t.journalsAfter(known)
	if len(bases) > 0 && bases[0] > known { // the journal in between is not there
		r := reading{base: known, last: known}
		r.expect(bases[0])
		s.nameDamage(&r, known)
		readings = append(readings, r)
	}
	for i, base := range bases {
		r, err := s.readJournal(base, s.replayFrame)
		if err != nil {
			return nil, err
		}
		if i+1 < len(bases) {
			r.expect(bases[i+1])
		} else {
			r.expect(max(known, last))
		}
		s.nameDamage(&r, known)
		readings = append(readings, r)
	}
	return readings, nil
}

func (s *Store) replayFrame(f *frame) error {
	if f.seq <= s.meta.seq {
		return nil
	}
	b, err := s.begin()
	if err != nil {
		return err
	}
	defer b.discard()
	if err := b.mergeFrame(f); err != nil {
		return err
	}
	b.meta.seq = f.seq
	if err := s.view.apply(b, f, s.current()); err != nil {
		return diskFault(s.path(viewName), err)
	}
	s.accept(b)
	return nil
}

// nameDamage notes what of a journal could not be read, and whether the view had it already.
func (s *Store) nameDamage(r *reading, known uint64) {
	name := journalName(r.base)
	if r.torn() {
		return // settle keeps the tail and names it
	}
	for _, g := range r.gaps {
		s.note(Problem{Where: fmt.Sprintf("%s bytes %d to %d", name, g.from, g.to), What: g.err.Error()})
	}
	for _, m := range r.missing {
		what := m.String() + " cannot be read; the view had them, nothing is lost"
		if m.to > known {
			what = m.String() + " cannot be read: what they held is lost here, unless another laptop has it"
			s.skipNumbers() // what was lost may have been published: never use its numbers again
		}
		s.note(Problem{Where: name, What: what})
	}
}

// settle makes the truth whole: a torn tail is kept aside and cut off; after damage a local full snapshot
// begins a new journal. It opens the journal for writing.
func (s *Store) settle(t truth, readings []reading) error {
	damaged := len(readings) == 0 && s.meta.seq > 0
	if damaged {
		s.note(Problem{Where: journalName(s.meta.seq), What: "no journal was there; the view had everything"})
	}
	for i := range readings {
		r := &readings[i]
		if i == len(readings)-1 && r.torn() {
			if err := s.cutTail(r); err != nil {
				return err
			}
			continue
		}
		damaged = damaged || !r.whole()
	}
	if damaged {
		return s.startAfresh(readings)
	}
	base, size := uint64(0), 0
	if n := len(readings); n > 0 {
		base, size = readings[n-1].base, readings[n-1].end
	}
	if err := s.openJournalAt(base, int64(size)); err != nil {
		return err
	}
	return s.rollOverIfDue()
}

// cutTail keeps the bytes of a frame that was never acknowledged, and takes them off the journal.
func (s *Store) cutTail(r *reading) error {
	name := journalName(r.base)
	b, err := os.ReadFile(s.path(name))
	if err != nil {
		return diskFault(s.path(name), err)
	}
	what := fmt.Sprintf("ends in %d bytes of a frame that was not finished", len(b)-r.end)
	if err := s.keepAside(name+"-tail", b[r.end:], what); err != nil {
		return err
	}
	return diskFault(s.path(name), os.Truncate(s.path(name), int64(r.end)))
}

// startAfresh writes a local full snapshot from the view, sets the damaged journals aside and begins a new one.
func (s *Store) startAfresh(readings []reading) error {
	base := s.meta.seq
	if err := s.checkFull(base); err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			if err := s.setAside(fullName(base), err.Error()); err != nil {
				return err
			}
		}
		if err := s.writeFull(base); err != nil {
			return err
		}
	}
	for i := range readings {
		r := &readings[i]
		if _, err := os.Stat(s.path(journalName(r.base))); err != nil || r.whole() && r.base != base {
			continue
		}
		if err := s.setAside(journalName(r.base), "the journal cannot be read whole"); err != nil {
			return err
		}
	}
	if err := s.openJournalAt(base, 0); err != nil {
		return err
	}
	if next := s.meta.next; next>>40 > 0 {
		_, err := s.applyFrame(&frame{next: next})
		return err
	}
	return nil
}

func (s *Store) openJournalAt(base uint64, size int64) (err error) {
	s.gen = base
	s.journal, err = openJournal(s.path(journalName(base)), s.keys.journal, size, s.o.OpenJournal)
	if err == nil {
		err = diskFault(s.dir, syncDir(s.dir))
	}
	return err
}

// rebuildView makes the view anew while the store is open. The caller holds the write lock.
func (s *Store) rebuildView(why error) error {
	s.lockView()
	defer s.viewMu.Unlock()
	if s.isClosed() {
		return diskFault(s.dir, errClosed)
	}
	if err := s.room(); err != nil {
		s.fail()
		return err
	}
	_ = s.view.close()
	t, err := s.findTruth()
	if err != nil {
		return err
	}
	s.dropProof()
	next := s.current().next
	if err := s.replaceView(t, why); err != nil {
		s.fail()
		return err
	}
	if t, err = s.findTruth(); err == nil {
		_, err = s.replay(t, 0)
	}
	s.mu.Lock()
	s.meta.next = max(s.meta.next, next)
	s.version++
	s.mu.Unlock()
	s.arrivals.lost()
	if err != nil {
		s.fail()
	}
	return err
}

// fail makes every further call give an error: neither view nor remedy is at hand until the next Open.
func (s *Store) fail() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
}

// distrustView rebuilds a view that may hold an edit which the journal has not.
func (s *Store) distrustView(why error) {
	why = fmt.Errorf("%w: it may hold an edit that could not be synced: %s", errView, why.Error()) // not a fault: the view is to go, whatever befell the journal
	if err := s.rebuildView(why); err != nil {
		s.note(Problem{Where: viewName, What: "could not be rebuilt: " + err.Error()})
	}
}

// healWait is how long a reader that met damage waits for the writer before it gives up.
const healWait = 10 * time.Second

// healAfterRead rebuilds the view after a reader met damage. It never waits for ever: the reader may be
// inside an edit.
func (s *Store) healAfterRead(why error) bool {
	for deadline := time.Now().Add(healWait); !s.write.TryLock(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			return false
		}
	}
	defer s.write.Unlock()
	if s.room() != nil {
		return false
	}
	if s.reading.Load() { // what was proved at Open is damaged now: opening whole rebuilds it
		return s.leaveReading() == nil
	}
	return s.rebuildView(why) == nil
}
