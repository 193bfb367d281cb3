package meter

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// most is what of a body is held back before it goes on; the end of a body is counted before it does, so that whoever has
// an answer has been counted.
const most = 64 << 10

// lead joins one connection to the server.
func (m *Meter) lead(laptop net.Conn) {
	defer m.forget(laptop)
	m.keep(laptop)
	server, err := net.Dial("tcp", m.target)
	if err != nil {
		return
	}
	defer m.forget(server)
	m.keep(server)
	asked := make(chan *http.Request, 64)
	underWay := &sync.WaitGroup{}
	underWay.Go(func() {
		defer close(asked)
		m.requests(laptop, server, asked)
		m.forget(server)
	})
	underWay.Go(func() {
		m.answers(server, laptop, asked)
		m.forget(laptop)
		for range asked { // those that were never answered
			m.ends()
		}
	})
	underWay.Wait()
}

// requests passes on what the laptop asks.
func (m *Meter) requests(from, to net.Conn, asked chan<- *http.Request) {
	way := m.way(to, true)
	defer way.close()
	way.from, way.passed = from, func(n int) { m.count(func(r *Reading) { r.Out += int64(n) }) }
	lines := bufio.NewReader(way)
	for {
		request, err := http.ReadRequest(lines)
		if err != nil {
			way.flush()
			return
		}
		m.begins()
		m.count(kind(request))
		asked <- request
		if err := way.body(request.Body, func(n int) { m.count(func(r *Reading) { r.BodyOut += int64(n) }) }, func() {}); err != nil {
			return
		}
	}
}

// answers passes on what the server says to it.
func (m *Meter) answers(from, to net.Conn, asked <-chan *http.Request) {
	way := m.way(to, false)
	defer way.close()
	way.from, way.passed = from, func(n int) { m.count(func(r *Reading) { r.In += int64(n) }) }
	lines := bufio.NewReader(way)
	for request := range asked {
		if err := m.answer(way, lines, request); err != nil {
			return
		}
	}
}

// answer passes on one answer; those that only say that there will be one have no body.
func (m *Meter) answer(way *way, lines *bufio.Reader, request *http.Request) error {
	for {
		answer, err := http.ReadResponse(lines, request)
		if err != nil {
			m.ends()
			way.flush()
			return err
		}
		if answer.StatusCode/100 != 1 {
			err = way.body(answer.Body, func(n int) { m.count(func(r *Reading) { r.BodyIn += int64(n) }) }, m.ends)
		}
		_ = answer.Body.Close()
		if answer.StatusCode/100 != 1 || err != nil {
			return err
		}
	}
}

// kind tells how to count a request: a listing has a parameter that every one of them has.
func kind(request *http.Request) func(*Reading) {
	return func(r *Reading) {
		switch {
		case request.Method == http.MethodPut:
			r.Put++
		case request.Method == http.MethodHead:
			r.Head++
		case request.Method == http.MethodDelete:
			r.Delete++
		case request.URL.Query().Has("list-type"):
			r.List++
		default:
			r.Get++
		}
	}
}

// way goes in one direction: what is read of it is remembered and, once it has been counted, sent on.
type way struct {
	from   net.Conn
	passed func(n int)
	held   bytes.Buffer
	queue  chan parcel
	done   chan struct{}
	delay  func() time.Duration
}

type parcel struct {
	due  time.Time
	data []byte
}

// way begins to send to a connection; the first bytes from a laptop have a handshake before them.
func (m *Meter) way(to net.Conn, handshake bool) *way {
	w := &way{queue: make(chan parcel, 4096), done: make(chan struct{})}
	w.delay = func() time.Duration {
		half := time.Duration(m.latency.Load()) / 2
		if handshake {
			handshake = false
			return 3 * half
		}
		return half
	}
	go func() {
		defer close(w.done)
		for p := range w.queue {
			if wait := time.Until(p.due); wait > 0 {
				time.Sleep(wait)
			}
			if _, err := to.Write(p.data); err != nil {
				_ = to.Close()
			}
		}
	}()
	return w
}

func (w *way) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	w.passed(n)
	w.held.Write(p[:n])
	return n, err
}

func (w *way) flush() {
	if w.held.Len() == 0 {
		return
	}
	w.queue <- parcel{due: time.Now().Add(w.delay()), data: bytes.Clone(w.held.Bytes())}
	w.held.Reset()
}

func (w *way) close() {
	w.flush()
	close(w.queue)
	<-w.done
}

// body passes on a whole body; ended is told before its last bytes go.
func (w *way) body(body io.ReadCloser, passed func(n int), ended func()) error {
	buffer := make([]byte, most/2)
	for {
		n, err := body.Read(buffer)
		passed(n)
		if err != nil {
			ended()
			w.flush()
			if err == io.EOF {
				err = nil
			}
			return err
		}
		if w.held.Len() >= most {
			w.flush()
		}
	}
}
