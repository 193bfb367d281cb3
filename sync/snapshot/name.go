package snapshot

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Prefix is where deltas rest in a bucket.
const Prefix = "log/"

const nameTime = "20060102T150405Z"

// Name is what the key of a delta's object says. The time orders listings and is never believed.
type Name struct {
	Time   time.Time
	Device string
	Number uint64
	Hash   signed.Hash
}

// String gives the object's key: log/<time>-<device>-<number>-<hash>.
func (n Name) String() string {
	return fmt.Sprintf("%s%s-%s-%010d-%s", Prefix, n.Time.UTC().Format(nameTime), n.Device, n.Number, hex.EncodeToString(n.Hash[:]))
}

// Pattern stands for the key of a delta of which time and hash are not known.
func Pattern(device string, number uint64) string {
	return fmt.Sprintf("%s*-%s-%010d-*", Prefix, device, number)
}

// After is the key that precedes all deltas named at or after t.
func After(t time.Time) string { return Prefix + t.UTC().Format(nameTime) }

// ParseName reads a key in the one form that String writes. Fault delta_misnamed.
func ParseName(key string) (Name, error) {
	parts := strings.Split(strings.TrimPrefix(key, Prefix), "-")
	if len(parts) != 4 {
		return Name{}, fault.New("delta_misnamed", "key", key)
	}
	at, errTime := time.Parse(nameTime, parts[0])
	count, errNumber := strconv.ParseUint(parts[2], 10, 64)
	hash, errHash := hex.DecodeString(parts[3])
	n := Name{Time: at, Device: parts[1], Number: count}
	copy(n.Hash[:], hash)
	if errTime != nil || errNumber != nil || errHash != nil || !signed.IsDevice(n.Device) || n.String() != key {
		return Name{}, fault.New("delta_misnamed", "key", key)
	}
	return n, nil
}
