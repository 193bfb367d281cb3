package sync

// Terms is how far another laptop and this one know each other's changes. It is what the other has said and what is
// here: a laptop that only reads says within a day what it has seen.
type Terms struct {
	Told    bool // it has said which of our deltas it saw
	HasOurs bool // the last one too
	Whole   bool // all of its own that anybody has told of is here
}

// Terms gives them of every laptop of the roster but this one.
func (e *Engine) Terms() map[string]Terms {
	e.look.RLock()
	defer e.look.RUnlock()
	missed := map[string]bool{}
	for _, s := range e.sought {
		missed[s.Device] = true
	}
	for key := range e.held {
		missed[deviceOf(key)] = true
	}
	ours, terms := e.heads[e.device].Number, map[string]Terms{}
	state := e.State()
	if state == nil {
		return terms
	}
	for _, l := range state.Laptops() {
		if l.Device != e.device {
			told, known := e.seesUs[l.Device]
			terms[l.Device] = Terms{Told: known, HasOurs: told >= ours, Whole: !missed[l.Device]}
		}
	}
	return terms
}
