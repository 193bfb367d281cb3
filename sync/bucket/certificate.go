package bucket

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

// isCertificate tells a server that cannot prove its name from one that does not answer.
func isCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid)
}
