package post

import (
	"errors"
	"slices"
	"sync"

	"example.org/carnet/store"
)

// entry is one event to be kept of a message.
type entry struct {
	message string
	event   event
}

// journal keeps events of many senders at once: whatever waits while the disk is busy goes into one edit.
type journal struct {
	store *store.Store

	mu      sync.Mutex
	waiting []waiting
	busy    bool
}

type waiting struct {
	entries []entry
	done    chan error
}

// keep returns when the entries are on the disk.
func (j *journal) keep(entries []entry) error {
	if len(entries) == 0 {
		return nil
	}
	done := make(chan error, 1)
	j.mu.Lock()
	j.waiting = append(j.waiting, waiting{entries, done})
	lead := !j.busy
	j.busy = true
	j.mu.Unlock()
	if lead {
		go j.run()
	}
	return <-done
}

func (j *journal) run() {
	for {
		j.mu.Lock()
		batch := j.waiting
		j.waiting = nil
		if len(batch) == 0 {
			j.busy = false
			j.mu.Unlock()
			return
		}
		j.mu.Unlock()
		var all []entry
		for _, w := range batch {
			all = append(all, w.entries...)
		}
		overtaken, err := tryEvents(j.store, all)
		for _, w := range batch {
			w.done <- w.outcome(overtaken, err)
		}
	}
}

// errOvertaken is for a message that somebody held, stopped or took over since it was found to be due.
var errOvertaken = errors.New("the message is not to be sent any more")

func (w waiting) outcome(overtaken map[string]bool, err error) error {
	for _, e := range w.entries {
		if err == nil && e.event.what == evSending && overtaken[e.message] {
			return errOvertaken
		}
	}
	return err
}

// writeEvents adds events to their messages in one edit.
func writeEvents(s *store.Store, entries []entry) error {
	_, err := tryEvents(s, entries)
	return err
}

func tryEvents(s *store.Store, entries []entry) (overtaken map[string]bool, err error) {
	_, err = s.Edit(func(tx *store.Tx) error {
		overtaken = map[string]bool{} // the edit may run again
		return putEvents(tx, entries, overtaken)
	})
	return overtaken, err
}

// putEvents adds events. That a message is about to go out is only written of one that still is to be sent by its author.
func putEvents(tx *store.Tx, entries []entry, overtaken map[string]bool) error {
	for _, e := range entries {
		m, err := store.GetIn[store.Message](tx, e.message)
		if err != nil {
			return err
		}
		if e.event.what == evSending {
			mailing, err := store.GetIn[store.Mailing](tx, m.Mailing)
			if err != nil || mailing.Laptop != e.event.device || FateOf(m.Events).State != Queued {
				overtaken[e.message] = true
				continue
			}
		}
		if text := e.event.String(); !slices.Contains(m.Events, text) {
			m.Events = append(m.Events, text)
		}
		if _, err := tx.Put(m); err != nil {
			return err
		}
	}
	return nil
}
