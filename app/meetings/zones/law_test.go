package zones

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Go's own zone data is of 2025: before British Columbia, Alberta and Manitoba changed their clocks for good.
func TestAMeetingPlannedBeforeTheLawsOf2026(t *testing.T) {
	c := collection{}
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output() // what is built with -trimpath knows none
	if err != nil {
		t.Fatal("no Go to ask for its zone data:", err)
	}
	if err := c.read(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip")); err != nil {
		t.Fatal("this Go has no zone data beside it:", err)
	}
	c["version"] = []byte("2025c")
	raw, err := c.archive()
	if err != nil {
		t.Fatal(err)
	}
	former, err := OpenOld(raw)
	if err != nil {
		t.Fatal(err)
	}
	at, _, err := former.Instant("2026-12-02T13:00", "America/Toronto")
	now, _, e := Instant("2026-12-02T13:00", "America/Toronto")
	if err != nil || e != nil || !at.Equal(now) {
		t.Fatal(at, now, err, e)
	}
	for zone, want := range map[string][2]string{
		"America/Vancouver": {"10:00", "11:00"}, "America/Edmonton": {"11:00", "12:00"}, "America/Yellowknife": {"11:00", "12:00"},
		"America/Winnipeg": {"12:00", "13:00"}, "America/Halifax": {"14:00", "14:00"}, "America/Regina": {"12:00", "12:00"}, "America/Whitehorse": {"11:00", "11:00"},
	} {
		was, err := former.Load(zone)
		is, e := Load(zone)
		if err != nil || e != nil || at.In(was).Format("15:04") != want[0] || now.In(is).Format("15:04") != want[1] {
			t.Errorf("%s: %s, now %s; want %v", zone, at.In(was).Format("15:04"), now.In(is).Format("15:04"), want)
		}
	}
}
