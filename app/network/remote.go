package network

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

// remoteName is where the strongbox keeps the bucket's address and credentials.
const remoteName = "remote"

// Where credentials come from.
const (
	NoCredentials   = "none"
	Stored          = "stored"
	FromEnvironment = "environment"
	FromProfile     = "profile" // of AWS's own tools
	accessKeyEnv    = "AWS_ACCESS_KEY_ID"
	secretKeyEnv    = "AWS_SECRET_ACCESS_KEY"
	sessionTokenEnv = "AWS_SESSION_TOKEN"
	profileEnv      = "AWS_PROFILE"
	testLimit       = 5 * time.Second
)

// Remote is the bucket as this laptop enters it now.
type Remote struct {
	bucket.Remote          // Kind is empty when none is chosen
	CredentialsFrom string // none, stored, environment, profile
}

// storedRemote is what lies in the strongbox.
type storedRemote struct {
	Address     string             `cbor:"0,keyasint"`
	Credentials bucket.Credentials `cbor:"1,keyasint"`
}

// SetRemote remembers where changes are exchanged. A folder whose last part is missing is made:
// a person has just chosen it. Credentials that are empty keep the stored ones of the same
// service. An empty remote means nowhere. Faults: those of bucket.Prepare.
func (n *Network) SetRemote(remote bucket.Remote) error {
	if remote.Kind == "" {
		if err := n.Box.Remove(remoteName); err != nil {
			return err
		}
		return n.leadTo(Remote{CredentialsFrom: NoCredentials})
	}
	if inside(n.Home, remote.Path) {
		return fault.New("bucket_in_home", "bucket", remote.Path)
	}
	if err := bucket.Prepare(remote); err != nil {
		return err
	}
	return n.keepRemote(n.withKeptCredentials(remote))
}

// withKeptCredentials fills empty credentials with the stored ones, for the same service only: a
// key must not be sent to whoever a new address names.
func (n *Network) withKeptCredentials(remote bucket.Remote) bucket.Remote {
	kept, _ := n.storedRemote()
	if kept.Kind != remote.Kind || kept.Endpoint != remote.Endpoint {
		return remote
	}
	typed := &remote.Credentials
	if typed.AccessKey == "" && typed.SecretKey == "" {
		*typed = kept.Credentials
	}
	if typed.SecretKey == "" && typed.AccessKey == kept.Credentials.AccessKey {
		typed.SecretKey = kept.Credentials.SecretKey
	}
	return remote
}

func (n *Network) keepRemote(remote bucket.Remote) error {
	sealed, err := cbor.Marshal(storedRemote{Address: remote.String(), Credentials: remote.Credentials})
	if err != nil {
		return err
	}
	if err := n.Box.Put(remoteName, sealed); err != nil {
		return err
	}
	return n.leadTo(withEnvironment(remote))
}

// leadTo enters the bucket from now on, and looks there at once.
func (n *Network) leadTo(remote Remote) error {
	if err := n.gate.lead(remote.Remote); err != nil {
		return err
	}
	n.mu.Lock()
	n.remote = remote
	engine := n.engine
	n.mu.Unlock()
	if engine != nil && remote.Kind != "" {
		if err := engine.LedTo(remote.String()); err != nil {
			return err
		}
	}
	if err := n.usePlaces(); err != nil {
		return err
	}
	n.loop.atOnce()
	n.tell()
	return nil
}

// Remote gives the bucket as this laptop enters it now: credentials of the environment come before
// stored ones.
func (n *Network) Remote() Remote {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.remote
}

// readRemote looks into the strongbox, once.
func (n *Network) readRemote() Remote {
	remote, err := n.storedRemote()
	if err != nil {
		n.Log.Error("the bucket's address could not be read", "error", err)
	}
	return withEnvironment(remote)
}

func (n *Network) storedRemote() (bucket.Remote, error) {
	sealed, err := n.Box.Get(remoteName)
	if err != nil || sealed == nil {
		return bucket.Remote{}, err
	}
	var stored storedRemote
	if err := cbor.Unmarshal(sealed, &stored); err != nil {
		return bucket.Remote{}, err
	}
	remote, err := bucket.ParseRemote(stored.Address)
	remote.Credentials = stored.Credentials
	return remote, err
}

func withEnvironment(remote bucket.Remote) Remote {
	r := Remote{Remote: remote, CredentialsFrom: NoCredentials}
	if remote.Kind != bucket.S3 {
		return r
	}
	if remote.Credentials != (bucket.Credentials{}) {
		r.CredentialsFrom = Stored
	}
	if remote.Profile != "" {
		r.Credentials, r.CredentialsFrom = bucket.Credentials{}, FromProfile
		return r
	}
	if access, secret := os.Getenv(accessKeyEnv), os.Getenv(secretKeyEnv); access != "" && secret != "" {
		r.Credentials = bucket.Credentials{AccessKey: access, SecretKey: secret, SessionToken: os.Getenv(sessionTokenEnv)}
		r.CredentialsFrom = FromEnvironment
	}
	if r.Credentials == (bucket.Credentials{}) && os.Getenv(profileEnv) != "" {
		r.CredentialsFrom = FromProfile
	}
	return r
}

// TestRemote tries a bucket with one small question; it answers within 5 seconds. Credentials that
// were just typed are tried, not those of the environment. A folder that is still to be made counts
// as there when it can be.
func (n *Network) TestRemote(ctx context.Context, remote bucket.Remote) error {
	if remote.Kind == "" {
		return fault.New("no_remote")
	}
	if remote.Credentials == (bucket.Credentials{}) {
		remote = withEnvironment(n.withKeptCredentials(remote)).Remote
	}
	ctx, cancel := context.WithTimeout(ctx, testLimit)
	defer cancel()
	b, err := n.enter(n.withKeptCredentials(remote))
	if err != nil {
		return err
	}
	defer func() { _ = b.Close() }()
	_, err = b.List(ctx, "roster/", "")
	if fault.Is(err, "bucket_missing") && remote.Kind == bucket.Folder && isFolder(filepath.Dir(remote.Path)) {
		return nil
	}
	return err
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// inside tells whether path is home or below it: a bucket there would back itself up.
func inside(home, path string) bool {
	if path == "" {
		return false
	}
	home, err := filepath.Abs(home)
	if err != nil {
		return false
	}
	between, err := filepath.Rel(home, path)
	return err == nil && filepath.IsLocal(between)
}
