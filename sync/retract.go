package sync

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// A revocation names the last delta of a laptop that counts. Who had taken in more before it knew takes
// that back, so that all laptops end with the same; the objects are set aside, for an admin to look at.

// retract takes back what revoked laptops wrote after their end.
func (r *round) retract() error {
	for _, l := range r.State().Laptops() {
		if !l.Revoked || l.Device == r.device || r.newest(l.Device) <= l.Last {
			continue
		}
		told, err := r.tellsSequence(l)
		if err == nil && told {
			err = r.retractOne(l)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tellsSequence is false for a revocation of the first version, which names a delta and no sequence: a
// laptop that had written changes by then cannot be brought to that point.
func (r *round) tellsSequence(l roster.Laptop) (bool, error) {
	if l.LastTold {
		return true, nil
	}
	for number := uint64(1); number <= l.Last; number++ {
		key, err := r.keyOf(l.Device, number)
		if err != nil {
			return false, err
		}
		delta, _, err := r.reread(key)
		if err != nil || delta == nil || delta.Last > 0 {
			return false, err
		}
	}
	return true, nil
}

func (r *round) retractOne(l roster.Laptop) error {
	n := notes{}
	end, err := r.endOf(l) // while what follows it is still known here
	if err != nil {
		return err
	}
	gone, err := r.editsBeyond(l)
	if err != nil {
		return err
	}
	if err := r.setAsideBeyond(l, n); err != nil {
		return err
	}
	if err := r.forgetBeyond(l, n); err != nil {
		return err
	}
	r.look.Lock()
	h := r.heads[l.Device]
	if h.Number > l.Last {
		h = head{Number: l.Last, Hash: end, Last: l.LastSeq, Wall: h.Wall, Partial: h.Partial}
	}
	h.Told = min(h.Told, l.Last)
	r.heads[l.Device] = h
	n.set(noteHead+l.Device, h)
	for _, branch := range r.branches(l.Device) {
		if r.split[branch].Head.Number > l.Last {
			delete(r.split, branch)
			n[noteSplit+branch] = nil
		}
	}
	r.look.Unlock()
	r.Log.Warn("what a revoked laptop wrote after its end is taken back", "device", l.Device, "last", l.Last)
	return r.Store.Retract(l.Device, l.LastSeq, n, gone...)
}

// endOf gives the hash of a laptop's last delta that counts, by its bytes or by what follows it; zero when neither is
// anywhere. It matters only should another admin's later end come to hold.
func (r *round) endOf(l roster.Laptop) (signed.Hash, error) {
	if base := r.gens.base[l.Device]; base.Number == l.Last {
		return base.Hash, nil
	}
	for number := l.Last; l.Last > 0 && number <= l.Last+1; number++ {
		key, err := r.keyOf(l.Device, number)
		if err != nil {
			return signed.Hash{}, err
		}
		delta, data, err := r.reread(key)
		switch {
		case err != nil:
			return signed.Hash{}, err
		case delta != nil && number == l.Last:
			return signed.HashOf(data), nil
		case delta != nil:
			return delta.Previous, nil
		}
	}
	return signed.Hash{}, nil
}

// editsBeyond reads what is to be taken back, as far as its bytes are to be had: of records that were erased nothing else tells
// what was counted.
func (r *round) editsBeyond(l roster.Laptop) (edits []store.Edit, err error) {
	for number := l.Last + 1; number <= r.newest(l.Device); number++ {
		key, err := r.keyOf(l.Device, number)
		if err != nil {
			return nil, err
		}
		delta, _, err := r.reread(key)
		if err != nil {
			return nil, err
		}
		if delta != nil {
			edits = append(edits, r.readable(delta)...)
		}
	}
	return edits, nil
}

// readable gives what of a delta can be read here, with the scopes that it is for.
func (r *round) readable(d *snapshot.Delta) (edits []store.Edit) {
	content, err := d.Contents(r.ring.Find)
	if err != nil {
		return nil
	}
	s, scopes := r.newStep(), map[string]bool{}
	for i := range content.Parts {
		if p := &content.Parts[i]; s.enter(p, scopes, d) == nil && p.Open {
			edits = append(edits, p.Edits...)
		}
	}
	return edits
}

// setAsideBeyond puts the objects after a laptop's end where refused ones go.
func (r *round) setAsideBeyond(l roster.Laptop, n notes) error {
	for number := l.Last + 1; number <= r.newest(l.Device); number++ {
		key, err := r.keyOf(l.Device, number)
		if err != nil {
			return err
		}
		if key != "" {
			r.refuse(n, key, r.bytesHere(key), fault.New("delta_after_revocation", "device", l.Device))
		}
	}
	return nil
}

// forgetBeyond lets go of what is noted about those objects: sections that are closed, motions set aside,
// and their places in the chain.
func (r *round) forgetBeyond(l roster.Laptop, n notes) error {
	for name, d := range maps.Clone(r.doubts) {
		if at, err := snapshot.ParseName(d.Key); err == nil && at.Device == l.Device && at.Number > l.Last {
			r.look.Lock()
			delete(r.doubts, name)
			r.look.Unlock()
			n[noteDoubted+name] = nil
		}
	}
	if err := r.openBeyond(l, n); err != nil {
		return err
	}
	names, err := r.Store.Notes(noteChain + l.Device)
	for _, name := range names {
		chain, block, _ := strings.Cut(strings.TrimPrefix(name, noteChain), "/")
		first, errBlock := strconv.ParseUint(block, 10, 64)
		if authorOf(chain) != l.Device || errBlock != nil {
			continue
		}
		b := slices.Clone(r.block(name))
		for number := max(l.Last+1, first*blockSize); number < (first+1)*blockSize; number++ {
			clear(b[number%blockSize*shortHash:][:shortHash])
		}
		r.blocks[name], n[name] = b, b
	}
	return err
}

func (r *round) openBeyond(l roster.Laptop, n notes) error {
	names, err := r.Store.Notes(noteShut + l.Device + "/")
	for _, name := range names {
		var list []shutPart
		if _, err := read(r.Store, name, &list); err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(p shutPart) bool { return p.Number > l.Last })
		if n[name] = nil; len(list) > 0 {
			n[name] = signed.Encode(list)
		}
	}
	return err
}
