package snapshot

import (
	"crypto/sha256"
	"slices"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Receipt is a laptop's word that it has carried out an erase order. It names no record: whoever has
// the order can check it, and what stays afterwards tells nothing.
type Receipt struct {
	Network string
	Order   signed.Hash // of the order's message
	Device  string      // the laptop that signed; filled in by writing
	Records []signed.Hash
	Wall    int64  // milliseconds since 1970 UTC by the laptop's clock
	Roster  uint64 // version that the laptop went by
}

type receiptForm struct {
	_       struct{} `cbor:",toarray"`
	Network string
	Order   signed.Hash
	Device  string
	Records []signed.Hash
	Wall    int64
	Roster  uint64
}

// Hashes gives, for each record of the order, what a receipt says instead of its name, in order of hashes.
func (o *EraseOrder) Hashes() []signed.Hash {
	hashes := make([]signed.Hash, 0, len(o.Records))
	for _, r := range o.Records {
		h := sha256.New()
		h.Write([]byte("carnet erased 1 "))
		h.Write(o.Hash[:])
		h.Write([]byte(string(r.Kind) + "\x00" + r.ID))
		hashes = append(hashes, signed.Hash(h.Sum(nil)))
	}
	slices.SortFunc(hashes, compareHashes)
	return hashes
}

func compareHashes(a, b signed.Hash) int { return slices.Compare(a[:], b[:]) }

// Covers tells whether a receipt is for all of this order.
func (r *Receipt) Covers(o *EraseOrder) bool {
	return r.Network == o.Network && r.Order == o.Hash && slices.Equal(r.Records, o.Hashes())
}

func (r *Receipt) sound() bool {
	ordered := slices.IsSortedFunc(r.Records, compareHashes) && len(slices.Compact(slices.Clone(r.Records))) == len(r.Records)
	return ordered && len(r.Network) > 0 && len(r.Network) <= maxScope && signed.IsDevice(r.Device) &&
		len(r.Records) > 0 && len(r.Records) <= maxErased && r.Wall >= 0
}

// ReceiptName is what the key of a receipt says.
type ReceiptName struct {
	Order  signed.Short
	Device string
	Hash   signed.Short
}

// String gives the object's key: receipt/<short hash of the order>-<device>-<short hash of the message>.
func (n ReceiptName) String() string { return receiptKey(n.Order, n.Device, n.Hash) }

// ParseReceiptName reads a key in the one form that String writes. Fault erasure_misnamed.
func ParseReceiptName(key string) (ReceiptName, error) {
	words := strings.Split(strings.TrimPrefix(key, ReceiptPrefix), "-")
	if len(words) != 3 {
		return ReceiptName{}, fault.New("erasure_misnamed", "key", key)
	}
	order, isOrder := signed.ParseLetters(words[0])
	hash, isHash := signed.ParseLetters(words[2])
	n := ReceiptName{Order: order, Device: words[1], Hash: hash}
	if !isOrder || !isHash || !signed.IsDevice(n.Device) || n.String() != key {
		return ReceiptName{}, fault.New("erasure_misnamed", "key", key)
	}
	return n, nil
}

// WriteReceipt signs that this laptop has carried out an order, and gives the object and its key.
// Fault erasure_invalid.
func WriteReceipt(id *Identity, cover [32]byte, o *EraseOrder, wall int64, roster uint64) (key string, object []byte, err error) {
	r := Receipt{Network: o.Network, Order: o.Hash, Device: id.Device(), Records: o.Hashes(), Wall: wall, Roster: roster}
	if !r.sound() {
		return "", nil, fault.New("erasure_invalid")
	}
	message := id.Sign(ReceiptKind, signed.Encode(receiptForm{Network: r.Network, Order: r.Order, Device: r.Device,
		Records: r.Records, Wall: r.Wall, Roster: r.Roster}))
	object, err = covered(cover, ReceiptPrefix, message)
	return receiptKey(signed.ShortOf(r.Order), r.Device, signed.ShortOf(signed.HashOf(message))), object, err
}

// ReadReceipt reads and believes a receipt of this network by the laptop in its name. Whether it covers
// its order is Covers's to say. Faults as ReadEraseOrder.
func ReadReceipt(key string, object []byte, network string, cover [32]byte, signKeys SignKeys) (*Receipt, error) {
	name, err := ParseReceiptName(key)
	if err != nil {
		return nil, err
	}
	message, err := uncoverErasure(key, object, cover, ReceiptPrefix, ReceiptKind, name.Hash)
	if err != nil {
		return nil, err
	}
	var f receiptForm
	if err := signed.DecodeCanonical(message.Payload, &f); err != nil {
		return nil, fault.New("erasure_unreadable", "key", key).Because(err)
	}
	r := f.receipt()
	if r.Device != name.Device || signed.ShortOf(r.Order) != name.Order {
		return nil, fault.New("erasure_misnamed", "key", key)
	}
	if err := believeErasure(key, message, r.Network, r.Device, network, signKeys); err != nil {
		return nil, err
	}
	if !r.sound() {
		return nil, fault.New("erasure_unreadable", "key", key).Because(errContradiction)
	}
	return &r, nil
}

func (f receiptForm) receipt() Receipt {
	return Receipt{Network: f.Network, Order: f.Order, Device: f.Device, Records: f.Records, Wall: f.Wall, Roster: f.Roster}
}
