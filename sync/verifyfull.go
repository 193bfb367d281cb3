package sync

import (
	"crypto/ed25519"
	"slices"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// tryKeys reads what a laptop signed with whichever of its keys: such an object does not tell how far
// its author's chain was.
func tryKeys[T any](r *round, try func(snapshot.SignKeys) (T, error)) (v T, err error) {
	most := 1
	for _, l := range r.State().Laptops() {
		most = max(most, len(l.Keys))
	}
	for back := range most {
		v, err = try(func(device string) (ed25519.PublicKey, bool) {
			l, known := r.State().Laptop(device)
			if !known {
				return nil, false
			}
			return l.Keys[max(0, len(l.Keys)-1-back)].SignKey, true
		})
		if code := fault.CodeOf(err); code != "full_forged" && code != "erasure_forged" && code != "claim_forged" {
			break
		}
	}
	return v, err
}

// isOfFulls tells whether an object is one that this room's files speak of.
func isOfFulls(key string) bool {
	return slices.ContainsFunc([]string{snapshot.FullPrefix, snapshot.SegmentPrefix, snapshot.ErasePrefix, snapshot.ReceiptPrefix},
		func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// verifyFull judges one object by itself, as far as it can be: a part is what its name says, and the rest is signed.
func (e *Engine) verifyFull(key string, data []byte, parts *partsNamed) (err error) {
	r := &round{Engine: e}
	s := e.State()
	if s == nil {
		return nil
	}
	switch {
	case strings.HasPrefix(key, snapshot.SegmentPrefix):
		_, err = e.readSegment(key, data)
	case strings.HasPrefix(key, snapshot.ErasePrefix):
		_, err = tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.EraseOrder, error) {
			return snapshot.ReadEraseOrder(key, data, s.Network, e.member.Cover, keys)
		})
	case strings.HasPrefix(key, snapshot.ReceiptPrefix):
		_, err = tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Receipt, error) {
			return snapshot.ReadReceipt(key, data, s.Network, e.member.Cover, keys)
		})
	default:
		err = e.verifyUnderFull(r, key, data, parts)
	}
	return err
}

func (e *Engine) verifyUnderFull(r *round, key string, data []byte, parts *partsNamed) error {
	name, err := snapshot.ParseFullName(key)
	if err != nil {
		return err
	}
	network := e.State().Network
	switch name.Sort {
	case snapshot.ManifestObject:
		m, err := tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Manifest, error) {
			return snapshot.ReadManifest(key, data, network, e.member.Cover, keys)
		})
		if err == nil && !r.mayWriteFull(m) {
			err = fault.New("full_not_admin", "device", m.Author)
		}
		if err == nil {
			parts.add(m)
		}
		return err
	case snapshot.CosignObject:
		_, err = tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Cosignature, error) {
			return snapshot.ReadCosignature(key, data, network, e.member.Cover, keys)
		})
		return err
	}
	if signed.ShortOf(signed.HashOf(data)) != name.Hash {
		return fault.New("full_altered", "part", key)
	}
	return nil
}
