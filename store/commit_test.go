package store

import (
	"fmt"
	"strings"
	"testing"
)

func TestAnEditLargerThanASmallMemtableIsWrittenWhole(t *testing.T) {
	s := ok(Open(memoryDir(t), Options{Key: testKey, Device: "dev_a", Light: true}))(t)
	defer closed(t, s)
	const people = 4000
	_, err := s.Edit(func(tx *Tx) error {
		for i := range people {
			if _, err := tx.Put(Member{ID: fmt.Sprintf("mem_%016d", i), Family: "Roy", Notes: strings.Repeat("note ", 60)}); err != nil {
				return err
			}
		}
		return nil
	})
	if n := s.Count(KindMember); err != nil || n != people {
		t.Fatalf("%d members; %v", n, err)
	}
}
