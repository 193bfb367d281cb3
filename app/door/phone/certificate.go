package phone

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"strings"
	"time"
)

// NewCertificate makes the laptop's own, for the addresses that it has now. Nobody vouches for it: a person compares its fingerprint, which
// the laptop's screen and the phone's browser show. Keep it for the day, so that phones ask once.
func NewCertificate(now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	form := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "Carnet"}, NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(14 * 24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
		DNSNames: []string{"localhost"}, IPAddresses: addresses()}
	raw, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, nil
}

// addresses are this laptop's own on networks nearby.
func addresses() (list []net.IP) {
	all, _ := net.InterfaceAddrs() // without them the browser warns all the same
	for _, one := range all {
		if network, ok := one.(*net.IPNet); ok && nearby(network.IP) {
			list = append(list, network.IP)
		}
	}
	return list
}

// nearby tells addresses of a cable, a hotspot or a house's Wi-Fi from those of the internet.
func nearby(ip net.IP) bool { return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() }

// Fingerprint is the SHA-256 of a certificate, as browsers write it.
func Fingerprint(c *tls.Certificate) string {
	sum := sha256.Sum256(c.Certificate[0])
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, ":")
}
