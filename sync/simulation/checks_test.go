package simulation

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/roster"
)

// gather makes the bucket honest, the lines calm and the laptops awake, and lets them talk until
// nothing moves any more; false when they come to no end.
func (w *world) gather() (rested bool) {
	w.t.Helper()
	for _, l := range w.laptops {
		l.way.calm()
		if l.disk.failing() {
			l.again()
		}
	}
	w.shelf.off = 0
	before := ""
	for pass := range mostPasses {
		lacking := false // a delta without changes is in no frontier, and misses all the same
		for _, l := range w.laptops {
			report, _ := l.round()
			lacking = lacking || slices.Contains(w.present(), l) && len(report.Missing)+len(report.Held) > 0
		}
		for _, l := range w.present() {
			l.believes() // whose move lost reads again what it read before, and no more
		}
		now := w.picture()
		if now == before && !lacking && pass > 3 && w.agreed() == "" && w.lostAnywhere() == "" {
			return true
		}
		before = now
		if pass > 2 {
			w.wait(25 * time.Hour) // what is looked at once a day is looked at
		}
	}
	return false
}

// mostPasses is how often all laptops may talk before they must agree.
const mostPasses = 14

// picture tells whether anything moved.
func (w *world) picture() string {
	var b strings.Builder
	for _, l := range w.present() {
		b.WriteString(l.store.Digest())
	}
	w.trace.note("states " + b.String())
	return b.String()
}

// present lists the laptops that belong, keep to the rules and keep nothing back: they were admitted and not shut out.
func (w *world) present() []*laptop {
	return slices.DeleteFunc(slices.Clone(w.laptops), func(l *laptop) bool { return !l.active() || l.rogue || l.withheld > 0 })
}

// agreed tells what laptops at one frontier do not agree on; empty when they do.
func (w *world) agreed() string {
	list := w.present()
	first := list[0]
	for _, l := range list[1:] {
		switch {
		case l.engine.State().Head != first.engine.State().Head:
			return l.name + " and " + first.name + " have different rosters: " + w.apart(l, first)
		case !maps.Equal(l.store.Frontier(), first.store.Frontier()):
			return fmt.Sprintf("%s and %s have different frontiers: %s", l.name, first.name, w.apart(l, first))
		case l.store.Digest() != first.store.Digest():
			return l.name + " and " + first.name + " have different digests at one frontier: " + w.apart(l, first)
		}
	}
	return ""
}

// apart tells where two frontiers differ, by the names of laptops.
func (w *world) apart(a, b *laptop) string {
	var list []string
	for _, l := range w.laptops {
		if x, y := a.store.Frontier()[l.id.Device()], b.store.Frontier()[l.id.Device()]; x != y {
			list = append(list, fmt.Sprintf("%s (active %v) %d and %d", l.name, l.active(), x, y))
		}
	}
	for _, l := range []*laptop{a, b} {
		list = append(list, fmt.Sprintf("%s at %v, digest %.8s, roster %d", l.name, l.store.Frontier(), l.store.Digest(), l.engine.State().Version))
		orders, _ := l.store.Notes("sync/order")
		list = append(list, fmt.Sprintf("%s orders %v", l.name, orders))
		skipped, _ := l.store.Notes("sync/skipped/")
		list = append(list, fmt.Sprintf("%s skipped %v", l.name, skipped))
		report, _ := l.engine.Round(context.Background())
		list = append(list, fmt.Sprintf("%s: missing %v, held %v, refused %v, withheld %d", l.name, report.Missing, report.Held, report.Quarantined, report.Withheld))
	}
	for _, scope := range append([]string{""}, w.offices...) {
		if a.reads(scope) && b.reads(scope) {
			list = append(list, w.onlyIn(a, b, scope)...)
			list = append(list, w.onlyIn(b, a, scope)...)
		}
	}
	return strings.Join(list, "; ")
}

// onlyIn names the changes of a scope that one laptop has and another has not.
func (w *world) onlyIn(a, b *laptop, scope string) (list []string) {
	there := map[store.Dot]bool{}
	for c, err := range b.store.ChangesUpTo(b.store.Frontier(), scope) {
		if err == nil {
			there[c.Dot] = true
		}
	}
	for c, err := range a.store.ChangesUpTo(a.store.Frontier(), scope) {
		if err == nil && !there[c.Dot] {
			list = append(list, fmt.Sprintf("only %s has %s of %s %s by %s, sealed for %q", a.name, c.Field, c.Record, c.Dot, w.nameOf(c.Device), scope))
		}
	}
	return list
}

func (w *world) nameOf(device string) string {
	for _, l := range w.laptops {
		if l.id.Device() == device {
			return l.name + " (" + string(l.role) + " of " + l.office + ")"
		}
	}
	return device
}

// check holds the world to what must always be true in quiet.
func (w *world) check() {
	w.t.Helper()
	rested := w.gather()
	if why := w.agreed(); why != "" {
		w.wrong("%s", why)
	}
	if w.halfErased() != "" { // what some took out by an order that does not count comes back with a full snapshot
		w.laptops[0].ruled(w.laptops[0].engine.Compact())
		rested = w.gather()
	}
	if why := w.halfErased(); why != "" {
		w.wrong("%s", why)
	}
	why := w.inspect()
	if why != "" && rested { // of a delta that nobody had spoken of yet one may first hear in the last pass, from who is asked last
		w.gather()
		why = w.inspect()
	}
	if why != "" {
		w.wrong("%s", why)
	}
	w.nothingInTheOpen()
}

