package snapshot

import (
	"errors"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// The first byte of a section says how the rest is packed.
const (
	packedPlain = 0
	packedZstd  = 1
)

var packer = sync.OnceValue(func() *zstd.Encoder {
	// A checksum would only repeat what the seal guarantees.
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression),
		zstd.WithEncoderCRC(false), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(4<<20))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
})

var unpacker = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxPlain), zstd.WithDecoderMaxWindow(8<<20),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
})

// compress packs a section, or leaves it plain when packing would not pay.
func compress(plain []byte) []byte {
	packed := packer().EncodeAll(plain, []byte{packedZstd})
	if len(packed) > len(plain) {
		return append([]byte{packedPlain}, plain...)
	}
	return packed
}

// decompress never gives, nor allocates for, more than maxPlain bytes.
func decompress(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, errors.New("empty section")
	}
	switch packed[0] {
	case packedPlain:
		return packed[1:], nil
	case packedZstd:
		return unpacker().DecodeAll(packed[1:], nil)
	}
	return nil, errors.New("unknown packing")
}
