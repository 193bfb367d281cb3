package bucket

import (
	"crypto"
	"crypto/tls"
	"net/http"
	"os"
	"syscall"
	"time"
)

// CertificateForTest is the envelope that a laptop shows.
func CertificateForTest(signer crypto.Signer) tls.Certificate {
	made, err := selfSigned(signer)
	if err != nil {
		panic(err)
	}
	return *made
}

// FolderWithout is a folder on a file system that cannot link or, besides, not rename without replacing.
func FolderWithout(path string, rename bool) Bucket {
	f := folderAt(path)
	f.link = func(*os.Root, string, string) error { return os.ErrPermission } // as FAT says it
	if !rename {
		f.rename = func(string, string) error { return syscall.EINVAL }
	}
	return f
}

// SignAt signs a request anew, as at another time.
func SignAt(request *http.Request, secret string, at time.Time) bool {
	return signAt(request, secret, at)
}
