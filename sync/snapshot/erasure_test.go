package snapshot

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

var orderTime = time.Date(2026, 11, 21, 20, 58, 3, 0, time.UTC)

func someOrder() *EraseOrder {
	return &EraseOrder{Network: testWhole.Network, Wall: 1_795_294_809_000, Reason: "request",
		Records: []Reference{{Kind: "scan", ID: "scn_aaaabbbbccccdddd"}, {Kind: "member", ID: "mem_aaaabbbbccccdddd"}, {Kind: "scan", ID: "scn_aaaabbbbccccdddd"}}}
}

func TestAnEraseOrderAndItsReceiptAreReadBack(t *testing.T) {
	admin, laptop := newIdentity(t), newIdentity(t)
	o := someOrder()
	key, data, err := WriteEraseOrder(admin, testCover, o, orderTime)
	if err != nil || !strings.HasPrefix(key, "erase/1lg41er-") || len(o.Records) != 2 || o.Records[0].Kind != "member" {
		t.Fatalf("%s %+v %v", key, o, err)
	}
	got, err := ReadEraseOrder(key, data, o.Network, testCover, onlyKey(admin.Device(), admin.SignKey()))
	if err != nil || !reflect.DeepEqual(got, o) {
		t.Fatalf("%v\n got %+v\nwant %+v", err, got, o)
	}
	key, data, err = WriteReceipt(laptop, testCover, got, 77, 5)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReadReceipt(key, data, o.Network, testCover, onlyKey(laptop.Device(), laptop.SignKey()))
	if err != nil || !r.Covers(o) || r.Device != laptop.Device() || r.Wall != 77 || r.Roster != 5 {
		t.Fatalf("%+v %v", r, err)
	}
	another := someOrder()
	another.Records = another.Records[:1]
	if _, _, err := WriteEraseOrder(admin, testCover, another, orderTime); err != nil || r.Covers(another) {
		t.Errorf("a receipt covers another order: %v", err)
	}
}

func TestErasureNamesHaveOneForm(t *testing.T) {
	const letters = "4oymiquy7qobjgx36tejs35zeq"
	order, receipt := "erase/1lg41er-"+letters, "receipt/"+letters+"-aaaabbbbccccdddd-"+letters
	if n, err := ParseEraseName(order); err != nil || !n.Time.Equal(orderTime) || n.String() != order {
		t.Errorf("%+v %v", n, err)
	}
	if n, err := ParseReceiptName(receipt); err != nil || n.Device != "aaaabbbbccccdddd" || n.String() != receipt {
		t.Errorf("%+v %v", n, err)
	}
	for _, bad := range []string{"", "erase/", order + "a", order[1:], strings.Replace(order, "1lg", "1wg", 1), strings.ToUpper(order), receipt, "log/1lg41er-" + letters} {
		if _, err := ParseEraseName(bad); !fault.Is(err, "erasure_misnamed") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", "receipt/", receipt + "a", receipt[1:], strings.Replace(receipt, "aaaabbbb", "AAAABBBB", 1), order, receipt + "-" + letters} {
		if _, err := ParseReceiptName(bad); !fault.Is(err, "erasure_misnamed") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestErasuresThatContradictThemselvesOrAreBombsAreRefused(t *testing.T) {
	id := newIdentity(t)
	keys := onlyKey(id.Device(), id.SignKey())
	order := func(kind string, payload []byte) error {
		hash, data := said(t, id, ErasePrefix, kind, payload)
		_, err := ReadEraseOrder(EraseName{Time: orderTime, Hash: signed.ShortOf(hash)}.String(), data, testWhole.Network, testCover, keys)
		return err
	}
	receipt := func(payload []byte) error {
		hash, data := said(t, id, ReceiptPrefix, ReceiptKind, payload)
		_, err := ReadReceipt(receiptKey(signed.Short{}, id.Device(), signed.ShortOf(hash)), data, testWhole.Network, testCover, keys)
		return err
	}
	one := []Reference{{Kind: "member", ID: "mem_aaaabbbbccccdddd"}}
	good := eraseForm{Network: testWhole.Network, Author: id.Device(), Wall: 1, Records: one, Reason: "request"}
	if err := order(EraseKind, signed.Encode(good)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(f *eraseForm){
		"no record": func(f *eraseForm) { f.Records = nil }, "twice": func(f *eraseForm) { f.Records = append(one, one...) },
		"nameless": func(f *eraseForm) { f.Records = []Reference{{Kind: "member"}} }, "before 1970": func(f *eraseForm) { f.Wall = -1 },
		"words": func(f *eraseForm) { f.Reason = "She asked for it" }, "a long reason": func(f *eraseForm) { f.Reason = strings.Repeat("x", 65) },
	} {
		f := good
		change(&f)
		if err := order(EraseKind, signed.Encode(f)); !fault.Is(err, "erasure_unreadable") {
			t.Errorf("%s: %v", name, err)
		}
	}
	fine := receiptForm{Network: testWhole.Network, Device: id.Device(), Records: []signed.Hash{{1}, {2}}}
	if err := receipt(signed.Encode(fine)); err != nil {
		t.Fatal(err)
	}
	disordered, none := fine, fine
	disordered.Records, none.Records = []signed.Hash{{2}, {1}}, nil
	bombs := map[string][]byte{"nothing": {}, "huge array": {0x85, 0x60, 0x60, 0, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "deep": bytes.Repeat([]byte{0x81}, 100_000)}
	for name, payload := range bombs {
		if err := order(EraseKind, payload); !fault.Is(err, "erasure_unreadable") {
			t.Errorf("order, %s: %v", name, err)
		}
	}
	bombs["disordered"], bombs["no record"] = signed.Encode(disordered), signed.Encode(none)
	for name, payload := range bombs {
		if err := receipt(payload); !fault.Is(err, "erasure_unreadable") {
			t.Errorf("receipt, %s: %v", name, err)
		}
	}
	if err := order("carnet-erase-2", nil); !fault.Is(err, "erasure_newer") {
		t.Error(err)
	}
}

func FuzzReadEraseOrder(f *testing.F) {
	id := newIdentity(f)
	keys := onlyKey(id.Device(), id.SignKey())
	f.Add(signed.Encode(eraseForm{Network: testWhole.Network, Author: id.Device(), Records: []Reference{{Kind: "member", ID: "mem_a"}}, Reason: "request"}))
	f.Fuzz(func(t *testing.T, payload []byte) {
		hash, data := said(t, id, ErasePrefix, EraseKind, payload)
		key := EraseName{Time: orderTime, Hash: signed.ShortOf(hash)}.String()
		if got, err := ReadEraseOrder(key, data, testWhole.Network, testCover, keys); err == nil {
			if again, _, err := WriteEraseOrder(id, testCover, got, orderTime); err != nil || again != key {
				t.Fatalf("two forms of one order: %v", err)
			}
		}
	})
}

func FuzzReadReceipt(f *testing.F) {
	id := newIdentity(f)
	keys := onlyKey(id.Device(), id.SignKey())
	f.Add(signed.Encode(receiptForm{Network: testWhole.Network, Device: id.Device(), Records: []signed.Hash{{1}}}))
	f.Fuzz(func(t *testing.T, payload []byte) {
		hash, data := said(t, id, ReceiptPrefix, ReceiptKind, payload)
		if got, err := ReadReceipt(receiptKey(signed.Short{}, id.Device(), signed.ShortOf(hash)), data, testWhole.Network, testCover, keys); err == nil && !got.sound() {
			t.Fatal("an unsound receipt")
		}
	})
}
