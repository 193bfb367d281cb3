package bucket

import (
	"crypto"
	"crypto/tls"
)

// CertificateForTest is the envelope that a laptop shows.
func CertificateForTest(signer crypto.Signer) tls.Certificate {
	made, err := selfSigned(signer)
	if err != nil {
		panic(err)
	}
	return *made
}
