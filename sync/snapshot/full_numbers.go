package snapshot

import (
	"errors"
	"math/bits"
)

// A column of numbers lies byte by byte, all of the same weight together, since those look alike:
// nothing when all are 0; 1 and a byte each when all are below 256; otherwise 2, the length in
// bytes of each, then of each its lowest byte if it has one, then the second, up to the eighth.
const (
	numbersSmall = 1
	numbersLong  = 2
)

var errNumbers = errors.New("a column of numbers of another form or length")

func packNumbers(list []uint64) []byte {
	most, total := uint64(0), 0
	for _, n := range list {
		most = max(most, n)
		total += width(n)
	}
	switch {
	case most == 0:
		return nil
	case most < 256:
		out := make([]byte, 1, len(list)+1)
		out[0] = numbersSmall
		for _, n := range list {
			out = append(out, byte(n))
		}
		return out
	}
	out := make([]byte, 1, 1+len(list)+total)
	out[0] = numbersLong
	for _, n := range list {
		out = append(out, byte(width(n)))
	}
	for plane := range width(most) {
		for _, n := range list {
			if n >>= 8 * plane; n != 0 {
				out = append(out, byte(n))
			}
		}
	}
	return out
}

func width(n uint64) int { return (bits.Len64(n) + 7) / 8 }

// unpackNumbers reads what packNumbers wrote of so many numbers, and no other form of it.
func unpackNumbers(data []byte, count int) ([]uint64, error) {
	list := make([]uint64, count)
	if len(data) == 0 {
		return list, nil
	}
	if len(data) < 1+count {
		return nil, errNumbers
	}
	lengths, rest := data[1:1+count], data[1+count:]
	switch data[0] {
	case numbersSmall:
		most := byte(0)
		for i, n := range lengths {
			list[i] = uint64(n)
			most = max(most, n)
		}
		if most == 0 || len(rest) > 0 {
			return nil, errNumbers
		}
		return list, nil
	case numbersLong:
		return list, fillPlanes(list, lengths, rest)
	}
	return nil, errNumbers
}

func fillPlanes(list []uint64, lengths, rest []byte) error {
	most, total := byte(0), 0
	for _, n := range lengths {
		most = max(most, n)
		total += int(n)
	}
	if most < 2 || most > 8 || total != len(rest) {
		return errNumbers
	}
	for plane := range most {
		for i, n := range lengths {
			if n <= plane {
				continue
			}
			if n == plane+1 && rest[0] == 0 {
				return errNumbers
			}
			list[i] |= uint64(rest[0]) << (8 * plane)
			rest = rest[1:]
		}
	}
	return nil
}

// zigzag makes small numbers of small differences of either sign.
func zigzag(n int64) uint64   { return uint64(n)<<1 ^ uint64(n>>63) }
func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }
