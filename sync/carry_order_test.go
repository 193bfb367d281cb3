package sync

import (
	"path/filepath"
	"strings"
	"testing"

	"example.org/carnet/store/durable"
	"example.org/carnet/sync/roster"
)

// Should the power go in between, nobody but the bucket would have it.
func TestAnOwnDeltaIsKeptBesideBeforeItIsLetGoOfAsSent(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	own, kept := "-"+b.id.Device()+"-", 0
	durable.Power = func(path string, bytes int) (int, error) {
		if strings.HasPrefix(path, b.engine.Objects) && strings.Contains(filepath.Base(path), own) {
			kept++
			if ready, err := b.store.Note(noteReady); err != nil || len(ready) == 0 {
				t.Errorf("it is not on its way any more when %s is written: %v", filepath.Base(path), err)
			}
		}
		return bytes, nil
	}
	t.Cleanup(func() { durable.Power = nil })
	b.put(member(1, "Tremblay"))
	b.round()
	if kept == 0 {
		t.Error("it was not kept")
	}
}
