package zones

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"time"

	"example.org/carnet/store/fault"
)

// Edition is one edition of the zone data.
type Edition struct {
	Name string // as "2026g"
	Raw  []byte // the archive, in Carnet's own form: compiled zones, "links" and "version" in a zip file
	data *data
}

const archiveLimit = 4 << 20 // bytes of an archive in our own form; the built-in one has 0.2 MB

var editionName = regexp.MustCompile(`^20[0-9]{2}[a-z]$`)

// BuiltIn is the edition that this Carnet was built with.
func BuiltIn() Edition { return Edition{Name: embedded().version, Raw: archive, data: embedded()} }

// Open reads an archive in our own form, and looks whether everything in it can be used: it may come from another
// laptop. Fault zones_unreadable.
func Open(raw []byte) (Edition, error) {
	e, err := OpenOld(raw)
	if err != nil {
		return e, err
	}
	if wrong := e.lacks(); wrong != "" {
		return Edition{}, unreadable(wrong, nil)
	}
	return e, nil
}

// OpenOld is Open for an edition that served before, and is only compared with: it may lack zones. Fault zones_unreadable.
func OpenOld(raw []byte) (Edition, error) {
	if len(raw) > archiveLimit {
		return Edition{}, unreadable("too large", nil)
	}
	d, err := openArchive(raw)
	if err != nil {
		return Edition{}, unreadable("no zone data", err)
	}
	if !editionName.MatchString(d.version) {
		return Edition{}, unreadable("version", nil)
	}
	return Edition{Name: d.version, Raw: raw, data: d}, nil
}

// lacks names a zone that the built-in edition has, and that cannot be read here: meetings may be planned in it.
func (e Edition) lacks() string {
	for name := range embedded().files {
		if _, err := e.data.load(name); err != nil {
			return name
		}
	}
	for name := range embedded().links {
		if e.data.target(name) == "" {
			return name
		}
	}
	for name := range e.data.files {
		if _, err := e.data.load(name); err != nil {
			return name
		}
	}
	return ""
}

// Hash is the SHA-256 of the archive, in hex.
func (e Edition) Hash() string {
	sum := sha256.Sum256(e.Raw)
	return hex.EncodeToString(sum[:])
}

// Use has all local times come from this edition from now on, wherever they are asked for.
func Use(e Edition) { now.Store(e.data) }

// InUse gives the edition that local times come from.
func InUse() Edition { return Edition{Name: inUse().version, data: inUse()} }

// Load gives a zone as this edition knows it.
func (e Edition) Load(name string) (*time.Location, error) { return e.data.load(name) }

// Instant is the moment of a local time by this edition.
func (e Edition) Instant(local, zone string) (time.Time, Fit, error) {
	return instant(local, zone, e.data.load)
}

func unreadable(what string, err error) error {
	return fault.New("zones_unreadable", "what", what).Because(err)
}
