package store

import (
	"errors"
	"testing"
)

func TestAStoreThatFailedLeavesItsHomeToTheNextOpen(t *testing.T) {
	dir := memoryDir(t)
	s := laptop(t, dir, "dev_a")
	if _, err := s.Edit(func(tx *Tx) error { _, err := tx.Put(Member{ID: "mem_1", Family: "Roy"}); return err }); err != nil {
		t.Fatal(err)
	}
	s.o.freeBytes = func(string) (uint64, error) { return 0, nil }
	s.write.Lock()
	err := s.rebuildView(errors.New("damaged"))
	s.write.Unlock()
	if err == nil {
		t.Fatal("a view was rebuilt where there is no room")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := laptop(t, dir, "dev_a")
	if m, err := Get[Member](again, "mem_1"); err != nil || m.Family != "Roy" {
		t.Error(m, err)
	}
	if err := s.Close(); err != nil {
		t.Error("closed a second time:", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
