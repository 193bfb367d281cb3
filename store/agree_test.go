package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"pgregory.net/rapid"
)

// asEdits gives each change as an edit of its own.
func asEdits(all []Change) (edits []Edit) {
	for _, c := range all {
		edits = append(edits, Edit{Wall: c.Wall, Logical: c.Logical, Device: c.Device, First: c.Seq, Changes: []Change{c}})
	}
	return edits
}

func TestStoresThatGetTheSameChangesInAnyBatchesAgree(t *testing.T) {
	for seed := range 6 {
		all := rapid.Custom(drawHistory).Example(seed)
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		want, conflicts := newPage("x"), 0
		for _, c := range all {
			want.take(c)
		}
		for _, st := range want.states {
			conflicts += len(st.conflicts())
		}
		for _, name := range []string{"one", "two"} {
			dir := memoryDir(t)
			s := laptop(t, dir, "dev_"+name)
			edits := asEdits(slices.Concat(all, all))
			random.Shuffle(len(edits), func(i, j int) { edits[i], edits[j] = edits[j], edits[i] })
			fresh := 0
			for len(edits) > 0 {
				n := min(len(edits), 1+random.IntN(9))
				more, err := s.Apply(edits[:n], map[string][]byte{"cursor": {byte(n)}})
				if err != nil {
					t.Fatal(err)
				}
				fresh, edits = fresh+more, edits[n:]
				if random.IntN(8) == 0 {
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
					s = laptop(t, dir, "dev_"+name)
				}
			}
			if s.Digest() != want.digest.String() || fresh != len(all) {
				t.Errorf("seed %d: digest %s, want %s; %d of %d changes", seed, s.Digest(), want.digest, fresh, len(all))
			}
			if got := ok(s.Conflicts())(t); len(got) != conflicts {
				t.Errorf("seed %d: %d conflicts, want %d", seed, len(got), conflicts)
			}
			if r, err := s.Check(); err != nil || len(r.Problems) != 0 {
				t.Errorf("seed %d: %+v %v", seed, r, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestARowThatCannotBeReadIsHealedAndAnswered(t *testing.T) {
	for name, use := range map[string]func(*testing.T, *Store){
		"get":  func(t *testing.T, s *Store) { ok(Get[Member](s, "mem_1"))(t) },
		"list": func(t *testing.T, s *Store) { ok(s.History(KindMember, "mem_1"))(t) },
		"edit": func(t *testing.T, s *Store) { put(t, s, Member{ID: "mem_1", Family: "New"}) },
		"apply": func(t *testing.T, s *Store) {
			c := Change{Kind: KindMember, Record: "mem_1", Field: "phone", Value: appendText(nil, "1"), Stamp: Stamp{Wall: 1, Dot: Dot{"dev_b", 1}}}
			ok(s.Apply(asEdits([]Change{c}), nil))(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := laptop(t, memoryDir(t), "dev_a")
			for i := range 5 {
				put(t, s, Member{ID: fmt.Sprintf("mem_%d", i), Family: "F"})
			}
			s.WaitDirectory()
			err := s.view.db.Update(func(txn *badger.Txn) error { return txn.Set(recordKey(KindMember, "mem_1"), []byte("garbage")) })
			if err != nil {
				t.Fatal(err)
			}
			use(t, s)
			if r, err := s.Check(); err != nil || len(r.Problems) != 1 || s.Count(KindMember) != 5 {
				t.Errorf("check: %+v %v", r, err)
			}
		})
	}
}
