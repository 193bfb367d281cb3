package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// prefixes begin the ids of each kind, so that a person sees what an id names.
var prefixes = map[Kind]string{
	KindNetwork: "net", KindOffice: "off", KindCommunity: "com", KindChapter: "chp",
	KindMember: "mem", KindMeeting: "mtg", KindScan: "scn", KindConsent: "con",
	KindSeries: "ser", KindRegistration: "reg", KindRequest: "req", KindZones: "zon",
	KindMailing: "mlg", KindMessage: "msg", KindTemplate: "tpl", KindIncoming: "inc",
	KindSettled: "stl", KindClock: "clk", KindPrepared: "prp",
}

var idLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// idBytes make 16 letters; a million ids clash once in 10^12 networks.
const idBytes = 10

// NewID gives a new random id of this kind: a three letter prefix and 16 letters, "mem_…".
func NewID(kind Kind) string {
	var b [idBytes]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return idFrom(kind, b[:])
}

// DerivedID gives the same id for the same source text on every laptop, as for a community of a public list.
func DerivedID(kind Kind, source string) string {
	sum := sha256.Sum256([]byte("carnet id\x00" + string(kind) + "\x00" + source))
	return idFrom(kind, sum[:idBytes])
}

// ScanID gives the id of a scan, the same for each retry of it.
func ScanID(f ScanFact) string {
	return DerivedID(KindScan, strings.Join([]string{f.Meeting, f.Member, f.Kind, f.Nonce}, "\x00"))
}

func idFrom(kind Kind, b []byte) string {
	prefix, ok := prefixes[kind]
	if !ok {
		prefix = (string(kind) + "xxx")[:3]
	}
	return prefix + "_" + idLetters.EncodeToString(b)
}
