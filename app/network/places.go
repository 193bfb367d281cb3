package network

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
)

// remotesName is where the strongbox keeps the places beside the main one.
const remotesName = "remotes"

// MainRemote is the name of the place that SetRemote chooses, and that invitations tell of.
const MainRemote = "main"

const mostRemotes = 16

var remoteNames = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// NamedRemote is one place where changes are exchanged.
type NamedRemote struct {
	Name string
	Remote
	Waiting int       // objects that are here and not there
	Problem error     // of the last visit in this run
	Contact time.Time // zero when it was never reached
}

// sideRemote is a place beside the main one, as the strongbox keeps it.
type sideRemote struct {
	Name string       `cbor:"0,keyasint"`
	At   storedRemote `cbor:"1,keyasint"`
}

// Remotes lists the places in use, the main one first.
func (n *Network) Remotes() ([]NamedRemote, error) {
	var list []NamedRemote
	if main := n.Remote(); main.Kind != "" {
		list = append(list, NamedRemote{Name: MainRemote, Remote: main})
	}
	side, err := n.sideRemotes()
	if err != nil {
		return nil, err
	}
	for _, s := range side {
		remote, err := s.remote()
		if err != nil {
			return nil, err
		}
		list = append(list, NamedRemote{Name: s.Name, Remote: withEnvironment(remote)})
	}
	if engine, err := n.exchange(); err == nil {
		for _, state := range engine.PlaceStates() {
			for i := range list {
				if list[i].Name == state.Name || state.Name == "" && list[i].Name == MainRemote {
					list[i].Waiting, list[i].Problem, list[i].Contact = state.Waiting, state.Problem, state.Contact
				}
			}
		}
	}
	return list, nil
}

// AddRemote takes one more place in use. Without a name it gets one from its address. Faults:
// bad_remote_name, remote_name_taken, remote_known, too_many_remotes, bucket_in_home and those of
// bucket.Prepare.
func (n *Network) AddRemote(name string, remote bucket.Remote) (NamedRemote, error) {
	known, err := n.Remotes()
	if err != nil {
		return NamedRemote{}, err
	}
	if len(known) >= mostRemotes {
		return NamedRemote{}, fault.New("too_many_remotes", "most", strconv.Itoa(mostRemotes))
	}
	if name == "" {
		name = freeName(known, remote)
	}
	if !remoteNames.MatchString(name) || name == MainRemote {
		return NamedRemote{}, fault.New("bad_remote_name", "name", name)
	}
	for _, k := range known {
		switch {
		case k.Name == name:
			return NamedRemote{}, fault.New("remote_name_taken", "name", name)
		case k.String() == remote.String():
			return NamedRemote{}, fault.New("remote_known", "name", k.Name, "remote", remote.String())
		}
	}
	if inside(n.Home, remote.Path) {
		return NamedRemote{}, fault.New("bucket_in_home", "bucket", remote.Path)
	}
	if err := bucket.Prepare(remote); err != nil {
		return NamedRemote{}, err
	}
	side, err := n.sideRemotes()
	if err != nil {
		return NamedRemote{}, err
	}
	side = append(side, sideRemote{Name: name, At: storedRemote{Address: remote.String(), Credentials: remote.Credentials}})
	return NamedRemote{Name: name, Remote: withEnvironment(remote)}, n.keepSide(side)
}

// RemoveRemote uses a place no more. What is there stays there. Fault unknown_remote.
func (n *Network) RemoveRemote(name string) error {
	if name == MainRemote && n.Remote().Kind != "" {
		return n.SetRemote(bucket.Remote{})
	}
	side, err := n.sideRemotes()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(side, func(s sideRemote) bool { return s.Name == name })
	if at < 0 {
		return fault.New("unknown_remote", "name", name)
	}
	return n.keepSide(slices.Delete(side, at, at+1))
}

func (n *Network) keepSide(side []sideRemote) error {
	sealed, err := cbor.Marshal(side)
	if err == nil && len(side) == 0 {
		err = n.Box.Remove(remotesName)
	} else if err == nil {
		err = n.Box.Put(remotesName, sealed)
	}
	if err != nil {
		return err
	}
	if err := n.usePlaces(); err != nil {
		return err
	}
	n.loop.atOnce()
	n.tell()
	return nil
}

func (n *Network) sideRemotes() ([]sideRemote, error) {
	sealed, err := n.Box.Get(remotesName)
	if err != nil || sealed == nil {
		return nil, err
	}
	var side []sideRemote
	return side, cbor.Unmarshal(sealed, &side)
}

func (s *sideRemote) remote() (bucket.Remote, error) {
	remote, err := bucket.ParseRemote(s.At.Address)
	remote.Credentials = s.At.Credentials
	return remote, err
}

// freeName makes a name of the last word of an address.
func freeName(known []NamedRemote, remote bucket.Remote) string {
	word := remote.Bucket
	if word == "" && remote.Path != "" {
		word = filepath.Base(remote.Path)
	}
	if word == "" {
		word = remote.Kind
	}
	name := strings.Trim(strings.Map(nameLetter, strings.ToLower(word)), "-")
	name = name[:min(len(name), 36)]
	if name == "" || name == MainRemote {
		name = "place"
	}
	free, number := name, 2
	for slices.ContainsFunc(known, func(k NamedRemote) bool { return k.Name == free }) {
		free = name + "-" + strconv.Itoa(number)
		number++
	}
	return free
}

func nameLetter(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return r
	}
	return '-'
}

// places gives what the engine visits; none while there is but the main place, which it knows as
// its bucket.
func (n *Network) places() []carnetsync.Place {
	side, err := n.sideRemotes()
	if err != nil {
		n.Log.Error("the places could not be read", "error", err)
	}
	var list []carnetsync.Place
	defer func() {
		n.mu.Lock()
		n.beside = list
		n.mu.Unlock()
	}()
	if len(side) == 0 {
		return nil
	}
	if main := n.Remote(); main.Kind != "" {
		list = append(list, carnetsync.Place{Name: MainRemote, Address: main.String(), Bucket: n.gate})
	}
	for _, s := range side {
		if g := n.sideGate(s); g != nil {
			list = append(list, carnetsync.Place{Name: s.Name, Address: s.At.Address, Bucket: g})
		}
	}
	return list
}

// sideGate opens the way to one place, once.
func (n *Network) sideGate(s sideRemote) *gate {
	n.mu.Lock()
	g, open := n.side[s.At.Address]
	n.mu.Unlock()
	if open {
		return g
	}
	remote, err := s.remote()
	g = &gate{now: n.Now, enter: n.gate.enter}
	if err == nil {
		err = g.lead(withEnvironment(remote).Remote)
	}
	if err != nil {
		n.Log.Error("a place could not be opened", "name", s.Name, "error", err)
		return nil
	}
	n.mu.Lock()
	n.side[s.At.Address] = g
	n.mu.Unlock()
	return g
}

// usePlaces tells the engine where to go from now on.
func (n *Network) usePlaces() error {
	engine, err := n.exchange()
	if err != nil {
		return nil // it will be told when there is one
	}
	return engine.UsePlaces(n.places())
}
