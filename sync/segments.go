package sync

import (
	"cmp"
	"maps"
	"slices"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// manyDeltas is how many deltas of one laptop are worth one object: from so many on it bundles its own, and
// who lacks as many looks for bundles.
const manyDeltas = 64

// segments bundles own deltas once there are many beyond the last generation and the last bundle.
func (r *round) segments() error {
	own := r.heads[r.device].Number
	from := r.gens.segmented
	if len(r.gens.good) > 0 {
		from = max(from, r.gens.good[0].number(r.device))
	}
	if own <= from+manyDeltas || r.Objects == "" || len(r.branches(r.device)) > 0 {
		return nil
	}
	for from+manyDeltas < own {
		deltas, err := r.ownDeltas(from+1, own)
		if err != nil || len(deltas) <= manyDeltas {
			return err // what is missing here cannot be bundled here
		}
		deltas = deltas[:snapshot.Fits(deltas)]
		if len(deltas) == 0 {
			return nil
		}
		key, object, err := snapshot.WriteSegment(deltas)
		if err != nil {
			return err
		}
		if err := r.putSegment(key, object); err != nil {
			return err
		}
		from += uint64(len(deltas))
		r.gens.segmented = from
		if err := r.keepGens(); err != nil {
			return err
		}
	}
	return nil
}

// ownDeltas gathers kept deltas of our own chain, without a hole.
func (r *round) ownDeltas(first, last uint64) ([]snapshot.Enclosed, error) {
	files, err := r.keptFiles()
	if err != nil {
		return nil, err
	}
	names := map[uint64]snapshot.Name{}
	for _, file := range files {
		name, err := snapshot.ParseName(snapshot.Prefix + file)
		if err == nil && name.Device == r.device && name.Number >= first && name.Number <= last && r.knows(name) {
			names[name.Number] = name
		}
	}
	var list []snapshot.Enclosed
	for number := first; number <= last && len(list) < snapshot.MaxSegmentDeltas; number++ {
		name, here := names[number]
		if !here {
			break
		}
		data := r.bytesHere(name.String())
		if data == nil {
			break
		}
		list = append(list, snapshot.Enclosed{Name: name, Data: data})
	}
	return list, nil
}

// bundled looks for bundles of laptops of which many deltas are to be fetched, and takes those deltas out of them.
// Each is judged as if it had come by itself; what a bundle says of deltas that no listing has is taken too.
func (r *round) bundled(fresh []candidate) ([]candidate, error) {
	count := map[string]int{}
	for _, c := range fresh {
		count[c.name.Device]++
	}
	maps.DeleteFunc(count, func(_ string, n int) bool { return n <= manyDeltas })
	if len(count) == 0 {
		return fresh, nil
	}
	page, err := r.list(snapshot.SegmentPrefix, "")
	if err != nil {
		return nil, err
	}
	if r.sight.near == nil {
		r.sight.near = map[string][]byte{}
	}
	for _, o := range r.usefulSegments(page.Objects, count) {
		if fresh, err = r.unbundle(o.Key, fresh); err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// usefulSegments are those of these laptops that hold something new, the largest first where they overlap.
func (r *round) usefulSegments(objects []bucket.Object, count map[string]int) (list []bucket.Object) {
	names := map[string]snapshot.SegmentName{}
	for _, o := range objects {
		name, err := snapshot.ParseSegmentName(o.Key)
		if err == nil && count[name.Device] > 0 && name.Last > r.heads[name.Device].Number && name.Count() > 1 && !r.isRefused(o.Key) {
			list, names[o.Key] = append(list, o), name
		}
	}
	slices.SortFunc(list, func(a, b bucket.Object) int {
		x, y := names[a.Key], names[b.Key]
		return cmp.Or(cmp.Compare(x.Device, y.Device), cmp.Compare(x.First, y.First), -cmp.Compare(x.Last, y.Last))
	})
	reached := map[string]uint64{}
	return slices.DeleteFunc(list, func(o bucket.Object) bool {
		n := names[o.Key]
		if n.Last <= reached[n.Device] {
			return true
		}
		reached[n.Device] = n.Last
		return false
	})
}

// mostNear bounds the bytes of bundles that are held at once; the rest of the deltas come one by one.
const mostNear = 64 << 20

func (r *round) unbundle(key string, fresh []candidate) ([]candidate, error) {
	held := 0
	for _, data := range r.sight.near {
		held += len(data)
	}
	if held >= mostNear {
		return fresh, nil
	}
	object, err := r.getCovered(key, snapshot.MaxObject, "segment_too_large")
	if object == nil || err != nil {
		return fresh, err
	}
	deltas, err := r.readSegment(key, object)
	if err != nil {
		return fresh, r.refuseNow(key, object, err)
	}
	waiting := map[string]bool{}
	for _, c := range fresh {
		waiting[matter(c.key)] = true
	}
	for _, d := range deltas {
		what := matter(d.Name.String())
		if r.knows(d.Name) || r.isRefused(d.Name.String()) {
			continue
		}
		r.sight.near[what] = d.Data
		if !waiting[what] {
			fresh = append(fresh, candidate{key: d.Name.String(), name: d.Name, size: int64(len(d.Data))})
		}
	}
	return fresh, nil
}

// readSegment reads a bundle, and compares what it holds with the laptop and the numbers in its name: it is not signed, but its deltas
// are. Faults: those of snapshot.ReadSegment.
func (e *Engine) readSegment(key string, object []byte) ([]snapshot.Enclosed, error) {
	deltas, err := snapshot.ReadSegment(key, object)
	if err != nil || len(deltas) == 0 {
		return deltas, err
	}
	s, theirs := e.State(), false
	for i := range deltas {
		d, err := snapshot.Read(s.Network, deltas[i].Name, deltas[i].Data)
		if err == nil && d.Number != deltas[i].Name.Number {
			return nil, fault.New("segment_misnamed", "key", key)
		}
		if signKey, known := s.SignKey(deltas[i].Name.Device, deltas[i].Name.Number); err == nil && known && !theirs {
			theirs = d.SignedWith(signKey)
		}
	}
	if !theirs {
		return nil, fault.New("segment_misnamed", "key", key)
	}
	return deltas, nil
}

// fits tells whether bytes are the delta's that its name speaks of.
func (c *candidate) fits(data []byte) bool {
	return data != nil && signed.ShortOf(signed.HashOf(data)) == c.name.Hash
}
