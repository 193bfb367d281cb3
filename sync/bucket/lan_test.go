package bucket_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
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

func TestNothingIsReadableOnTheWire(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	tap := listenIn(t, r.address)
	r.address = tap.address
	b := r.newcomer(bucket.MayWrite)
	secret := strings.Repeat("Iqaluit", 30)
	if err := b.Put(context.Background(), "log/readable-key", []byte(secret)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(context.Background(), "log/readable-key", 1000); err != nil {
		t.Fatal(err)
	}
	if _, err := b.List(context.Background(), "log/", ""); err != nil {
		t.Fatal(err)
	}
	heard := tap.heard()
	if len(heard) < len(secret) {
		t.Fatalf("only %d bytes passed here", len(heard))
	}
	for _, word := range []string{"Iqaluit", "readable-key", "log/", "GET ", "PUT ", "HTTP", "arnet", string(public(r.lender))} {
		if bytes.Contains(heard, []byte(word)) {
			t.Errorf("%q can be read on the wire", word)
		}
	}
}

// tap passes bytes on and keeps them.
type tap struct {
	address string
	mu      sync.Mutex
	bytes   bytes.Buffer
}

func (p *tap) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes.Write(b)
}

func (p *tap) heard() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.bytes.Bytes())
}

func listenIn(t *testing.T, address string) *tap {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	p := &tap{address: listener.Addr().String()}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", address)
			if err != nil {
				_ = near.Close()
				return
			}
			go func() { _, _ = io.Copy(io.MultiWriter(far, p), near); _ = far.Close() }()
			go func() { _, _ = io.Copy(io.MultiWriter(near, p), far); _ = near.Close() }()
		}
	}()
	return p
}

func TestRequestsThatAreNotCarnetsAreRefusedAndLeadNowhere(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	key := newKey(t)
	r.give(key, bucket.MayDelete)
	for _, request := range []string{
		"GET / HTTP/1.1", "GET /etc/passwd HTTP/1.1", "GET /object?key=../../etc/passwd HTTP/1.1", "GET /object?key=%2e%2e%2fx HTTP/1.1", "GET /object?key=log%5c..%5cx HTTP/1.1",
		"GET /object HTTP/1.1", "GET /object?key=a&key=b HTTP/1.1", "GET /object?key=a&x=1 HTTP/1.1", "GET /list HTTP/1.1", "GET /list?prefix=&after=&x= HTTP/1.1",
		"PUT /list?prefix=&after= HTTP/1.1", "POST /object?key=a HTTP/1.1", "GET /../object?key=a HTTP/1.1", "GET //object?key=a HTTP/1.1", "CONNECT example.org:443 HTTP/1.1",
		"GET http://example.org/object?key=a HTTP/1.1", "OPTIONS * HTTP/1.1", "DELETE /object?key=.hidden HTTP/1.1", "PUT /object?key=log/half.tmp HTTP/1.1\r\nContent-Length: 0",
	} {
		conn := r.dial(key)
		_, _ = io.WriteString(conn, request+"\r\nHost: carnet\r\nConnection: close\r\n\r\n")
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		answer, _ := io.ReadAll(conn)
		if !bytes.HasPrefix(answer, []byte("HTTP/1.1 4")) {
			t.Errorf("%s: %.60q", request, answer)
		}
	}
}

func TestBodiesWithoutALengthOrTooLongAreNotRead(t *testing.T) {
	r := lend(t, openFolder(t, t.TempDir()))
	key := newKey(t)
	r.give(key, bucket.MayDelete)
	for _, head := range []string{"Transfer-Encoding: chunked", "Content-Length: 99999999999", "X: " + strings.Repeat("x", 64<<10)} {
		conn := r.dial(key)
		_, _ = io.WriteString(conn, "PUT /object?key=log/x HTTP/1.1\r\nHost: c\r\n"+head+"\r\n\r\n")
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		answer, err := io.ReadAll(conn)
		if isTimeout(err) || !bytes.HasPrefix(answer, []byte("HTTP/1.1 4")) {
			t.Errorf("%.30s: %.60q, %v", head, answer, err)
		}
	}
}

