package bucket

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	dialLimit = 2 * time.Second         // for each try to reach the server
	quiet     = 4500 * time.Millisecond // without one byte either way, the network is not there
	longest   = 3 * time.Minute         // for one operation on a line that drips
	slowest   = 16 << 10                // bytes a second that a line is given credit for when sending

	// What a service may say about itself or a page of keys; objects have limits of their own.
	maxAnswer = 8 << 20 // bytes
)

// verb is what a request is for, as Cost counts it.
type verb int

const (
	verbGet verb = iota
	verbList
	verbPut
	verbHead
	verbDelete
)

// wire is the only way from a bucket to the network: it counts what passes, notes what the
// server's clock says, and gives up on a line that has gone quiet.
type wire struct {
	transport *http.Transport
	verbOf    func(*http.Request) verb
	mu        sync.Mutex
	cost      Cost
	in, out   atomic.Int64 // bytes over all connections
	patient   patient
}

func newWire(verbOf func(*http.Request) verb) *wire {
	w := &wire{verbOf: verbOf}
	w.transport = &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           w.dial,
		TLSHandshakeTimeout:   quiet,
		MaxIdleConnsPerHost:   4,
		IdleConnTimeout:       30 * time.Second,
		ExpectContinueTimeout: 0,
		DisableCompression:    true, // sealed bytes do not shrink
		ForceAttemptHTTP2:     true,
	}
	return w
}

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &countedConn{Conn: conn, wire: w}, nil
}

// countedConn counts what really passed, TLS and headers included.
type countedConn struct {
	net.Conn
	wire *wire
}

func (c *countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.wire.in.Add(int64(n))
	return n, err
}

func (c *countedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.wire.out.Add(int64(n))
	return n, err
}

func (w *wire) Cost() Cost {
	w.mu.Lock()
	defer w.mu.Unlock()
	cost := w.cost
	cost.In, cost.Out = w.in.Load(), w.out.Load()
	return cost
}

func (w *wire) Close() error {
	w.transport.CloseIdleConnections()
	return nil
}

// clockKey finds where an operation wants the server's time put.
type clockKey struct{}

// withClock lets RoundTrip write the server's time into clock.
func withClock(ctx context.Context, clock *time.Time) context.Context {
	return context.WithValue(ctx, clockKey{}, clock)
}

// RoundTrip sends one request and counts it. The user agent is replaced: a server need not know
// which library and which system a coordinator uses.
func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := w.patient.ready(request.Context()); err != nil {
		return nil, err
	}
	verb := w.verbOf(request)
	w.countRequest(verb)
	request.Header.Set("User-Agent", "Carnet") // not part of the signature
	response, err := w.transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if err := w.patient.heard(response); err != nil {
		_ = response.Body.Close()
		return nil, err
	}
	if clock, ok := request.Context().Value(clockKey{}).(*time.Time); ok {
		if t, err := http.ParseTime(response.Header.Get("Date")); err == nil {
			*clock = t
		}
	}
	if verb != verbGet || response.StatusCode != http.StatusOK { // objects have limits of their own
		response.Body = &limitedBody{ReadCloser: response.Body, left: maxAnswer}
	}
	return response, nil
}

func (w *wire) countRequest(v verb) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch v {
	case verbList:
		w.cost.List++
	case verbPut:
		w.cost.Put++
	case verbHead:
		w.cost.Head++
	case verbDelete:
		w.cost.Delete++
	case verbGet:
		w.cost.Get++
	}
}

// verbOfS3 knows a listing by the parameter that every one of them has.
func verbOfS3(request *http.Request) verb {
	switch request.Method {
	case http.MethodPut:
		return verbPut
	case http.MethodHead:
		return verbHead
	case http.MethodDelete:
		return verbDelete
	}
	if request.URL.Query().Has("list-type") {
		return verbList
	}
	return verbGet
}

var errAnswerTooLong = errors.New("the answer is longer than any honest one")

// limitedBody fails, rather than ending early, when a server says too much.
type limitedBody struct {
	io.ReadCloser
	left int64
}

func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errAnswerTooLong
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// patience bounds an operation that sends size bytes: it may last as long as bytes move, and ends
// when none do. What waits in the system's own buffers cannot be seen moving, so a large body
// earns credit.
func (w *wire) patience(ctx context.Context, size int) (context.Context, context.CancelFunc) {
	credit := time.Duration(size) * time.Second / slowest
	ctx, cancel := context.WithTimeout(ctx, longest+credit)
	go w.watch(ctx, cancel, quiet+credit)
	return ctx, cancel
}

func (w *wire) watch(ctx context.Context, cancel context.CancelFunc, allowed time.Duration) {
	const glance = 100 * time.Millisecond
	ticker := time.NewTicker(glance)
	defer ticker.Stop()
	moved, since := w.in.Load()+w.out.Load(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			if total := w.in.Load() + w.out.Load(); total != moved {
				moved, since = total, now
			} else if now.Sub(since) >= allowed {
				cancel()
				return
			}
		}
	}
}
