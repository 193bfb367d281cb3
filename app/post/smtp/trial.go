package smtp

import "context"

// Trial is what a server said when it was tried without sending anything.
type Trial struct {
	Greeting string // its first line
	Secured  bool   // the connection is protected
	Method   string // by which it believed who this is; empty when nobody asked
	Most     int    // bytes of a mail that it takes; 0 when it does not say
	UTF8     bool   // it takes addresses in all scripts
}

// Try connects, logs in and leaves. Faults as Dial.
func Try(ctx context.Context, c Config) (Trial, error) {
	s, err := Dial(ctx, c)
	if err != nil {
		return Trial{}, err
	}
	most, _ := s.c.MaxMessageSize()
	utf8, _ := s.c.Extension("SMTPUTF8")
	trial := Trial{Greeting: oneLine(s.greeting), Secured: s.secured, Method: s.method, Most: most, UTF8: utf8}
	return trial, s.Close()
}
