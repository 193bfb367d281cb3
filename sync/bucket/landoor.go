package bucket

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"time"
)

const (
	perLaptop  = 8                      // connections, and requests at once, of one laptop
	perAddress = 64                     // connections of one address: a laptop may run two Carnets, a router may hide many
	atMost     = 512                    // connections in all
	knocking   = 64                     // of them such as have not proved a key yet
	perKnocker = 8                      // of them of one address
	handshake  = 5 * time.Second        // to prove a key
	farewell   = 300 * time.Millisecond // in which a refused laptop reads why
	glance     = 500 * time.Millisecond // between looks at who is still known
)

// door is a listener that lets in only laptops that proved a known key, and puts out those that are
// known no more. Nothing but TLS has read a byte of what comes from outside.
type door struct {
	net.Listener
	config *tls.Config
	known  func(ed25519.PublicKey) bool

	in   chan net.Conn
	done chan struct{}
	once sync.Once

	mu       sync.Mutex
	total    int
	outside  int            // have not proved a key
	from     map[string]int // connections by address
	knocks   map[string]int // of them such as have not proved a key
	residing map[*guestConn]ed25519.PublicKey
}

func newDoor(listener net.Listener, config *tls.Config, known func(ed25519.PublicKey) bool) *door {
	return &door{Listener: listener, config: config, known: known, in: make(chan net.Conn), done: make(chan struct{}),
		from: map[string]int{}, knocks: map[string]int{}, residing: map[*guestConn]ed25519.PublicKey{}}
}

// Accept gives connections whose key is proved and known.
func (d *door) Accept() (net.Conn, error) {
	select {
	case conn := <-d.in:
		return conn, nil
	case <-d.done:
		return nil, net.ErrClosed
	}
}

func (d *door) Close() error {
	d.once.Do(func() { close(d.done) })
	return d.Listener.Close()
}

// run takes connections until the listener is closed, and watches who is inside.
func (d *door) run(ctx context.Context) error {
	go d.watch()
	for pause := time.Duration(0); ; {
		conn, err := d.Listener.Accept()
		switch {
		case err == nil:
			pause = 0
			d.knock(ctx, conn)
			continue
		case ctx.Err() != nil:
			return nil
		}
		select {
		case <-d.done:
			return nil
		default:
		}
		if pause = max(2*pause, 5*time.Millisecond); pause > time.Second { // out of descriptors, perhaps; it passes
			return err
		}
		time.Sleep(pause)
	}
}

// guestConn gives its place free when it closes, once.
type guestConn struct {
	net.Conn
	door    *door
	address string
	proved  bool // guarded by door.mu
	once    sync.Once
}

func (c *guestConn) Close() error {
	c.once.Do(func() { c.door.leave(c) })
	return c.Conn.Close()
}

func addressOf(conn net.Conn) string {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return conn.RemoteAddr().String()
	}
	return host
}

// knock lets a connection prove its key, when there is room to listen to it.
func (d *door) knock(ctx context.Context, conn net.Conn) {
	c := &guestConn{Conn: conn, door: d, address: addressOf(conn)}
	d.mu.Lock()
	room := d.total < atMost && d.outside < knocking && d.from[c.address] < perAddress && d.knocks[c.address] < perKnocker
	if room {
		d.total++
		d.outside++
		d.from[c.address]++
		d.knocks[c.address]++
	}
	d.mu.Unlock()
	if !room {
		_ = conn.Close()
		return
	}
	go d.prove(ctx, c)
}

func (d *door) prove(ctx context.Context, c *guestConn) {
	ctx, cancel := context.WithTimeout(ctx, handshake)
	defer cancel()
	secure := tls.Server(c, d.config)
	_ = c.SetDeadline(time.Now().Add(handshake))
	if err := secure.HandshakeContext(ctx); err != nil {
		bidFarewell(c)
		return
	}
	key, err := peerKey(secure.ConnectionState())
	if err != nil || c.SetDeadline(time.Time{}) != nil || !d.settle(c, key) {
		_ = c.Close()
		return
	}
	select {
	case d.in <- secure:
	case <-d.done:
		_ = c.Close()
	}
}

// bidFarewell waits until the other side has read the alert: closing over unread bytes would tear it away.
func bidFarewell(c *guestConn) {
	_ = c.SetDeadline(time.Now().Add(farewell))
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(c, 64<<10))
	}
	_ = c.Close()
}

// settle counts a connection as inside.
func (d *door) settle(c *guestConn, key ed25519.PublicKey) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	count := 0
	for _, other := range d.residing {
		if key.Equal(other) {
			count++
		}
	}
	if count >= perLaptop {
		return false
	}
	c.proved = true
	d.outside--
	d.step(d.knocks, c.address)
	d.residing[c] = key
	return true
}

func (d *door) leave(c *guestConn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total--
	d.step(d.from, c.address)
	if !c.proved {
		d.outside--
		d.step(d.knocks, c.address)
	}
	delete(d.residing, c)
}

// step counts an address down and forgets it at zero.
func (d *door) step(count map[string]int, address string) {
	if count[address]--; count[address] <= 0 {
		delete(count, address)
	}
}

// watch closes the connections of laptops that were revoked, also in the middle of an answer.
func (d *door) watch() {
	ticker := time.NewTicker(glance)
	defer ticker.Stop()
	for {
		select {
		case <-d.done:
			return
		case <-ticker.C:
			for _, c := range d.strangers() {
				_ = c.Close()
			}
		}
	}
}

func (d *door) strangers() []*guestConn {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []*guestConn
	for c, key := range d.residing {
		if !d.known(key) {
			out = append(out, c)
		}
	}
	return out
}