func TestHalfAnObjectNeverReachesTheFolder(t *testing.T) {
	folder := openFolder(t, t.TempDir())
	r := lend(t, folder)
	key := newKey(t)
	r.give(key, bucket.MayWrite)
	conn := r.dial(key)
	_, _ = io.WriteString(conn, "PUT /object?key=log/x HTTP/1.1\r\nHost: c\r\nContent-Length: 100\r\n\r\nhalf")
	_ = conn.Close()
	time.Sleep(200 * time.Millisecond)
	if page, err := folder.List(context.Background(), "", ""); err != nil || len(page.Objects) != 0 {
		t.Errorf("the folder has %v, %v", page.Objects, err)
	}
}

func TestWhoeverOnlyHoldsTheLineDoesNotKeepOthersOut(t *testing.T) {
	t.Parallel() // it waits
	r := lend(t, openFolder(t, t.TempDir()))
	var held []net.Conn
	for range 200 {
		conn, err := net.Dial("tcp", r.address) // says nothing, or half a greeting
		if err != nil {
			break
		}
		_, _ = conn.Write([]byte{0x16, 0x03, 0x01})
		held = append(held, conn)
	}
	t.Cleanup(func() {
		for _, conn := range held {
			_ = conn.Close()
		}
	})
	began := time.Now()
	for b := r.newcomer(bucket.MayWrite); ; {
		_, err := b.List(context.Background(), "", "")
		if err == nil {
			break
		}
		if time.Since(began) > 12*time.Second {
			t.Fatalf("kept out by silent lines: %v", err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	closed := 0
	for _, conn := range held {
		_ = conn.SetReadDeadline(began.Add(8 * time.Second))
		if _, err := conn.Read(make([]byte, 1)); err != nil && !isTimeout(err) {
			closed++
		}
	}
	if closed != len(held) {
		t.Errorf("%d of %d silent lines were closed", closed, len(held))
	}
}

func TestARequestThatDripsIsCutOff(t *testing.T) {
	t.Parallel() // it waits
	r := lend(t, openFolder(t, t.TempDir()))
	key := newKey(t)
	r.give(key, bucket.MayWrite)
	conn := r.dial(key)
	began := time.Now()
	for _, err := conn.Write([]byte("G")); err == nil && time.Since(began) < 12*time.Second; _, err = conn.Write([]byte("x")) {
		time.Sleep(100 * time.Millisecond)
	}
	if took := time.Since(began); took > 11*time.Second {
		t.Errorf("a head that drips was listened to for %s", took)
	}
}

func TestALendersAnswersAreNotBelieved(t *testing.T) {
	for name, row := range map[string]struct {
		answer func(http.ResponseWriter)
		code   string
	}{
		"no listing":             {func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<html>") }, "bucket_unreachable"},
		"a listing that was cut": {func(w http.ResponseWriter) { _, _ = io.WriteString(w, "carnet-list 1\n1 log/a\n") }, "bucket_unreachable"},
		"endless":                {func(w http.ResponseWriter) { _, _ = w.Write(bytes.Repeat([]byte("1 log/a\n"), 2<<20)) }, "bucket_unreachable"},
		"out of order":           {func(w http.ResponseWriter) { _, _ = io.WriteString(w, "carnet-list 1\n1 log/b\n1 log/a\nend\n") }, "bucket_unreachable"},
		"a trick":                {func(w http.ResponseWriter) { _, _ = io.WriteString(w, "carnet-list 1\n1 log/../../x\nend\n") }, "bucket_unreachable"},
		"an invented code": {func(w http.ResponseWriter) {
			w.Header().Set("Carnet-Fault", "laptop_revoked")
			w.WriteHeader(403)
		}, "bucket_unreachable"},
		"a code that does not fit": {func(w http.ResponseWriter) {
			w.Header().Set("Carnet-Fault", "object_missing")
			w.WriteHeader(500)
		}, "bucket_unreachable"},
		"led elsewhere": {func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://example.org/")
			w.WriteHeader(302)
		}, "bucket_unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			lender, own := newKey(t), newKey(t)
			listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{bucket.CertificateForTest(lender)}})
			if err != nil {
				t.Fatal(err)
			}
			server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { row.answer(w) })}
			go func() { _ = server.Serve(listener) }()
			t.Cleanup(func() { _ = server.Close() })
			b, err := bucket.OpenLAN(listener.Addr().String(), func() crypto.Signer { return own }, func(k ed25519.PublicKey) bool { return k.Equal(public(lender)) })
			if err != nil {
				t.Fatal(err)
			}
			_, err = b.List(context.Background(), "log/", "")
			wantFault(t, err, row.code)
		})
	}
}
