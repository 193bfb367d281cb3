package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"text/tabwriter"

	"example.org/carnet/store"
	carnetsync "example.org/carnet/sync"
)

var zeroRequests carnetsync.Requests

// finding is what one laptop holds, read again from its disk.
type finding struct {
	laptop          *laptop
	members, scans  int
	digest          string
	frontier        store.Frontier
	conflicts       int
	lostScans, lost []string // what was acknowledged and is not there
	leaked          []string // what another office alone may read, and is there
}

// prove closes every laptop, opens it again from its disk, and looks for each acknowledged scan and edit on
// each of them. It ends with an error that names the difference, or with the sentence that all agree.
func (d *demo) prove(ctx context.Context) error {
	if err := d.closeAll(); err != nil {
		return err
	}
	var findings []finding
	for _, l := range d.laptops {
		if err := ctx.Err(); err != nil {
			return err
		}
		found, err := d.read(l)
		if err != nil {
			return fmt.Errorf("%s: %w", l.office, err)
		}
		findings = append(findings, found)
	}
	if err := printTable(findings); err != nil {
		return err
	}
	if err := differences(findings); err != nil {
		return err
	}
	d.say("checked on each laptop: %d scans and %d edits, as value, conflict value or history; an office's details where they may be read, and nowhere else", len(d.made.scans), len(d.made.edits))
	fmt.Println("all laptops agree, 0 lost")
	return nil
}

func (d *demo) read(l *laptop) (finding, error) {
	if err := l.open(d, false); err != nil {
		return finding{}, err
	}
	defer func() { l.Carnet = nil }()
	found := finding{laptop: l, members: l.Store.Count(store.KindMember), scans: l.Store.Count(store.KindScan), digest: l.Store.Digest(), frontier: l.Store.Frontier()}
	report, err := l.Store.Check()
	if err != nil {
		return found, errors.Join(err, l.Close())
	}
	for _, problem := range report.Problems {
		found.lost = append(found.lost, problem.Where+": "+problem.What)
	}
	conflicts, err := l.Store.Conflicts()
	if err != nil {
		return found, errors.Join(err, l.Close())
	}
	found.conflicts = len(conflicts)
	for _, scan := range d.made.scans {
		if kept, err := store.Get[store.Scan](l.Store, scan.ID); err != nil || kept != scan {
			found.lostScans = append(found.lostScans, scan.ID)
		}
	}
	for _, e := range d.made.edits {
		switch here := present(l.Store, e, conflicts); {
		case !here && l.mayRead(e.office):
			found.lost = append(found.lost, fmt.Sprintf("%s of %s = %q, written in %s", e.field, e.record, e.value, e.laptop))
		case here && !l.mayRead(e.office):
			found.leaked = append(found.leaked, fmt.Sprintf("%s of %s, written in %s", e.field, e.record, e.laptop))
		}
	}
	return found, l.Close()
}

// mayRead tells whether a laptop may read what is sealed for an office: its own, or any for an admin's.
func (l *laptop) mayRead(office string) bool {
	return office == "" || l.admin || office == l.Network.MyOffice()
}

// present looks for an edit among the values in force, the values of conflicts, and the history.
func present(s *store.Store, e edit, conflicts []store.Conflict) bool {
	past, err := s.History(e.kind, e.record)
	if err != nil {
		return false
	}
	for _, c := range conflicts {
		if c.Record == e.record && c.Field == e.field {
			past = append(past, c.Values...)
		}
	}
	for _, p := range past {
		if p.Field == e.field && p.Dot == e.change && p.To == e.value {
			return true
		}
	}
	return false
}

// printTable shows each laptop, with what the exchange cost since the network was back.
func printTable(findings []finding) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 3, ' ', 0)
	fmt.Fprintln(w, "\nlaptop\tmembers\tscans\tdigest\tconflicts waiting\trequests\tbytes")
	for _, f := range findings {
		r := f.laptop.requests
		fmt.Fprintf(w, "%s\t%d\t%d\t%.16s\t%d\t%d LIST, %d GET, %d PUT\t%d\n", f.laptop.office, f.members, f.scans, f.digest, f.conflicts, r.List, r.Get, r.Put, f.laptop.bytes)
	}
	fmt.Fprintln(w)
	return w.Flush()
}

// differences names everything in which a laptop is not as it must be.
func differences(findings []finding) (err error) {
	first := findings[0]
	say := func(f finding, format string, values ...any) {
		err = errors.Join(err, fmt.Errorf("%s: %s", f.laptop.office, fmt.Sprintf(format, values...)))
	}
	for _, f := range findings {
		if f.digest != first.digest {
			say(f, "digest %s, but %s has %s", f.digest, first.laptop.office, first.digest)
		}
		if !maps.Equal(f.frontier, first.frontier) {
			say(f, "has seen %v, but %s %v", f.frontier, first.laptop.office, first.frontier)
		}
		if f.conflicts != sharedOnes {
			say(f, "%d conflicts wait, but %d fields were edited by two", f.conflicts, sharedOnes)
		}
		for _, id := range f.lostScans {
			say(f, "lost the scan %s", id)
		}
		for _, what := range f.lost {
			say(f, "lost %s", what)
		}
		for _, what := range f.leaked {
			say(f, "can read %s", what)
		}
	}
	return err
}
