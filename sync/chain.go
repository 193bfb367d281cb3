package sync

import (
	"bytes"
	"strconv"

	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Of every delta that was taken in, the first letters of its hash are kept, in blocks by number:
// enough to know an object again by its name, under whatever time it appears, without fetching it.
const (
	blockSize   = 64
	shortHash   = 8
	blocksCache = 1024
)

func blockName(device string, number uint64) string {
	return noteChain + device + "/" + strconv.FormatUint(number/blockSize, 10)
}

// block gives the hashes around a number; unwritten ones are zero.
func (e *Engine) block(name string) []byte {
	if b, cached := e.blocks[name]; cached {
		return b
	}
	b, err := e.Store.Note(name)
	if err != nil || len(b) != blockSize*shortHash {
		b = make([]byte, blockSize*shortHash)
	}
	if len(e.blocks) > blocksCache {
		clear(e.blocks)
	}
	e.blocks[name] = b
	return b
}

// knows tells whether this very delta was taken in.
func (e *Engine) knows(name snapshot.Name) bool {
	if name.Number > e.heads[name.Device].Number {
		return false
	}
	at := name.Number % blockSize * shortHash
	return bytes.Equal(e.block(blockName(name.Device, name.Number))[at:at+shortHash], name.Hash[:shortHash])
}

// learn notes a delta that is taken in.
func (e *Engine) learn(n notes, device string, number uint64, hash signed.Hash) {
	name := blockName(device, number)
	b := bytes.Clone(e.block(name))
	copy(b[number%blockSize*shortHash:], hash[:shortHash])
	e.blocks[name] = b
	n[name] = b
}
