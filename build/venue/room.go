package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// room is the switch and what is plugged into it. The switch stands in a namespace of its own, so no packet has a way out.
type room struct {
	prefix string
	places []string // namespaces that were made
}

// newRoom makes the switch.
func newRoom() (*room, error) {
	r := &room{prefix: fmt.Sprintf("carnet%d-", os.Getpid())}
	if err := r.add("switch"); err != nil {
		return nil, err
	}
	return r, r.in("switch", "ip link add hall type bridge", "ip link set hall up")
}

func (r *room) add(place string) error {
	if err := system("ip netns add " + r.prefix + place); err != nil {
		return err
	}
	r.places = append(r.places, place)
	return r.in(place, "ip link set lo up")
}

// plug gives a machine its namespace and a cable to the switch.
func (r *room) plug(place, address string) error {
	if err := r.add(place); err != nil {
		return err
	}
	cable, far := "c-"+place, r.prefix+place
	if err := r.in("switch", "ip link add "+cable+" type veth peer name eth0 netns "+far, "ip link set "+cable+" master hall", "ip link set "+cable+" up"); err != nil {
		return err
	}
	return r.in(place, "ip address add "+address+"/24 dev eth0", "ip link set eth0 up", "ip route add 224.0.0.0/4 dev eth0")
}

// steady waits until a machine's own address of the sixth version is in use, which takes up to two seconds after its cable was plugged in: a browser gives
// up what it loads when an address comes. Where there is no such version it waits for nothing.
func (r *room) steady(place string) error {
	if _, err := os.Stat("/proc/net/if_inet6"); err != nil {
		return nil
	}
	for range 100 {
		if out, err := r.command(place, "ip", "-6", "-oneline", "address", "show", "dev", "eth0", "-tentative").Output(); err != nil || len(out) > 0 {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil // it has none, as where it is turned off
}

// cable pulls a machine's cable, or puts it back.
func (r *room) cable(place string, plugged bool) error {
	return r.in("switch", "ip link set c-"+place+" "+map[bool]string{true: "up", false: "down"}[plugged])
}

// power turns the whole switch off, or on.
func (r *room) power(on bool) error {
	return r.in("switch", "ip link set hall "+map[bool]string{true: "up", false: "down"}[on])
}

// command is a program inside a place.
func (r *room) command(place string, words ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", r.prefix + place}, words...)...)
}

func (r *room) in(place string, lines ...string) error {
	for _, line := range lines {
		if err := system("ip netns exec " + r.prefix + place + " " + line); err != nil {
			return err
		}
	}
	return nil
}

// close removes everything that was made.
func (r *room) close() (err error) {
	for _, place := range r.places {
		err = errors.Join(err, system("ip netns delete "+r.prefix+place))
	}
	return err
}

func system(line string) error {
	words := strings.Fields(line)
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", line, err, strings.TrimSpace(string(out)))
	}
	return nil
}
