// Package dovecottest runs a real Dovecot (Debian's dovecot-imapd) on loopback, with a configuration, ports and a mailbox of its own. It is
// for tests alone.
package dovecottest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// User and Password open the mailbox.
const (
	User     = "carnet"
	Password = "of-the-test"
)

// Server is a running Dovecot.
type Server struct {
	Port, TLSPort int    // STARTTLS or nothing; TLS from the first byte
	CA            string // the file of the authority that its certificate is of
	Maildir       string
	uid, gid      int
	delivered     int
}

// Start runs a server with one empty mailbox until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	dir := folder(t)
	s := newServer(t, dir)
	s.Maildir = filepath.Join(dir, "mail", User)
	for _, sub := range []string{"", "new", "cur", "tmp"} {
		check(t, os.MkdirAll(filepath.Join(s.Maildir, sub), 0o700))
		check(t, os.Chown(filepath.Join(s.Maildir, sub), s.uid, s.gid))
	}
	check(t, os.Chown(filepath.Dir(s.Maildir), s.uid, s.gid))
	s.run(t, dir, filepath.Dir(s.Maildir))
	return s
}

// Over serves what another program delivers: the mailbox of each user is the Maildir of that name in a folder.
func Over(t testing.TB, mailboxes string) *Server {
	t.Helper()
	dir := folder(t)
	s := newServer(t, dir)
	s.run(t, dir, mailboxes)
	return s
}

func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dovecot") // short: the sockets' names have a limit
	check(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	check(t, os.Chmod(dir, 0o755))
	return dir
}

func newServer(t testing.TB, dir string) *Server {
	t.Helper()
	s := &Server{Port: freePort(t), TLSPort: freePort(t), CA: filepath.Join(dir, "cert.pem"), uid: os.Getuid(), gid: os.Getgid()}
	if s.uid == 0 { // Dovecot will not serve mail as root
		mail, err := user.Lookup("mail")
		check(t, err)
		s.uid, _ = strconv.Atoi(mail.Uid)
		s.gid, _ = strconv.Atoi(mail.Gid)
	}
	return s
}

// run serves the mailboxes in a folder until the test ends.
func (s *Server) run(t testing.TB, dir, mailboxes string) {
	t.Helper()
	login, internal := self(t), self(t)
	if os.Getuid() == 0 {
		login, internal = "dovenull", "dovecot"
	}
	writeCertificate(t, dir)
	config := filepath.Join(dir, "dovecot.conf")
	check(t, os.WriteFile(config, []byte(fmt.Sprintf(configuration, dir, login, internal, s.uid, s.gid, s.Port, s.TLSPort, Password, mailboxes)), 0o600))
	server := exec.Command("/usr/sbin/dovecot", "-F", "-c", config)
	if err := server.Start(); err != nil {
		t.Fatalf("dovecot-imapd (build/setup.sh test installs it): %v", err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		done := make(chan struct{})
		go func() { _ = server.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			_ = server.Process.Kill()
			<-done
		}
	})
	s.await(t, dir)
}

const configuration = `base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
listen = 127.0.0.1
protocols = imap
default_login_user = %[2]s
default_internal_user = %[3]s
first_valid_uid = 1
mail_uid = %[4]d
mail_gid = %[5]d
mail_location = maildir:%[9]s/%%u
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
disable_plaintext_auth = no
service imap-login {
  chroot =
  inet_listener imap {
    port = %[6]d
  }
  inet_listener imaps {
    port = %[7]d
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
passdb {
  driver = static
  args = password=%[8]s
}
userdb {
  driver = static
  args = uid=%[4]d gid=%[5]d home=%[9]s
}
`

func (s *Server) await(t testing.TB, dir string) {
	t.Helper()
	for range 200 {
		conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)))
		if err == nil {
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			_, err = conn.Read(make([]byte, 4))
			_ = conn.Close()
		}
		if err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	t.Fatalf("dovecot does not answer:\n%s", log)
}

// Deliver puts a mail into the mailbox, as a delivery agent does.
func (s *Server) Deliver(t testing.TB, raw []byte) {
	t.Helper()
	s.delivered++
	name := fmt.Sprintf("%d.%d.test", 1_700_000_000+s.delivered, s.delivered)
	written := filepath.Join(s.Maildir, "tmp", name)
	check(t, os.WriteFile(written, raw, 0o600))
	check(t, os.Chown(written, s.uid, s.gid))
	check(t, os.Rename(written, filepath.Join(s.Maildir, "new", name)))
}

// Untouched counts the mails that nobody marked or took out of the mailbox.
func (s *Server) Untouched(t testing.TB) (n int) {
	t.Helper()
	for _, pattern := range []string{"new/*", "cur/*:2,"} {
		found, err := filepath.Glob(filepath.Join(s.Maildir, pattern))
		check(t, err)
		n += len(found)
	}
	return n
}

func self(t testing.TB) string {
	t.Helper()
	me, err := user.Current()
	check(t, err)
	return me.Username
}

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

func writeCertificate(t testing.TB, dir string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	check(t, err)
	private, err := x509.MarshalECPrivateKey(key)
	check(t, err)
	check(t, os.WriteFile(filepath.Join(dir, "cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644))
	check(t, os.WriteFile(filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}), 0o600))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
