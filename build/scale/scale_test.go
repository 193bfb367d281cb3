package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheDocumentHoldsTheTableAsItIsComputed(t *testing.T) {
	document, err := os.ReadFile(filepath.Join("..", "..", "docs", "SCALE.md"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document), b.String()) {
		t.Errorf("docs/SCALE.md is to hold the output of `make scale`:\n%s", b.String())
	}
}

func TestEveryDeltaIsFetchedByEveryOtherLaptopOnce(t *testing.T) {
	n := stated
	n.laptops, n.edits = 20, 5
	c, deltas, _ := n.day()
	if c.puts != float64(deltas) || deltas == 0 || deltas > 100 {
		t.Errorf("%d deltas in %.0f PUTs", deltas, c.puts)
	}
	// What is written in the evening is fetched in the next morning, so a day's GETs are about a day's deltas.
	if each := c.gets / 19 / float64(deltas); each < 0.95 || each > 1.05 {
		t.Errorf("%.2f GETs of each delta", each)
	}
	if c.lists != 20*8*12 {
		t.Errorf("%.0f listings", c.lists)
	}
}
