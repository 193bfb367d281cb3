package zones

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.org/carnet/store/fault"
)

// What an archive of somebody's may hold, so that none fills the memory.
const (
	fileLimit  = 1 << 20  // bytes of one entry
	totalLimit = 32 << 20 // of all
	mostFiles  = 5000
)

var errLimits = errors.New("beyond what zone data holds")

// SystemFolder is where most systems keep their compiled zones.
const SystemFolder = "/usr/share/zoneinfo"

// Read makes an edition of compiled zones: those of a folder, as a system's, or in a zip or tar.gz file. Text that a
// compiler would have to read is not enough. Faults zones_unreadable, home_unreadable.
func Read(from string) (Edition, error) {
	found := collection{}
	err := found.read(from)
	if errors.Is(err, fs.ErrNotExist) {
		return Edition{}, fault.New("file_missing", "file", from).Because(err)
	}
	if err != nil {
		return Edition{}, unreadable(filepath.Base(from), err)
	}
	raw, err := found.archive()
	if err != nil {
		return Edition{}, err
	}
	return Open(raw)
}

// collection is files by their names within a folder of zones.
type collection map[string][]byte

func (c collection) read(from string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return c.readFolder(from)
	}
	if info.Size() > totalLimit {
		return errLimits
	}
	raw, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return c.readBytes(raw)
}

func (c collection) readBytes(raw []byte) error {
	if bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		return c.readTar(raw)
	}
	return c.readZip(raw)
}

func (c collection) readFolder(root string) error {
	return filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, at)
		switch name = filepath.ToSlash(name); {
		case err != nil:
			return err
		case entry.IsDir() && (name == "posix" || name == "right"):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		file, err := os.Open(at)
		if err != nil {
			return nil // a link that leads nowhere; what is needed and not there is named later
		}
		defer file.Close()
		if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
			return nil
		}
		return c.take(name, file)
	})
}

func (c collection) readZip(raw []byte) error {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return err
	}
	for _, f := range r.File {
		if !f.Mode().IsRegular() {
			continue
		}
		content, err := f.Open()
		if err != nil {
			return err
		}
		err = errors.Join(c.take(f.Name, content), content.Close())
		if err != nil {
			return err
		}
	}
	return nil
}

func (c collection) readTar(raw []byte) error {
	unzipped, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r := tar.NewReader(io.LimitReader(unzipped, 2*totalLimit))
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := inFolder(header.Name)
		switch header.Typeflag {
		case tar.TypeReg:
			err = c.take(header.Name, r)
		case tar.TypeLink:
			if target, there := c[inFolder(header.Linkname)]; there && name != "" {
				c[name] = target
			}
		case tar.TypeSymlink:
			if target, there := c[path.Join(path.Dir(name), header.Linkname)]; there && name != "" {
				c[name] = target
			}
		}
		if err != nil {
			return err
		}
	}
}

// inFolder gives a name within the folder of zones; empty for one that leads out of it.
func inFolder(name string) string {
	if _, after, ok := strings.Cut(name, "zoneinfo/"); ok {
		name = after
	}
	name = strings.TrimPrefix(name, "./")
	if !fs.ValidPath(name) || name == "." || len(name) > 100 {
		return ""
	}
	return name
}

func (c collection) take(name string, content io.Reader) error {
	if name = inFolder(name); name == "" || strings.HasPrefix(name, "right/") || strings.HasPrefix(name, "posix/") {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(content, fileLimit+1))
	if err != nil {
		return err
	}
	total := 0
	for _, one := range c {
		total += len(one)
	}
	if len(raw) > fileLimit || len(c) >= mostFiles || total+len(raw) > totalLimit {
		return errLimits
	}
	c[name] = raw
	return nil
}

func isZone(raw []byte) bool { return bytes.HasPrefix(raw, []byte("TZif")) }

// archive writes our own form: the same zones give the same bytes.
func (c collection) archive() ([]byte, error) {
	version := c.version()
	if version == "" {
		return nil, unreadable("version", nil)
	}
	zones, links := c.named()
	if len(zones) == 0 {
		return nil, unreadable("no compiled zones", nil)
	}
	entries := map[string][]byte{"version": []byte(version + "\n")}
	var lines []string
	for name, target := range links {
		lines = append(lines, name+" "+target+"\n")
	}
	slices.Sort(lines)
	entries["links"] = []byte(strings.Join(lines, ""))
	for _, name := range zones {
		entries[name] = slim(c[name])
	}
	return packed(entries)
}

func packed(entries map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestCompression) })
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		entry, err := w.Create(name)
		if err == nil {
			_, err = entry.Write(entries[name])
		}
		if err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// version is what the data says of itself, in one of the ways in which it is handed out.
func (c collection) version() string {
	line, _, _ := strings.Cut(string(c["tzdata.zi"]), "\n")
	if version, ok := strings.CutPrefix(line, "# version "); ok {
		return strings.TrimSpace(version)
	}
	for _, name := range []string{"+VERSION", "version", "VERSION"} {
		if raw, there := c[name]; there && len(raw) < 100 {
			return strings.TrimSpace(string(raw))
		}
	}
	return ""
}

// named tells zones from other names for them: as the data says itself, else by their content.
func (c collection) named() (zones []string, links map[string]string) {
	links = map[string]string{}
	said := string(c["links"])
	for line := range strings.Lines(string(c["tzdata.zi"])) {
		if words := strings.Fields(line); len(words) == 3 && words[0] == "L" {
			said += "\n" + words[2] + " " + words[1]
		}
	}
	for line := range strings.Lines(said) {
		if name, target, ok := strings.Cut(strings.TrimSpace(line), " "); ok && isZone(c[target]) && !strings.Contains(target, " ") {
			links[name] = target
		}
	}
	first := map[string]string{}
	for _, name := range c.byRank() {
		if !isZone(c[name]) || name == "localtime" || name == "posixrules" || links[name] != "" {
			continue
		}
		if target := first[string(c[name])]; target != "" && said == "" {
			links[name] = target
			continue
		}
		first[string(c[name])] = name
		zones = append(zones, name)
	}
	return zones, links
}

// byRank puts the names that the built-in edition has for zones first.
func (c collection) byRank() []string {
	var names, others []string
	for name := range c {
		if _, known := embedded().files[name]; known {
			names = append(names, name)
		} else {
			others = append(others, name)
		}
	}
	slices.Sort(names)
	slices.Sort(others)
	return append(names, others...)
}

// slim empties the first half of a compiled zone, which repeats the second for readers of before 2005.
func slim(raw []byte) []byte {
	const header = 44
	if len(raw) < header || raw[4] < '2' {
		return raw
	}
	count := func(i int) int { return int(binary.BigEndian.Uint32(raw[20+4*i:])) }
	size := count(0) + count(1) + 8*count(2) + 5*count(3) + 6*count(4) + count(5)
	if size < 0 || header+size > len(raw) {
		return raw
	}
	short := slices.Clone(raw[:header])
	clear(short[20:])
	binary.BigEndian.PutUint32(short[36:], 1) // one kind of time, of no name, as zic -b slim writes it
	binary.BigEndian.PutUint32(short[40:], 1)
	return append(append(short, make([]byte, 7)...), raw[header+size:]...)
}
