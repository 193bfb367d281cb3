package strongbox

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"

	"example.org/carnet/store/fault"
)

// Keychain keeps short secrets by name. Get gives ErrNoEntry when there is none of that name.
type Keychain interface {
	Get(entry string) (secret string, err error)
	Set(entry, secret string) error
	Delete(entry string) error
}

// ErrNoEntry says that a keychain works but does not have what was asked for.
var ErrNoEntry = errors.New("no such entry in the keychain")

var (
	errNoKeychain = errors.New("there is no keychain")
	errSilent     = errors.New("the keychain does not answer")
)

// Ring is the system's keychain, asked without first looking whether there is one.
type Ring struct{}

const service = "Carnet"

func (Ring) Get(entry string) (string, error) {
	secret, err := keyring.Get(service, entry)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrNoEntry
	}
	return secret, err
}

func (Ring) Set(entry, secret string) error { return keyring.Set(service, entry, secret) }

func (Ring) Delete(entry string) error {
	err := keyring.Delete(service, entry)
	if errors.Is(err, keyring.ErrNotFound) {
		return ErrNoEntry
	}
	return err
}

// System is the system's keychain, which is never waited for in vain.
func System() Keychain {
	if !hasSessionBus() {
		return none{}
	}
	return Patient{Keychain: Ring{}, Read: 30 * time.Second, Write: 2 * time.Second}
}

// hasSessionBus tells whether a keychain can be there at all. On Linux and its like, asking one
// without a session bus would start a bus of its own.
func hasSessionBus() bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	runtimeDir := os.Getenv("XDG_RUNTIME_DIR")
	if runtimeDir == "" {
		runtimeDir = "/run/user/" + strconv.Itoa(os.Getuid())
	}
	_, err := os.Stat(filepath.Join(runtimeDir, "bus"))
	return err == nil
}

type none struct{}

func (none) Get(string) (string, error) { return "", errNoKeychain }
func (none) Set(string, string) error   { return errNoKeychain }
func (none) Delete(string) error        { return errNoKeychain }

// Patient gives up on a keychain that does not answer. Reading may take longer than writing, since
// a person may be typing the keychain's own password.
type Patient struct {
	Keychain
	Read, Write time.Duration
}

func (p Patient) Get(entry string) (string, error) {
	return within(p.Read, func() (string, error) { return p.Keychain.Get(entry) })
}

func (p Patient) Set(entry, secret string) error {
	_, err := within(p.Write, func() (string, error) { return "", p.Keychain.Set(entry, secret) })
	return err
}

func (p Patient) Delete(entry string) error {
	_, err := within(p.Write, func() (string, error) { return "", p.Keychain.Delete(entry) })
	return err
}

func within(limit time.Duration, ask func() (string, error)) (string, error) {
	type answer struct {
		secret string
		err    error
	}
	came := make(chan answer, 1)
	go func() {
		secret, err := ask()
		came <- answer{secret, err}
	}()
	select {
	case a := <-came:
		return a.secret, a.err
	case <-time.After(limit):
		return "", errSilent
	}
}

func keychainFault(err error) error {
	if errors.Is(err, ErrNoEntry) {
		return fault.New("key_missing").Because(err)
	}
	return fault.New("keychain_unavailable").Because(err)
}
