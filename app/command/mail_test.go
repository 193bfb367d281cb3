package command_test

import (
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"

	"example.org/carnet/app/post/smtp/smtptest"
)

// mailServers are those of all scenarios, by work folder and name.
var mailServers sync.Map

func mailServer(ts *testscript.TestScript, _ bool, args []string) {
	var o smtptest.Options
	var refuse, later, lose []string
	for _, kind := range args[1:] {
		what, address, _ := strings.Cut(kind, "=")
		switch what {
		case "starttls":
			o.StartTLS = true
		case "certificate": // from the first byte, and of whoever comes
			o.TLS, o.ClientAuth = true, true
		case "login":
			o.Methods = []string{"PLAIN", "LOGIN"}
		case "refuse":
			refuse = append(refuse, address)
		case "later":
			later = append(later, address)
		case "lose":
			lose = append(lose, address)
		default:
			ts.Fatalf("a mail server can starttls, certificate, login, refuse=, later= and lose=")
		}
	}
	s, err := smtptest.Start(o)
	ts.Check(err)
	ts.Defer(s.Stop)
	var mu sync.Mutex
	seen := map[string]bool{}
	has := func(list []string, to string) bool {
		return strings.Contains(" "+strings.Join(list, " ")+" ", " "+to+" ")
	}
	s.OnRcpt = func(_ net.Conn, to string) error {
		mu.Lock()
		defer mu.Unlock()
		first := !seen[to]
		seen[to] = true
		switch {
		case has(refuse, to):
			return &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
		case has(later, to) && first:
			return &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 7, 1}, Message: "Greylisted, come back"}
		}
		return nil
	}
	s.OnDone = func(conn net.Conn, to string) {
		mu.Lock()
		defer mu.Unlock()
		if has(lose, to) && !seen["lost "+to] {
			seen["lost "+to] = true
			_ = conn.Close()
		}
	}
	mailServers.Store(ts.MkAbs(args[0]), s)
	ts.Setenv(args[0]+"_PORT", strconv.Itoa(s.Port()))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), s.CA, 0o600))
	own, _, err := smtptest.Certificate()
	ts.Check(err)
	cert, key, err := smtptest.PEM(own)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+"-own.pem"), cert, 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+"-own.key"), key, 0o600))
}

func mails(ts *testscript.TestScript, _ bool, args []string) {
	found, _ := mailServers.Load(ts.MkAbs(args[0]))
	got := found.(*smtptest.Server).Mails()[args[1]]
	if want, err := strconv.Atoi(args[2]); err != nil || len(got) != want {
		ts.Fatalf("%s has %d mails, not %s", args[1], len(got), args[2])
	}
	if len(got) > 0 {
		ts.Check(os.WriteFile(ts.MkAbs(args[1]+".eml"), got[len(got)-1], 0o600))
	}
}
