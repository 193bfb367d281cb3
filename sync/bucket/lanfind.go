package bucket

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pion/logging"
	"github.com/pion/mdns/v2"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// A lent folder makes itself heard in the room by multicast DNS (RFC 6762) and service discovery
// (RFC 6763). What is announced names nobody: a random instance, and a tag that only whoever knows the network
// can read. What is heard is only a hint where to knock; the handshake decides.
const (
	service  = "_carnet._tcp"
	tagName  = "t"
	maxTag   = 120 // characters
	maxFound = 64
)

// Found is a folder that somebody lends.
type Found struct {
	Address string // HOST:PORT
	Tag     string
}

// Announce tells the room that a folder is lent at address, until ctx ends. An address without a host
// stands for all that this laptop has; one that no other laptop reaches is not announced.
func Announce(ctx context.Context, address net.Addr, tag string) error {
	return announceOn(ctx, address, tag)
}

func announceOn(ctx context.Context, address net.Addr, tag string, on ...mdns.ServerOption) error {
	at, err := netip.ParseAddrPort(address.String())
	if err != nil || len(tag) > maxTag {
		return errors.New("cannot be announced")
	}
	if at.Addr().IsLoopback() {
		return nil
	}
	name := "carnet-" + randomName()
	options := []mdns.ServerOption{mdns.WithLocalNames(name + ".local"), mdns.WithService(mdns.ServiceInstance{
		Instance: name, Service: service, Domain: "local", Host: name + ".local.", Port: at.Port(),
		Text: []mdns.TXTEntry{mdns.NewTXTString(tagName, tag)},
	})}
	options = append(options, on...)
	if !at.Addr().IsUnspecified() {
		options = append(options, mdns.WithLocalAddress(at.Addr().AsSlice()))
	}
	voice, err := speak(options...)
	if err != nil {
		return err
	}
	<-ctx.Done()
	return voice.Close()
}

func randomName() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return hex.EncodeToString(b[:])
}

// Find listens for a while and gives what is lent around here, in the order of the addresses.
func Find(ctx context.Context, wait time.Duration) ([]Found, error) {
	return findOn(ctx, wait)
}

func findOn(ctx context.Context, wait time.Duration, options ...mdns.ServerOption) ([]Found, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	ear, err := speak(append(options, mdns.WithQueryInterval(wait/4))...)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	heard := map[string]Found{} // by instance: a laptop has several addresses
	ear.OnServiceDiscovered(func(event mdns.ServiceEvent) {
		found, ok := understand(event)
		if !ok {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		before, again := heard[event.Instance.Instance]
		if len(heard) < maxFound || again {
			heard[event.Instance.Instance] = better(before, found)
		}
	})
	if err := ear.Browse(ctx, service); err != nil {
		_ = ear.Close()
		return nil, err
	}
	<-ctx.Done()
	_ = ear.Close() // nothing to lose
	mu.Lock()
	defer mu.Unlock()
	list := make([]Found, 0, len(heard))
	for _, found := range heard {
		list = append(list, found)
	}
	slices.SortFunc(list, func(a, b Found) int { return strings.Compare(a.Address, b.Address) })
	return list, nil
}

// understand takes of what was heard what has the right form.
func understand(event mdns.ServiceEvent) (Found, bool) {
	if !event.Addr.IsValid() || event.Addr.IsUnspecified() || event.Addr.IsMulticast() || event.Instance.Port == 0 {
		return Found{}, false
	}
	found := Found{Address: netip.AddrPortFrom(event.Addr.Unmap(), event.Instance.Port).String()}
	if remote, err := parseLAN(found.Address); err != nil || remote.Endpoint != found.Address {
		return Found{}, false
	}
	for _, entry := range event.Instance.Text {
		if strings.EqualFold(entry.Key, tagName) && len(entry.Value) <= maxTag {
			found.Tag = strings.Map(printable, string(entry.Value))
		}
	}
	return found, true
}

func printable(r rune) rune {
	if r <= ' ' || r > '~' {
		return -1
	}
	return r
}

// better prefers an address that a person could type.
func better(a, b Found) Found {
	switch host := func(f Found) string { h, _, _ := net.SplitHostPort(f.Address); return h }; {
	case a.Address == "", strings.Contains(host(a), "%") && !strings.Contains(host(b), "%"), strings.Contains(host(a), ":") && !strings.Contains(host(b), ":"):
		return b
	}
	return a
}

// speak joins the room's conversation, over whichever of IPv4 and IPv6 there is.
func speak(options ...mdns.ServerOption) (*mdns.Conn, error) {
	var v4 *ipv4.PacketConn
	var v6 *ipv6.PacketConn
	line4, err4 := listenMulticast("udp4", mdns.DefaultAddressIPv4)
	if err4 == nil {
		v4 = ipv4.NewPacketConn(line4)
	}
	line6, err6 := listenMulticast("udp6", mdns.DefaultAddressIPv6)
	if err6 == nil {
		v6 = ipv6.NewPacketConn(line6)
	}
	if err4 != nil && err6 != nil {
		return nil, errors.Join(err4, err6)
	}
	quiet := &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	conn, err := mdns.NewServer(v4, v6, append(options, mdns.WithLoggerFactory(quiet))...)
	if err != nil {
		for _, line := range []*net.UDPConn{line4, line6} {
			if line != nil {
				_ = line.Close()
			}
		}
		return nil, err
	}
	return conn, nil
}

// listenMulticast shares the port with whoever else on this laptop listens for such names.
func listenMulticast(network, address string) (*net.UDPConn, error) {
	at, err := net.ResolveUDPAddr(network, address)
	if err != nil {
		return nil, err
	}
	return net.ListenUDP(network, at)
}
