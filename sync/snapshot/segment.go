package snapshot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// SegmentPrefix is where segments rest in a bucket.
const SegmentPrefix = "seg/"

// SegmentKind is the sort and version of a segment.
const SegmentKind = "carnet-segment-1"

// MaxSegmentDeltas is how many deltas one segment holds at most; MaxObject bounds its bytes.
const MaxSegmentDeltas = 4096

// SegmentName is what the key of a segment says.
type SegmentName struct {
	Device      string
	First, Last uint64 // numbers of deltas
	Hash        signed.Short
}

// String gives the object's key: seg/<device>-<first>-<last>-<short hash of the object>.
func (n SegmentName) String() string {
	return fmt.Sprintf("%s%s-%d-%d-%s", SegmentPrefix, n.Device, n.First, n.Last, signed.Letters(n.Hash))
}

// Count tells how many deltas the name speaks of.
func (n SegmentName) Count() uint64 { return n.Last - n.First + 1 }

// ParseSegmentName reads a key in the one form that String writes. Fault segment_misnamed.
func ParseSegmentName(key string) (SegmentName, error) {
	bad := fault.New("segment_misnamed", "key", key)
	words := strings.Split(strings.TrimPrefix(key, SegmentPrefix), "-")
	if len(words) != 4 {
		return SegmentName{}, bad
	}
	first, errFirst := strconv.ParseUint(words[1], 10, 64)
	last, errLast := strconv.ParseUint(words[2], 10, 64)
	hash, isHash := signed.ParseLetters(words[3])
	n := SegmentName{Device: words[0], First: first, Last: last, Hash: hash}
	if errFirst != nil || errLast != nil || !isHash || !signed.IsDevice(n.Device) || n.String() != key ||
		first == 0 || last < first || n.Count() > MaxSegmentDeltas {
		return SegmentName{}, bad
	}
	return n, nil
}

// Enclosed is a delta within a segment, byte for byte as it lay under its own name.
type Enclosed struct {
	Name Name
	Data []byte
}

type segment struct {
	_      struct{} `cbor:",toarray"`
	Kind   string
	Deltas []enclosure
}

// enclosure leaves out what follows: the laptop and the number from the segment's name and the place in it,
// the hash from the bytes.
type enclosure struct {
	_    struct{} `cbor:",toarray"`
	Time uint64   // seconds since 1970
	Data []byte
}

// segmentRoom is what a delta takes in a segment beside its bytes, at most.
const segmentRoom = 1 + 9 + 5

// Fits tells how many of these deltas, from the first on, one segment can hold.
func Fits(deltas []Enclosed) int {
	size := len(SegmentKind) + 16
	for i, d := range deltas {
		size += len(d.Data) + segmentRoom
		if size > MaxObject || i == MaxSegmentDeltas {
			return i
		}
	}
	return len(deltas)
}

// WriteSegment gives one object that stands for consecutive deltas of one laptop, and its key. The same
// deltas under the same names give the same object. Fault segment_invalid.
func WriteSegment(deltas []Enclosed) (key string, object []byte, err error) {
	if len(deltas) == 0 || Fits(deltas) < len(deltas) {
		return "", nil, fault.New("segment_invalid")
	}
	s, first := segment{Kind: SegmentKind}, deltas[0].Name
	for i, d := range deltas {
		at := d.Name.Time.Unix()
		if !signed.IsDevice(d.Name.Device) || d.Name.Device != first.Device || d.Name.Number != first.Number+uint64(i) ||
			d.Name.Number == 0 || at < 0 || at > latest || signed.ShortOf(signed.HashOf(d.Data)) != d.Name.Hash {
			return "", nil, fault.New("segment_invalid", "key", d.Name.String())
		}
		s.Deltas = append(s.Deltas, enclosure{Time: uint64(at), Data: d.Data})
	}
	object = signed.Encode(s)
	name := SegmentName{Device: first.Device, First: first.Number, Last: first.Number + uint64(len(deltas)) - 1,
		Hash: signed.ShortOf(signed.HashOf(object))}
	return name.String(), object, nil
}

// ReadSegment gives the deltas of a segment under the names that they had. A segment has no signature of
// its own: each delta must still be opened like one that lay in the bucket by itself. Faults:
// segment_misnamed, segment_too_large, segment_newer, segment_unreadable.
func ReadSegment(key string, object []byte) ([]Enclosed, error) {
	name, err := ParseSegmentName(key)
	if err != nil {
		return nil, err
	}
	if len(object) > MaxObject {
		return nil, fault.New("segment_too_large", "key", key)
	}
	if signed.ShortOf(signed.HashOf(object)) != name.Hash {
		return nil, fault.New("segment_unreadable", "key", key)
	}
	var s segment
	err = signed.DecodeCanonical(object, &s)
	if err == nil && s.Kind != SegmentKind {
		return nil, fault.New("segment_newer", "key", key)
	}
	if err == nil && uint64(len(s.Deltas)) != name.Count() {
		err = errors.New("another number of deltas than its name says")
	}
	deltas := make([]Enclosed, len(s.Deltas))
	for i, d := range s.Deltas {
		if err == nil && d.Time > latest {
			err = errors.New("a time that no name can have")
		}
		deltas[i] = Enclosed{Data: d.Data, Name: Name{Time: time.Unix(int64(d.Time), 0).UTC(), Device: name.Device,
			Number: name.First + uint64(i), Hash: signed.ShortOf(signed.HashOf(d.Data))}}
	}
	if err != nil {
		return nil, fault.New("segment_unreadable", "key", key).Because(err)
	}
	return deltas, nil
}
