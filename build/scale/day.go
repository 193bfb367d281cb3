package main

import (
	"math/rand/v2"
	"sort"
)

// network is what is assumed of a network and its people.
type network struct {
	offices, laptops, members, years int
	edits                            int // changes of one laptop on a working day, each a moment of its own
	hours                            int // that a laptop is awake then
	days                             int // working days of a year
	keptDays                         int // of deltas in the bucket, before a full snapshot stands for them
	newcomers                        int // of a hundred laptops, how many begin anew in a year
}

const (
	between = 300     // seconds between two rounds
	overlap = 15 * 60 // seconds for which what was named is not settled
	moment  = 60      // seconds before the newest name from which is listed until a listing has come as long after it
)

// cost is what passes between laptops and the bucket.
type cost struct{ lists, gets, puts, in, out float64 }

func (c *cost) list(lines int) {
	c.lists += float64((lines + listPage - 1) / listPage)
	if lines == 0 {
		c.lists++
	}
	c.out += listOut
	c.in += float64(listIn + lines*listLine)
}

func (c *cost) get(body int) {
	c.gets++
	c.out += getOut
	c.in += float64(getIn + body)
}

func (c *cost) put(body int) {
	c.puts++
	c.out += float64(putOut + body)
	c.in += putIn
}

func (c *cost) add(o cost, times float64) {
	c.lists, c.gets, c.puts = c.lists+times*o.lists, c.gets+times*o.gets, c.puts+times*o.puts
	c.in, c.out = c.in+times*o.in, c.out+times*o.out
}

// object is a delta in the bucket.
type object struct{ at, author, size int }

// awake is one laptop's day.
type awake struct {
	edits   []int // moments
	next    int   // round
	seen    int   // objects that it has
	settled int   // until when it has listed all there can be
	last    int   // when the newest object that it knows was named
	heard   []bool
	looked  int // when it listed last
}

// day lets every laptop make its rounds from morning to evening, each edit at a moment of its own, and counts. It is the second
// of two days, so that the morning's first round finds what came the evening before.
func (n network) day() (c cost, deltas, bytes int) {
	r := rand.New(rand.NewPCG(2026, 1))
	var log []object
	laptops := make([]awake, n.laptops)
	for i := range laptops {
		laptops[i] = awake{heard: make([]bool, n.laptops), settled: -overlap, last: -overlap}
	}
	length := n.hours * 3600
	for today := range 2 {
		c, deltas, bytes = cost{}, 0, 0
		morning := today * 24 * 3600
		for i := range laptops {
			l := &laptops[i]
			l.next = morning + r.IntN(between)
			l.edits = l.edits[:0]
			for range n.edits {
				l.edits = append(l.edits, morning+r.IntN(length))
			}
			sort.Ints(l.edits)
		}
		for now := morning; now < morning+length; now++ {
			for i := range laptops {
				if l := &laptops[i]; l.next == now {
					l.next += between
					size := l.round(&c, log, i, now)
					if size > 0 {
						log = append(log, object{at: now, author: i, size: size})
						deltas, bytes = deltas+1, bytes+size
					}
				}
			}
		}
	}
	return c, deltas, bytes
}

// tell gives how many of those it heard of a laptop tells in a delta with edits; the others wait.
func (l *awake) tell() (told int) {
	for i, heard := range l.heard {
		if heard && told < mostHeads {
			l.heard[i] = false
			told++
		}
	}
	return told
}

// round lists, gets what is new, and gives the size of what the laptop publishes; 0 for nothing.
func (l *awake) round(c *cost, log []object, me, now int) (size int) {
	from := l.last
	if l.looked < l.last+moment {
		from -= moment
	}
	l.looked = now
	if l.last > l.settled && (now-l.last >= overlap || now-l.settled >= 2*overlap) {
		from = l.settled
		l.settled = now - overlap
	}
	fresh := log[l.seen:]
	lines := len(log) - sort.Search(len(log), func(i int) bool { return log[i].at >= from })
	c.list(lines)
	for _, o := range fresh {
		if o.author == me {
			continue
		}
		c.get(o.size)
		l.heard[o.author] = true
	}
	l.seen = len(log)
	if len(log) > 0 {
		l.last = log[len(log)-1].at
	}
	edits := sort.SearchInts(l.edits, now+1)
	if edits == 0 {
		return 0
	}
	size = deltaBody + (edits-1)*moreBody + l.tell()*headBody
	l.edits = l.edits[edits:]
	c.put(size)
	return size
}
