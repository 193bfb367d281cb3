package roster

import (
	"bytes"
	"cmp"
	"slices"
)

// How one chain is chosen among all that was said (a tree, since admins write at the same time):
//
//  1. Only what is valid after all that it follows is in the tree.
//  2. A revocation strikes what the revoked laptop said elsewhere: its statements that do not come
//     before the revocation, each with all that follows it. So does the demotion of an admin, and a
//     recovery that replaces itself. Otherwise whoever is shut out could write a longer chain from
//     an old statement on, and never have been shut out.
//  3. Revocations are judged in the order of who said them: the recovery, then whoever has been an
//     admin for longest. One that is struck by an earlier one strikes nothing. One that strikes an earlier one
//     without being struck by it takes its effect away. Nothing but the recovery strikes what the recovery said or built upon.
//  4. Of what is not struck, the chain goes on with whatever has most statements of the recovery
//     above it, then most revocations in force (who said something else can say it again at once; whoever
//     revoked may be gone for days), then most by admins (a laptop's own ones weigh nothing, so no
//     door can outweigh an admin), then most of any, then the lowest hash.
//
// Only the set of statements enters, so order and repetition do not matter. A stranger's puppets,
// admitted in a struck branch, are struck with it; and an admin's age counts from when it became one, so an
// admin cannot make puppets older than those who shut it out, unless it is older itself. Then the
// recovery has to speak.

// choose sets the chain.
func (r *Roster) choose() {
	if !r.forked {
		for last := r.chain[len(r.chain)-1]; len(last.after) > 0; last = last.after[0] {
			r.extend(last.after[0])
		}
		return
	}
	upward := slices.DeleteFunc(r.upward(), func(l *link) bool { return l.state == nil })
	r.number()
	r.follow(upward, strike(upward))
}

// number walks through the tree once, so that it is known at a glance what comes before what.
func (r *Roster) number() {
	type visit struct {
		l    *link
		next int
	}
	clock := 0
	root := r.chain[0]
	for stack := []visit{{l: root}}; len(stack) > 0; {
		top := &stack[len(stack)-1]
		if top.next == 0 {
			clock++
			top.l.enter = clock
		}
		if top.next == len(top.l.after) {
			top.l.exit = clock
			stack = stack[:len(stack)-1]
			continue
		}
		top.next++
		stack = append(stack, visit{l: top.l.after[top.next-1]})
	}
}

// before tells whether a statement comes before another, or is it.
func (l *link) before(other *link) bool { return l.enter <= other.enter && other.exit <= l.exit }

// blow is a statement that strikes what one laptop said in other branches.
type blow struct {
	*link
	target string
	rank   int
}

// blows lists them in the order in which they are judged.
func blows(upward []*link) []blow {
	var list []blow
	for _, l := range upward {
		if target, rank := l.strikes(); target != "" {
			list = append(list, blow{link: l, target: target, rank: rank})
		}
	}
	slices.SortFunc(list, func(a, b blow) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.senior, b.senior), bytes.Compare(a.message.Hash[:], b.message.Hash[:]))
	})
	return list
}

// strikes tells whom a statement strikes: nobody, or a laptop, or the recovery.
func (l *link) strikes() (target string, rank int) {
	switch {
	case l.byRecovery && l.Said.Recovery != nil:
		return l.Author, 0
	case l.byRecovery:
		rank = 1
	default:
		rank = 2
	}
	if l.Said.Revoke != nil {
		return l.Said.Revoke.Device, rank
	}
	if p := l.Said.Promote; p != nil && l.demotes {
		return p.Device, rank
	}
	return "", 0
}

// strike marks the dead. A blow whose effect was taken away is left out, and all is judged again
// without it: there are as many tries as such blows at most. It gives the blows that fell.
func strike(upward []*link) []blow {
	said := map[string][]*link{}
	shielded := map[*link]bool{}
	byHash := map[[32]byte]*link{}
	for _, l := range upward {
		said[l.Author] = append(said[l.Author], l)
		byHash[l.message.Hash] = l
	}
	for _, l := range upward {
		for at := l; l.byRecovery && at != nil && !shielded[at]; at = byHash[at.Previous] {
			shielded[at] = true
		}
	}
	list := blows(upward)
	for {
		for _, l := range upward {
			l.dead = false
		}
		void := judge(list, said, shielded)
		if void < 0 {
			return slices.DeleteFunc(list, func(b blow) bool { return b.dead })
		}
		list = slices.Delete(list, void, void+1)
	}
}

// judge lets each blow fall, in order, and stops at one that strikes an earlier one: it gives the
// place of that earlier one, or -1.
func judge(list []blow, said map[string][]*link, shielded map[*link]bool) (void int) {
	fell := map[*link]int{}
	for i, b := range list {
		if b.dead {
			continue
		}
		for _, l := range said[b.target] {
			if l.before(b.link) || b.before(l) || shielded[l] && !b.byRecovery {
				continue
			}
			if at, hit := l.bury(fell); hit {
				return at
			}
		}
		fell[b.link] = i
	}
	return -1
}

// bury marks a statement and all that follows it as dead, unless a blow that fell is among them.
func (l *link) bury(fell map[*link]int) (at int, hit bool) {
	for open := []*link{l}; len(open) > 0; {
		top := open[len(open)-1]
		open = open[:len(open)-1]
		if top.dead {
			continue
		}
		if at, hit := fell[top]; hit {
			return at, true
		}
		top.dead = true
		open = append(open, top.after...)
	}
	return 0, false
}

// worth is what goes on from a statement, at best.
type worth struct{ recoveries, blows, admins, all int }

func (w worth) compare(other worth) int {
	return cmp.Or(cmp.Compare(w.recoveries, other.recoveries), cmp.Compare(w.blows, other.blows),
		cmp.Compare(w.admins, other.admins), cmp.Compare(w.all, other.all))
}

// with adds one statement.
func (w worth) with(l *link) worth {
	w.all++
	if l.byRecovery {
		w.recoveries++
	}
	if !l.Said.own() {
		w.admins++
	}
	return w
}

// follow sets the chain: from the founding statement on, always to what is worth most.
func (r *Roster) follow(upward []*link, inForce []blow) {
	blows := map[*link]int{}
	for _, b := range inForce {
		blows[b.link] = 1
	}
	type way struct {
		worth
		next *link
	}
	best := map[[32]byte]way{} // what follows a statement, by its hash
	for _, l := range slices.Backward(upward) {
		l.inChain = false
		if l.dead {
			continue
		}
		own := best[l.message.Hash].with(l)
		own.blows += blows[l]
		// Of equals the last seen has the lowest hash.
		if before := best[l.Previous]; before.next == nil || own.compare(before.worth) >= 0 {
			best[l.Previous] = way{worth: own, next: l}
		}
	}
	root := r.chain[0]
	r.chain = nil
	for l := root; l != nil; l = best[l.message.Hash].next {
		r.extend(l)
	}
}
