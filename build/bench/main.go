// Command bench measures Carnet's budgets beside the limits of the machine it runs on, taken in
// the same run, and prints one table. docs/BENCHMARKS.md says what each row measures.
// It may use every package that people use; no such package may know of it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// bench is one run: where it works and how much it invents.
type bench struct {
	dir            string
	members, scans int
	laptops        int // of the largest network
	level          int // of zstd, to compare with
	patience       time.Duration
	rows           string // names of parts to measure besides the first, comma between them; empty for all
	table          table
	limits         limits
}

// part is a group of rows.
type part struct {
	name    string
	measure func() error
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == openCommand {
		openHere(os.Args[2:])
		return
	}
	if len(os.Args) > 1 && os.Args[1] == beginCommand {
		beginHere(os.Args[2:])
		return
	}
	b, arguments := &bench{}, os.Args[1:]
	exchange := len(arguments) > 0 && arguments[0] == exchangeCommand
	if exchange {
		arguments = arguments[1:]
	}
	parts := b.parts
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	flags.StringVar(&b.dir, "dir", filepath.Join("build", "bin", "bench"), "folder on the disk to measure; emptied first, removed at the end")
	flags.IntVar(&b.members, "members", 100_000, "members to invent")
	flags.IntVar(&b.scans, "scans", 1_000_000, "scans to invent")
	flags.StringVar(&b.rows, "rows", "", "measure only these, with commas between: search, verdicts, series, scan, open, sync, replies, mail, badges, forum, report; of "+exchangeCommand+": rounds, crowd, merge, begin")
	flags.IntVar(&b.laptops, "laptops", 250, "laptops of the largest network of "+exchangeCommand)
	flags.IntVar(&b.level, "level", 22, "level of zstd with which "+exchangeCommand+" compares the bytes of a beginning; less is quicker, and is not judged")
	flags.DurationVar(&b.patience, "patience", 45*time.Minute, "how long that may take")
	strict := flags.Bool("strict", false, "exit with 1 when a budget is not kept")
	_ = flags.Parse(arguments) // it exits
	if flags.Arg(0) == hallCommand {
		if err := b.makeHall(flags.Arg(1)); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if exchange {
		parts = b.exchangeParts
		if !set(flags, "dir") {
			b.dir = inMemory()
		}
	}
	if err := b.run(parts()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	if *strict && b.table.over {
		os.Exit(1)
	}
}

func set(flags *flag.FlagSet, name string) (given bool) {
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}

func (b *bench) parts() []part {
	return []part{
		{"import", b.measureImport},
		{"search", b.measureSearch},
		{"verdicts", b.measureVerdicts},
		{"series", b.measureSeries},
		{"scan", b.measureScan},
		{"open", b.measureOpen},
		{"sync", b.measureSync},
		{"replies", b.measureReplies},
		{"mail", b.measureMail},
		{"badges", b.measureBadges},
		{"forum", b.measureForum},
		{"report", b.measureReport},
		{"window", func() error {
			b.table.note("window: key press to painted result, 100,000 members", "50 ms", "see make e2e")
			return nil
		}},
	}
}

func (b *bench) run(parts []part) error {
	if err := os.RemoveAll(b.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(b.dir) }()
	if err := b.measureLimits(); err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	for _, part := range parts {
		if b.rows != "" && part.name != "import" && !slices.Contains(strings.Split(b.rows, ","), part.name) {
			continue
		}
		start := time.Now()
		if err := part.measure(); err != nil {
			b.table.fail(part.name, err)
		}
		fmt.Fprintf(os.Stderr, "bench: %s took %.1f s in all\n", part.name, time.Since(start).Seconds())
	}
	b.table.print(os.Stdout, b.limits)
	return nil
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }
