package snapshot

import (
	"crypto/sha256"
	"slices"
	"strings"

	"example.org/carnet/sync/signed"
)

// A saying is a claim of what is said to some people: those of one task may stand beside each other as long as nobody is in two of
// them. So that two laptops which do not know of each other's mailings do not write the same to the same person.

// SayingPrefix begins the tasks of sayings, and of no other claims.
const SayingPrefix = "say-"

// SayingKind is the kind of the message of a saying.
const SayingKind = "carnet-saying-1"

// MaxWhom is how many people one saying names at most.
const MaxWhom = 100

const markSize = 8

type sayingForm struct {
	_           struct{} `cbor:",toarray"`
	Network     string
	Task        string
	Device      string
	Incarnation uint64
	Wall        int64
	Of          string
	Whom        []byte
}

// IsSaying tells whether a task is that of a saying.
func IsSaying(task string) bool { return strings.HasPrefix(task, SayingPrefix) }

// MarkOf stands for one person in the sayings of a task: nobody who has not its id learns who it is, nor finds it in another task.
func MarkOf(task, whom string) string {
	sum := sha256.Sum256([]byte("carnet saying 1 " + task + "\x00" + whom))
	return string(sum[:markSize])
}

// WhomOf joins marks: ascending, each once.
func WhomOf(marks []string) string {
	marks = slices.Sorted(slices.Values(marks))
	return strings.Join(slices.Compact(marks), "")
}

// Marks gives those whom a saying names.
func (c *Claim) Marks() (marks []string) {
	for i := 0; i+markSize <= len(c.Whom); i += markSize {
		marks = append(marks, c.Whom[i:i+markSize])
	}
	return marks
}

func (c *Claim) soundSaying() bool {
	if !IsSaying(c.Task) {
		return c.Of == "" && c.Whom == ""
	}
	return IsTask(c.Of) && c.Whom != "" && len(c.Whom)%markSize == 0 && len(c.Whom) <= MaxWhom*markSize && WhomOf(c.Marks()) == c.Whom
}

func kindOfClaim(task string) string {
	if IsSaying(task) {
		return SayingKind
	}
	return ClaimKind
}

func (c *Claim) payload() []byte {
	if IsSaying(c.Task) {
		return signed.Encode(sayingForm{Network: c.Network, Task: c.Task, Device: c.Device, Incarnation: c.Incarnation, Wall: c.Wall, Of: c.Of, Whom: []byte(c.Whom)})
	}
	return signed.Encode(claimForm{Network: c.Network, Task: c.Task, Device: c.Device, Incarnation: c.Incarnation, Wall: c.Wall})
}

// claimFrom reads a message's payload in the form that its task has.
func claimFrom(task string, payload []byte) (*Claim, error) {
	if IsSaying(task) {
		var f sayingForm
		err := signed.DecodeCanonical(payload, &f)
		return &Claim{Network: f.Network, Task: f.Task, Device: f.Device, Incarnation: f.Incarnation, Wall: f.Wall, Of: f.Of, Whom: string(f.Whom)}, err
	}
	var f claimForm
	err := signed.DecodeCanonical(payload, &f)
	return &Claim{Network: f.Network, Task: f.Task, Device: f.Device, Incarnation: f.Incarnation, Wall: f.Wall}, err
}
