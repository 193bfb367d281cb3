package phone

import (
	"net"
	"sync"
)

const (
	mostConnections = 256
	perAddress      = 24
)

// limited lets so many connections in, of so many of one address, and only of addresses nearby. Others are closed before a byte of theirs is read.
type limited struct {
	net.Listener
	mu    sync.Mutex
	total int
	from  map[string]int
}

func newLimited(l net.Listener) *limited { return &limited{Listener: l, from: map[string]int{}} }

func (l *limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		host, ok := hostOf(conn.RemoteAddr())
		if ok && l.take(host) {
			return &counted{Conn: conn, done: func() { l.give(host) }}, nil
		}
		_ = conn.Close()
	}
}

func hostOf(a net.Addr) (string, bool) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !nearby(tcp.IP) {
		return "", false
	}
	return tcp.IP.String(), true
}

func (l *limited) take(host string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= mostConnections || l.from[host] >= perAddress {
		return false
	}
	l.total++
	l.from[host]++
	return true
}

func (l *limited) give(host string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.from[host]--; l.from[host] == 0 {
		delete(l.from, host)
	}
}

// counted gives its place back once.
type counted struct {
	net.Conn
	once sync.Once
	done func()
}

func (c *counted) Close() error {
	c.once.Do(c.done)
	return c.Conn.Close()
}
