package post

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"example.org/carnet/app/post/smtp/smtptest"
	"example.org/carnet/store/fault"
)

const (
	killHome  = "CARNET_POST_HOME"
	killStep  = "CARNET_POST_KILL"
	killDo    = "CARNET_POST_DO"    // take or release come before it is sent
	killLater = "CARNET_POST_LATER" // this many hours after
	killFirst = "CARNET_POST_FIRST" // a group that another laptop claimed first
)

const deviceB = "bbbbbbbbbbbbbbbb"

func TestMain(m *testing.M) {
	if home := os.Getenv(killHome); home != "" {
		sendAndDie(home)
	}
	os.Exit(m.Run())
}

// sendAndDie sends all that is due and ends without warning at the step that is asked for; it prints the steps otherwise.
func sendAndDie(home string) {
	o, closed, err := open(home, deviceA, &claims{of: map[string]string{os.Getenv(killFirst): deviceB}})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	var at, hours int
	_, _ = fmt.Sscan(os.Getenv(killStep), &at)
	_, _ = fmt.Sscan(os.Getenv(killLater), &hours)
	o.clock = o.clock.Add(time.Duration(hours) * time.Hour)
	var mu sync.Mutex
	var steps []string
	o.step = func(name string) {
		mu.Lock()
		defer mu.Unlock()
		if steps = append(steps, name); len(steps) == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	if err := o.doFirst(os.Getenv(killDo)); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if _, err := o.Send(context.Background(), 0); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	closed()
	fmt.Println(strings.Join(steps, " "))
	os.Exit(0)
}

func (o *office) doFirst(what string) error {
	switch what {
	case "take":
		if _, err := o.TakeOver(context.Background(), deviceB); !fault.Is(err, "mail_nothing_queued") {
			return err
		}
	case "release":
		items, _, err := o.Outbox(Filter{State: Held})
		if err != nil {
			return err
		}
		for _, i := range items {
			if i.Fate.Words != whyByHand {
				continue // it may have gone out
			}
			if _, _, err := o.Release(context.Background(), []string{i.Message.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}

// killing is one way in which messages go out, and what is to have become of them at the end.
type killing struct {
	name        string
	connections int
	stride      int      // every how manieth step it is killed at
	do, first   string   // as killDo, killFirst
	steps       []string // that must be among them
	queue       func(o *office) (first string)
	sent        int // messages that are sent or held at the end
	held        int // that are held whatever happens
	failed      int
}

func TestNobodyGetsAMessageTwiceWhereverTheProcessIsKilled(t *testing.T) {
	const people = 12
	all := []string{"claimed", "said", "dialed", "agreed", "journalled", "handed", "kept"}
	whole := func(o *office) string { o.people(people); o.invite(); return "" }
	for _, k := range []killing{
		{name: "one connection", connections: 1, stride: 1, steps: all, queue: whole, sent: people - 1, failed: 1},
		{name: "two connections", connections: 2, stride: 3, steps: all, queue: whole, sent: people - 1, failed: 1},
		{name: "taken over", connections: 1, stride: 1, do: "take", steps: []string{"taken"}, sent: 4, held: 2, queue: func(o *office) string {
			o.people(2)
			first := o.queued(deviceB, Invitation)
			o.queued(deviceB, Reminder)
			return first + "-1"
		}},
		{name: "released", connections: 1, stride: 1, do: "release", steps: []string{"released"}, sent: 3, queue: func(o *office) string {
			o.people(3)
			if _, err := o.Hold([]string{o.invite().Mailing.ID}); err != nil {
				o.t.Fatal(err)
			}
			return ""
		}},
	} {
		t.Run(k.name, func(t *testing.T) { k.everywhere(t) })
	}
}

// queued writes a mailing as another laptop does.
func (o *office) queued(device, sort string) (mailing string) {
	o.t.Helper()
	plan, err := o.Plan(Order{Sort: sort, For: "mtg_a"})
	if err != nil {
		o.t.Fatal(err)
	}
	plan.Mailing.Laptop = device
	if _, err := o.Queue(plan); err != nil {
		o.t.Fatal(err)
	}
	return plan.Mailing.ID
}

// rotating is how many steps are passed over but in the long run. What is done for one message and the next has three or four steps, so
// that every sort of step still has its turn.
const rotating = 5

func (k killing) everywhere(t *testing.T) {
	killed := 0
	if os.Getenv("CARNET_LONG") == "" {
		k.stride *= rotating
	}
	for at := 1; ; at += k.stride {
		held, died, steps := k.at(t, at)
		killed += held
		if !died {
			for _, step := range k.steps {
				if !strings.Contains(steps, step) {
					t.Errorf("nothing was killed at %q: %s", step, steps)
				}
			}
			t.Logf("killed at each of %d steps; %d messages were held", (at-1)/k.stride, killed)
			return
		}
	}
}

// at kills one sender at a step and lets another finish. One address is refused, and one put off at first.
func (k killing) at(t *testing.T, at int) (held int, died bool, steps string) {
	s := mailServer(t, smtptest.Options{})
	defer s.Stop()
	var mu sync.Mutex
	seen := map[string]bool{}
	s.OnRcpt = func(_ net.Conn, to string) error {
		mu.Lock()
		defer mu.Unlock()
		defer func() { seen[to] = true }()
		switch {
		case to == memberN(4).Email:
			return &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "No such user"}
		case to == memberN(6).Email && !seen[to]:
			return &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 7, 1}, Message: "Greylisted"}
		}
		return nil
	}
	home := dirOf(t, "home")
	o, closed, err := open(home, deviceA, &claims{of: map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	o.t = t
	o.account(s, func(a *Account) { a.Connections = k.connections })
	k.first = k.queue(o)
	closed()
	died, steps = k.child(t, home, at, 0)
	for hours := range 2 { // sends what is left, and what was put off
		if died, _ := k.child(t, home, 0, hours+1); died {
			t.Fatal("died unasked")
		}
	}
	got := 0
	for to, mails := range s.Mails() {
		subjects := map[string]bool{}
		for _, m := range mails {
			head, _, _ := strings.Cut(string(m), "\r\n\r\n")
			if subjects[head] {
				t.Fatalf("killed at step %d: %s got one twice", at, to)
			}
			subjects[head] = true
		}
		got += len(mails)
	}
	held = k.left(t, home)
	if got+held < k.sent || held-k.held > k.connections || !died && held > k.held {
		t.Fatalf("killed at step %d: %d got it, %d are held, of %d", at, got, held, k.sent)
	}
	return held - k.held, died, steps
}

// left tells how many are held once all is done.
func (k killing) left(t *testing.T, home string) (held int) {
	t.Helper()
	o, closed, err := open(home, deviceA, &claims{})
	if err != nil {
		t.Fatal(err)
	}
	defer closed()
	o.t = t
	states := o.states()
	if states[Sent]+states[Held] != k.sent || states[Failed] != k.failed || states[Queued]+states[Sending] > 0 {
		t.Fatalf("%v", states)
	}
	return states[Held]
}

// child runs the sender in a process of its own; died tells whether it was killed.
func (k killing) child(t *testing.T, home string, at, hours int) (died bool, steps string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), killHome+"="+home, fmt.Sprintf("%s=%d", killStep, at), fmt.Sprintf("%s=%d", killLater, hours), killDo+"="+k.do, killFirst+"="+k.first)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false, string(out)
	}
	if state := cmd.ProcessState.Sys().(syscall.WaitStatus); state.Signaled() && state.Signal() == syscall.SIGKILL {
		return true, ""
	}
	t.Fatalf("%v: %s", err, out)
	return false, ""
}
