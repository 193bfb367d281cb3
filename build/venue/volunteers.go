package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// volunteer is somebody with a phone near a door: a Chromium in a namespace of its own, moved by frontend/e2e/venue-phone.mjs.
type volunteer struct {
	name    string
	process *exec.Cmd
	told    *bufio.Scanner

	taps, alone int
	nonces      []string
}

// said is one line of a phone's program.
type said struct {
	Paired, Done  bool
	Taps, Waiting int
	Nonces        []string
	Troubles      []string
}

const (
	chromium  = "/usr/bin/chromium"
	phonePace = 250 // milliseconds between two taps
)

// handOut pairs the phones: one with laptop A, one with laptop B.
func (f *forum) handOut() error {
	if !f.phones {
		return nil
	}
	for i, name := range []string{"P", "Q"} {
		l := f.laptops[i]
		if err := errors.Join(f.room.plug(name, fmt.Sprintf("10.77.0.%d", 11+i)), f.room.steady(name)); err != nil {
			return err
		}
		l.phones = name
		a, err := l.ask(order{Do: "phones", Meeting: f.meeting, Station: name})
		if err != nil {
			return err
		}
		v, err := f.hold(name, a.Pages[0], a.Code, i)
		if err != nil {
			return fmt.Errorf("phone %s: %w", name, err)
		}
		f.guests = append(f.guests, v)
	}
	say("two phones are doors of laptops A and B")
	return nil
}

// hold opens the page in a browser of that place and gives it its share of the passes.
func (f *forum) hold(name, address, code string, place int) (*volunteer, error) {
	browser := filepath.Join(f.dir, "browser-"+name)
	if err := os.WriteFile(browser, fmt.Appendf(nil, "#!/bin/sh\nexec ip netns exec %s%s %s \"$@\"\n", f.room.prefix, name, chromium), 0o700); err != nil {
		return nil, err
	}
	order, err := json.Marshal(map[string]any{"browser": browser, "address": address, "code": code, "name": name, "pace": phonePace, "people": f.share(place)})
	if err != nil {
		return nil, err
	}
	v := &volunteer{name: name, process: exec.Command("node", filepath.Join("frontend", "e2e", "venue-phone.mjs"), string(order))}
	v.process.Stderr = os.Stderr
	out, err := v.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	v.told = bufio.NewScanner(out)
	v.told.Buffer(nil, 16<<20)
	if err := v.process.Start(); err != nil {
		return nil, err
	}
	if s, err := v.next(); err != nil || !s.Paired {
		return nil, errors.Join(errors.New("it was not paired"), err)
	}
	return v, nil
}

// share is whom a phone taps on: each phone others, some of whom pass the doors too.
func (f *forum) share(place int) (names []string) {
	for n := range min(f.scans/20, len(f.members)/2) {
		names = append(names, familyOf(2*n+place))
	}
	return names
}

func (v *volunteer) next() (s said, err error) {
	if !v.told.Scan() {
		return s, errors.New("its program ended")
	}
	return s, json.Unmarshal(v.told.Bytes(), &s)
}

// collect waits until each phone has sent what it noted.
func (f *forum) collect() error {
	for _, v := range f.guests {
		for {
			s, err := v.next()
			if err != nil {
				return fmt.Errorf("phone %s: %w", v.name, err)
			}
			if s.Waiting > 0 {
				v.alone++
			}
			if !s.Done {
				continue
			}
			if v.taps, v.nonces = s.Taps, s.Nonces; s.Waiting > 0 || len(s.Nonces) != s.Taps || len(s.Troubles) > 0 {
				return fmt.Errorf("phone %s tapped %d people under %d names, %d still wait, %v", v.name, s.Taps, len(s.Nonces), s.Waiting, s.Troubles)
			}
			break
		}
		if err := v.process.Wait(); err != nil {
			return err
		}
	}
	return nil
}

// walk takes a phone out of the laptops' reach, or back.
func (f *forum) walk(n int, near bool) func() error {
	return func() error {
		if n >= len(f.guests) {
			return nil
		}
		return f.room.cable(f.guests[n].name, near)
	}
}
