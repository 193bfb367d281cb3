package snapshot

import (
	"strings"

	"example.org/carnet/sync/signed"
)

// Intact tells whether bytes are those that the key of their object speaks of, by the hash in it. It is no judgement of
// what they say. Of a key that no object of ours has, it says yes: no bytes would be better ones. The cover is the roster's.
func Intact(key string, object []byte, cover [32]byte) bool {
	hash := signed.ShortOf(signed.HashOf(object))
	switch {
	case strings.HasPrefix(key, Prefix):
		name, err := ParseName(key)
		return err != nil || name.Hash == hash
	case strings.HasPrefix(key, SegmentPrefix):
		name, err := ParseSegmentName(key)
		return err != nil || name.Hash == hash
	case strings.HasPrefix(key, FullPrefix):
		name, err := ParseFullName(key)
		if err != nil || name.Sort == PartObject {
			return err != nil || name.Hash == hash
		}
		return intactUnder(cover, FullPrefix, object, name.Hash)
	case strings.HasPrefix(key, ErasePrefix):
		name, err := ParseEraseName(key)
		return err != nil || intactUnder(cover, ErasePrefix, object, name.Hash)
	case strings.HasPrefix(key, ReceiptPrefix):
		name, err := ParseReceiptName(key)
		return err != nil || intactUnder(cover, ReceiptPrefix, object, name.Hash)
	case strings.HasPrefix(key, ClaimPrefix):
		name, err := ParseClaimName(key)
		return err != nil || intactUnder(cover, ClaimPrefix, object, name.Hash)
	}
	return true
}

func intactUnder(cover [32]byte, folder string, object []byte, hash signed.Short) bool {
	message, err := uncovered(cover, folder, object)
	return err == nil && signed.ShortOf(signed.HashOf(message)) == hash
}
