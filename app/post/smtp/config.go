// Package smtp hands finished mails to a mail server: it connects, proves who it is, and says for every mail what became of
// it. It may know of servers, certificates and passwords; it never knows what a mail says, keeps nothing, and never tries twice.
package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"strconv"
	"time"

	"example.org/carnet/store/fault"
)

// How a connection is protected.
const (
	TLS      = "tls"      // from its first byte
	StartTLS = "starttls" // after a word with the server; without it nothing is said
	None     = "none"     // not at all: for a server on this machine
)

// How a laptop proves who it is; Auto takes what the server offers.
const (
	Auto    = "auto"
	Plain   = "plain"
	Login   = "login"
	XOAuth2 = "xoauth2"
)

// Config is a server and how it is entered.
type Config struct {
	Host     string
	Port     int
	Security string // TLS, StartTLS, None
	Method   string // Auto, Plain, Login, XOAuth2
	User     string // empty: the server asks nobody who it is
	Password string // of XOAuth2 the access token
	CA       []byte // PEM, instead of the system's authorities
	Cert     []byte // PEM of this laptop's own certificate, and
	Key      []byte // its key
	Name     string // what this laptop calls itself

	Reach  time.Duration // until the server answers at first; zero means 20 s
	Answer time.Duration // until it answers a command; zero means 2 min
	Accept time.Duration // until it takes a mail; zero means 10 min
}

// Check tells what is wrong with a configuration before anybody connects. Faults: bad_mail_host, bad_mail_port,
// bad_mail_security, bad_mail_method, bad_mail_certificate, mail_password_open.
func (c Config) Check() error {
	switch {
	case c.Host == "" || net.ParseIP(c.Host) == nil && !isHost(c.Host):
		return fault.New("bad_mail_host", "value", c.Host)
	case c.Port < 1 || c.Port > 65535:
		return fault.New("bad_mail_port", "value", strconv.Itoa(c.Port))
	case c.Security != TLS && c.Security != StartTLS && c.Security != None:
		return fault.New("bad_mail_security", "value", c.Security)
	case c.Method != Auto && c.Method != "" && c.Method != Plain && c.Method != Login && c.Method != XOAuth2:
		return fault.New("bad_mail_method", "value", c.Method)
	case c.Security == None && c.User != "" && !c.isHere():
		return fault.New("mail_password_open", "host", c.Host)
	}
	_, err := c.tls()
	return err
}

func isHost(name string) bool {
	if len(name) > 253 {
		return false
	}
	for _, r := range name {
		if r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r < 0x80 {
			return false
		}
	}
	return true
}

// isHere tells whether the server is on this machine, where nobody listens on the way.
func (c Config) isHere() bool {
	ip := net.ParseIP(c.Host)
	return c.Host == "localhost" || ip != nil && ip.IsLoopback()
}

func (c Config) address() string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }

// tls gives the rules for a protected connection: the server must be who it says.
func (c Config) tls() (*tls.Config, error) {
	rules := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12}
	if len(c.CA) > 0 {
		rules.RootCAs = x509.NewCertPool()
		if !rules.RootCAs.AppendCertsFromPEM(c.CA) {
			return nil, fault.New("bad_mail_certificate", "what", "ca")
		}
	}
	if len(c.Cert) > 0 || len(c.Key) > 0 {
		pair, err := tls.X509KeyPair(c.Cert, c.Key)
		if err != nil {
			return nil, fault.New("bad_mail_certificate", "what", "cert") // the cause may quote the key
		}
		rules.Certificates = []tls.Certificate{pair}
	}
	return rules, nil
}

func orElse(d, usual time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return usual
}
