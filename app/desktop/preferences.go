package desktop

import (
	"encoding/json"
	"os"
	"path/filepath"

	"example.org/carnet/store/fault"
)

// Version is the program's; the build sets it.
var Version = "0.1.0"

const preferencesLimit = 64 << 10 // bytes

// preferences are texts that the window remembers on this laptop: no secrets, no records. They are
// readable before the home is unlocked, as the language must be.
func (d *Desktop) preferences() map[string]string {
	prefs := map[string]string{}
	raw, err := os.ReadFile(d.preferencesFile())
	if err != nil || len(raw) > preferencesLimit || json.Unmarshal(raw, &prefs) != nil {
		return map[string]string{}
	}
	return prefs
}

func (d *Desktop) preferencesFile() string { return filepath.Join(d.home, "preferences.json") }

func (d *Desktop) setPreference(name, value string) (err error) {
	defer d.rescue(&err)
	if len(name) > 100 || len(value) > 4096 {
		return fault.New("bad_field", "field", name)
	}
	if name == "lang" {
		d.setLang(value)
	}
	d.prefsMu.Lock()
	defer d.prefsMu.Unlock()
	prefs := d.preferences()
	prefs[name] = value
	raw, err := json.MarshalIndent(prefs, "", "  ")
	if err != nil {
		return err
	}
	return d.savePreferences(raw)
}

// savePreferences waits for the home to exist: before the first run there is nowhere to write, and
// a folder of ours would look like a home.
func (d *Desktop) savePreferences(raw []byte) error {
	if _, err := os.Stat(d.home); err != nil {
		return nil
	}
	temp := d.preferencesFile() + ".new"
	if err := os.WriteFile(temp, raw, 0o600); err != nil {
		return fault.New("read_only", "where", d.home).Because(err)
	}
	return os.Rename(temp, d.preferencesFile())
}
