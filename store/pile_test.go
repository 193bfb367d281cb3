package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestAPileGivesItsRowsInOrderHoweverManyRunsItTook(t *testing.T) {
	for _, count := range []int{0, 1, 1000, 300_000} {
		r, p, want := rand.New(rand.NewPCG(1, 2)), pile{}, make([][]byte, 0, count)
		for n := range count {
			row := fmt.Appendf(nil, "m\x00mtg_%04d\x00%08d%d", r.IntN(900), r.IntN(1<<26), n)
			want = append(want, row)
			p.add([][]byte{row})
		}
		slices.SortFunc(want, bytes.Compare)
		n := 0
		for row := range p.sorted() {
			if n == len(want) || !bytes.Equal(row, want[n]) {
				t.Fatalf("of %d rows, row %d is another", count, n)
			}
			n++
		}
		if n != count {
			t.Fatalf("%d rows of %d", n, count)
		}
	}
}
