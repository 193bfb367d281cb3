package bucket_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/carnet/sync/bucket"
)

// What passes on the wire, and what a lender makes of requests that are none of ours.

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
	for _, err := conn.Write([]byte("G")); err == nil && time.Since(began) < 60*time.Second; _, err = conn.Write([]byte("x")) {
		time.Sleep(100 * time.Millisecond)
	}
	if took := time.Since(began); took > 45*time.Second {
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
