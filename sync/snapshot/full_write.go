package snapshot

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// partKind is the sort and version of a part's object.
const partKind = "carnet-part-1"

// What a part is filled with. Where a gathered part turns out too large, it is cut in halves; that, too,
// depends on the changes alone.
const (
	maxPartChanges = 1 << 18
	maxPartDots    = 1 << 19
	maxPartValues  = 64 << 20 // bytes of all values, which may stand in the part once for many
	gatherWeight   = 7 << 19
)

type partForm struct {
	_    struct{} `cbor:",toarray"`
	Kind string
	Key  string
	Box  []byte
}

// bound fingerprints what a part's seal holds for.
func (w Whole) bound(number int) signed.Hash {
	return signed.HashOf(fmt.Appendf(nil, "carnet part 1 %s %d %s %d", w.Network, w.Generation, w.Scope, number))
}

func compareDots(a, b store.Dot) int {
	return cmp.Or(strings.Compare(a.Device, b.Device), cmp.Compare(a.Seq, b.Seq))
}

// compareContent tells twins apart: changes that share everything but what they say.
func compareContent(a, b *store.Change) int {
	return cmp.Or(bytes.Compare(a.Value, b.Value), slices.CompareFunc(a.Replaces, b.Replaces, compareDots),
		slices.CompareFunc(a.Seen, b.Seen, compareDots))
}

// comparePlaces is the order of changes in a full snapshot, but for twins.
func comparePlaces(a, b *store.Change) int {
	if c := strings.Compare(string(a.Kind), string(b.Kind)); c != 0 {
		return c
	}
	if c := strings.Compare(a.Record, b.Record); c != 0 {
		return c
	}
	if c := strings.Compare(a.Field, b.Field); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Wall, b.Wall), cmp.Compare(a.Logical, b.Logical), compareDots(a.Dot, b.Dot))
}

var noChange store.Change

// proper tells whether a change is one that a reader takes, where names that the change before had are
// good. The values of our own store are well-formed.
func (k *cutter) proper(c *store.Change) bool {
	before := &noChange
	if len(k.batch) > 0 {
		before = &k.batch[len(k.batch)-1]
	}
	good := func(name, before string) bool { return name == before && name != "" || isName(name) }
	return good(string(c.Kind), string(before.Kind)) && good(c.Record, before.Record) && good(c.Field, before.Field) &&
		good(c.Device, before.Device) && stamped(c) && len(c.Value) <= maxPartValue
}

const (
	maxPartValue = 64 << 10 // bytes of one value
	maxOneDots   = 4096     // that one change replaces or has seen
)

func stamped(c *store.Change) bool {
	return c.Seq > 0 && c.Wall >= 0 && properDots(c.Replaces) && properDots(c.Seen) && (len(c.Replaces) == 0 || !slices.Contains(c.Replaces, c.Dot))
}

func properDots(dots []store.Dot) bool {
	for i := 1; i < len(dots); i++ {
		if compareDots(dots[i-1], dots[i]) >= 0 {
			return false
		}
	}
	return len(dots) <= maxOneDots
}

// cutter gathers changes into parts and hands each part's plain content on.
type cutter struct {
	names  *nameWriter
	batch  []store.Change
	weight int
	room   int // weight at which a part is cut
	emit   func(plain []byte, changes int) error
}

// weigh estimates what a change will take.
func weigh(c *store.Change) int {
	if isFact(c.Kind, c.Field) {
		return 32 + min(len(c.Value), 128)/8
	}
	return 8 + len(c.Value) + 8*(len(c.Replaces)+len(c.Seen))
}

// take adds the next change. Fault full_disordered.
func (k *cutter) take(c store.Change) error {
	at := len(k.batch)
	if !k.proper(&c) {
		return fault.New("full_disordered", "change", c.String())
	}
	if at > 0 {
		order := comparePlaces(&k.batch[at-1], &c)
		if order > 0 {
			return fault.New("full_disordered", "change", c.String())
		}
		for ; order == 0 && at > 0 && comparePlaces(&k.batch[at-1], &c) == 0; at-- {
			if twin := compareContent(&k.batch[at-1], &c); twin == 0 {
				return fault.New("full_disordered", "change", c.String())
			} else if twin < 0 {
				break
			}
		}
		if order != 0 && (k.weight >= k.room || len(k.batch) >= maxPartChanges) {
			if err := k.flush(); err != nil {
				return err
			}
			at = 0
		}
	}
	k.weight += weigh(&c)
	if k.batch = append(k.batch, c); at < len(k.batch)-1 {
		copy(k.batch[at+1:], k.batch[at:])
		k.batch[at] = c
	}
	return nil
}

// flush cuts here.
func (k *cutter) flush() error {
	if len(k.batch) == 0 {
		return nil
	}
	err := k.cut(k.batch)
	clear(k.batch)
	k.batch, k.weight = k.batch[:0], 0
	return err
}

func (k *cutter) cut(batch []store.Change) error {
	plain := packPart(k.names, batch)
	if plain != nil {
		k.names.keep()
		return k.emit(plain, len(batch))
	}
	k.names.forget()
	if len(batch) == 1 {
		return fault.New("full_too_large", "change", batch[0].String())
	}
	if err := k.cut(batch[:len(batch)/2]); err != nil {
		return err
	}
	return k.cut(batch[len(batch)/2:])
}

func (k *cutter) all(changes iter.Seq2[store.Change, error]) error {
	for c, err := range changes {
		if err == nil {
			err = k.take(c)
		}
		if err != nil {
			return err
		}
	}
	return k.flush()
}

// errStopped ends a walk that its reader no longer wants.
var errStopped = errors.New("its reader has enough")

func writeFull(of Whole, room int, key string, keys Keys, changes iter.Seq2[store.Change, error], yield func(FullPart, error) bool) {
	secret, known := keys(key)
	if !of.sound() {
		yield(FullPart{}, fault.New("full_invalid"))
		return
	}
	if !known {
		yield(FullPart{}, fault.New("missing_key", "key", key))
		return
	}
	number := 0
	k := cutter{names: newNameWriter(), room: room, emit: func(plain []byte, count int) error {
		part, err := of.seal(number, key, secret, plain, count)
		if number++; err == nil && !yield(part, nil) {
			return errStopped
		}
		return err
	}}
	if err := k.all(changes); err != nil && !errors.Is(err, errStopped) {
		yield(FullPart{}, err)
	}
}

func (w Whole) seal(number int, key string, secret [32]byte, plain []byte, count int) (FullPart, error) {
	if number >= maxParts {
		return FullPart{}, fault.New("full_too_large")
	}
	box, err := closeBox(secret, w.bound(number), compress(plain))
	if err != nil {
		return FullPart{}, err
	}
	object := signed.Encode(partForm{Kind: partKind, Key: key, Box: box})
	part := FullPart{Number: number, Object: object, PartSum: PartSum{Hash: signed.HashOf(plain), Size: uint64(len(object)),
		Changes: uint64(count), Object: signed.ShortOf(signed.HashOf(object))}}
	part.Key = w.PartKey(number, part.PartSum.Object)
	return part, nil
}

func sumFull(changes iter.Seq2[store.Change, error]) ([]PartSum, error) {
	var sums []PartSum
	k := cutter{names: newNameWriter(), room: gatherWeight, emit: func(plain []byte, count int) error {
		sums = append(sums, PartSum{Hash: signed.HashOf(plain), Changes: uint64(count)})
		return nil
	}}
	err := k.all(changes)
	return sums, err
}
