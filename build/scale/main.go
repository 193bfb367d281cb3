// Command scale computes what a year of a network asks of a bucket and what that costs, from what one request moves (measured
// by make bench-sync) and a stated workload. It invents moments from a fixed seed, so it always says the same; docs/SCALE.md
// holds its table.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

var stated = network{offices: 15, laptops: 250, members: 100_000, years: 1, edits: 20, hours: 8, days: 250, keptDays: 3, newcomers: 20}

// year is what it all comes to.
type year struct {
	cost
	stored               float64 // bytes in the bucket, on average
	ask, get, keep, send float64 // dollars
}

func (y year) dollars() float64 { return y.ask + y.get + y.keep + y.send }

// year adds to the working days what a day asks besides: the full look, and full snapshots.
func (n network) year() (y year) {
	day, deltas, bytes := n.day()
	days := float64(n.days)
	y.add(day, days)
	full := float64(n.members*fullPerMember) * float64(n.years) // nearly all of it are scans, and as many come every year
	parts, manifests := int(full)/partBody+1+n.offices, 1+n.offices
	var look, generation, begin cost
	look.list(n.keptDays * deltas)
	look.list(2 * n.laptops) // statements
	look.list(2 * (parts + manifests*(1+signers)))
	look.list(0) // erasures
	y.add(look, days*float64(n.laptops))
	for range parts {
		generation.put(int(full) / parts)
	}
	for range manifests * (1 + signers) {
		generation.put(1500)
	}
	for range n.laptops {
		for range 2 { // a laptop reads the manifests of the network and of its office
			generation.get(1500)
		}
	}
	y.add(generation, n.generations(full, float64(bytes)))
	for range parts {
		begin.get(int(full) / parts)
	}
	y.add(begin, float64(n.laptops*n.newcomers)/100)
	y.stored = 2*full + float64(n.keptDays*bytes)
	y.ask, y.get = (y.puts+y.lists)*priceAsk, y.gets*priceGet
	y.keep, y.send = y.stored*12*priceStorage, y.in*priceEgress
	return y
}

// generations is how many full snapshots a year has: one when a quarter of the last one's size has come, at most one a working
// day and at least one a week.
func (n network) generations(full, perDay float64) float64 {
	return min(float64(n.days), max(52, perDay*float64(n.days)/max(1<<20, full/4)))
}

func main() {
	if err := write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "| a year of | PUT | LIST | GET | received | stored | requests | egress | in all |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, row := range []struct {
		what   string
		change func(*network)
	}{
		{"the stated network", func(*network) {}},
		{"twice the offices", func(n *network) { n.offices *= 2 }},
		{"twice the laptops", func(n *network) { n.laptops *= 2 }},
		{"twice the members", func(n *network) { n.members *= 2 }},
		{"the second year", func(n *network) { n.years *= 2 }},
		{"twice the edits", func(n *network) { n.edits *= 2 }},
		{"nobody edits", func(n *network) { n.edits = 0 }},
		{"50 laptops", func(n *network) { n.laptops = 50 }},
	} {
		n := stated
		row.change(&n)
		y := n.year()
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | $%.2f | $%.2f | **$%.2f** |\n", row.what, count(y.puts), count(y.lists), count(y.gets), size(y.in), size(y.stored), y.ask+y.get, y.send, y.dollars())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func count(n float64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.2f million", n/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.0f thousand", n/1e3)
	}
	return fmt.Sprintf("%.0f", n)
}

func size(n float64) string {
	switch {
	case n >= 1e12:
		return fmt.Sprintf("%.2f TB", n/1e12)
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", n/1e9)
	}
	return fmt.Sprintf("%.0f MB", n/1e6)
}
