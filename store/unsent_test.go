package store

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// cutOff is a journal file that takes nothing any more once the power is gone.
type cutOff struct {
	*os.File
	dark *bool
}

func (c *cutOff) Write(b []byte) (int, error) {
	if *c.dark {
		return 0, errors.New("the power went")
	}
	return c.File.Write(b)
}

func TestOwnEditsOutliveAPowerFailureRightAfterABootstrap(t *testing.T) {
	a := laptop(t, memoryDir(t), "dev_a")
	put(t, a, Member{ID: "mem_1", Family: "Exemple"})
	with := fullOf(a, "")
	dir, dark := memoryDir(t), false
	open := func(path string) (JournalFile, error) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		return &cutOff{File: f, dark: &dark}, err
	}
	b := ok(Open(dir, Options{Key: testKey, Device: "dev_b", OpenJournal: open}))(t)
	for i := range 5 {
		put(t, b, Chapter{ID: fmt.Sprintf("chp_%d", i), Name: "Not sent yet"})
	}
	dark = true
	if err := b.Bootstrap(with); err == nil {
		t.Fatal("the power did not fail")
	}
	_ = b.Close()
	for range 2 {
		b = ok(Open(dir, Options{Key: testKey, Device: "dev_b"}))(t)
		own := 0
		for e, err := range b.Unpublished(0) {
			must(t, e, err)
			own++
		}
		if names, err := b.Notes(noteUnsent); own != 5 || err != nil || len(names) > 0 {
			t.Errorf("%d own edits wait; %v, %v", own, names, err)
		}
		if c, err := Get[Chapter](b, "chp_3"); err != nil || c.Name != "Not sent yet" {
			t.Errorf("%v, %v", c, err)
		}
		if m, err := Get[Member](b, "mem_1"); err != nil || m.Family != "Exemple" {
			t.Errorf("%v, %v", m, err)
		}
		must(t, true, b.Close())
	}
}
