package inbox

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"example.org/carnet/store/fault"
)

// Mailbox says where a mailbox is, and how to speak to its server. The password has no place in it.
type Mailbox struct {
	Host, Port string
	User, Name string
	Security   string // tls, starttls, none
	Auth       string // login, or xoauth2, with a token for password
	CA         string // a file with authorities besides the system's
	PEM        string // the same, as text, which no address holds
}

// IsMailbox tells whether a source is a mailbox, not a file or folder.
func IsMailbox(source string) bool {
	return strings.HasPrefix(source, "imap://") || strings.HasPrefix(source, "imaps://")
}

// ParseMailbox reads imaps://USER@HOST:PORT/MAILBOX, encrypted from the first byte, or imap://, encrypted by STARTTLS. security=none
// leaves that out, auth=xoauth2 gives a token, ca=FILE names an authority. Fault bad_mailbox.
func ParseMailbox(text string) (m Mailbox, err error) {
	bad := func(why error) (Mailbox, error) {
		return m, fault.New("bad_mailbox", "value", withoutPassword(text)).Because(why)
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User == nil || u.User.Username() == "" || !IsMailbox(text) {
		return bad(nil)
	}
	if _, told := u.User.Password(); told {
		return bad(nil)
	}
	m = Mailbox{Host: u.Hostname(), Port: u.Port(), User: u.User.Username(), Name: strings.Trim(u.Path, "/"), Security: "starttls", Auth: "login"}
	if u.Scheme == "imaps" {
		m.Security = "tls"
	}
	if m.Name == "" {
		m.Name = "INBOX"
	}
	for name, values := range u.Query() {
		value := values[0]
		switch {
		case name == "security" && slices.Contains([]string{"tls", "starttls", "none"}, value):
			m.Security = value
		case name == "auth" && slices.Contains([]string{"login", "xoauth2"}, value):
			m.Auth = value
		case name == "ca" && filepath.IsAbs(value):
			m.CA = value
		default:
			return bad(nil)
		}
	}
	if m.Port == "" {
		m.Port = map[string]string{"tls": "993"}[m.Security]
	}
	if m.Port == "" {
		m.Port = "143"
	}
	return m, nil
}

// withoutPassword is an address that may be shown.
func withoutPassword(text string) string {
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		return "imap://…" + text[at:]
	}
	return text
}

func (m Mailbox) address() string { return net.JoinHostPort(m.Host, m.Port) }

// Key names the mailbox in files, without saying whose it is.
func (m Mailbox) Key() string {
	sum := sha256.Sum256([]byte(strings.ToLower(m.address()) + "\x00" + m.User + "\x00" + m.Name))
	return hex.EncodeToString(sum[:8])
}
