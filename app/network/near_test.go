package network

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.org/carnet/store"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
)

// deaf is an address that takes connections and never answers, as a venue's Wi-Fi without Internet.
func deaf(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
		}
	}()
	return l.Addr().String()
}

// scanned notes a scan and says when.
func scanned(t *testing.T, n *Network, member string) time.Time {
	t.Helper()
	fact := store.ScanFact{Meeting: "mtg_forum", Member: member, Kind: "in", At: time.Now().UnixMilli(), Station: "A", Nonce: member}
	at := time.Now()
	if _, err := n.Store.Edit(func(tx *store.Tx) error { _, err := tx.Put(store.Scan{ID: store.ScanID(fact), Fact: fact}); return err }); err != nil {
		t.Fatal(err)
	}
	return at
}

func arrives(t *testing.T, at time.Time, scans int, doors ...*Network) {
	t.Helper()
	for _, n := range doors {
		for n.Store.Count(store.KindScan) < scans {
			if time.Since(at) > time.Minute { // the calm pace would take five
				t.Fatalf("%s has %d scans of %d", n.Device()[:8], n.Store.Count(store.KindScan), scans)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	t.Logf("%d scans on all doors after %s", scans, time.Since(at).Round(time.Millisecond))
}

func TestAScanReachesTheOtherDoorsOfTheRoomThoughTheBucketFarAwayIsSilent(t *testing.T) {
	lender := found(t)
	b, c := invited(t, lender, string(roster.Door)), invited(t, lender, string(roster.Door))
	remote := lending(t, lender)
	for _, n := range []*Network{b, c} {
		if err := n.SetRemote(remote); err != nil {
			t.Fatal(err)
		}
		until(t, n, "admitted", func() bool { return standing(t, n) == carnetsync.Active })
	}
	// B's main place is one that never answers; the room is its second.
	silent := s3At(t, deaf(t), bucket.Credentials{AccessKey: "a", SecretKey: "b"})
	if err := b.SetRemote(silent); err != nil {
		t.Fatal(err)
	}
	if _, err := b.AddRemote("room", remote); err != nil {
		t.Fatal(err)
	}
	doors := []*Network{lender, b, c}
	for _, n := range doors {
		n.AtDoor(time.Minute)
		n.Start(t.Context())
		t.Cleanup(n.Stop)
	}
	time.Sleep(3 * time.Second)
	for i, n := range []*Network{b, c, lender, b, c, b} {
		arrives(t, scanned(t, n, string(rune('a'+i))), i+1, doors...)
		time.Sleep(time.Duration(i) * 250 * time.Millisecond)
	}
	before := c.gate.Cost()
	time.Sleep(4 * time.Second)
	if idle := c.gate.Cost().Since(before); idle.Put > 0 {
		t.Errorf("four idle seconds at a door cost %+v", idle)
	}
}

func TestWithoutADoorThePaceIsCalm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open atomic.Bool // the loop looks at it too
		open.Store(true)
		c := startLoop(t, func(c *counted) {
			c.hurry = func() *pace {
				steady := brisk
				steady.jitter, steady.interval = 0, time.Second
				if open.Load() {
					return &steady
				}
				return nil
			}
		})
		c.until(3)
		time.Sleep(500 * time.Millisecond)
		open.Store(false)
		c.until(400)
		c.end()
		c.want(t, 0, 1, 2, 3, 4, 304)
	})
}

func TestSlowRoundsAtADoorLeaveTheLaptopTimeForTheScans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startLoop(t, func(c *counted) {
			c.takes = 2 * time.Second
			c.hurry = func() *pace { steady := brisk; steady.jitter = 0; return &steady }
		})
		for range 110 {
			c.edited()
			time.Sleep(100 * time.Millisecond)
		}
		c.end()
		c.want(t, 0, 6)
	})
}

func TestADoorThatLapsedHurriesNobody(t *testing.T) {
	n := found(t)
	if err := n.SetRemote(bucket.Remote{Kind: bucket.Folder, Path: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	if n.hurried() != nil {
		t.Error("it hurries without a door")
	}
	n.AtDoor(time.Hour)
	if n.hurried() != &brisk {
		t.Error("it does not hurry at a door")
	}
	n.AtDoor(-time.Second)
	if n.hurried() != nil {
		t.Error("it hurries for a door that is closed")
	}
	if _, err := n.Sync(context.Background()); err != nil {
		t.Error(err)
	}
}
