package machine

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWhatTheKernelTellsOfItsSuppliesIsRead(t *testing.T) {
	type told map[string]map[string]string
	battery := func(status, capacity string) map[string]string {
		return map[string]string{"type": "Battery", "status": status, "capacity": capacity}
	}
	for name, c := range map[string]struct {
		told
		want Power
	}{
		"plugged in":                     {told{"AC": {"type": "Mains", "online": "1"}, "BAT0": battery("Charging", "43")}, Power{Mains, 43}},
		"full and plugged in":            {told{"ucsi": {"type": "USB", "online": "1"}, "BAT0": battery("Full", "100")}, Power{Mains, 100}},
		"on battery":                     {told{"AC": {"type": "Mains", "online": "0"}, "BAT0": battery("Discharging", "43"), "BAT1": battery("Unknown", "93")}, Power{Battery, 68}},
		"a mouse is no laptop's battery": {told{"hid": {"type": "Battery", "scope": "Device", "status": "Discharging", "capacity": "9"}}, Power{Unknown, -1}},
		"a battery that says nothing":    {told{"BAT0": battery("", "many")}, Power{Unknown, -1}},
		"nothing":                        {told{}, Power{Unknown, -1}},
	} {
		folder := t.TempDir()
		for supply, files := range c.told {
			if err := os.MkdirAll(filepath.Join(folder, supply), 0o700); err != nil {
				t.Fatal(err)
			}
			for file, text := range files {
				if err := os.WriteFile(filepath.Join(folder, supply, file), []byte(text+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := supplies(folder); got != c.want {
			t.Errorf("%s: %+v; want %+v", name, got, c.want)
		}
	}
	if got := supplies(filepath.Join(t.TempDir(), "gone")); got.State != Unknown {
		t.Error(got)
	}
}
