// Package meter stands between Carnet and an S3 server and counts what passes: every request by its
// kind, every byte each way, how many requests were under way at once. It can hold all back as a
// distant server would. It knows HTTP and nothing of Carnet; no program that people use may import it.
package meter

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Reading is what passed since the last Reset. Bytes are those of the connections: request lines, headers and bodies, as
// the laptop sends (out) and receives (in) them.
type Reading struct {
	List, Get, Put, Head, Delete int
	In, Out                      int64
	BodyIn, BodyOut              int64 // of these, what bodies hold
	Connections                  int   // that were opened
	Peak                         int   // requests under way at the same moment
}

// Requests is their number, of all kinds.
func (r Reading) Requests() int { return r.List + r.Get + r.Put + r.Head + r.Delete }

// Bytes is what passed in both directions.
func (r Reading) Bytes() int64 { return r.In + r.Out }

// Meter is one counting way to a server.
type Meter struct {
	listener net.Listener
	target   string
	latency  atomic.Int64 // of a round trip

	mu       sync.Mutex
	reading  Reading
	underWay int
	open     map[net.Conn]struct{}
}

// Start listens on loopback and leads to target, which is HOST:PORT, until Stop.
func Start(target string) (*Meter, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &Meter{listener: listener, target: target, open: map[net.Conn]struct{}{}}
	go m.accept()
	return m, nil
}

// Endpoint is where laptops find it, as HOST:PORT.
func (m *Meter) Endpoint() string { return m.listener.Addr().String() }

// SetLatency makes each round trip take so much longer, half of it each way, and the first bytes of a
// connection twice that, since a handshake goes before them.
func (m *Meter) SetLatency(d time.Duration) { m.latency.Store(int64(d)) }

// Reset begins to count anew. Requests that are under way stay so.
func (m *Meter) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reading = Reading{Peak: m.underWay}
}

// Read gives what passed.
func (m *Meter) Read() Reading {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.reading
}

// Stop closes the way and all that goes over it.
func (m *Meter) Stop() {
	_ = m.listener.Close()
	m.mu.Lock()
	defer m.mu.Unlock()
	for conn := range m.open {
		_ = conn.Close()
	}
}

func (m *Meter) count(change func(*Reading)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.reading)
}

// begins and ends keep account of the requests under way.
func (m *Meter) begins() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.underWay++
	m.reading.Peak = max(m.reading.Peak, m.underWay)
}

func (m *Meter) ends() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.underWay--
}

func (m *Meter) keep(conn net.Conn) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open[conn] = struct{}{}
}

func (m *Meter) forget(conn net.Conn) {
	_ = conn.Close()
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.open, conn)
}

func (m *Meter) accept() {
	for {
		conn, err := m.listener.Accept()
		if err != nil {
			return
		}
		m.count(func(r *Reading) { r.Connections++ })
		go m.lead(conn)
	}
}
