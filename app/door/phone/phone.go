// Package phone lets volunteers' phones be doors: it serves one door of one meeting over HTTPS on the local network, to phones that were paired by a
// code shown on the laptop. Only names, communities and roles leave the laptop; nothing else on it can be reached. It is written against
// strangers: every request is small, counted, timed, and refused without a word of why where it is not a paired phone's.
package phone

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"example.org/carnet/app/door"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Deps is what a phone door stands on.
type Deps struct {
	Store    *store.Store
	Door     *door.Door
	Meetings *meetings.Meetings
	Now      func() time.Time
	Log      *slog.Logger // nil throws the log away
}

// Options say which door is served, and where.
type Options struct {
	Meeting     string    // whole id
	Station     string    // the door's name, as facts have it
	Listen      string    // HOST:PORT; empty for any port on every address
	Until       time.Time // when it ends by itself; zero for the end of this day on the meeting's clock
	State       string    // file that remembers paired phones when the laptop starts again; empty for none
	Certificate *tls.Certificate
	Page        fs.FS // what is served besides the requests: index.html and what it names; nil for none
	Lang        string
}

// Server is one phone door that is open.
type Server struct {
	Deps
	o       Options
	meeting meetings.Planned
	http    *http.Server
	at      net.Listener
	print   string // of the certificate

	mu      sync.Mutex
	code    pairing
	phones  map[string]*phone // by hash of their token
	wrong   *rate.Limiter     // codes that may be tried, of all together
	callers map[string]*caller
	refused map[string]int
	told    map[string]time.Time
	handles handles
}

// Open starts to serve. Faults: unknown_id, role_forbids, phone_listen, and those of the state's file.
func Open(d Deps, o Options) (*Server, error) {
	if err := d.Door.May(store.KindScan); err != nil {
		return nil, err
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	meeting, err := d.Meetings.Planned(o.Meeting)
	if err != nil {
		return nil, err
	}
	s := &Server{Deps: d, o: o, meeting: meeting, phones: map[string]*phone{}, callers: map[string]*caller{}, refused: map[string]int{}, told: map[string]time.Time{},
		wrong: rate.NewLimiter(rate.Every(2*time.Second), wrongBurst)}
	if s.o.Until.IsZero() {
		s.o.Until = endOfDay(d.Now(), meeting)
	}
	if s.o.Certificate == nil {
		if s.o.Certificate, err = NewCertificate(d.Now()); err != nil {
			return nil, err
		}
	}
	s.print = Fingerprint(s.o.Certificate)
	if err := s.remember(); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fault.New("phone_listen", "address", o.Listen).Because(err)
	}
	s.at = listener
	s.serve(newLimited(listener))
	return s, nil
}

// endOfDay is the midnight after now, on the meeting's clock.
func endOfDay(now time.Time, m meetings.Planned) time.Time {
	if !m.Start.IsZero() {
		now = now.In(m.Start.Location())
	}
	return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
}

func (s *Server) serve(listener net.Listener) {
	s.http = &http.Server{
		Handler: s, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 15 * time.Second, IdleTimeout: 45 * time.Second,
		MaxHeaderBytes: 8 << 10, ErrorLog: log.New(discard{}, "", 0),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // one request after the other is enough, and less can go wrong
	}
	secure := tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{*s.o.Certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
	go func() {
		if err := s.http.Serve(secure); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.Log.Error("the phone door stopped", "error", err)
		}
	}()
}

// discard takes what the server says of strangers' broken connections.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// Close stops serving; what was acknowledged is on the disk.
func (s *Server) Close() error {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if err := s.keep(); err != nil { // how much each phone noted, for the screen alone
			s.Log.Error("paired phones could not be kept", "error", err)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		return s.http.Close()
	}
	return nil
}

// Addr is where it listens.
func (s *Server) Addr() net.Addr { return s.at.Addr() }

// Addresses are where phones may find it: those of this laptop on networks nearby, or the one that it was told to listen on.
func (s *Server) Addresses() (urls []string) {
	host, port, _ := net.SplitHostPort(s.at.Addr().String())
	if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
		return []string{"https://" + net.JoinHostPort(host, port) + "/"}
	}
	for _, ip := range typable(addresses()) {
		urls = append(urls, "https://"+net.JoinHostPort(ip.String(), port)+"/")
	}
	if len(urls) == 0 { // no network yet: a hotspot may come up later
		urls = append(urls, "https://"+net.JoinHostPort("localhost", port)+"/")
	}
	return urls
}

// typable leaves those that somebody can type: the short ones, and the long ones only where there are no others.
func typable(all []net.IP) []net.IP {
	var short, long []net.IP
	for _, ip := range all {
		switch {
		case ip.IsLoopback() || ip.IsLinkLocalUnicast():
		case ip.To4() != nil:
			short = append(short, ip)
		default:
			long = append(long, ip)
		}
	}
	if len(short) > 0 {
		return short
	}
	return long
}

// Link is an address with a code in it, for a picture that phones read. What stands behind # is not sent over the network.
func Link(address, code string) string { return address + "#" + code }

// Meeting is the one that is served.
func (s *Server) Meeting() meetings.Planned { return s.meeting }

// Station is the door's name.
func (s *Server) Station() string { return s.o.Station }

// Until is when it ends by itself.
func (s *Server) Until() time.Time { return s.o.Until }

// Fingerprint is that of the certificate, which a phone's browser shows too.
func (s *Server) Fingerprint() string { return s.print }

// expired tells whether the day is over.
func (s *Server) expired() bool { return !s.Now().Before(s.o.Until) }

// refuse counts a refusal, and logs the first of its sort in a minute.
func (s *Server) refuse(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[reason]++
	if now := time.Now(); now.Sub(s.told[reason]) > time.Minute {
		s.told[reason] = now
		s.Log.Warn("a phone door refused a request", "reason", reason, "so_far", s.refused[reason])
	}
}

// Refused counts refused requests by reason.
func (s *Server) Refused() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := make(map[string]int, len(s.refused))
	for reason, n := range s.refused {
		counts[reason] = n
	}
	return counts
}
