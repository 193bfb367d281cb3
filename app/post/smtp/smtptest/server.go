// Package smtptest is a mail server for tests: it takes mail, counts who got what, and misbehaves as it is told.
// It knows the protocol alone.
package smtptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// User and Password open the server.
const (
	User     = "bureau@example.org"
	Password = "correct horse"
)

// Server is one that runs. Its hooks may be set before the first connection; each may end the talk by closing conn.
type Server struct {
	Addr string
	CA   []byte // PEM of the authority behind its certificate

	OnMail func(conn net.Conn, from string) error
	OnRcpt func(conn net.Conn, to string) error
	OnData func(conn net.Conn, to string) error // before anything is taken
	OnTook func(conn net.Conn, to string) error // what the mail says is here, and counts unless an error is given
	OnDone func(conn net.Conn, to string)       // it counts; the answer is still to be given

	inner *gosmtp.Server
	tls   *tls.Config

	mu    sync.Mutex
	mails map[string][][]byte
	order []string
	most  int // connections at once
	open  int
}

// Options say what the server offers.
type Options struct {
	TLS        bool     // from the first byte
	StartTLS   bool     // offered
	Methods    []string // of proving who one is: PLAIN, LOGIN, XOAUTH2; none asks nobody
	UTF8       bool
	Size       int64
	ClientAuth bool // asks for a certificate
}

// Start runs a server on a free port of this machine.
func Start(o Options) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return StartOn(listener, o)
}

// StartOn runs a server on a listener.
func StartOn(listener net.Listener, o Options) (*Server, error) {
	s := &Server{Addr: listener.Addr().String(), mails: map[string][][]byte{}}
	cert, ca, err := Certificate()
	if err != nil {
		return nil, err
	}
	s.CA = ca
	s.tls = &tls.Config{Certificates: []tls.Certificate{cert}}
	if o.ClientAuth {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(ca)
		s.tls.ClientAuth, s.tls.ClientCAs = tls.RequireAnyClientCert, pool
	}
	s.inner = gosmtp.NewServer(&backend{server: s, methods: o.Methods})
	s.inner.Domain, s.inner.AllowInsecureAuth, s.inner.EnableSMTPUTF8 = "mail.example.org", true, o.UTF8
	s.inner.MaxMessageBytes = o.Size
	s.inner.ErrorLog = silence{}
	if o.StartTLS {
		s.inner.TLSConfig = s.tls
	}
	if o.TLS {
		listener = tls.NewListener(listener, s.tls)
	}
	go func() { _ = s.inner.Serve(listener) }()
	return s, nil
}

type silence struct{}

func (silence) Printf(string, ...any) {}
func (silence) Println(...any)        {}

// Stop ends the server and every connection, as when it is killed.
func (s *Server) Stop() { _ = s.inner.Close() }

// Port is where it listens.
func (s *Server) Port() int {
	address, _ := net.ResolveTCPAddr("tcp", s.Addr)
	return address.Port
}

// Mails gives what came for each address.
func (s *Server) Mails() map[string][][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string][][]byte{}
	for to, mails := range s.mails {
		all[to] = append([][]byte(nil), mails...)
	}
	return all
}

// Order gives the recipients in the order in which their mail came.
func (s *Server) Order() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.order...)
}

// Most gives the number of connections that were open at once.
func (s *Server) Most() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

func (s *Server) count(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open += by
	s.most = max(s.most, s.open)
}

type backend struct {
	server  *Server
	methods []string
}

func (b *backend) NewSession(c *gosmtp.Conn) (gosmtp.Session, error) {
	b.server.count(1)
	plain := &session{server: b.server, conn: c.Conn()}
	if len(b.methods) == 0 {
		return plain, nil
	}
	return &asking{session: plain, methods: b.methods}, nil
}

type session struct {
	server *Server
	conn   net.Conn
	to     string
	known  bool
	asks   bool
}

func (s *session) Reset() { s.to = "" }

func (s *session) Logout() error {
	s.server.count(-1)
	return nil
}

func (s *session) Mail(from string, _ *gosmtp.MailOptions) error {
	if s.asks && !s.known {
		return gosmtp.ErrAuthRequired
	}
	if s.server.OnMail != nil {
		return s.server.OnMail(s.conn, from)
	}
	return nil
}

func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	s.to = to
	if s.server.OnRcpt != nil {
		return s.server.OnRcpt(s.conn, to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	if s.server.OnData != nil {
		if err := s.server.OnData(s.conn, s.to); err != nil {
			return err
		}
	}
	mail, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.server.OnTook != nil {
		if err := s.server.OnTook(s.conn, s.to); err != nil {
			return err
		}
	}
	s.server.mu.Lock()
	s.server.mails[s.to] = append(s.server.mails[s.to], mail)
	s.server.order = append(s.server.order, s.to)
	s.server.mu.Unlock()
	if s.server.OnDone != nil {
		s.server.OnDone(s.conn, s.to)
	}
	return nil
}

// asking is a session that wants to know who one is.
type asking struct {
	*session
	methods []string
}

func (a *asking) AuthMechanisms() []string { a.asks = true; return a.methods }

func (a *asking) Auth(method string) (sasl.Server, error) {
	believe := func(user, password string) error {
		if user != User || password != Password {
			return &gosmtp.SMTPError{Code: 535, EnhancedCode: gosmtp.EnhancedCode{5, 7, 8}, Message: "Username and Password not accepted"}
		}
		a.known = true
		return nil
	}
	switch method {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return believe(user, password) }), nil
	case sasl.Login:
		return &loginServer{believe: believe}, nil
	case "XOAUTH2":
		return &tokenServer{believe: believe}, nil
	}
	return nil, gosmtp.ErrAuthUnknownMechanism
}

type loginServer struct {
	believe func(user, password string) error
	asked   int
	user    string
}

func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	l.asked++
	switch {
	case l.asked == 1 && len(response) == 0:
		return []byte("Username:"), false, nil
	case l.user == "":
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.believe(l.user, string(response))
}

// tokenServer is the way of Google and Microsoft: a wrong token is answered by a challenge in JSON, and then refused.
type tokenServer struct {
	believe func(user, password string) error
	wrong   error
}

func (t *tokenServer) Next(response []byte) ([]byte, bool, error) {
	if t.wrong != nil {
		return nil, true, t.wrong
	}
	if string(response) == "user="+User+"\x01auth=Bearer "+Password+"\x01\x01" {
		return nil, true, t.believe(User, Password)
	}
	t.wrong = &gosmtp.SMTPError{Code: 535, EnhancedCode: gosmtp.EnhancedCode{5, 7, 8}, Message: "Token expired"}
	return []byte(`{"status":"400"}`), false, nil
}

// Certificate makes one for this machine, signed by an authority of its own, and gives that in PEM.
func Certificate() (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example.org"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(10, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost", "mail.example.org"},
	}
	raw, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, ca, nil
}

// PEM writes a certificate and its key as files have them.
func PEM(c tls.Certificate) (cert, key []byte, err error) {
	private, ok := c.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, nil, errors.New("not a key of this package")
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
