package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestARetractionIsAsIfNothingHadCome gives random edits of three laptops to two stores, one of which never sees what one
// laptop wrote after some point, and takes it back in the other.
func TestARetractionIsAsIfNothingHadCome(t *testing.T) {
	for seed := range uint64(30) {
		chance := rand.New(rand.NewPCG(seed, 1))
		writers := []*Store{laptop(t, memoryDir(t), "dev_a"), laptop(t, memoryDir(t), "dev_b"), laptop(t, memoryDir(t), "dev_c")}
		for n := range 30 {
			w := writers[chance.IntN(3)]
			m := Member{ID: fmt.Sprintf("mem_%d", chance.IntN(4)), Family: fmt.Sprintf("Nom %d", n)}
			if chance.IntN(6) == 0 && w.Count(KindMember) > 0 {
				_, err := w.Edit(func(tx *Tx) error { return tx.Delete(KindMember, m.ID) })
				_ = err // it may not be there
				continue
			}
			put(t, w, m)
			if chance.IntN(4) == 0 {
				send(t, w, writers...)
			}
		}
		had, never := laptop(t, memoryDir(t), "dev_x"), laptop(t, memoryDir(t), "dev_y")
		last := writers[2].Frontier()["dev_c"]
		after := last / 2 * (seed % 2)
		closed := []Closed{{Device: "dev_a", Last: 1, Sum: Sum{1}}, {Device: "dev_c", Last: last + 1, Sum: Sum{2}}}
		for _, w := range writers {
			for e, err := range w.Unpublished(0) {
				must(t, e, err)
				apply(t, had, []Edit{e})
				e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c Change) bool { return c.Device == "dev_c" && c.Seq > after })
				if len(e.Changes) > 0 {
					apply(t, never, []Edit{e})
				}
			}
		}
		apply(t, had, nil, closed...)
		apply(t, never, nil, closed[0])
		must(t, true, had.Retract("dev_c", after, nil, nil))
		for range 2 {
			if had.Digest() != never.Digest() || !maps.Equal(had.Frontier(), never.Frontier()) {
				t.Fatalf("seed %d: digests equal: %v, frontiers %v and %v", seed, had.Digest() == never.Digest(), had.Frontier(), never.Frontier())
			}
			if a, b := stockOf(t, had), stockOf(t, never); a != b {
				t.Fatalf("seed %d: records differ:\n%s\n%s", seed, a, b)
			}
			if r := ok(had.Check())(t); len(r.Problems) > 1 {
				t.Fatalf("seed %d: %v", seed, r.Problems)
			}
			had = rebuilt(t, had)
		}
	}
}

// TestTakingEditsBackIsAsIfTheyHadNotCome takes back some edits of three laptops in one store, twice, which another never sees.
func TestTakingEditsBackIsAsIfTheyHadNotCome(t *testing.T) {
	for seed := range uint64(20) {
		chance := rand.New(rand.NewPCG(seed, 2))
		writers := []*Store{laptop(t, memoryDir(t), "dev_a"), laptop(t, memoryDir(t), "dev_b"), laptop(t, memoryDir(t), "dev_c")}
		for n := range 30 {
			w := writers[chance.IntN(3)]
			put(t, w, Member{ID: fmt.Sprintf("mem_%d", chance.IntN(4)), Family: fmt.Sprintf("Nom %d", n), Email: fmt.Sprintf("n%d@example.org", n), Office: "off_a"})
			if chance.IntN(4) == 0 {
				send(t, w, writers...)
			}
		}
		had, never := laptop(t, memoryDir(t), "dev_x"), laptop(t, memoryDir(t), "dev_y")
		for _, s := range []*Store{had, never} {
			must(t, true, s.SetScopeKey("off_a", [32]byte{9}))
		}
		var gone []Edit
		for _, w := range writers {
			for e, err := range w.Unpublished(0) {
				must(t, e, err)
				apply(t, had, []Edit{e})
				if chance.IntN(3) == 0 {
					gone = append(gone, e)
					apply(t, never, nil, Closed{Device: e.Device, Last: e.First + uint64(len(e.Changes)) - 1})
				} else {
					apply(t, never, []Edit{e})
				}
			}
		}
		erased := RecordRef{KindMember, "mem_3"}
		if seed%2 == 0 {
			for _, s := range []*Store{had, never} {
				must(t, true, s.Erase([]RecordRef{erased}, 0, nil))
			}
		}
		must(t, true, never.TakeBack(nil, map[string][]byte{"told": []byte("yes")}))
		for range 2 {
			must(t, true, had.TakeBack(gone, map[string][]byte{"told": []byte("yes")}))
		}
		for range 2 {
			if had.Digest() != never.Digest() || !maps.Equal(had.Frontier(), never.Frontier()) {
				t.Fatalf("seed %d: digests equal: %v, frontiers %v and %v", seed, had.Digest() == never.Digest(), had.Frontier(), never.Frontier())
			}
			if a, b := stockOf(t, had), stockOf(t, never); a != b {
				t.Fatalf("seed %d: records differ:\n%s\n%s", seed, a, b)
			}
			had = rebuilt(t, had)
		}
	}
}
