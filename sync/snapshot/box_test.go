package snapshot

import (
	"bytes"
	"testing"

	"example.org/carnet/sync/signed"
)

// A laptop that was copied, or fell back to an older disk, may say two things under one header.
func TestTwoContentsUnderOneHeaderHaveTwoNonces(t *testing.T) {
	key, bound := [32]byte{1}, signed.HashOf([]byte("one header"))
	a, err := closeBox(key, bound, []byte("Ada"))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := closeBox(key, bound, []byte("Bob"))
	again, _ := closeBox(key, bound, []byte("Ada"))
	if bytes.Equal(a[:markLength], b[:markLength]) || !bytes.Equal(a, again) {
		t.Errorf("boxes %x, %x, %x", a, b, again)
	}
	// Under one nonce the difference of boxes would be that of contents.
	if a[markLength]^b[markLength] == 'A'^'B' && a[markLength+1]^b[markLength+1] == 'd'^'o' && a[markLength+2]^b[markLength+2] == 'a'^'b' {
		t.Error("the two share a nonce")
	}
}

func TestABoxOpensOnlyWhereItBelongs(t *testing.T) {
	d := newDesk(t)
	h := d.header
	h.Device = d.id.Device()
	head := h.encode()
	box, err := closeBox(d.key, h.bound(2, head), []byte("Ada"))
	if err != nil {
		t.Fatal(err)
	}
	if content, err := openBox(d.key, h.bound(2, head), box); err != nil || string(content) != "Ada" {
		t.Fatalf("%q %v", content, err)
	}
	network, device, wall := h, h, h
	network.Network, device.Device = "net_other", newDesk(t).id.Device()
	wall.Wall++
	for what, bound := range map[string]signed.Hash{"another network": network.bound(2, head), "another laptop": device.bound(2, head), "another version": h.bound(1, head), "another header": wall.bound(2, wall.encode())} {
		if _, err := openBox(d.key, bound, box); err == nil {
			t.Errorf("opened for %s", what)
		}
	}
	for i := range box {
		bad := bytes.Clone(box)
		bad[i] ^= 1
		if _, err := openBox(d.key, h.bound(2, head), bad); err == nil {
			t.Errorf("opened with byte %d changed", i)
		}
		if _, err := openBox(d.key, h.bound(2, head), box[:i]); err == nil {
			t.Errorf("opened when cut at %d", i)
		}
	}
}
