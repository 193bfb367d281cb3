// Package zones is Carnet's own time zone data and the rules for reading local times with it. The
// machine's zone data is never asked: it may be old, and Canada changed its clocks in 2026.
// It knows zones, their Canadian cities and provinces; it never knows of meetings or screens.
package zones

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.org/carnet/store/fault"
)

//go:embed zones.zip
var archive []byte

const entryLimit = 64 << 10 // bytes of one entry of the archive

// data is the opened archive: compiled zones by name, and other names for them.
type data struct {
	version string
	files   map[string]*zip.File
	links   map[string]string
	folded  map[string]string // lower case to name

	mu     sync.Mutex
	loaded map[string]*time.Location
}

var embedded = sync.OnceValue(func() *data {
	d, err := openArchive(archive)
	if err != nil {
		panic("zones: the embedded archive is damaged: " + err.Error())
	}
	return d
})

func openArchive(raw []byte) (*data, error) {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	d := &data{files: map[string]*zip.File{}, links: map[string]string{}, folded: map[string]string{}, loaded: map[string]*time.Location{}}
	for _, f := range r.File {
		d.files[f.Name] = f
	}
	version, err := d.take("version")
	if err != nil {
		return nil, err
	}
	links, err := d.take("links")
	if err != nil {
		return nil, err
	}
	d.version = strings.TrimSpace(string(version))
	for line := range strings.Lines(string(links)) {
		if name, target, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			d.links[name] = target
		}
	}
	for name := range d.files {
		d.folded[strings.ToLower(name)] = name
	}
	for name := range d.links {
		d.folded[strings.ToLower(name)] = name
	}
	return d, nil
}

// take reads an entry that is no zone, and leaves only zones in files.
func (d *data) take(name string) ([]byte, error) {
	f, ok := d.files[name]
	if !ok {
		return nil, errors.New("no " + name)
	}
	delete(d.files, name)
	return readEntry(f)
}

func readEntry(f *zip.File) ([]byte, error) {
	if f.UncompressedSize64 > entryLimit {
		return nil, errors.New(f.Name + " is too large")
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, entryLimit))
}

// target follows links to the name that has data; empty when there is none.
func (d *data) target(name string) string {
	for range 4 { // tzdata links to links at most once
		if _, ok := d.files[name]; ok {
			return name
		}
		next, ok := d.links[name]
		if !ok {
			return ""
		}
		name = next
	}
	return ""
}

func (d *data) load(name string) (*time.Location, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if loc, ok := d.loaded[name]; ok {
		return loc, nil
	}
	target := d.target(name)
	if target == "" {
		return nil, fault.New("bad_zone", "zone", name, "suggestion", d.suggest(name))
	}
	raw, err := readEntry(d.files[target])
	if err != nil {
		return nil, err
	}
	loc, err := time.LoadLocationFromTZData(name, raw)
	if err != nil {
		return nil, err
	}
	d.loaded[name] = loc
	return loc, nil
}

// now is the edition that local times come from; nil means the built-in one.
var now atomic.Pointer[data]

func inUse() *data {
	if d := now.Load(); d != nil {
		return d
	}
	return embedded()
}

// Version names the zone data in use, as "2026f".
func Version() string { return inUse().version }

// Load gives a zone by its IANA name, other names included. Fault bad_zone with a suggestion.
func Load(name string) (*time.Location, error) { return inUse().load(name) }

// Names lists every zone by its first name, without other names for it, sorted.
func Names() []string { return inUse().names() }

func (d *data) names() []string {
	names := make([]string, 0, len(d.files))
	for name := range d.files {
		if strings.Contains(name, "/") && !strings.HasPrefix(name, "Etc/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Find gives the IANA name that a person means: the name in any case, or a Canadian city, with or
// without accents. Fault bad_zone with a suggestion.
func Find(text string) (string, error) {
	d := inUse()
	text = strings.TrimSpace(text)
	if name, ok := d.folded[strings.ToLower(text)]; ok {
		return name, nil
	}
	if city, ok := cityNamed(text); ok {
		return city.Zone, nil
	}
	return "", fault.New("bad_zone", "zone", text, "suggestion", d.suggest(text))
}

// Same tells whether two names stand for the same zone.
func Same(a, b string) bool { return a == b || First(a) != "" && First(a) == First(b) }

// First gives the first name of a zone; empty for one that is not known.
func First(name string) string { return inUse().target(name) }
