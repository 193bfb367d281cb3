package sync

import (
	"slices"

	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// What else a place may lose and somebody has to put back: receipts for erase orders, and bundles of deltas. Nothing is wrong while they are
// gone, so each laptop looks after its own ones once a day.

// mostReceipts is for how many orders own receipts are looked up in one visit; all have their turn.
const mostReceipts = 4

// mendRest puts back own receipts and bundles that the place has lost.
func (r *round) mendRest() error {
	if err := r.mendReceipts(); err != nil {
		return err
	}
	return r.mendSegments()
}

func (r *round) mendReceipts() error {
	var mine []string
	for key, o := range r.gens.orders {
		if o.Done && o.Put && o.signedBy(r.device) {
			mine = append(mine, key)
		}
	}
	slices.Sort(mine)
	if len(mine) > mostReceipts {
		first := int(r.Now().UnixMilli()/daily.Milliseconds()) * mostReceipts % len(mine)
		mine = slices.Concat(mine[first:], mine[:first])[:mostReceipts]
	}
	for _, key := range mine {
		if err := r.mendReceipt(r.gens.orders[key]); err != nil {
			return err
		}
	}
	return r.keepShown()
}

// mendReceipt signs an order once more where the place does not have what this laptop signed. The same was said at the same time, so it is
// the same object, unless the roster went on; where another stands in its place it is said anew.
func (r *round) mendReceipt(o order) error {
	page, err := r.list(snapshot.ReceiptPrefix+signed.Letters(signed.ShortOf(o.Hash))+"-"+r.device+"-", "")
	if err != nil || len(page.Objects) > 0 {
		r.shown(ownReceipt(o))
		return err
	}
	was := r.wasShown(ownReceipt(o)) || r.known && len(r.places) < 2
	for _, wall := range []int64{o.signedAt(r.device), r.Now().UnixMilli()} {
		key, object, err := r.receiptFor(o, wall)
		if err != nil {
			return err
		}
		if was {
			r.place.lose(key)
			was = false
		}
		if stands, err := r.putAlone(key, object, "erasure_unreadable"); err != nil {
			return err
		} else if stands {
			break
		}
	}
	r.shown(ownReceipt(o))
	r.place.Carried++
	return nil
}

func (r *round) receiptFor(o order, wall int64) (key string, object []byte, err error) {
	full := &snapshot.EraseOrder{Hash: o.Hash, Network: r.State().Network, Author: o.Author, Wall: o.Wall, Records: o.Records, Reason: o.Reason}
	return snapshot.WriteReceipt(r.Identity, r.member.Cover, full, wall, r.State().Version)
}

func (o order) signedAt(device string) int64 {
	at := slices.IndexFunc(o.Receipts, func(s signer) bool { return s.Device == device })
	return o.Receipts[at].Wall
}

// putSegment puts a bundle, and notes that it is there.
func (r *round) putSegment(key string, object []byte) error {
	if stands, err := r.putAlone(key, object, "segment_unreadable"); err != nil || !stands {
		return err
	}
	var known []string
	if _, err := read(r.Store, noteSegments+r.here.id, &known); err != nil || slices.Contains(known, key) {
		return err
	}
	n := notes{}
	n.set(noteSegments+r.here.id, append(known, key))
	_, err := r.keep(nil, n)
	return err
}

// mendSegments bundles once more what an own bundle had, where that is gone and no full snapshot stands for it.
func (r *round) mendSegments() error {
	if r.gens.segmented == 0 || r.Objects == "" {
		return nil
	}
	var known []string
	if _, err := read(r.Store, noteSegments+r.here.id, &known); err != nil {
		return err
	}
	page, err := r.list(snapshot.SegmentPrefix+r.device+"-", "")
	if err != nil {
		return err
	}
	there := []string{}
	for _, o := range page.Objects {
		there = append(there, o.Key)
	}
	for _, key := range known {
		name, err := snapshot.ParseSegmentName(key)
		if err != nil || slices.Contains(there, key) || r.covered(r.device, name.Last) {
			continue
		}
		r.place.lose(key)
		again, err := r.bundleAgain(name)
		if err != nil {
			return err
		}
		if again != "" {
			there = append(there, again)
			r.place.Carried++
		}
	}
	slices.Sort(there)
	if slices.Equal(known, there) {
		return nil
	}
	n := notes{}
	n.set(noteSegments+r.here.id, there)
	_, err = r.keep(nil, n)
	return err
}

// bundleAgain gives the name of the new bundle; empty where not all of it is kept here.
func (r *round) bundleAgain(name snapshot.SegmentName) (string, error) {
	deltas, err := r.ownDeltas(name.First, name.Last)
	if err != nil || len(deltas) != int(name.Last-name.First+1) {
		return "", err
	}
	key, object, err := snapshot.WriteSegment(deltas)
	if err != nil {
		return "", err
	}
	return key, r.putSegment(key, object)
}
