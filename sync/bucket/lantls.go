package bucket

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"sync"
	"time"

	"example.org/carnet/store/fault"
)

// What two laptops say to each other in a room goes through TLS 1.3, in which each proves its own
// Ed25519 key. There is no authority and no name in it: a certificate is only the envelope of a key,
// and what counts is whether that key is known.

// errStranger is what a side says of a key that it does not let in.
var errStranger = errors.New("the other laptop's key is not known here")

// certifier wraps a key that may change, as it does when a laptop that was invited is admitted.
type certifier struct {
	signer func() crypto.Signer

	mu   sync.Mutex
	key  ed25519.PublicKey
	made *tls.Certificate
}

// certificate gives the envelope of the key that signer has now.
func (c *certifier) certificate() (*tls.Certificate, error) {
	signer := c.signer()
	key, ok := signer.Public().(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("the signer has no Ed25519 key")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made != nil && key.Equal(c.key) {
		return c.made, nil
	}
	made, err := selfSigned(signer)
	if err != nil {
		return nil, err
	}
	c.key, c.made = key, made
	return made, nil
}

// changed tells whether the key is another than the one that was shown last.
func (c *certifier) changed() bool {
	key, ok := c.signer().Public().(ed25519.PublicKey)
	c.mu.Lock()
	defer c.mu.Unlock()
	return ok && c.made != nil && !key.Equal(c.key)
}

// selfSigned says nothing but the key: no name, no real date.
func selfSigned(signer crypto.Signer) (*tls.Certificate, error) {
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), // "never", in RFC 5280
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, signer.Public(), signer)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: signer}, nil
}

// peerKey is the key that the other side proved to hold.
func peerKey(state tls.ConnectionState) (ed25519.PublicKey, error) {
	if len(state.PeerCertificates) != 1 {
		return nil, errStranger
	}
	key, ok := state.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok || len(key) != ed25519.PublicKeySize {
		return nil, errStranger
	}
	return key, nil
}

// onlyKnown ends a handshake with a key that is not let in.
func onlyKnown(known func(ed25519.PublicKey) bool) func(tls.ConnectionState) error {
	return func(state tls.ConnectionState) error {
		key, err := peerKey(state)
		if err != nil {
			return err
		}
		if !known(key) {
			return errStranger
		}
		return nil
	}
}

// tlsOf is what both sides have in common. Tickets would let a laptop come back without proving its key
// again.
func tlsOf(known func(ed25519.PublicKey) bool) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		NextProtos:             []string{"http/1.1"},
		SessionTicketsDisabled: true,
		VerifyConnection:       onlyKnown(known),
	}
}

func (c *certifier) clientTLS(known func(ed25519.PublicKey) bool) *tls.Config {
	config := tlsOf(known)
	config.InsecureSkipVerify = true // names and authorities prove nothing here; VerifyConnection does
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return c.certificate() }
	return config
}

func (c *certifier) serverTLS(known func(ed25519.PublicKey) bool) *tls.Config {
	config := tlsOf(known)
	config.ClientAuth = tls.RequireAnyClientCert
	config.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.certificate() }
	return config
}

func badLAN(address string) error { return fault.New("bad_remote", "remote", "lan://"+address) }
