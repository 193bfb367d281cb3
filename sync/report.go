package sync

import (
	"slices"

	"example.org/carnet/sync/bucket"
)

// Moved counts what went one way.
type Moved struct {
	Snapshots int `json:"snapshots"`
	Changes   int `json:"changes"`
}

// Requests counts what was asked of the bucket.
type Requests struct {
	List   int `json:"list"`
	Get    int `json:"get"`
	Put    int `json:"put"`
	Head   int `json:"head"`
	Delete int `json:"delete"`
}

// Refused names an object that failed a check and was set aside.
type Refused struct {
	Key    string `json:"key"`
	Reason string `json:"reason"` // code of a fault
}

// Report says what one round did. All lists are in the order of their keys and never nil.
type Report struct {
	Standing      Standing      `json:"standing"`
	Pushed        Moved         `json:"pushed"`
	Pulled        Moved         `json:"pulled"`
	Requests      Requests      `json:"requests"`
	BytesIn       int64         `json:"bytes_in"`
	BytesOut      int64         `json:"bytes_out"`
	Conflicts     int           `json:"conflicts"`
	Quarantined   []Refused     `json:"quarantined"`    // until a person dismisses them
	Held          []Refused     `json:"held"`           // objects that wait for one before them
	Missing       []string      `json:"missing"`        // laptops of which others have seen more than the bucket gives
	Pages         []MissingPage `json:"pages"`          // statements of the roster that others went by and that are not here
	HeldBack      int           `json:"held_back"`      // own changes that wait for those
	Diverged      []string      `json:"diverged"`       // laptops that say the same frontier gives another state: an alarm
	Admitted      []string      `json:"admitted"`       // laptops let in by this round
	Split         []string      `json:"split"`          // laptops of which two homes write, this one perhaps: a copy, or an old state put back
	Silent        []string      `json:"silent"`         // laptops that spoke daily and are not heard of any more
	Withheld      int           `json:"withheld"`       // own edits that our role does not allow; they stay here
	StaleSince    string        `json:"stale_since"`    // RFC 3339; empty when nothing is known to be missing
	RosterVersion uint64        `json:"roster_version"` //
	Places        []PlaceReport `json:"places"`         // in the order in which they were visited
	Millis        int64         `json:"ms"`
}

// States of a place in a report.
const (
	PlaceReached = "reached"
	PlaceFailed  = "failed"
)

// PlaceReport says what a round did at one place.
type PlaceReport struct {
	Name     string   `json:"name"`
	State    string   `json:"state"` // reached, failed
	Code     string   `json:"code"`  // of the fault, when it failed
	Requests Requests `json:"requests"`
	BytesIn  int64    `json:"bytes_in"`
	BytesOut int64    `json:"bytes_out"`
	Carried  int      `json:"carried"` // objects that it lacked and that were put there
	Lost     int      `json:"lost"`    // objects that it had and has no more; put back where their bytes are here
	Gone     []string `json:"gone"`    // names of some of these, twenty at most; never nil
	Rewound  bool     `json:"rewound"` // it shows the state of an earlier day
	Waiting  int      `json:"waiting"` // objects that it still lacks
}

func (p *PlaceReport) spent(c bucket.Cost) {
	p.Requests = Requests{List: c.List, Get: c.Get, Put: c.Put, Head: c.Head, Delete: c.Delete}
	p.BytesIn, p.BytesOut = c.In, c.Out
}

// mostGone bounds how many of the lost objects a report names.
const mostGone = 20

// lose names an object that the place had and has no more.
func (p *PlaceReport) lose(key string) {
	if p.Lost++; len(p.Gone) < mostGone {
		p.Gone = append(p.Gone, key)
	}
}

// with joins two visits of one place.
func (p PlaceReport) with(again PlaceReport) PlaceReport {
	p.Requests = p.Requests.and(again.Requests)
	p.BytesIn, p.BytesOut, p.Carried = p.BytesIn+again.BytesIn, p.BytesOut+again.BytesOut, p.Carried+again.Carried
	p.State, p.Code, p.Waiting = again.State, again.Code, again.Waiting
	return p
}

func (r Requests) and(o Requests) Requests {
	return Requests{List: r.List + o.List, Get: r.Get + o.Get, Put: r.Put + o.Put, Head: r.Head + o.Head, Delete: r.Delete + o.Delete}
}

func (r *Report) spentMore(p *PlaceReport) {
	r.Requests = r.Requests.and(p.Requests)
	r.BytesIn, r.BytesOut = r.BytesIn+p.BytesIn, r.BytesOut+p.BytesOut
}

// NeedsPerson tells whether something waits for a decision.
func (r *Report) NeedsPerson() bool {
	return r.Conflicts > 0 || len(r.Quarantined) > 0 || len(r.Diverged) > 0 || len(r.Split) > 0 ||
		slices.ContainsFunc(r.Places, func(p PlaceReport) bool { return p.Rewound || p.Lost > 0 })
}
