package bucket_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"strconv"
	"testing"
	"time"

	"example.org/carnet/sync/bucket"
)

// Who gets in, and what each right allows.

func TestAStrangerGetsNoAnswer(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	stranger := r.enter(newKey(t))
	for range 20 { // the refusal must not be lost with the connection
		_, err := stranger.List(context.Background(), "", "")
		wantFault(t, err, "bucket_refused")
	}
	wantFault(t, stranger.Put(context.Background(), "log/one", []byte("x")), "bucket_refused")
	if page, err := r.newcomer(bucket.MayWrite).List(context.Background(), "", ""); err != nil || len(page.Objects) != 0 {
		t.Errorf("the folder has %v, %v", page.Objects, err)
	}
}

func TestALaptopDoesNotSpeakWithAStranger(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	key := newKey(t)
	r.give(key, bucket.MayDelete)
	b, err := bucket.OpenLAN(r.address, func() crypto.Signer { return key }, func(ed25519.PublicKey) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.List(context.Background(), "", "")
	wantFault(t, err, "bucket_stranger")
	wantFault(t, b.Put(context.Background(), "log/one", []byte("x")), "bucket_stranger")
}

func TestSomebodyElsesCertificateProvesNothing(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	known, own := newKey(t), newKey(t)
	r.give(known, bucket.MayDelete)
	// The envelope names a known key, the handshake is signed with another.
	b, err := bucket.OpenLAN(r.address, func() crypto.Signer { return borrowed{known.Public(), own} }, func(ed25519.PublicKey) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	if _, err = b.List(context.Background(), "", ""); err == nil {
		t.Error("a borrowed certificate was let in")
	}
}

// borrowed shows a public key whose private half it does not have.
type borrowed struct {
	shown crypto.PublicKey
	key   ed25519.PrivateKey
}

func (b borrowed) Public() crypto.PublicKey { return b.shown }

func (b borrowed) Sign(random io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	return b.key.Sign(random, digest, o)
}

func TestARevokedLaptopIsPutOutAtOnceAlsoInTheMiddle(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	key := newKey(t)
	r.give(key, bucket.MayWrite)
	b := r.enter(key)
	if err := b.Put(context.Background(), "log/one", []byte("x")); err != nil {
		t.Fatal(err)
	}
	half := r.dial(key) // has asked for nothing yet
	if _, err := half.Write([]byte("GET /list?prefix=")); err != nil {
		t.Fatal(err)
	}
	r.give(key, bucket.NoRight)
	_, err := b.Get(context.Background(), "log/one", 10)
	wantFault(t, err, "bucket_refused")
	_ = half.SetReadDeadline(time.Now().Add(3 * time.Second))
	if n, err := half.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Errorf("an open connection lived on: %d bytes, %v", n, err)
	}
	_, err = b.List(context.Background(), "", "")
	wantFault(t, err, "bucket_refused")
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestALaptopThatWaitsForItsSeatMayOnlyAskForIt(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	member, waiting := r.newcomer(bucket.MayWrite), r.newcomer(bucket.MayAsk)
	ctx := context.Background()
	for _, key := range []string{"log/one", "roster/00000001-x", "join/other"} {
		if err := member.Put(ctx, key, []byte(key)); err != nil {
			t.Fatal(err)
		}
	}
	if page, err := waiting.List(ctx, "roster/", ""); err != nil || len(page.Objects) != 1 {
		t.Errorf("the roster is %v, %v", page.Objects, err)
	}
	if got, err := waiting.Get(ctx, "roster/00000001-x", 100); err != nil || len(got) == 0 {
		t.Errorf("a statement is %q, %v", got, err)
	}
	if err := waiting.Put(ctx, "join/mine", []byte("please")); err != nil {
		t.Errorf("it could not ask: %v", err)
	}
	for _, prefix := range []string{"", "log/", "join/", "roste", "roster"} {
		_, err := waiting.List(ctx, prefix, "")
		wantFault(t, err, "bucket_refused")
	}
	for _, key := range []string{"log/one", "join/other", "join/nothing"} {
		_, err := waiting.Get(ctx, key, 100)
		wantFault(t, err, "bucket_refused")
	}
	wantFault(t, waiting.Put(ctx, "log/two", []byte("x")), "bucket_refused")
	wantFault(t, waiting.Put(ctx, "roster/00000002-x", []byte("x")), "bucket_refused")
	wantFault(t, waiting.Delete(ctx, "log/one"), "bucket_read_only")
	wantFault(t, waiting.Put(ctx, "join/large", make([]byte, 65<<10)), "object_too_large")
}

func TestARefusalArrivesHoweverLargeWhatIsRefused(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	waiting := r.newcomer(bucket.MayAsk)
	for _, size := range []int{31 << 10, 33 << 10, 1 << 20, 8 << 20} {
		for n := range 10 {
			err := waiting.Put(context.Background(), "log/"+strconv.Itoa(n), make([]byte, size))
			wantFault(t, err, "bucket_refused")
		}
	}
}

func TestALaptopThatWasAdmittedHasItsNewRightAtOnce(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	invitation, own := newKey(t), newKey(t)
	r.give(invitation, bucket.MayAsk)
	r.give(own, bucket.MayWrite)
	shown := invitation
	b, err := bucket.OpenLAN(r.address, func() crypto.Signer { return shown }, func(ed25519.PublicKey) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.List(context.Background(), "log/", "")
	wantFault(t, err, "bucket_refused")
	shown = own
	if _, err := b.List(context.Background(), "log/", ""); err != nil {
		t.Errorf("over the connection of before: %v", err)
	}
}

func TestOnlyAnAdminDeletes(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	member, admin := r.newcomer(bucket.MayWrite), r.newcomer(bucket.MayDelete)
	if err := member.Put(context.Background(), "log/one", []byte("x")); err != nil {
		t.Fatal(err)
	}
	wantFault(t, member.Delete(context.Background(), "log/one"), "bucket_read_only")
	if err := admin.Delete(context.Background(), "log/one"); err != nil {
		t.Errorf("an admin: %v", err)
	}
}