// inspect holds every laptop to what must be true of it, and tells who still waits for something; empty when nobody does.
func (w *world) inspect() (lacking string) {
	w.t.Helper()
	spoilt := maps.Clone(w.shelf.spoilt) // what is put right in this pass may still be named: it is read again after some minutes
	for _, l := range w.present() {
		if why := w.lost(l); why != "" {
			w.wrong("%s", why)
		}
		w.nothingOverheard(l)
		w.nothingErasedIsBack(l)
		report, ok := l.round()
		if !ok || len(report.Missing)+len(report.Held) > 0 {
			lacking = fmt.Sprintf("%s still misses %v and holds %v", l.name, report.Missing, report.Held)
		}
		w.nothingShutOut(l, report.Quarantined, spoilt)
	}
	return lacking
}

// nothingShutOut looks for honest objects that came spoilt once and are still refused for it.
func (w *world) nothingShutOut(l *laptop, refused []carnetsync.Refused, spoilt map[string]bool) {
	w.t.Helper()
	for _, q := range refused {
		came := slices.ContainsFunc([]string{"_unreadable", "_forged", "_misnamed", "_altered", "_too_large"}, func(end string) bool { return strings.HasSuffix(q.Reason, end) })
		if _, there := w.shelf.objects[q.Key]; came && there && !w.shelf.garbage[q.Key] && !w.shelf.spoilt[q.Key] && !spoilt[q.Key] {
			w.wrong("%s still refuses %s for %s", l.name, q.Key, q.Reason)
		}
	}
}

// lostAnywhere is lost for all; what was spoilt where it lies at the end of its chain is asked for a day after somebody spoke of it.
func (w *world) lostAnywhere() string {
	for _, l := range w.present() {
		if why := w.lost(l); why != "" {
			return why
		}
	}
	return ""
}

// lost looks for every acknowledged change that this laptop may read in the history of its record; empty when all are there.
func (w *world) lost(l *laptop) string {
	here := map[string]map[store.Dot]bool{}
	for _, a := range w.acks {
		if !w.counts(a) || !l.reads(a.scope) || l.store.IsDropped(a.ref.Kind, a.ref.Record) {
			continue
		}
		record := string(a.ref.Kind) + " " + a.ref.Record
		if here[record] == nil {
			here[record] = map[store.Dot]bool{}
			past, _ := l.store.History(a.ref.Kind, a.ref.Record) // one that is not there lacks every change
			for _, p := range past {
				here[record][p.Dot] = true
			}
		}
		if found := here[record][a.ref.Change]; found == a.rogue && !w.setAside(l, a) {
			return fmt.Sprintf("%s: change %s of %s by %s is here: %v", l.name, a.ref.Change, record, a.by.name, found)
		}
	}
	return ""
}

// counts tells whether a change must be everywhere, or nowhere: its author was never shut out or moved, and says that all of it went out.
func (w *world) counts(a ack) bool {
	return a.by.active() && a.by.withheld == 0 && (!a.by.moved || a.rogue) && !a.again
}

// setAside tells whether a change waits for an admin since it rests on the word of somebody who was shut out, or moved to another place,
// after that.
func (w *world) setAside(l *laptop, a ack) bool {
	if !slices.ContainsFunc(w.placed[a.ref.Record], func(by *laptop) bool { return by.moved || !by.active() }) {
		return false
	}
	return slices.ContainsFunc(l.engine.Quarantined(), func(q carnetsync.Refused) bool {
		list, err := l.engine.Review(q.Key)
		return err == nil && q.Reason == "role_forbids" && slices.ContainsFunc(list, func(p carnetsync.Proposal) bool { return p.Change.Dot == a.ref.Change })
	})
}

// reads tells whether a laptop is entitled to the sections of a scope.
func (l *laptop) reads(scope string) bool {
	return scope == "" || scope == l.office || l.role == roster.Admin
}

// nothingOverheard looks for private words of other offices.
func (w *world) nothingOverheard(l *laptop) {
	w.t.Helper()
	for _, id := range w.members {
		past, err := l.store.History(store.KindMember, id)
		if err != nil {
			continue
		}
		for _, p := range past {
			if !l.reads(p.Scope) && !l.moved || strings.Contains(string(p.Value), "secret") && p.Scope == "" {
				w.wrong("%s of %s can read %s of %s, sealed for %q", l.name, l.office, p.Field, id, p.Scope)
			}
		}
	}
}

// nothingErasedIsBack makes sure that what was asked to be erased is gone, unless who asked was shut out or moved meanwhile.
func (w *world) nothingErasedIsBack(l *laptop) {
	w.t.Helper()
	for _, id := range slices.Sorted(maps.Keys(w.erased)) {
		by := w.erased[id]
		if by.active() && !by.moved && !l.store.IsDropped(store.KindMember, id) {
			w.wrong("%s (%s of %s) still has %s, which %s (%s) erased: %s", l.name, l.role, l.office, id, by.name, by.role, w.apart(l, by))
		}
	}
}

// halfErased names a member that some have and others took out, though they know the same.
func (w *world) halfErased() string {
	list := w.present()
	for _, id := range slices.Sorted(maps.Keys(w.erased)) {
		for _, l := range list[1:] {
			if l.store.IsDropped(store.KindMember, id) != list[0].store.IsDropped(store.KindMember, id) {
				return fmt.Sprintf("only one of %s and %s erased %s, which %s ordered: %s", l.name, list[0].name, id, w.erased[id].name, w.apart(l, list[0]))
			}
		}
	}
	return ""
}

// nothingInTheOpen looks for private words in the bytes of the bucket.
func (w *world) nothingInTheOpen() {
	w.t.Helper()
	for _, key := range w.shelf.keys() {
		data := w.shelf.objects[key]
		for _, word := range []string{"secret", "example.org", "Section", "Camille", "Bureau"} {
			if bytes.Contains(data, []byte(word)) {
				w.wrong("%s holds %q for anybody to read", key, word)
			}
		}
	}
}
