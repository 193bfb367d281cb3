package bucket_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/bucket/buckettest"
)

// room is a laptop that lends a folder, and the rights that its roster gives.
type room struct {
	t       *testing.T
	address string
	lender  ed25519.PrivateKey

	mu     sync.Mutex
	rights map[string]bucket.Right
}

func newKey(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

func lend(t *testing.T, lent bucket.Bucket) *room {
	t.Helper()
	r := &room{t: t, lender: newKey(t), rights: map[string]bucket.Right{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.address = listener.Addr().String()
	r.give(r.lender, bucket.MayWrite)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- bucket.ServeLAN(ctx, listener, bucket.Lending{Bucket: lent, Signer: func() crypto.Signer { return r.lender }, Right: r.right})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("the lender ended with %v", err)
		}
	})
	return r
}

func (r *room) give(key ed25519.PrivateKey, right bucket.Right) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rights[string(public(key))] = right
}

func (r *room) right(key ed25519.PublicKey) bucket.Right {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rights[string(key)]
}

// enter opens the lent folder as a laptop with this key, which knows the lender.
func (r *room) enter(key ed25519.PrivateKey) bucket.Bucket {
	r.t.Helper()
	b, err := bucket.OpenLAN(r.address, func() crypto.Signer { return key }, func(k ed25519.PublicKey) bool { return k.Equal(public(r.lender)) })
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = b.Close() })
	return b
}

// newcomer is a laptop with a right.
func (r *room) newcomer(right bucket.Right) bucket.Bucket {
	key := newKey(r.t)
	r.give(key, right)
	return r.enter(key)
}

func TestALentFolderKeepsThePromiseOfABucket(t *testing.T) {
	rooms := map[string]*room{}
	buckettest.Run(t, func(t *testing.T, name string) bucket.Bucket {
		if rooms[name] == nil {
			rooms[name] = lend(t, openFolder(t, t.TempDir()))
		}
		return rooms[name].newcomer(bucket.MayDelete)
	})
}

func TestObjectsTravelUnchangedBetweenAFolderAndARoom(t *testing.T) {
	path := t.TempDir()
	folder := openFolder(t, path)
	room := lend(t, folder).newcomer(bucket.MayWrite)
	body := bytes.Repeat([]byte{0, 0xff, '\r', '\n'}, 300_000)
	for from, to := range map[bucket.Bucket]bucket.Bucket{folder: room, room: folder} {
		key := fmt.Sprintf("log/%p", from)
		if err := from.Put(context.Background(), key, body); err != nil {
			t.Fatal(err)
		}
		if got, err := to.Get(context.Background(), key, 4<<20); err != nil || !bytes.Equal(got, body) {
			t.Errorf("%d bytes came out, %v", len(got), err)
		}
	}
}

func TestTheLenderTellsItsTime(t *testing.T) {
	page, err := lend(t, openFolder(t, t.TempDir())).newcomer(bucket.MayWrite).List(context.Background(), "", "")
	if off := time.Since(page.ServerTime).Abs(); err != nil || off > 5*time.Second {
		t.Errorf("the lender's time is %s off, %v", off, err)
	}
}

// dial gives the bare line of a laptop that proved its key.
func (r *room) dial(key ed25519.PrivateKey) *tls.Conn {
	r.t.Helper()
	conn, err := tls.Dial("tcp", r.address, &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{bucket.CertificateForTest(key)}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	return conn
}
