package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// table collects the rows. Each is told as it comes, on the standard error, and all are printed at the end.
type table struct {
	rows [][]string
	over bool
}

// row judges one measured value against its budget.
func (t *table) row(what, atMost, measured string, ok bool) {
	verdict := "ok"
	if !ok {
		verdict, t.over = "OVER", true
	}
	t.add(what, atMost, measured, verdict)
}

func (t *table) note(what, atMost, measured string) {
	t.add(what, atMost, measured, "-")
}

func (t *table) fail(what string, err error) {
	t.over = true
	t.add(what, "", "not measured: "+err.Error(), "FAILED")
}

func (t *table) add(what, atMost, measured, verdict string) {
	t.rows = append(t.rows, []string{what, atMost, measured, verdict})
	if atMost != "" {
		measured += " (at most " + atMost + ")"
	}
	fmt.Fprintf(os.Stderr, "%-7s %s: %s\n", verdict, strings.TrimSpace(what), measured)
}

func (t *table) print(w io.Writer, l limits) {
	fmt.Fprintf(w, "\n%s, %s/%s, %d processors, %s\n", time.Now().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	fmt.Fprintf(w, "this machine: append and sync of 4 KiB p50 %s, p99 %s; memory read at %.1f GB/s; loopback round trip %s\n\n",
		short(l.syncP50), short(l.syncP99), l.memory/1e9, short(l.loopback))
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{{"what", "at most", "measured", ""}}, t.rows...) {
		fmt.Fprintln(columns, strings.Join(row, "\t"))
	}
	_ = columns.Flush()
}

// short writes a duration in three figures or so.
func short(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
	case d >= time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	}
	return fmt.Sprintf("%.0f µs", d.Seconds()*1e6)
}

// at gives a percentile of measured times.
func at(percent int, times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[(len(sorted)-1)*percent/100]
}
