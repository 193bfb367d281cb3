package phone

import (
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
)

func TestNothingElseCanBeReached(t *testing.T) {
	g := newGate(t)
	g.pairs()
	if status, text := g.send(must(http.NewRequest(http.MethodGet, g.url("/"), nil))); status != 200 || text != "<!doctype html>" {
		t.Error(status, text)
	}
	for _, path := range []string{"/../phone.go", "/..%2f..%2fetc/passwd", "/%2e%2e/etc/passwd", "//etc/passwd", "/app.js/..", "/app.js%00", "/.secret", "/./app.js", "/app.js?x=1",
		"/debug/pprof/", "/wails/", "/api", "/index.html/", "/\\..\\x", "/APP.JS", "/api/../app.js"} {
		r := must(http.NewRequest(http.MethodGet, g.url("/"), nil))
		raw, err := rawGet(g.Addr().String(), path)
		if err != nil || !strings.HasPrefix(raw, "HTTP/1.1 4") {
			t.Errorf("%s: %.40q %v", path, raw, err)
		}
		_ = r
	}
	for _, path := range []string{"/api/", "/api/members", "/api/state/", "/api/pair/../state", "/api//state"} {
		if raw, _ := rawPost(g, path); !strings.HasPrefix(raw, "HTTP/1.1 4") {
			t.Errorf("%s: %.60q", path, raw)
		}
	}
	for _, method := range []string{"PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"} {
		r := must(http.NewRequest(method, g.url("/"), nil))
		if status, _ := g.send(r); status < 400 {
			t.Error(method, status)
		}
	}
	r := must(http.NewRequest(http.MethodPost, g.url("/api/state"), strings.NewReader("{}")))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+g.token)
	r.Header.Set("Origin", "https://evil.example.org")
	if status, _ := g.send(r); status != http.StatusBadRequest {
		t.Error("another site's page asked:", status)
	}
}

func must(r *http.Request, err error) *http.Request {
	if err != nil {
		panic(err)
	}
	return r
}

// rawGet sends a path as it stands, which a client would tidy.
func rawGet(address, path string) (string, error) {
	return raw(address, "GET "+path+" HTTP/1.1\r\nHost: "+address+"\r\nConnection: close\r\n\r\n")
}

func rawPost(g *gate, path string) (string, error) {
	return raw(g.Addr().String(), "POST "+path+" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+g.token+"\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
}

func raw(address, request string) (string, error) {
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		return "", err
	}
	out, err := io.ReadAll(io.LimitReader(conn, 4096))
	return string(out), err
}

// endless is a body without an end; the client may still read from it when its answer is there.
type endless struct{ given atomic.Int64 }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	e.given.Add(int64(len(b)))
	return len(b), nil
}

func TestAGigabyteIsNotRead(t *testing.T) {
	g := newGate(t)
	g.pairs()
	text, err := raw(g.Addr().String(), "POST /api/passes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+g.token+"\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n")
	if err != nil || !strings.HasPrefix(text, "HTTP/1.1 413") {
		t.Errorf("%.60q %v", text, err)
	}
	body := &endless{}
	r := must(http.NewRequest(http.MethodPost, g.url("/api/passes"), io.LimitReader(body, 1<<30)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+g.token)
	if status, _ := g.send(r); status != http.StatusRequestEntityTooLarge && status != 0 || body.given.Load() > 16<<20 {
		t.Error(status, body.given.Load())
	}
	if text, _ := raw(g.Addr().String(), "POST /api/pair HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("a", 64<<10)+"\r\n\r\n"); !strings.HasPrefix(text, "HTTP/1.1 431") && text != "" {
		t.Errorf("%.60q", text)
	}
	if status, _ := g.ask("/api/state", "{}"); status != 200 {
		t.Error("the door does not answer any more:", status)
	}
}

func TestAFloodOfOnePhoneLeavesTheLaptopsDoorAlone(t *testing.T) {
	g := newGate(t)
	g.pairs()
	var told strings.Builder
	g.Log = slog.New(slog.NewTextHandler(&told, nil))
	counts, handler := map[int]int{}, g.Server
	for range 10_000 { // without the network between, which would only slow it down
		r := httptest.NewRequest(http.MethodPost, "/api/passes", strings.NewReader(g.passing(marie, "in", nonceA, g.now, g.now)))
		r.RemoteAddr = "192.168.1.7:4711"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+g.token)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		counts[w.Code]++
	}
	if counts[http.StatusTooManyRequests] < 8000 || counts[200] == 0 || g.scans() != 1 || g.Refused()["pace"] < 8000 {
		t.Error(counts, g.scans(), g.Refused())
	}
	if said := told.String(); strings.Count(said, "a phone door refused a request") != 1 || !strings.Contains(said, "reason=pace") {
		t.Errorf("the log says: %.300s", said)
	}
	noted, err := g.doors.Scan(door.Pass{Meeting: "mtg_forum", Member: ann, Kind: attendance.In, Station: "A"})
	if err != nil || noted.Again {
		t.Error(noted, err)
	}
}

func TestOneAddressTakesSoManyConnectionsAndNoMore(t *testing.T) {
	l := newLimited(nil)
	for i := range perAddress + 5 {
		if got := l.take("10.0.0.1"); got != (i < perAddress) {
			t.Fatal(i, got)
		}
	}
	if !l.take("10.0.0.2") {
		t.Error("another address pays for it")
	}
	l.give("10.0.0.1")
	if !l.take("10.0.0.1") {
		t.Error("a place given back is not free")
	}
	for address, near := range map[string]bool{"192.168.1.7": true, "10.1.2.3": true, "127.0.0.1": true, "fe80::1": true, "8.8.8.8": false, "2001:4860::1": false} {
		if _, ok := hostOf(&net.TCPAddr{IP: net.ParseIP(address)}); ok != near {
			t.Error(address, ok)
		}
	}
}
