package machine

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func readPower() Power { return supplies("/sys/class/power_supply") }

// supplies reads what the kernel tells of each supply. A mouse has a battery too: its scope says Device.
func supplies(folder string) Power {
	p := Power{Percent: -1}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return p
	}
	mains, discharging, batteries, sum := 0, 0, 0, 0
	for _, entry := range entries {
		tells := func(name string) string {
			text, _ := os.ReadFile(filepath.Join(folder, entry.Name(), name)) // what it does not tell is empty
			return strings.TrimSpace(string(text))
		}
		switch kind := tells("type"); {
		case kind == "Battery" && tells("scope") != "Device":
			if percent, err := strconv.Atoi(tells("capacity")); err == nil && percent >= 0 {
				batteries, sum = batteries+1, sum+min(percent, 100)
			}
			if tells("status") == "Discharging" {
				discharging++
			}
		case (kind == "Mains" || kind == "USB") && tells("online") == "1":
			mains++
		}
	}
	if batteries > 0 {
		p.Percent = sum / batteries
	}
	switch {
	case mains > 0:
		p.State = Mains
	case discharging > 0:
		p.State = Battery
	}
	return p
}
