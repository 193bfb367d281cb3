package directory

import (
	"cmp"
	"slices"
	"sort"
	"sync"
)

// order keeps the slots of a table sorted in both languages. What is new waits in loose, what is
// gone stays until settle, so that single puts and removals cost nothing.
type order struct {
	slots [languages][]int32
	loose []int32
	alive []bool // by slot
	gone  int    // how many of slots are no longer alive
	free  []int32
}

func (o *order) settled() bool { return len(o.loose) == 0 && o.gone == 0 }

// add gives a slot for a new row; fresh tells that it is one more than before.
func (o *order) add() (slot int32, fresh bool) {
	if n := len(o.free); n > 0 {
		slot = o.free[n-1]
		o.free = o.free[:n-1]
	} else {
		slot, fresh = int32(len(o.alive)), true
		o.alive = append(o.alive, false)
	}
	o.alive[slot] = true
	o.loose = append(o.loose, slot)
	return slot, fresh
}

func (o *order) drop(slot int32) {
	o.alive[slot] = false
	o.gone++
}

// sorting compares two slots in a language, and can number them all for a large sort.
type sorting interface {
	compare(lang int, a, b int32) int
	rank(lang int) func(slot int32) uint64 // ties are left to compare
}

func (o *order) settle(by sorting) {
	if o.gone > 0 {
		o.sweep()
	}
	if len(o.loose) == 0 {
		return
	}
	var both sync.WaitGroup
	for lang := range languages {
		both.Go(func() {
			if len(o.loose)*32 > len(o.slots[lang]) {
				o.sortAll(lang, by)
			} else {
				o.mergeLoose(lang, by)
			}
		})
	}
	both.Wait()
	o.loose = nil
}

// sweep takes out what is gone and frees its slots, each of which is either sorted or loose.
func (o *order) sweep() {
	gone := func(slot int32) bool { return !o.alive[slot] }
	for _, slot := range o.slots[english] {
		if gone(slot) {
			o.free = append(o.free, slot)
		}
	}
	for _, slot := range o.loose {
		if gone(slot) {
			o.free = append(o.free, slot)
		}
	}
	for lang := range o.slots {
		o.slots[lang] = slices.DeleteFunc(o.slots[lang], gone)
	}
	o.loose = slices.DeleteFunc(o.loose, gone)
	o.gone = 0
}

func (o *order) sortAll(lang int, by sorting) {
	type ranked struct {
		rank uint64
		slot int32
	}
	rank := by.rank(lang)
	all := make([]ranked, 0, len(o.slots[lang])+len(o.loose))
	for _, some := range [][]int32{o.slots[lang], o.loose} {
		for _, slot := range some {
			all = append(all, ranked{rank(slot), slot})
		}
	}
	slices.SortFunc(all, func(a, b ranked) int {
		if a.rank != b.rank {
			return cmp.Compare(a.rank, b.rank)
		}
		return by.compare(lang, a.slot, b.slot)
	})
	slots := make([]int32, len(all))
	for i, r := range all {
		slots[i] = r.slot
	}
	o.slots[lang] = slots
}

// mergeLoose moves the sorted slots up from the end and lets the loose ones in where they belong.
func (o *order) mergeLoose(lang int, by sorting) {
	loose := slices.Clone(o.loose)
	slices.SortFunc(loose, func(a, b int32) int { return by.compare(lang, a, b) })
	end := len(o.slots[lang])
	slots := append(o.slots[lang], loose...)
	for i := len(loose) - 1; i >= 0; i-- {
		at := sort.Search(end, func(n int) bool { return by.compare(lang, slots[n], loose[i]) > 0 })
		copy(slots[at+i+1:], slots[at:end])
		slots[at+i] = loose[i]
		end = at
	}
	o.slots[lang] = slots
}

// page gives the slots of one page of what was found, best rank first, and how many there are in
// all. Without ranks all slots are found alike.
func (o *order) page(q Query, rank []uint8, counts [rankNone]int) (page []int32, total int) {
	slots := o.slots[languageOf(q.Lang)]
	skip, want := max(q.Offset, 0), q.Limit
	if want <= 0 {
		want = pageSize
	}
	if rank == nil {
		from := min(skip, len(slots))
		return slots[from:min(from+want, len(slots))], len(slots)
	}
	for r, count := range counts {
		total += count
		if skip >= count {
			skip -= count
			continue
		}
		take := min(count-skip, want)
		page = pick(page, slots, rank, uint8(r), skip, take)
		skip, want = 0, want-take
	}
	return page, total
}

func pick(page, slots []int32, rank []uint8, r uint8, skip, take int) []int32 {
	for _, slot := range slots {
		if take == 0 {
			break
		}
		if rank[slot] != r {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		page = append(page, slot)
		take--
	}
	return page
}
