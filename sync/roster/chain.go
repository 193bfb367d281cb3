package roster

import (
	"bytes"
	"cmp"
	"slices"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Roster is the chain as this laptop knows it, and what was said beside it. It is not for use by
// several goroutines at once; the States it gives are.
type Roster struct {
	chain   []*link
	known   map[signed.Hash]*link   // every statement that was read and may be valid
	names   map[signed.Short]*link  // the same by their short hashes
	waiting map[signed.Hash][]*link // by the statement before them, which is not here yet
	forked  bool                    // two valid statements follow one
	boxes   map[unboxed][]boxed
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
	if f == nil || l.Network != "" || l.Version != 1 || l.Previous != (signed.Hash{}) || !f.sound(l.Author, l.message.Kind) {
		return nil, invalid("founding")
	}
	if err := l.message.Verify(f.Laptop.SignKey); err != nil {
		return nil, fault.New("roster_forged", "version", "1", "device", l.Author).Because(err)
	}
	if l.state, err = f.state(l.message.Hash); err != nil {
		return nil, err
	}
	r := &Roster{known: map[signed.Hash]*link{}, names: map[signed.Short]*link{}, waiting: map[signed.Hash][]*link{}, boxes: map[unboxed][]boxed{}}
	r.note(l)
	r.extend(l)
	return r, nil
}

func (f *founding) sound(author, kind string) bool {
	return named(f.Name) && f.Office.sound() && f.Laptop.sound() && f.Laptop.Device == author && f.Laptop.Role == Admin &&
		f.Laptop.Office == f.Office.ID && (kind == kind1 || f.Recovery.sound() && f.Recovery.Device() != author)
}

func (f *founding) state(hash signed.Hash) (*State, error) {
	s := &State{Network: NetworkID(hash), Name: f.Name, Founding: hash, Version: 1, Head: hash,
		recovery: f.Recovery, policy: Policy{ShareCard: true, AdminsRead: true}}
	s.offices = s.offices.set(f.Office.ID, f.Office)
	s.enter(f.Laptop, 0) // nobody waits for word of who founded it
	return s, s.grant(f.Keys)
}

// NetworkID names the network that this founding statement began.
func NetworkID(founding signed.Hash) string { return "net_" + signed.Fingerprint(founding, 26) }

// State is what the whole chain says.
func (r *Roster) State() *State { return r.chain[len(r.chain)-1].state }

// At gives the state after a statement of the chain; false when it is not in the chain.
func (r *Roster) At(head signed.Short) (*State, bool) {
	l, known := r.names[head]
	if !known || !l.inChain {
		return nil, false
	}
	return l.state, true
}

// AtVersion gives the state after the statement of the chain with this version; false when it has none.
func (r *Roster) AtVersion(version uint64) (*State, bool) {
	if version == 0 || version > uint64(len(r.chain)) {
		return nil, false
	}
	return r.chain[version-1].state, true
}

// Common gives the version of the last statement of the chain that whoever goes by a statement has, too: its own, or where a branch that lost
// leaves the chain; 0 where that is not known.
func (r *Roster) Common(h signed.Short) uint64 {
	l, known := r.names[h]
	for known && !l.inChain {
		l, known = r.known[l.Previous]
	}
	if !known {
		return 0
	}
	return l.Version
}

// Has tells whether a statement was read already, in the chain or beside it.
func (r *Roster) Has(h signed.Short) bool { _, known := r.names[h]; return known }

// IsNamed tells whether a statement that was read already has this version, as its object's name says.
func (r *Roster) IsNamed(version uint64, h signed.Short) bool {
	l, known := r.names[h]
	return known && l.Version == version
}

// Stands tells whether a statement is here with all that it follows, and was found valid.
func (r *Roster) Stands(h signed.Short) bool {
	l, known := r.names[h]
	return known && l.state != nil
}

// Lacking gives the statement without which another cannot count: itself when it is not here, else the last of those
// before it that is not. False when it stands.
func (r *Roster) Lacking(version uint64, h signed.Short) (at uint64, hash signed.Short, lacking bool) {
	l, known := r.names[h]
	if !known {
		return version, h, true
	}
	for l.state == nil {
		before, known := r.known[l.Previous]
		if !known {
			return l.Version - 1, signed.ShortOf(l.Previous), true
		}
		if before.state != nil {
			return 0, h, false // it is judged
		}
		l = before
	}
	return 0, h, false
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

// All gives the bytes of every statement that was read, for keeping, those of the chain first.
func (r *Roster) All() [][]byte {
	list := r.Statements(1)
	for _, l := range r.upward() {
		if !l.inChain {
			list = append(list, l.data)
		}
	}
	return list
}

// Bytes gives a statement by its hash, in the chain or beside it; nil when it is not here.
func (r *Roster) Bytes(h signed.Hash) []byte {
	if l, known := r.known[h]; known {
		return l.data
	}
	return nil
}

// Append adds the next statement. Faults as State.next gives them, and those of reading.
func (r *Roster) Append(data []byte) error {
	l, err := read(data)
	if err != nil {
		return err
	}
	if l.state, err = r.State().next(l); err != nil {
		return err
	}
	r.note(l)
	r.follows(l)
	r.grow(l)
	r.choose()
	return nil
}

// Refusal says why a statement was turned away for good.
type Refusal struct {
	Hash signed.Hash
	Err  error
}

// Merge takes in statements in any order and chooses the chain anew where several were said at
// the same time; every laptop that has seen the same statements has the same chain (choose.go). It
// gives what was refused for good; a statement that lost or whose predecessor is missing stays
// beside the chain.
func (r *Roster) Merge(statements [][]byte) []Refusal {
	var refused []Refusal
	var fresh []*link
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
		r.note(l)
		r.waiting[l.Previous] = append(r.waiting[l.Previous], l)
		fresh = append(fresh, l)
	}
	for _, l := range fresh {
		if before := r.known[l.Previous]; before != nil && before.state != nil {
			refused = append(refused, r.grow(before)...)
		}
	}
	r.choose()
	return refused
}

func (r *Roster) note(l *link) {
	r.known[l.message.Hash] = l
	r.names[signed.ShortOf(l.message.Hash)] = l
}

// grow verifies all that waited for a valid statement. What a statement follows never changes, so
// neither does the verdict; what can never be valid is dropped and given.
func (r *Roster) grow(from *link) []Refusal {
	var refused []Refusal
	for open := []*link{from}; len(open) > 0; open = open[1:] {
		before := open[0]
		ready := r.waiting[before.message.Hash]
		delete(r.waiting, before.message.Hash)
		for _, l := range ready {
			state, err := before.state.next(l)
			if err != nil {
				delete(r.known, l.message.Hash)
				delete(r.names, signed.ShortOf(l.message.Hash))
				refused = append(refused, Refusal{Hash: l.message.Hash, Err: err})
				continue
			}
			l.state = state
			r.follows(l)
			open = append(open, l)
		}
	}
	return refused
}

// follows notes a statement, now valid, behind the one before it.
func (r *Roster) follows(l *link) {
	before := r.known[l.Previous]
	before.after = append(before.after, l)
	r.forked = r.forked || len(before.after) > 1
}

// forget takes back a statement that was just said and that nothing follows.
func (r *Roster) forget(l *link) {
	before := r.known[l.Previous]
	before.after = slices.DeleteFunc(before.after, func(other *link) bool { return other == l })
	delete(r.known, l.message.Hash)
	delete(r.names, signed.ShortOf(l.message.Hash))
	r.choose()
}

// extend puts a statement at the end of the chain.
func (r *Roster) extend(l *link) {
	l.inChain = true
	r.chain = append(r.chain, l)
}

// upward lists all statements, those of lower versions first.
func (r *Roster) upward() []*link {
	list := make([]*link, 0, len(r.known))
	for _, l := range r.known {
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b *link) int {
		return cmp.Or(cmp.Compare(a.Version, b.Version), bytes.Compare(a.message.Hash[:], b.message.Hash[:]))
	})
	return list
}
