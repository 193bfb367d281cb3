package snapshot

import (
	"errors"
	"fmt"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// ClaimPrefix is where laptops say in a bucket that they will do what must be done once.
const ClaimPrefix = "claim/"

// ClaimKind is the kind of the message.
const ClaimKind = "carnet-claim-1"

// MaxClaim is the size in bytes above which a claim is refused unread.
const MaxClaim = 4 << 10

// mostTask bounds the name of what is claimed, in bytes.
const mostTask = 80

// Claim is a laptop's word that it will do something, and that nobody else need.
type Claim struct {
	Network     string
	Task        string // what is claimed, as "mlg_…-3"
	Device      string // the laptop that signed; filled in by writing
	Incarnation uint64 // of that laptop: what one from before a restored backup did, the restored one does not know
	Wall        int64  // milliseconds since 1970 UTC by its clock
	Of          string // of a saying: what it is said with, as a mailing's id
	Whom        string // of a saying: to whom, as Marks; empty for every other claim
}

type claimForm struct {
	_           struct{} `cbor:",toarray"`
	Network     string
	Task        string
	Device      string
	Incarnation uint64
	Wall        int64
}

// IsTask tells whether a name may be claimed: letters, digits, and - _ and . between them.
func IsTask(name string) bool {
	return name != "" && len(name) <= mostTask && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == "" && name[0] != '.' && name[len(name)-1] != '.'
}

func (c *Claim) sound() bool {
	return len(c.Network) > 0 && len(c.Network) <= maxScope && IsTask(c.Task) && signed.IsDevice(c.Device) && c.Wall >= 0 && c.soundSaying()
}

// ClaimName is what the key of a claim says.
type ClaimName struct {
	Task   string
	Device string
	Hash   signed.Short
}

// ClaimsOf is the prefix under which all claims of a task rest.
func ClaimsOf(task string) string { return ClaimPrefix + task + "/" }

// String gives the object's key: claim/<task>/<device>-<short hash of the message>.
func (n ClaimName) String() string {
	return fmt.Sprintf("%s%s-%s", ClaimsOf(n.Task), n.Device, signed.Letters(n.Hash))
}

// ParseClaimName reads a key in the one form that String writes. Fault claim_misnamed.
func ParseClaimName(key string) (ClaimName, error) {
	task, rest, _ := strings.Cut(strings.TrimPrefix(key, ClaimPrefix), "/")
	device, text, _ := strings.Cut(rest, "-")
	hash, isHash := signed.ParseLetters(text)
	n := ClaimName{Task: task, Device: device, Hash: hash}
	if !isHash || !IsTask(task) || !signed.IsDevice(device) || n.String() != key {
		return ClaimName{}, fault.New("claim_misnamed", "key", key)
	}
	return n, nil
}

// WriteClaim signs a claim and gives its object and key; it fills in Device. The cover is the roster's. Fault claim_unreadable
// when there is nothing of that name to be claimed.
func WriteClaim(id *Identity, cover [32]byte, c *Claim) (key string, object []byte, err error) {
	c.Device = id.Device()
	if !c.sound() {
		return "", nil, fault.New("claim_unreadable", "key", ClaimPrefix+c.Task)
	}
	message := id.Sign(kindOfClaim(c.Task), c.payload())
	object, err = covered(cover, ClaimPrefix, message)
	return ClaimName{Task: c.Task, Device: c.Device, Hash: signed.ShortOf(signed.HashOf(message))}.String(), object, err
}

// ReadClaim reads and believes a claim of this network by the laptop in its name. Faults: claim_misnamed, claim_unreadable,
// claim_newer, claim_other_network, claim_device_unknown, claim_forged.
func ReadClaim(key string, object []byte, network string, cover [32]byte, signKeys SignKeys) (*Claim, error) {
	name, err := ParseClaimName(key)
	if err != nil {
		return nil, err
	}
	if len(object) > MaxClaim {
		return nil, fault.New("claim_unreadable", "key", key)
	}
	data, err := uncovered(cover, ClaimPrefix, object)
	if err != nil {
		return nil, fault.New("claim_unreadable", "key", key).Because(err)
	}
	m, err := signed.Parse(kindOfClaim(name.Task), data, MaxClaim)
	switch {
	case errors.Is(err, signed.ErrKind):
		return nil, fault.New("claim_newer", "key", key).Because(err)
	case err != nil:
		return nil, fault.New("claim_unreadable", "key", key).Because(err)
	case signed.ShortOf(m.Hash) != name.Hash:
		return nil, fault.New("claim_misnamed", "key", key)
	}
	return believeClaim(key, name, m, network, signKeys)
}

func believeClaim(key string, name ClaimName, m signed.Message, network string, signKeys SignKeys) (*Claim, error) {
	c, err := claimFrom(name.Task, m.Payload)
	if err != nil {
		return nil, fault.New("claim_unreadable", "key", key).Because(err)
	}
	switch {
	case !c.sound():
		return nil, fault.New("claim_unreadable", "key", key).Because(errContradiction)
	case c.Network != network:
		return nil, fault.New("claim_other_network", "key", key)
	case c.Task != name.Task || c.Device != name.Device:
		return nil, fault.New("claim_misnamed", "key", key)
	}
	signKey, known := signKeys(c.Device)
	if !known {
		return nil, fault.New("claim_device_unknown", "device", c.Device)
	}
	if err := m.Verify(signKey); err != nil {
		return nil, fault.New("claim_forged", "device", c.Device).Because(err)
	}
	return c, nil
}
