package sync

import "example.org/carnet/sync/bucket"

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
	Standing      Standing  `json:"standing"`
	Pushed        Moved     `json:"pushed"`
	Pulled        Moved     `json:"pulled"`
	Requests      Requests  `json:"requests"`
	BytesIn       int64     `json:"bytes_in"`
	BytesOut      int64     `json:"bytes_out"`
	Conflicts     int       `json:"conflicts"`
	Quarantined   []Refused `json:"quarantined"`    // until a person dismisses them
	Held          []Refused `json:"held"`           // objects that wait for one before them
	Missing       []string  `json:"missing"`        // laptops of which others have seen more than the bucket gives
	Diverged      []string  `json:"diverged"`       // laptops that say the same frontier gives another state: an alarm
	Admitted      []string  `json:"admitted"`       // laptops let in by this round
	Withheld      int       `json:"withheld"`       // own edits that our role does not allow; they stay here
	StaleSince    string    `json:"stale_since"`    // RFC 3339; empty when nothing is known to be missing
	RosterVersion uint64    `json:"roster_version"` //
	Millis        int64     `json:"ms"`
}

func (r *Report) spent(c bucket.Cost) {
	r.Requests = Requests{List: c.List, Get: c.Get, Put: c.Put, Head: c.Head, Delete: c.Delete}
	r.BytesIn, r.BytesOut = c.In, c.Out
}

// NeedsPerson tells whether something waits for a decision.
func (r *Report) NeedsPerson() bool {
	return r.Conflicts > 0 || len(r.Quarantined) > 0 || len(r.Diverged) > 0
}
