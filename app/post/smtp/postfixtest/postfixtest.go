// Package postfixtest runs a real Postfix (Debian's) on loopback, with a configuration, a queue and a mailbox of its own. It is for tests
// and benchmarks alone.
package postfixtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.org/carnet/app/post/smtp/smtptest"
)

// User and Password let in whom the server is to carry mail for. What is sent to the Office lies in a mailbox of the User's name, and all
// else in one of the name All.
const (
	User     = "bureau"
	Password = "of-the-test"
	Office   = "bureau@example.org"
	All      = "all"
)

// Server is a Postfix that runs or is to run again.
type Server struct {
	Port int
	CA   []byte // PEM of the authority behind its certificate

	// Judge is asked of every recipient: what it gives is Postfix' answer, as "550 5.1.1 No such user"; empty lets pass.
	Judge func(to string) string

	dir    string
	policy net.Listener
	wait   sync.WaitGroup
}

// Start runs a server. It must be stopped; Close also takes away all that it wrote.
func Start() (*Server, error) {
	if _, err := exec.LookPath("postfix"); err != nil {
		return nil, errors.New("there is no Postfix; run build/setup.sh test")
	}
	dir, err := os.MkdirTemp("", "postfix") // short: sockets' names have a limit
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	err = s.prepare()
	if err == nil {
		err = s.Run()
	}
	if err != nil {
		log := s.Log()
		s.Close()
		return nil, fmt.Errorf("%w\n%s", err, log)
	}
	return s, nil
}

func (s *Server) path(name string) string { return filepath.Join(s.dir, name) }

func (s *Server) prepare() (err error) {
	if s.policy, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	s.wait.Go(s.answer)
	if s.Port, err = freePort(); err != nil {
		return err
	}
	if err := os.Chmod(s.dir, 0o755); err != nil {
		return err
	}
	for _, sub := range []string{"queue", "data", "mail", "sasl"} {
		if err := os.Mkdir(s.path(sub), 0o755); err != nil {
			return err
		}
	}
	if err := s.own("data", "postfix"); err != nil {
		return err
	}
	if err := s.own("mail", "mail"); err != nil {
		return err
	}
	if err := s.certify(); err != nil {
		return err
	}
	if err := s.users(); err != nil {
		return err
	}
	return s.configure()
}

func (s *Server) own(name, who string) error {
	u, err := user.Lookup(who)
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return os.Chown(s.path(name), uid, gid)
}

func (s *Server) certify() error {
	cert, ca, err := smtptest.Certificate()
	if err != nil {
		return err
	}
	s.CA = ca
	return writeKey(cert, s.path("cert.pem"))
}

func writeKey(cert tls.Certificate, path string) error {
	der, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		return err
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})...)
	return os.WriteFile(path, both, 0o600)
}

func (s *Server) users() error {
	conf := "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: " + s.path("sasl/db") + "\nmech_list: PLAIN LOGIN\n"
	if err := os.WriteFile(s.path("sasl/smtpd.conf"), []byte(conf), 0o644); err != nil {
		return err
	}
	cmd := exec.Command("saslpasswd2", "-c", "-p", "-f", s.path("sasl/db"), "-u", "example.org", User)
	cmd.Stdin = strings.NewReader(Password)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("saslpasswd2: %w %s", err, out)
	}
	return s.own("sasl/db", "postfix")
}

func (s *Server) configure() error {
	mail, err := user.Lookup("mail")
	if err != nil {
		return err
	}
	settings := map[string]string{
		"compatibility_level": "3.6", "queue_directory": s.path("queue"), "data_directory": s.path("data"), "maillog_file": s.path("log"), "maillog_file_prefixes": s.dir,
		"myhostname": "mail.example.org", "mydestination": "", "inet_interfaces": "127.0.0.1", "inet_protocols": "ipv4", "mynetworks": "", "alias_maps": "", "alias_database": "",
		"virtual_mailbox_domains": "example.org", "virtual_mailbox_base": s.path("mail"), "virtual_mailbox_maps": "inline:{" + Office + "=" + User + "/}, static:" + All + "/", "virtual_minimum_uid": "1",
		"virtual_uid_maps": "static:" + mail.Uid, "virtual_gid_maps": "static:" + mail.Gid,
		"smtpd_tls_security_level": "may", "smtpd_tls_auth_only": "yes", "smtpd_tls_chain_files": s.path("cert.pem"),
		"smtpd_sasl_auth_enable": "yes", "smtpd_sasl_path": "smtpd", "cyrus_sasl_config_path": s.path("sasl"), "smtpd_sasl_local_domain": "example.org",
		"smtpd_relay_restrictions":           "permit_sasl_authenticated, reject",
		"smtpd_recipient_restrictions":       "check_policy_service inet:" + s.policy.Addr().String() + ", permit_sasl_authenticated, reject",
		"smtpd_client_connection_rate_limit": "0", "smtpd_client_connection_count_limit": "0", "smtpd_peername_lookup": "no", "default_process_limit": "20",
	}
	var main strings.Builder
	for name, value := range settings {
		fmt.Fprintf(&main, "%s = %s\n", name, value)
	}
	if err := os.WriteFile(s.path("main.cf"), []byte(main.String()), 0o644); err != nil {
		return err
	}
	master := fmt.Sprintf("127.0.0.1:%d inet n - n - - smtpd\n", s.Port)
	for _, line := range []string{"pickup unix n - n 60 1 pickup", "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr", "tlsmgr unix - - n 1000? 1 tlsmgr",
		"rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce", "trace unix - - n - 0 bounce", "verify unix - - n - 1 verify",
		"flush unix n - n 1000? 0 flush", "proxymap unix - - n - - proxymap", "smtp unix - - n - - smtp", "showq unix n - n - - showq", "error unix - - n - - error",
		"retry unix - - n - - error", "discard unix - - n - - discard", "local unix - n n - - local", "virtual unix - n n - - virtual", "anvil unix - - n - 1 anvil",
		"scache unix - - n - 1 scache", "postlog unix-dgram n - n - 1 postlogd"} {
		master += line + "\n"
	}
	return os.WriteFile(s.path("master.cf"), []byte(master), 0o644)
}

