package zones

import (
	"os"
	"strings"
	"sync"
	"time"
)

// Here gives the zone that this machine is set to, read with Carnet's own data: the machine is asked
// for the name only. Where it has no name that Carnet knows, as on Windows, its own clock rules stand in.
func Here() *time.Location {
	if loc, ok := named(os.Getenv("TZ")); ok {
		return loc
	}
	return machine()
}

// machine is read once: who changes the machine's zone starts Carnet again.
var machine = sync.OnceValue(func() *time.Location {
	for _, name := range []string{localtimeTarget(), etcTimezone()} {
		if loc, ok := named(name); ok {
			return loc
		}
	}
	return time.Local
})

// named reads a zone's name, or the path of its file in a system's zone data.
func named(name string) (*time.Location, bool) {
	name = strings.TrimPrefix(name, ":")
	if _, after, ok := strings.Cut(name, "zoneinfo/"); ok {
		name = after
	}
	name = strings.TrimSpace(name)
	if inUse().target(name) == "" {
		return nil, false
	}
	loc, err := Load(name)
	return loc, err == nil
}

func localtimeTarget() string {
	target, err := os.Readlink("/etc/localtime")
	if err != nil {
		return ""
	}
	return target
}

func etcTimezone() string {
	raw, err := os.ReadFile("/etc/timezone")
	if err != nil || len(raw) > 100 {
		return ""
	}
	return string(raw)
}
