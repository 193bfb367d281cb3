package snapshot

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Prefix is where deltas rest in a bucket.
const Prefix = "log/"

// A time is its seconds since 1970 in seven digits of base32 (RFC 4648, extended hex), whose order
// is that of their letters: names in order are times in order.
const (
	stampDigits = "0123456789abcdefghijklmnopqrstuv"
	stampLength = 7
	latest      = 1<<(5*stampLength) - 1 // in the year 3058
)

// stamp writes a time; one beyond what can be written stands at that end.
func stamp(t time.Time) string {
	seconds := min(max(t.Unix(), 0), latest)
	var text [stampLength]byte
	for i := stampLength - 1; i >= 0; i-- {
		text[i] = stampDigits[seconds%32]
		seconds /= 32
	}
	return string(text[:])
}

func parseStamp(text string) (t time.Time, ok bool) {
	seconds := int64(0)
	for _, digit := range []byte(text) {
		value := strings.IndexByte(stampDigits, digit)
		if value < 0 || len(text) != stampLength {
			return time.Time{}, false
		}
		seconds = seconds*32 + int64(value)
	}
	return time.Unix(seconds, 0).UTC(), len(text) == stampLength
}

// Name is what the key of a delta's object says. The time orders listings and is never believed.
type Name struct {
	Time   time.Time
	Device string
	Number uint64
	Hash   signed.Short
}

// String gives the object's key: log/<time>-<device>-<number>-<hash>.
func (n Name) String() string {
	return Prefix + stamp(n.Time) + "-" + n.Device + "-" + strconv.FormatUint(n.Number, 10) + "-" + signed.Letters(n.Hash)
}

// Pattern stands for the key of a delta of which time and hash are not known.
func Pattern(device string, number uint64) string {
	return fmt.Sprintf("%s*-%s-%d-*", Prefix, device, number)
}

// After is the key that precedes all deltas named at or after t.
func After(t time.Time) string { return Prefix + stamp(t) }

// Before is a key that precedes this delta, and follows those of other laptops that were named in the same second and sort before it, but for one in a
// thousand million.
func (n Name) Before() string { return n.String()[:len(After(n.Time))+1+beginning] }

// beginning is how many letters of a laptop's name tell it from others.
const beginning = 6

// ParseName reads a key in the one form that String writes. Fault delta_misnamed.
func ParseName(key string) (Name, error) {
	parts := strings.Split(strings.TrimPrefix(key, Prefix), "-")
	if len(parts) != 4 {
		return Name{}, fault.New("delta_misnamed", "key", key)
	}
	at, isTime := parseStamp(parts[0])
	count, errNumber := strconv.ParseUint(parts[2], 10, 64)
	hash, isHash := signed.ParseLetters(parts[3])
	n := Name{Time: at, Device: parts[1], Number: count, Hash: hash}
	if !isTime || errNumber != nil || !isHash || !signed.IsDevice(n.Device) || n.String() != key {
		return Name{}, fault.New("delta_misnamed", "key", key)
	}
	return n, nil
}