// Run starts it, again after Kill.
func (s *Server) Run() error {
	if out, err := exec.Command("postfix", "-c", s.dir, "start").CombinedOutput(); err != nil {
		return fmt.Errorf("postfix start: %w %s", err, out)
	}
	for range 100 {
		if conn, err := net.Dial("tcp", s.Address()); err == nil {
			_ = conn.Close()
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("postfix does not answer")
}

// Address is where it listens.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)) }

// Kill ends it at once, with all connections, as when the machine loses power; the queue stays.
func (s *Server) Kill() error {
	out, err := exec.Command("postfix", "-c", s.dir, "abort").CombinedOutput()
	if err != nil {
		return fmt.Errorf("postfix abort: %w %s", err, out)
	}
	for range 100 {
		conn, err := net.Dial("tcp", s.Address())
		if err != nil {
			return nil
		}
		_ = conn.Close()
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("postfix does not end")
}

// Close ends it and takes away what it wrote.
func (s *Server) Close() {
	_ = exec.Command("postfix", "-c", s.dir, "abort").Run() // it may have ended before
	if s.policy != nil {
		_ = s.policy.Close()
	}
	s.wait.Wait()
	for range 20 { // its processes end one by one
		if os.RemoveAll(s.dir) == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Log is what it said of itself.
func (s *Server) Log() string {
	raw, err := os.ReadFile(s.path("log"))
	if err != nil {
		return ""
	}
	return string(raw[max(0, len(raw)-4000):])
}

// answer tells Postfix what is to become of each recipient, by its policy protocol.
func (s *Server) answer() {
	for {
		conn, err := s.policy.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			to := ""
			for lines := bufio.NewScanner(conn); lines.Scan(); {
				name, value, _ := strings.Cut(lines.Text(), "=")
				switch name {
				case "recipient":
					to = value
				case "":
					action := "DUNNO"
					if s.Judge != nil {
						if said := s.Judge(to); said != "" {
							action = said
						}
					}
					if _, err := fmt.Fprintf(conn, "action=%s\n\n", action); err != nil {
						return
					}
				}
			}
		}()
	}
}

// Delivered waits until so many mails lie in a mailbox, seen by others or not, or patience ends, and tells how many do.
func (s *Server) Delivered(mailbox string, want int, patience time.Duration) (n int, err error) {
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		n = 0
		for _, sub := range []string{"new", "cur"} {
			names, err := filepath.Glob(filepath.Join(s.Mailboxes(), mailbox, sub, "*"))
			if err != nil {
				return 0, err
			}
			n += len(names)
		}
		if n >= want || time.Since(began) > patience {
			return n, nil
		}
	}
}

// queueID is the name under which Postfix had a mail in its queue, as its own line at the top of the mail tells.
var queueID = regexp.MustCompile(`\(Postfix\) with \w+ id (\w+)`)

// ForgetRepeats removes what Postfix delivered again of one entry of its queue, and tells how many mails are left. A mail system that
// is killed between delivering and crossing off does that by itself; whoever handed the mail over did so once.
func (s *Server) ForgetRepeats(mailbox string) (left int, err error) {
	seen := map[string]bool{}
	for _, sub := range []string{"new", "cur"} {
		names, err := filepath.Glob(filepath.Join(s.Mailboxes(), mailbox, sub, "*"))
		if err != nil {
			return 0, err
		}
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				return 0, err
			}
			id := queueID.FindSubmatch(raw)
			if id == nil {
				return 0, fmt.Errorf("%s does not tell its place in the queue", name)
			}
			if seen[string(id[1])] {
				if err := os.Remove(name); err != nil {
					return 0, err
				}
				continue
			}
			seen[string(id[1])] = true
			left++
		}
	}
	return left, nil
}

// Mailboxes is the folder with a Maildir for each mailbox.
func (s *Server) Mailboxes() string { return s.path("mail") }

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}
