package network

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"path/filepath"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
)

// LentFolder is the folder under a home that is lent when no other is named.
const LentFolder = "lent"

// LendPort is where a folder is lent, unless said otherwise.
const LendPort = bucket.LANPort

// enter opens a bucket of any kind. One in the room needs this laptop's key and the roster's.
func (n *Network) enter(remote bucket.Remote) (bucket.Bucket, error) {
	if remote.Kind != bucket.LAN {
		return bucket.Open(remote)
	}
	return bucket.OpenLAN(remote.Endpoint, n.prover, n.speaksWith)
}

// seatName is where the strongbox keeps the secret of the invitation that this laptop accepted, until it
// is admitted: with it the laptop may ask for its seat in a room where nobody knows its key yet.
const seatName = "seat"

type heldSeat struct {
	_          struct{} `cbor:",toarray"`
	Invitation string
	Secret     invitation.Secret
}

func (n *Network) keepSeat(t Ticket) error {
	held, err := cbor.Marshal(heldSeat{Invitation: t.invitation.ID, Secret: t.secret})
	if err != nil {
		return err
	}
	return n.Box.Put(seatName, held)
}

// prover is the key that this laptop shows in a room: its own or, while it waits for its seat, that of
// its invitation.
func (n *Network) prover() crypto.Signer {
	engine, err := n.exchange()
	if err != nil {
		return n.Identity.Signer()
	}
	own := engine.Prover()
	if engine.Standing() != carnetsync.Pending {
		_ = n.Box.Remove(seatName) // it has served
		return own
	}
	var held heldSeat
	sealed, err := n.Box.Get(seatName)
	if err != nil || cbor.Unmarshal(sealed, &held) != nil {
		return own
	}
	return held.Secret.Prover(held.Invitation)
}

// speaksWith tells whether this laptop exchanges with the owner of a key. One that waits for its seat and
// has not seen the roster cannot know anybody: it says nothing there but its request, which any keeper of a
// bucket may read, and believes nothing but what the founding statement vouches for.
func (n *Network) speaksWith(key ed25519.PublicKey) bool {
	engine, err := n.exchange()
	if err != nil {
		return false
	}
	s := engine.State()
	if s == nil {
		return engine.Standing() == carnetsync.Pending
	}
	_, known := n.keysOf(s).laptops[string(key)]
	return known
}

// keyring is what one state of the roster says of keys.
type keyring struct {
	state   *roster.State
	laptops map[string]roster.Laptop // active ones, by key
	seats   map[string]roster.Seat   // by key of proof
}

// keysOf reads a roster once, not at every request.
func (n *Network) keysOf(s *roster.State) *keyring {
	if k := n.keyring.Load(); k != nil && k.state == s {
		return k
	}
	k := &keyring{state: s, laptops: map[string]roster.Laptop{}, seats: map[string]roster.Seat{}}
	for _, l := range s.Laptops() {
		if !l.Revoked {
			k.laptops[string(l.SignKey)] = l
		}
	}
	for _, seat := range s.Seats() {
		k.seats[string(seat.Proof)] = seat
	}
	n.keyring.Store(k)
	return k
}

// rightOf says what the owner of a key may do with the folder that this laptop lends.
func (n *Network) rightOf(key ed25519.PublicKey) bucket.Right {
	engine, err := n.exchange()
	if err != nil || engine.Standing() != carnetsync.Active {
		return bucket.NoRight
	}
	s := engine.State()
	keys := n.keysOf(s)
	if laptop, known := keys.laptops[string(key)]; known {
		if laptop.Role == roster.Admin {
			return bucket.MayDelete
		}
		return bucket.MayWrite
	}
	seat, invited := keys.seats[string(key)]
	if !invited || seat.Void {
		return bucket.NoRight
	}
	// Whoever took the seat comes once more with the invitation's key, to read that it was admitted.
	if taker, taken := s.Laptop(seat.Device); seat.Open(n.Now().UnixMilli()) || taken && !taker.Revoked {
		return bucket.MayAsk
	}
	return bucket.NoRight
}

// Lend says where a folder is lent, and which.
type Lend struct {
	Listen string // HOST:PORT or :PORT
	Folder string // empty means the one under the home
}

// Lent is what is being lent.
type Lent struct {
	Folder    string
	Addresses []string // as others type them
}

// Lend lends a folder of this laptop to the laptops around, until ctx ends, and exchanges with it meanwhile.
// Faults: laptop_pending, laptop_revoked, bucket_in_home, lan_not_here and those of the folder.
func (n *Network) Lend(ctx context.Context, o Lend, begun func(Lent)) error {
	engine, err := n.exchange()
	if err != nil {
		return err
	}
	if err := standsIn(engine); err != nil {
		return err
	}
	remote, err := n.lentFolder(o.Folder)
	if err != nil {
		return err
	}
	folder, err := bucket.Open(remote)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return fault.New("lan_not_here", "address", o.Listen).Because(err)
	}
	before := n.Remote()
	if err := n.leadTo(Remote{Remote: remote, CredentialsFrom: NoCredentials}); err != nil {
		_ = listener.Close()
		return err
	}
	defer func() { _ = n.leadTo(before) }() // its own fault shows at the next round
	return n.serve(ctx, listener, folder, begun, remote.Path)
}

