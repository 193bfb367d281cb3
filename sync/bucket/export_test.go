package bucket

import (
	"crypto"
	"crypto/tls"
	"os"
	"syscall"
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
