package post

import (
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"example.org/carnet/app/post/smtp/smtptest"
	"example.org/carnet/store/fault"
)

func TestMessagesGoOutInOrderAndAreSentOnce(t *testing.T) {
	s := mailServer(t, smtptest.Options{})
	o := newOffice(t)
	o.account(s, nil)
	o.people(120)
	plan := o.invite()
	if r := o.send(); r.Sent != 120 || r.Waiting != 0 {
		t.Errorf("%+v", r)
	}
	var want []string
	for _, m := range plan.Messages {
		want = append(want, m.To)
	}
	if !slices.Equal(s.Order(), want) {
		t.Error("not in order")
	}
	if r := o.send(); r != (SendReport{}) || len(s.Order()) != 120 {
		t.Errorf("a second time: %+v", r)
	}
	if o.claims.asked != 3 {
		t.Errorf("%d claims for 120 messages", o.claims.asked)
	}
}

func TestSeveralConnectionsShareTheWork(t *testing.T) {
	s := mailServer(t, smtptest.Options{})
	o := newOffice(t)
	o.account(s, func(a *Account) { a.Connections = 4 })
	o.people(100)
	o.invite()
	if r := o.send(); r.Sent != 100 || len(s.Mails()) != 100 || s.Most() != 4 {
		t.Errorf("%+v, %d mails over %d connections", r, len(s.Mails()), s.Most())
	}
}

func TestAPaceIsKept(t *testing.T) {
	s := mailServer(t, smtptest.Options{})
	o := newOffice(t)
	o.account(s, func(a *Account) { a.Pace, a.Connections = 600, 4 })
	o.people(6)
	o.invite()
	began := time.Now()
	if r := o.send(); r.Sent != 6 || time.Since(began) < 480*time.Millisecond {
		t.Errorf("%+v in %s", r, time.Since(began))
	}
}

func TestGreylistingRefusalsAndLostConnectionsEndAsTheyMust(t *testing.T) {
	s := mailServer(t, smtptest.Options{})
	var mu sync.Mutex
	seen := map[string]bool{}
	s.OnRcpt = func(_ net.Conn, to string) error {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case to == "m2@example.org":
			return &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
		case to == "m3@example.org" && !seen[to]:
			seen[to] = true
			return &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 7, 1}, Message: "Greylisted"}
		}
		return nil
	}
	s.OnDone = func(conn net.Conn, to string) {
		if to == "m4@example.org" {
			_ = conn.Close()
		}
	}
	o := newOffice(t)
	o.account(s, nil)
	o.people(6)
	o.invite()
	if r := o.send(); r.Sent != 3 || r.Failed != 1 || r.Later != 1 || r.Held != 1 {
		t.Errorf("%+v", r)
	}
	if r := o.send(); r.Sent != 0 || r.Waiting != 1 || !r.Next.Equal(o.clock.Add(time.Minute)) {
		t.Errorf("before its time: %+v", r)
	}
	o.clock = o.clock.Add(2 * time.Minute)
	if r := o.send(); r.Sent != 1 {
		t.Errorf("after its time: %+v", r)
	}
	want := map[string]int{Sent: 4, Failed: 1, Held: 1}
	if got := o.states(); !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	items, _, err := o.Outbox(Filter{State: Failed})
	if err != nil || len(items) != 1 || !strings.Contains(items[0].Fate.Words, "550 5.1.1 No such user here") {
		t.Errorf("the server's words: %+v %v", items, err)
	}
	for to, mails := range s.Mails() {
		if len(mails) != 1 {
			t.Errorf("%s got %d", to, len(mails))
		}
	}
}

func TestAServerThatIsAwayLeavesEverythingAsItIs(t *testing.T) {
	s := mailServer(t, smtptest.Options{})
	o := newOffice(t)
	o.account(s, nil)
	o.people(5)
	o.invite()
	s.Stop()
	if r, err := o.Send(t.Context(), 0); !fault.Is(err, "smtp_unreachable") || r.Sent != 0 || r.Waiting != 5 {
		t.Errorf("%+v %v", r, err)
	}
	if got := o.states(); got[Queued] != 5 {
		t.Errorf("%v", got)
	}
}

func TestAServerKilledInTheMiddleGetsTheRestWhenItIsBack(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := smtptest.StartOn(listener, smtptest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	s.OnMail = func(net.Conn, string) error {
		if len(s.Order()) == 20 {
			once.Do(func() { go s.Stop() })
			time.Sleep(50 * time.Millisecond)
		}
		return nil
	}
	o := newOffice(t)
	o.account(s, nil)
	o.people(60)
	o.invite()
	if _, err := o.Send(t.Context(), 0); !fault.Is(err, "smtp_unreachable") {
		t.Error(err)
	}
	listener, err = net.Listen("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	back, err := smtptest.StartOn(listener, smtptest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Stop()
	o.clock = o.clock.Add(time.Hour)
	o.send()
	got := map[string]int{}
	for _, to := range append(s.Order(), back.Order()...) {
		if got[to]++; got[to] > 1 {
			t.Errorf("%s got it twice", to)
		}
	}
	if states := o.states(); len(got)+states[Held] < 60 || states[Sent]+states[Held] != 60 || states[Held] > 1 {
		t.Errorf("%d got it, %v", len(got), states)
	}
}

func BenchmarkQueue500Invitations(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		o := openOffice(b, b.TempDir(), deviceA, &claims{of: map[string]string{}})
		o.account(nil, nil)
		o.people(500)
		b.StartTimer()
		o.invite()
	}
}

func TestFiveHundredInvitationsAreQueuedAtOnce(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(500)
	began := time.Now()
	plan := o.invite()
	took := time.Since(began)
	t.Logf("%d composed and queued in %s", len(plan.Messages), took)
	if len(plan.Messages) != 500 { // the budget of one second is held by make bench
		t.Errorf("%d in %s", len(plan.Messages), took)
	}
	if got := o.states(); got[Queued] != 500 {
		t.Errorf("%v", got)
	}
}
