package post

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"

	"example.org/carnet/app/post/smtp/smtptest"
)

const (
	killHome = "CARNET_POST_HOME"
	killStep = "CARNET_POST_KILL"
)

func TestMain(m *testing.M) {
	if home := os.Getenv(killHome); home != "" {
		sendAndDie(home)
	}
	os.Exit(m.Run())
}

// sendAndDie sends all that is due and ends without warning at the step that is asked for; it prints the number of steps otherwise.
func sendAndDie(home string) {
	o, closed, err := open(home, deviceA, &claims{of: map[string]string{}})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	var at, steps int
	_, _ = fmt.Sscan(os.Getenv(killStep), &at)
	var mu sync.Mutex
	o.step = func(string) {
		mu.Lock()
		defer mu.Unlock()
		if steps++; steps == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	if _, err := o.Send(context.Background(), 0); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	closed()
	fmt.Println(steps)
	os.Exit(0)
}

func TestNobodyGetsAMessageTwiceWhereverTheProcessIsKilled(t *testing.T) {
	const people = 3
	killed := 0
	for at := 1; ; at++ {
		s := mailServer(t, smtptest.Options{})
		home := dirOf(t, "home")
		o, closed, err := open(home, deviceA, &claims{of: map[string]string{}})
		if err != nil {
			t.Fatal(err)
		}
		o.t = t
		o.account(s, nil)
		o.people(people)
		o.invite()
		closed()
		died := child(t, home, at)
		if child(t, home, 0) { // sends what is left
			t.Fatal("died unasked")
		}
		held := o.reopened(t, home)
		got := 0
		for to, mails := range s.Mails() {
			if len(mails) != 1 {
				t.Fatalf("killed at step %d: %s got %d", at, to, len(mails))
			}
			got++
		}
		if got+held < people || held > 1 || !died && held > 0 {
			t.Fatalf("killed at step %d: %d got it, %d are held, of %d", at, got, held, people)
		}
		if !died {
			t.Logf("killed at each of %d steps; in %d of them a message was held", at-1, killed)
			return
		}
		killed += held
	}
}

func (o *office) reopened(t *testing.T, home string) (held int) {
	t.Helper()
	again, closed, err := open(home, deviceA, o.claims)
	if err != nil {
		t.Fatal(err)
	}
	defer closed()
	again.t = t
	states := again.states()
	if states[Sent]+states[Held] != 3 {
		t.Fatalf("%v", states)
	}
	return states[Held]
}

// child runs the sender in a process of its own; died tells whether it was killed.
func child(t *testing.T, home string, at int) (died bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), killHome+"="+home, fmt.Sprintf("%s=%d", killStep, at))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	if state := cmd.ProcessState.Sys().(syscall.WaitStatus); state.Signaled() && state.Signal() == syscall.SIGKILL {
		return true
	}
	t.Fatalf("%v: %s", err, out)
	return false
}
