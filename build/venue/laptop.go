package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
	"example.org/carnet/sync/bucket"
)

// order is one line to a laptop, and answer the line that comes back.
type order struct {
	Do      string    // scan, count, state, phones, pair or end
	Meeting string    `json:",omitempty"`
	Member  string    `json:",omitempty"`
	Kind    string    `json:",omitempty"`
	At      time.Time `json:",omitzero"`
	Nonce   string    `json:",omitempty"`
	Station string    `json:",omitempty"`
}

type answer struct {
	Error    string   `json:",omitempty"`
	Scan     string   `json:",omitempty"`
	Again    bool     `json:",omitempty"`
	Scans    []string `json:",omitempty"` // ids, sorted
	Nonces   []string `json:",omitempty"` // of the same scans
	Count    int      `json:",omitempty"`
	Inside   int      `json:",omitempty"`
	Digest   string   `json:",omitempty"`
	Frontier string   `json:",omitempty"`
	Ready    bool     `json:",omitempty"`
	Pages    []string `json:",omitempty"` // addresses for phones
	Code     string   `json:",omitempty"`
	Trouble  string   `json:",omitempty"` // of the last round
	Waiting  int      `json:",omitempty"` // changes that are not in the room yet
}

// seat says which laptop a process is to be.
type seat struct {
	Home    string
	Listen  string // where it lends its folder; empty looks for who lends
	Meeting string
	Page    string // folder of the page for phones
	Profile string // folder of profiles; empty for none
	Name    string // of these
}

const passphrase = "three doors and a switch"

// beLaptop opens a home and does what its lines say, until their end or until it is killed. Meanwhile it exchanges by itself, as the window does.
func beLaptop(text string) error {
	var at seat
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		return err
	}
	carnet, err := app.Open(at.Home, app.Options{Passphrase: passphrase})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	exchanged := make(chan error, 1)
	go func() { exchanged <- exchange(ctx, carnet, at) }()
	if at.Profile != "" {
		go profile(at)
	}
	work := &laptop{Carnet: carnet, seat: at}
	err = work.listen(os.Stdin, os.Stdout)
	stop()
	return errors.Join(err, work.end(), <-exchanged, carnet.Close())
}

// exchange lends this laptop's folder, or finds who lends one and keeps exchanging with it.
func exchange(ctx context.Context, carnet *app.Carnet, at seat) error {
	if at.Listen != "" {
		carnet.Network.AtDoor(24 * time.Hour)
		return carnet.Network.Lend(ctx, network.Lend{Listen: at.Listen}, func(network.Lent) {})
	}
	carnet.Network.AtDoor(24 * time.Hour) // as the open Door screen says again and again
	carnet.Network.Start(ctx)
	for ctx.Err() == nil && carnet.Network.Remote().Kind != bucket.LAN {
		around, err := carnet.Network.LentAround(ctx, time.Second)
		if err != nil {
			continue // no cable, perhaps
		}
		for _, n := range around {
			if remote, err := bucket.ParseRemote(n.Address); err == nil && n.Device != "" {
				return carnet.Network.SetRemote(remote)
			}
		}
	}
	return nil
}

type laptop struct {
	*app.Carnet
	seat
	phones phones
}

func (l *laptop) listen(in io.Reader, out io.Writer) error {
	lines, say := bufio.NewScanner(in), json.NewEncoder(out)
	if err := say.Encode(answer{Ready: true}); err != nil {
		return err
	}
	for lines.Scan() {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return err
		}
		if o.Do == "end" {
			return nil
		}
		a, err := l.do(o)
		if err != nil {
			a.Error = err.Error()
		}
		if err := say.Encode(a); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (l *laptop) do(o order) (answer, error) {
	switch o.Do {
	case "scan":
		noted, err := l.Door.Scan(door.Pass{Meeting: o.Meeting, Member: o.Member, Kind: o.Kind, At: o.At, Nonce: o.Nonce, Station: o.Station})
		return answer{Scan: noted.Scan.ID, Again: noted.Again}, err
	case "count":
		tally, err := l.Door.Tally(o.Meeting)
		if err != nil {
			return answer{}, err
		}
		return answer{Count: l.Store.Count(store.KindScan), Inside: len(tally.Inside())}, nil
	case "state":
		return l.state(o.Meeting)
	case "phones", "pair":
		return l.openPhones(o)
	}
	return answer{}, fmt.Errorf("nobody can %q", o.Do)
}

// state is what this laptop holds, its journal, its view and its count of who is inside.
func (l *laptop) state(meeting string) (a answer, err error) {
	tally, err := l.Door.Tally(meeting)
	if err != nil {
		return a, err
	}
	var scans []store.Scan
	for scan, err := range l.Store.ScansOf(meeting) {
		if err != nil {
			return a, err
		}
		scans = append(scans, scan)
	}
	slices.SortFunc(scans, func(x, y store.Scan) int { return cmpText(x.ID, y.ID) })
	for _, s := range scans {
		a.Scans, a.Nonces = append(a.Scans, s.ID), append(a.Nonces, s.Fact.Nonce)
	}
	a.Count, a.Inside, a.Digest, a.Frontier = len(scans), len(tally.Inside()), l.Store.Digest(), fmt.Sprint(l.Store.Frontier())
	now := l.Network.State()
	a.Waiting = now.Waiting
	if now.Problem != nil {
		a.Trouble = now.Problem.Error()
	}
	return a, nil
}
