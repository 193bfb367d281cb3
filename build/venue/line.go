package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// line is the orchestrator's end of a laptop: its process now, and how to start it again.
type line struct {
	name string
	room *room
	seat seat

	phones  string     // the door that phones around this laptop are; empty for none
	mu      sync.Mutex // one order at a time
	process *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Scanner
	ended   time.Duration // of the processors, by processes that are no more
	pushes  atomic.Int64  // of its power button, on and off
}

var errKilled = errors.New("the laptop was switched off")

// start switches the laptop on and waits until it can be used.
func (l *line) start() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	own, err := os.Executable()
	if err != nil {
		return err
	}
	text, err := json.Marshal(l.seat)
	if err != nil {
		return err
	}
	l.process = l.room.command(l.name, own, "laptop", string(text))
	l.process.Stderr = os.Stderr
	if l.orders, err = l.process.StdinPipe(); err != nil {
		return err
	}
	out, err := l.process.StdoutPipe()
	if err != nil {
		return err
	}
	l.answers = bufio.NewScanner(out)
	l.answers.Buffer(nil, 64<<20)
	if err := l.process.Start(); err != nil {
		return err
	}
	if a, err := l.read(); err != nil || !a.Ready {
		return fmt.Errorf("%s did not start: %w", l.name, err)
	}
	l.pushes.Add(1)
	return nil
}

// switchOn starts the laptop, and its page for phones where it had one.
func (l *line) switchOn() error {
	if err := l.start(); err != nil || l.phones == "" {
		return err
	}
	_, err := l.ask(order{Do: "phones", Meeting: l.seat.Meeting, Station: l.phones})
	return err
}

// kill takes the battery out, whatever the laptop is doing.
func (l *line) kill() error {
	l.pushes.Add(1)
	if err := l.process.Process.Kill(); err != nil {
		return err
	}
	l.mu.Lock() // whoever waited for an answer has heard that none comes
	defer l.mu.Unlock()
	_ = l.process.Wait()
	l.rest()
	return nil
}

// ask sends one order. errKilled means that nobody knows whether it was done.
func (l *line) ask(o order) (answer, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.process == nil {
		return answer{}, errKilled
	}
	text, err := json.Marshal(o)
	if err != nil {
		return answer{}, err
	}
	if _, err := l.orders.Write(append(text, '\n')); err != nil {
		return answer{}, errKilled
	}
	a, err := l.read()
	if err == nil && a.Error != "" {
		err = errors.New(l.name + ": " + a.Error)
	}
	return a, err
}

func (l *line) read() (a answer, err error) {
	if !l.answers.Scan() {
		return a, errKilled
	}
	return a, json.Unmarshal(l.answers.Bytes(), &a)
}

// end lets the laptop close as it should.
func (l *line) end() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.process == nil {
		return nil
	}
	_, _ = l.orders.Write([]byte(`{"Do":"end"}` + "\n"))
	err := l.process.Wait()
	l.rest()
	return err
}

// insist asks until the laptop is there again. An order with a nonce may be given as often as one likes.
func (l *line) insist(o order) (answer, error) {
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		a, err := l.ask(o)
		if !errors.Is(err, errKilled) || time.Since(began) > time.Minute {
			return a, err
		}
	}
}

func cmpText(a, b string) int { return strings.Compare(a, b) }
