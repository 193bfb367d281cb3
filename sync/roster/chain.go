package roster

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Roster is the chain as this laptop knows it. It is not for use by several goroutines at once;
// the States it gives are.
type Roster struct {
	chain []*link
	side  map[signed.Hash]*link // statements read but not in the chain: losers of a fork, or waiting for one before them
}

// Load builds the chain of the network that this founding statement began, from statements in any
// order. Faults: roster_unreadable, roster_newer, roster_forged, roster_invalid for the founding
// statement; roster_missing when it is not there.
func Load(founding signed.Hash, statements [][]byte) (*Roster, error) {
	for _, data := range statements {
		if signed.HashOf(data) != founding {
			continue
		}
		r, err := begin(data)
		if err != nil {
			return nil, err
		}
		r.Merge(statements)
		return r, nil
	}
	return nil, fault.New("roster_missing")
}

// begin checks a founding statement.
func begin(data []byte) (*Roster, error) {
	l, err := read(data)
	if err != nil {
		return nil, err
	}
	f := l.Said.Found
	if f == nil || l.Network != "" || l.Version != 1 || l.Previous != (signed.Hash{}) || !named(f.Name) || !f.Office.sound() ||
		!f.Laptop.sound() || f.Laptop.Device != l.Author || f.Laptop.Role != Admin || f.Laptop.Office != f.Office.ID {
		return nil, invalid("founding")
	}
	if err := l.message.Verify(f.Laptop.SignKey); err != nil {
		return nil, fault.New("roster_forged", "version", "1", "device", l.Author).Because(err)
	}
	s := &State{Network: NetworkID(l.message.Hash), Name: f.Name, Founding: l.message.Hash, Version: 1, Head: l.message.Hash,
		offices: map[string]Office{f.Office.ID: f.Office},
		laptops: map[string]Laptop{f.Laptop.Device: {Card: f.Laptop, Admitted: 1}},
		seats:   map[string]Seat{}, current: map[string]string{}}
	if err := s.grant(f.Keys); err != nil {
		return nil, err
	}
	l.state = s
	return &Roster{chain: []*link{l}, side: map[signed.Hash]*link{}}, nil
}

// NetworkID names the network that this founding statement began.
func NetworkID(founding signed.Hash) string { return "net_" + signed.Fingerprint(founding, 26) }

// State is what the whole chain says.
func (r *Roster) State() *State { return r.chain[len(r.chain)-1].state }

// Has tells whether a statement was read already, in the chain or beside it.
func (r *Roster) Has(h signed.Short) bool {
	for beside := range r.side {
		if signed.ShortOf(beside) == h {
			return true
		}
	}
	return slices.ContainsFunc(r.chain, func(l *link) bool { return signed.ShortOf(l.message.Hash) == h })
}

// Statements gives the bytes of the chain from a version on.
func (r *Roster) Statements(from uint64) [][]byte {
	var list [][]byte
	for _, l := range r.chain {
		if l.Version >= from {
			list = append(list, l.data)
		}
	}
	return list
}

// All gives the bytes of every statement that was read, for keeping.
func (r *Roster) All() [][]byte {
	list := r.Statements(1)
	for _, l := range r.side {
		list = append(list, l.data)
	}
	return list
}

// Append adds the next statement. Faults as State.next gives them, and those of reading.
func (r *Roster) Append(data []byte) error {
	l, err := read(data)
	if err != nil {
		return err
	}
	s, err := r.State().next(l)
	if err != nil {
		return err
	}
	l.state = s
	r.chain = append(r.chain, l)
	return nil
}

// Refusal says why a statement was turned away for good.
type Refusal struct {
	Hash signed.Hash
	Err  error
}

// Merge takes in statements in any order and chooses the chain anew where admins wrote at the same
// time: the longest wins, among equals the one with the lowest hash where they part, so every
// laptop that has seen the same statements has the same chain. It gives what was refused for good; a statement
// that lost or whose predecessor is missing stays beside the chain.
func (r *Roster) Merge(statements [][]byte) []Refusal {
	var refused []Refusal
	fresh := false
	for _, data := range statements {
		if r.Has(signed.ShortOf(signed.HashOf(data))) {
			continue
		}
		l, err := read(data)
		if err == nil && l.Network != r.State().Network {
			err = fault.New("roster_other_network")
		}
		if err != nil {
			refused = append(refused, Refusal{Hash: signed.HashOf(data), Err: err})
			continue
		}
		r.side[l.message.Hash] = l
		fresh = true
	}
	if fresh {
		refused = append(refused, r.choose()...)
	}
	return refused
}

// choose verifies what is new and takes the chain that goes on longest, at each fork with the
// lowest hash among equals. It drops and gives what can never be valid.
func (r *Roster) choose() []Refusal {
	all := map[signed.Hash]*link{}
	for _, l := range r.chain {
		all[l.message.Hash] = l
	}
	maps.Copy(all, r.side)
	upward := slices.SortedFunc(maps.Values(all), func(a, b *link) int {
		return cmp.Or(cmp.Compare(a.Version, b.Version), bytes.Compare(a.message.Hash[:], b.message.Hash[:]))
	})
	refused := verify(upward, all)
	for _, refusal := range refused {
		delete(all, refusal.Hash)
	}
	r.follow(upward)
	for _, l := range r.chain {
		delete(all, l.message.Hash)
	}
	r.side = all
	return refused
}

// verify gives each link the state after it, once the one before has its own. What a statement
// follows never changes, so neither does the verdict.
func verify(upward []*link, all map[signed.Hash]*link) []Refusal {
	var refused []Refusal
	for _, l := range upward {
		before := all[l.Previous]
		if l.state != nil || before == nil || before.state == nil {
			continue
		}
		state, err := before.state.next(l)
		if err != nil {
			refused = append(refused, Refusal{Hash: l.message.Hash, Err: err})
			continue
		}
		l.state = state
	}
	return refused
}

// follow sets the chain: from the founding statement on, always to the longest.
func (r *Roster) follow(upward []*link) {
	length := map[signed.Hash]int{} // of the longest chain from a statement on
	best := map[signed.Hash]*link{} // what follows a statement in it
	for _, l := range slices.Backward(upward) {
		if l.state == nil {
			continue
		}
		own := length[l.message.Hash] + 1
		length[l.message.Hash] = own
		if own >= length[l.Previous] { // of equals the last seen has the lowest hash
			length[l.Previous], best[l.Previous] = own, l
		}
	}
	r.chain = r.chain[:1:1]
	for l := best[r.chain[0].message.Hash]; l != nil; l = best[l.message.Hash] {
		r.chain = append(r.chain, l)
	}
}

// Bytes gives a statement by its hash, in the chain or beside it; nil when it is not here.
func (r *Roster) Bytes(h signed.Hash) []byte {
	if l, beside := r.side[h]; beside {
		return l.data
	}
	for _, l := range r.chain {
		if l.message.Hash == h {
			return l.data
		}
	}
	return nil
}
