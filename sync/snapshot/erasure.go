package snapshot

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Where erase orders and receipts rest in a bucket.
const (
	ErasePrefix   = "erase/"
	ReceiptPrefix = "receipt/"
)

// Kinds of the messages about taking records out.
const (
	EraseKind   = "carnet-erase-1"
	ReceiptKind = "carnet-receipt-1"
)

// MaxErasure is the size in bytes above which an order or receipt is refused unread.
const MaxErasure = 1 << 20

const (
	maxErased    = 5_000 // records of one order
	maxReason    = 64    // bytes of a reason's code
	reasonDigits = "abcdefghijklmnopqrstuvwxyz0123456789_"
)

// Reference names a record that is to go.
type Reference struct {
	_    struct{} `cbor:",toarray"`
	Kind store.Kind
	ID   string
}

func compareReferences(a, b Reference) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

// EraseOrder is what an admin asks of every laptop: to take these records out, everywhere.
type EraseOrder struct {
	Hash    signed.Hash // of the message; filled in by writing and reading
	Network string
	Author  string // the laptop that signed; filled in likewise
	Wall    int64  // milliseconds since 1970 UTC by the author's clock
	Records []Reference
	Reason  string // a code, as "request" or "retention"; never words
}

type eraseForm struct {
	_       struct{} `cbor:",toarray"`
	Network string
	Author  string
	Wall    int64
	Records []Reference
	Reason  string
}

func (o *EraseOrder) sound() bool {
	if len(o.Network) == 0 || len(o.Network) > maxScope || !signed.IsDevice(o.Author) || o.Wall < 0 ||
		len(o.Records) == 0 || len(o.Records) > maxErased || len(o.Reason) > maxReason || strings.Trim(o.Reason, reasonDigits) != "" {
		return false
	}
	for i, r := range o.Records {
		if !isName(string(r.Kind)) || !isName(r.ID) || i > 0 && compareReferences(o.Records[i-1], r) >= 0 {
			return false
		}
	}
	return true
}

// EraseName is what the key of an erase order says. The time orders listings and is never believed.
type EraseName struct {
	Time time.Time
	Hash signed.Short
}

// String gives the object's key: erase/<time>-<short hash of the message>.
func (n EraseName) String() string {
	return ErasePrefix + stamp(n.Time) + "-" + signed.Letters(n.Hash)
}

// ParseEraseName reads a key in the one form that String writes. Fault erasure_misnamed.
func ParseEraseName(key string) (EraseName, error) {
	digits, text, _ := strings.Cut(strings.TrimPrefix(key, ErasePrefix), "-")
	at, isTime := parseStamp(digits)
	hash, isHash := signed.ParseLetters(text)
	n := EraseName{Time: at, Hash: hash}
	if !isTime || !isHash || n.String() != key {
		return EraseName{}, fault.New("erasure_misnamed", "key", key)
	}
	return n, nil
}

// WriteEraseOrder signs an order and gives its object and key; it fills in Author and Hash and puts the
// records in order. The cover is the roster's. Fault erasure_invalid.
func WriteEraseOrder(id *Identity, cover [32]byte, o *EraseOrder, at time.Time) (key string, object []byte, err error) {
	o.Author = id.Device()
	o.Records = slices.Clone(o.Records)
	slices.SortFunc(o.Records, compareReferences)
	o.Records = slices.Compact(o.Records)
	if !o.sound() {
		return "", nil, fault.New("erasure_invalid")
	}
	message := id.Sign(EraseKind, signed.Encode(eraseForm{Network: o.Network, Author: o.Author, Wall: o.Wall, Records: o.Records, Reason: o.Reason}))
	o.Hash = signed.HashOf(message)
	object, err = covered(cover, ErasePrefix, message)
	if len(object) > MaxErasure {
		return "", nil, fault.New("erasure_invalid")
	}
	return EraseName{Time: at, Hash: signed.ShortOf(o.Hash)}.String(), object, err
}

// ReadEraseOrder reads and believes an order of this network; signKeys knows the laptops that may
// give one. Faults: erasure_misnamed, erasure_unreadable, erasure_newer, erasure_other_network,
// erasure_device_unknown, erasure_forged.
func ReadEraseOrder(key string, object []byte, network string, cover [32]byte, signKeys SignKeys) (*EraseOrder, error) {
	name, err := ParseEraseName(key)
	if err != nil {
		return nil, err
	}
	message, err := uncoverErasure(key, object, cover, ErasePrefix, EraseKind, name.Hash)
	if err != nil {
		return nil, err
	}
	var f eraseForm
	if err := signed.DecodeCanonical(message.Payload, &f); err != nil {
		return nil, fault.New("erasure_unreadable", "key", key).Because(err)
	}
	o := &EraseOrder{Hash: message.Hash, Network: f.Network, Author: f.Author, Wall: f.Wall, Records: f.Records, Reason: f.Reason}
	if err := believeErasure(key, message, o.Network, o.Author, network, signKeys); err != nil {
		return nil, err
	}
	if !o.sound() {
		return nil, fault.New("erasure_unreadable", "key", key).Because(errContradiction)
	}
	return o, nil
}

// uncoverErasure takes a message out of an order's or receipt's object.
func uncoverErasure(key string, object []byte, cover [32]byte, folder, kind string, hash signed.Short) (signed.Message, error) {
	if len(object) > MaxErasure {
		return signed.Message{}, fault.New("erasure_unreadable", "key", key)
	}
	data, err := uncovered(cover, folder, object)
	if err != nil {
		return signed.Message{}, fault.New("erasure_unreadable", "key", key).Because(err)
	}
	m, err := signed.Parse(kind, data, MaxErasure)
	switch {
	case errors.Is(err, signed.ErrKind):
		return m, fault.New("erasure_newer", "key", key).Because(err)
	case err != nil:
		return m, fault.New("erasure_unreadable", "key", key).Because(err)
	case signed.ShortOf(m.Hash) != hash:
		return m, fault.New("erasure_misnamed", "key", key)
	}
	return m, nil
}

func believeErasure(key string, m signed.Message, of, author, network string, signKeys SignKeys) error {
	if of != network {
		return fault.New("erasure_other_network", "key", key)
	}
	signKey, known := signKeys(author)
	if !known {
		return fault.New("erasure_device_unknown", "device", author)
	}
	if err := m.Verify(signKey); err != nil {
		return fault.New("erasure_forged", "device", author).Because(err)
	}
	return nil
}

// receiptKey is receipt/<short hash of the order>-<device>-<short hash of the message>.
func receiptKey(order signed.Short, device string, hash signed.Short) string {
	return fmt.Sprintf("%s%s-%s-%s", ReceiptPrefix, signed.Letters(order), device, signed.Letters(hash))
}
