package simulation

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// mostCopies is how many homes of one network are copied.
const mostCopies = 3

// copyHome gives a laptop a second home as it is now: somebody copied it, or puts an old one back. Both go on from there.
func (w *world) copyHome() {
	l := w.laptops[w.copying.IntN(len(w.laptops))]
	count := 0
	for _, other := range w.laptops {
		if other.copied {
			count++
		}
	}
	if !l.active() || l.rogue || l.copied || l.disk.failing() || count >= 2*mostCopies {
		return
	}
	l.stop()
	n := len(w.laptops)
	twin := &laptop{world: w, name: l.name + "b", home: filepath.Join(w.folder, fmt.Sprint(n)), id: l.id, role: l.role, office: l.office, disk: newDisk(),
		clock: l.clock, copied: true, moved: l.moved, way: newWay(w, l.name+"b")}
	if err := os.CopyFS(twin.home, os.DirFS(l.home)); err != nil {
		w.t.Fatal(err)
	}
	l.copied = true
	w.laptops = append(w.laptops, twin)
	w.t.Cleanup(twin.stop)
	w.say("%s: home copied as %s", l.name, twin.name)
	l.start()
	twin.start()
}

// takeUnsent does what a person does whose laptop says that something was never sent: has it made again.
func (l *laptop) takeUnsent() {
	l.t.Helper()
	list, err := l.engine.Unsent()
	if err != nil || len(list) == 0 {
		return
	}
	var all []int
	for _, u := range list {
		all = append(all, u.Which)
		for i := range l.acks {
			a := &l.acks[i]
			a.again = a.again || a.by == l && a.ref.Kind == u.Kind && a.ref.Record == u.ID && a.field == u.Field
		}
	}
	l.say("%s: makes %d changes again", l.name, len(all))
	l.refs = slices.DeleteFunc(l.refs, func(ref store.Ref) bool { return true })
	_, err = l.engine.TakeUnsent(all)
	if fault.Is(err, "details_elsewhere") {
		err = l.takeWhatItMay(len(all))
	}
	if err != nil && !l.disk.failing() {
		l.wrong("%s: what was never sent cannot be made again: %v", l.name, err)
	}
}

// takeWhatItMay makes one after the other of so many again, and lets go of details of a member who belongs to an office since whose key is not here.
func (l *laptop) takeWhatItMay(count int) error {
	for range count {
		_, err := l.engine.TakeUnsent([]int{0})
		if fault.Is(err, "details_elsewhere") {
			err = l.engine.LetGoUnsent([]int{0})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
