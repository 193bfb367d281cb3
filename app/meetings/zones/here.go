package zones

import (
	"os"
	"strings"
	"time"
)

// Here gives the zone that this machine is set to, read with Carnet's own data: the machine is asked
// for the name only. Where it has no name that Carnet knows, as on Windows, its own clock rules stand in.
func Here() *time.Location {
	for _, name := range []string{os.Getenv("TZ"), localtimeTarget(), etcTimezone()} {
		name = strings.TrimPrefix(name, ":")
		if _, after, ok := strings.Cut(name, "zoneinfo/"); ok {
			name = after
		}
		if loc, err := Load(strings.TrimSpace(name)); err == nil {
			return loc
		}
	}
	return time.Local
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