func standsIn(engine *carnetsync.Engine) error {
	switch engine.Standing() {
	case carnetsync.Pending:
		return fault.New("laptop_pending")
	case carnetsync.Revoked:
		return fault.New("laptop_revoked", "device", engine.Device())
	}
	return nil
}

func (n *Network) lentFolder(chosen string) (bucket.Remote, error) {
	own := filepath.Join(n.Home, LentFolder)
	if chosen == "" {
		chosen = own
	}
	path, err := filepath.Abs(chosen)
	if err != nil {
		return bucket.Remote{}, err
	}
	ownPath, err := filepath.Abs(own)
	if err != nil {
		return bucket.Remote{}, err
	}
	if path != ownPath && inside(n.Home, path) {
		return bucket.Remote{}, fault.New("bucket_in_home", "bucket", path)
	}
	remote := bucket.Remote{Kind: bucket.Folder, Path: path}
	return remote, bucket.Prepare(remote)
}

// serve lends the folder, tells the room, and keeps exchanging with it: soon after somebody put something there.
func (n *Network) serve(ctx context.Context, listener net.Listener, folder bucket.Bucket, begun func(Lent), path string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	rounds := newLoop(calm, n.turn)
	rounds.eager, rounds.hurry = n.somebodyWaits, n.onceBrought
	rounds.start(ctx)
	defer rounds.end()
	rounds.atEnd(n.Store.Watch(func(uint64) {
		if n.Waiting() > 0 {
			rounds.edited()
		}
	}))
	go func() {
		if err := bucket.Announce(ctx, listener.Addr(), n.tag()); err != nil {
			n.Log.Warn("what is lent could not be announced; its typed address works", "error", err)
		}
	}()
	begun(Lent{Folder: path, Addresses: addressesOf(listener.Addr())})
	err := bucket.ServeLAN(ctx, listener, bucket.Lending{Bucket: attentive{folder, rounds.edited}, Signer: n.prover, Right: n.rightOf})
	rounds.end()
	n.lastLook(context.WithoutCancel(ctx))
	return err
}

// lastLook takes in what the others left just before the end.
func (n *Network) lastLook(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, testLimit)
	defer cancel()
	if _, err := n.Sync(ctx); err != nil {
		n.Log.Warn("the last look at the lent folder ended early", "error", err)
	}
}

// attentive is a bucket that tells when something new was put there.
type attentive struct {
	bucket.Bucket
	news func()
}

func (a attentive) Put(ctx context.Context, key string, body []byte) error {
	err := a.Bucket.Put(ctx, key, body)
	if err == nil {
		a.news()
	}
	return err
}

// addressesOf gives the addresses under which others find a listener.
func addressesOf(at net.Addr) []string {
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return nil
	}
	address := func(host string) string {
		return bucket.Remote{Kind: bucket.LAN, Endpoint: net.JoinHostPort(host, port)}.String()
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsUnspecified() {
		return []string{address(host)}
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var list []string
	for _, each := range own {
		if ip, ok := each.(*net.IPNet); ok && ip.IP.IsGlobalUnicast() {
			list = append(list, address(ip.IP.String()))
		}
	}
	return list
}

// Neighbour is a folder that is lent around here. Who lends it is known of laptops of this network alone.
type Neighbour struct {
	Address     string // of a remote
	Device      string
	Coordinator string
	OfficeName  string
}

// LentAround listens for a while to what is lent around here, in the order of the addresses.
func (n *Network) LentAround(ctx context.Context, wait time.Duration) ([]Neighbour, error) {
	found, err := bucket.Find(ctx, wait)
	if err != nil {
		return nil, fault.New("lan_deaf").Because(err)
	}
	list := make([]Neighbour, 0, len(found))
	for _, f := range found {
		neighbour := Neighbour{Address: bucket.Remote{Kind: bucket.LAN, Endpoint: f.Address}.String()}
		if laptop, office, known := n.whoseTag(f.Tag); known {
			neighbour.Device, neighbour.Coordinator, neighbour.OfficeName = laptop.Device, laptop.Coordinator, office
		}
		list = append(list, neighbour)
	}
	return list, nil
}

// A tag says which laptop lends, to those alone who know the network: a random salt, and the first 8
// bytes of HMAC-SHA-256 of salt and device under the hash of the founding statement.
const saltBytes = 8

func (n *Network) tag() string {
	engine, err := n.exchange()
	if err != nil || engine.State() == nil {
		return ""
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails, says its documentation
	return tagOf(engine.State(), hex.EncodeToString(salt), engine.Device())
}

func tagOf(s *roster.State, salt, device string) string {
	mac := hmac.New(sha256.New, s.Founding[:])
	_, _ = mac.Write([]byte("carnet lan 1 " + salt + " " + device))
	return salt + "." + hex.EncodeToString(mac.Sum(nil)[:8])
}

func (n *Network) whoseTag(tag string) (laptop roster.Laptop, office string, known bool) {
	engine, err := n.exchange()
	salt, _, formed := strings.Cut(tag, ".")
	if err != nil || engine.State() == nil || !formed {
		return roster.Laptop{}, "", false
	}
	s := engine.State()
	for _, l := range s.Laptops() {
		if !l.Revoked && hmac.Equal([]byte(tagOf(s, salt, l.Device)), []byte(tag)) {
			o, _ := s.Office(l.Office)
			return l, o.Name, true
		}
	}
	return roster.Laptop{}, "", false
}
