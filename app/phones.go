package app

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/carnet/app/door/phone"
	"example.org/carnet/store/durable"
)

// phoneCertificate is where the strongbox keeps the certificate that phones know this laptop by.
const phoneCertificate = "phone-certificate"

// OpenPhones lets volunteers' phones be the door of a meeting, until the day ends or it is closed. Phones that were paired with this door today stay so when
// the laptop starts again. page is what they are served; nil for none. Faults: those of phone.Open.
func (c *Carnet) OpenPhones(meeting, station, listen, lang string, page fs.FS) (*phone.Server, error) {
	certificate, err := c.phoneCertificate()
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(c.Home, "phones")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, durable.Fault(folder, err)
	}
	sum := sha256.Sum256([]byte(meeting + "\x00" + station))
	return phone.Open(phone.Deps{Store: c.Store, Door: c.Door, Meetings: c.Meetings, Now: c.Now, Log: c.Log}, phone.Options{
		Meeting: meeting, Station: station, Listen: listen, Lang: lang, Page: page, Certificate: certificate,
		State: filepath.Join(folder, hex.EncodeToString(sum[:8])+".json"),
	})
}

// phoneCertificate gives the one that is kept, or makes a new one when that is about to end.
func (c *Carnet) phoneCertificate() (*tls.Certificate, error) {
	if kept, err := c.Box.Get(phoneCertificate); err == nil && kept != nil {
		if certificate, err := tls.X509KeyPair(kept, kept); err == nil && c.Now().Add(48*time.Hour).Before(certificate.Leaf.NotAfter) && c.Now().After(certificate.Leaf.NotBefore) {
			return &certificate, nil
		}
	}
	fresh, err := phone.NewCertificate(c.Now())
	if err != nil {
		return nil, err
	}
	key, err := x509.MarshalECPrivateKey(fresh.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		return nil, err
	}
	kept := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: fresh.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key})...)
	return fresh, c.Box.Put(phoneCertificate, kept)
}
