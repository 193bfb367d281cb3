package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// Rows of the view. Names hold no NUL, which therefore parts them. The first seven families and the meta
// row are what a local full snapshot holds; the rest follows from them.
const (
	rowScope    = 'g' // scope -> key of the leaves of its changes
	rowDropped  = 'e' // kind, id of a record that was taken out -> what it counts
	rowClosed   = 'q' // device, seq -> sum of what is closed to this laptop up to there
	rowRecord   = 'r' // kind, id -> state
	rowPast     = 'h' // kind, id, field, device, seq, hash -> superseded change
	rowNote     = 'n' // name -> bytes
	rowOut      = 'o' // seq -> skeletons of own edits not yet published, those of one frame
	rowMeta     = 'm' // -> meta
	rowMeeting  = 'x' // meeting, time, scan
	rowMember   = 'y' // member, time, scan
	rowLink     = 'l' // kind, value of a link, record
	rowConflict = 'k' // kind, id of a record that waits for a person
	rowFirst    = 's' // language -> the first members in its order
)

func key(family byte, names ...string) []byte {
	n := 1
	for _, name := range names {
		n += len(name) + 1
	}
	b := append(make([]byte, 0, n), family)
	for i, name := range names {
		if i > 0 {
			b = append(b, 0)
		}
		b = append(b, name...)
	}
	return b
}

// under is the prefix of all rows below these names.
func under(family byte, names ...string) []byte { return append(key(family, names...), 0) }

func recordKey(kind Kind, id string) []byte { return key(rowRecord, string(kind), id) }

// splitRecordKey gives kind and id of a key of rowRecord or rowConflict.
func splitRecordKey(k []byte) (Kind, string) {
	kind, id, _ := bytes.Cut(k[1:], []byte{0})
	return Kind(kind), string(id)
}

func outKey(seq uint64) []byte { return binary.BigEndian.AppendUint64([]byte{rowOut}, seq) }

// pastPrefix is common to all past changes of one field with this dot.
func pastPrefix(kind Kind, id, field string, d Dot) []byte {
	b := append(key(rowPast, string(kind), id, field, d.Device), 0)
	return binary.BigEndian.AppendUint64(b, d.Seq)
}

// pastKey ends in a hash of the content, so that twins of a forked laptop both find room.
func pastKey(c *Change, encoded []byte) []byte {
	sum := sha256.Sum256(encoded)
	return append(pastPrefix(c.Kind, c.Record, c.Field, c.Dot), sum[:8]...)
}

func timeKey(family byte, of string, at int64, id string) []byte {
	b := append(make([]byte, 0, 1+len(of)+1+8+len(id)), family)
	b = append(append(b, of...), 0)
	return append(appendTime(b, at), id...)
}

// appendTime puts negative times before positive ones.
func appendTime(b []byte, at int64) []byte { return binary.BigEndian.AppendUint64(b, uint64(at)^1<<63) }
