package post

import (
	"bytes"
	"context"
	"net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/carnet/app/post/smtp"
	"example.org/carnet/app/post/smtp/postfixtest"
)

func postfix(t testing.TB) *postfixtest.Server {
	t.Helper()
	s, err := postfixtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func (o *office) writesBy(s *postfixtest.Server, connections int) {
	o.t.Helper()
	_, err := o.SetAccount(Account{Host: "127.0.0.1", Port: s.Port, Security: smtp.StartTLS, User: postfixtest.User + "@example.org", From: "bureau@example.org",
		Name: "Réseau d’essai", Postal: "1, rue Inventée", CA: string(s.CA), Connections: connections}, postfixtest.Password)
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestARealPostfixDeliversFiveHundredInvitationsInTwoLanguagesAndNoneTwice(t *testing.T) {
	const people = 500
	s := postfix(t)
	o := newOffice(t)
	o.writesBy(s, 2)
	if trial, err := o.TestAccount(t.Context(), Account{Host: "127.0.0.1", Port: s.Port, Security: smtp.StartTLS, User: postfixtest.User + "@example.org", CA: string(s.CA)}, "wrong"); err == nil {
		t.Errorf("let in by a wrong password: %+v", trial)
	}
	var mu sync.Mutex
	seen := map[string]int{}
	asked := atomic.Int32{}
	var once sync.Once
	killed := make(chan error, 1)
	s.Judge = func(to string) string {
		mu.Lock()
		defer mu.Unlock()
		seen[to]++
		var n int
		for _, r := range strings.TrimSuffix(strings.TrimPrefix(to, "m"), "@example.org") {
			n = n*10 + int(r-'0')
		}
		if asked.Add(1) == 200 {
			once.Do(func() { go func() { killed <- s.Kill() }() })
		}
		switch {
		case n%50 == 7:
			return "550 5.1.1 No such user here"
		case n%10 == 3 && seen[to] == 1:
			return "451 4.7.1 Greylisted, come back"
		}
		return ""
	}
	o.people(people)
	o.invite()
	if _, err := o.Send(context.Background(), 0); err == nil {
		t.Error("a server that was killed took everything")
	}
	if err := <-killed; err != nil {
		t.Fatal(err)
	}
	t.Logf("killed in the middle: %v", o.states())
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		o.clock = o.clock.Add(20 * time.Minute)
		if r := o.send(); r.Waiting == 0 && r.Sent == 0 {
			break
		}
	}
	states := o.states()
	if states[Failed] != 10 || states[Queued]+states[Sending]+states[Stopped] != 0 || states[Held] > 2 || states[Sent] != people-10-states[Held] {
		t.Errorf("%v\n%s", states, s.Log())
	}
	mails, err := s.Delivered(states[Sent], 60*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	got, french := map[string]int{}, 0
	for _, raw := range mails {
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		to, err := m.Header.AddressList("To")
		if err != nil || len(to) != 1 || m.Header.Get("X-Original-To") != to[0].Address {
			t.Fatalf("%v %v", m.Header, err)
		}
		if got[to[0].Address]++; got[to[0].Address] > 1 {
			t.Errorf("%s got it twice", to[0].Address)
		}
		if m.Header.Get("Content-Language") == "fr" {
			french++
		}
		for _, line := range bytes.Split(raw, []byte("\n")) {
			if len(line) > 78 && !bytes.HasPrefix(line, []byte("Received")) && !bytes.HasPrefix(line, []byte("\t")) {
				t.Fatalf("%d octets: %s", len(line), line)
			}
		}
	}
	if len(got) < states[Sent] || len(got) > states[Sent]+states[Held] || french < 200 || french > 260 {
		t.Errorf("%d people have it, %d in French, of %v", len(got), french, states)
	}
	t.Logf("%d delivered, %d in French, %v", len(got), french, states)
}

func TestARealPostfixTakesTwoHundredMessagesASecondOverFourConnections(t *testing.T) {
	const people = 600
	s := postfix(t)
	o := newOffice(t)
	o.writesBy(s, 4)
	o.people(people)
	o.invite()
	began := time.Now()
	r := o.send()
	took := time.Since(began)
	t.Logf("%d sent in %s: %.0f a second", r.Sent, took, float64(r.Sent)/took.Seconds())
	if r.Sent != people || took > 30*time.Second { // the budget is held by make bench; here others run beside
		t.Errorf("%+v in %s", r, took)
	}
}
