package attendance

import "example.org/carnet/store"

// Undone gives the scans that were taken back. What no undo names need not be among the facts: it stands.
func Undone(facts []store.Scan) map[string]bool { return undone(facts) }

// undone gives the scans that were taken back. An undo can be undone in turn: a scan stands when no
// standing undo names it. Undos that name each other in a circle, which nobody can write by hand, do
// not stand. Facts hold each id once.
func undone(facts []store.Scan) map[string]bool {
	target := map[string]string{} // of each undo
	for _, f := range facts {
		if f.Fact.Kind == Undo {
			target[f.ID] = f.Fact.Undoes
		}
	}
	against := map[string][]string{} // the undos that name a scan
	for undo, scan := range target {
		against[scan] = append(against[scan], undo)
	}
	s := standing{against: against, circle: circles(target), known: map[string]bool{}}
	taken := map[string]bool{}
	for _, f := range facts {
		if !s.stands(f.ID) {
			taken[f.ID] = true
		}
	}
	return taken
}

type standing struct {
	against map[string][]string
	circle  map[string]bool
	known   map[string]bool
}

// stands recurses along undos only; circles, the one way to go on for ever, are answered first.
func (s *standing) stands(id string) bool {
	if s.circle[id] {
		return false
	}
	if answer, ok := s.known[id]; ok {
		return answer
	}
	answer := true
	for _, undo := range s.against[id] {
		if s.stands(undo) {
			answer = false
		}
	}
	s.known[id] = answer
	return answer
}

// circles finds the undos that take back themselves by way of others.
func circles(target map[string]string) map[string]bool {
	found := map[string]bool{}
	passed := map[string]bool{}
	for start := range target {
		var path []string
		onPath := map[string]int{}
		for id := start; ; id = target[id] {
			if _, isUndo := target[id]; !isUndo || passed[id] {
				break
			}
			if from, again := onPath[id]; again {
				for _, member := range path[from:] {
					found[member] = true
				}
				break
			}
			onPath[id] = len(path)
			path = append(path, id)
		}
		for _, id := range path {
			passed[id] = true
		}
	}
	return found
}
