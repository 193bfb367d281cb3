package meetings

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// edition writes a file of zones: the built-in ones, with some clocks as others', of another version.
func edition(t *testing.T, version string, like map[string]string) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(zones.BuiltIn().Raw), int64(len(zones.BuiltIn().Raw)))
	if err != nil {
		t.Fatal(err)
	}
	content := func(name string) []byte {
		f, err := r.Open(name)
		if err != nil {
			t.Fatal(name, err)
		}
		defer func() { _ = f.Close() }()
		raw, _ := io.ReadAll(f)
		return raw
	}
	path := filepath.Join(t.TempDir(), version+".zip")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(file)
	for _, f := range r.File {
		raw := content(f.Name)
		if f.Name == "version" {
			raw = []byte(version)
		}
		if other := like[f.Name]; other != "" {
			raw = content(other)
		}
		entry, _ := w.Create(f.Name)
		_, _ = entry.Write(raw)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	t.Cleanup(func() { zones.Use(zones.BuiltIn()) })
	return path
}

func TestAMeetingPlannedBeforeALawChanged(t *testing.T) {
	m := newMeetings(t)
	m.Home = t.TempDir()
	away := store.Member{ID: "mem_5", Given: "E", Family: "E", Community: "com_mtl", Zone: "America/Vancouver", Chapters: []string{"chp_atlantic"}}
	put(t, m, away)
	call, _, err := m.Add(fields("title=Call, chapter=atlantic, zone=America/Toronto, start=2027-07-15T13:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	west, _, _ := m.Add(fields("title=West, zone=America/Vancouver, start=2027-07-15T13:00"), nil)
	_, _, _ = m.Add(fields("title=Over, chapter=atlantic, zone=America/Toronto, start=2026-07-15T13:00"), nil)
	s := biweekly(t, m, "start=2026-12-02T13:00, rule=FREQ=WEEKLY;COUNT=2")
	m.LoadZones()
	if moves, err := m.Moved(""); err != nil || len(moves.Items) != 0 || moves.From != "" {
		t.Fatal(moves, err)
	}
	// Newfoundland goes over to the time of Halifax, and Vancouver to that of Edmonton.
	path := edition(t, "2027c", map[string]string{"America/St_Johns": "America/Halifax", "America/Vancouver": "America/Edmonton"})
	now, changed, err := m.UpdateZones(path)
	if err != nil || now != "2027c" || !changed || zones.Version() != "2027c" {
		t.Fatal(now, changed, err)
	}
	moves, err := m.Moved("")
	if err != nil || moves.From != zones.BuiltIn().Name || moves.To != "2027c" || len(moves.Items) != 4 {
		t.Fatalf("%+v %v", moves, err)
	}
	at := slices.IndexFunc(moves.Items, func(move Move) bool { return move.ID == call.ID })
	got := moves.Items[at]
	if len(got.Zones) != 2 || got.Zones[1].Zone != "America/Vancouver" || got.Zones[1].People != 1 || got.Zones[1].Now.Format("15:04") != "11:00" {
		t.Errorf("who lives by another clock than the community's is not told of: %+v", got.Zones)
	}
	if got.Zones[0].Zone != "America/St_Johns" || got.Zones[0].People != 1 || !got.Was.Equal(got.Start) ||
		got.Zones[0].Was.Format("15:04") != "14:30" || got.Zones[0].Now.Format("15:04") != "14:00" {
		t.Errorf("%+v", got)
	}
	at = slices.IndexFunc(moves.Items, func(move Move) bool { return move.ID == west.ID })
	if got := moves.Items[at]; got.Start.Sub(got.Was).Hours() != -1 || got.Start.Format("15:04") != "13:00" {
		t.Errorf("the meeting keeps its own clock: %+v", got)
	}
	if moves.Items[0].Series != s.ID {
		t.Error(moves.Items[0])
	}
	if _, changed, err := m.UpdateZones(path); err != nil || changed {
		t.Error("the same again", changed, err)
	}
	if _, _, err := m.UpdateZones(edition(t, "2027b", nil)); !fault.Is(err, "zones_older") {
		t.Error(err)
	}
	if _, err := m.Moved("2019a"); !fault.Is(err, "zones_unknown") {
		t.Error(err)
	}
	info, err := os.Stat(filepath.Join(m.Home, zonesFolder, "2027c.zip"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
}

func TestWhoeverIsRegisteredOrInvitedIsToldThatAMeetingMoves(t *testing.T) {
	m := newMeetings(t)
	m.Home = t.TempDir()
	one, _, _ := m.Add(fields("title=Without a chapter, zone=America/Toronto, start=2027-07-15T13:00"), nil)
	other, _, _ := m.Add(fields("title=Of nobody, zone=America/Toronto, start=2027-07-16T13:00"), nil)
	own, _, _ := m.Add(fields("title=Of the chapter, chapter=atlantic, zone=America/Toronto, start=2027-07-17T13:00"), nil)
	series := biweekly(t, m, "start=2027-06-02T13:00, zone=America/Toronto, rule=FREQ=WEEKLY;COUNT=3, chapter=")
	members := []store.Record{
		store.Member{ID: "mem_5", Given: "E", Family: "E", Community: "com_mtl", Zone: "America/Vancouver"},
		store.Member{ID: "mem_6", Given: "F", Family: "F", Community: "com_mtl", Zone: "America/Whitehorse"},
		store.Member{ID: "mem_7", Given: "G", Family: "G", Community: "com_mtl", Zone: "America/Vancouver", MergedInto: "mem_5"},
	}
	registered := func(of, member, status string) store.Record {
		return store.Registration{ID: store.RegistrationID(of, member), For: of, Member: member, Status: status}
	}
	put(t, m, append(members, registered(one.ID, "mem_5", "approved"), registered(one.ID, "mem_7", "approved"), registered(one.ID, "mem_6", "declined"),
		registered(other.ID, "mem_5", "withdrawn"), registered(own.ID, "mem_1", "approved"), registered(series.ID, "mem_5", "waitlisted"))...)
	m.Invited = func(of string) ([]string, error) {
		if of == one.ID || of == series.ID {
			return []string{"mem_1", "mem_5"}, nil
		}
		return nil, nil
	}
	m.LoadZones()
	path := edition(t, "2027c", map[string]string{"America/St_Johns": "America/Halifax", "America/Vancouver": "America/Edmonton", "America/Whitehorse": "America/Toronto"})
	if _, _, err := m.UpdateZones(path); err != nil {
		t.Fatal(err)
	}
	moves, err := m.Moved("")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, move := range moves.Items {
		for _, z := range move.Zones {
			got[move.Title] += fmt.Sprintf("%s %d ", z.Zone, z.People)
		}
	}
	want := map[string]string{"Without a chapter": "America/St_Johns 1 America/Vancouver 1 ", "Of the chapter": "America/St_Johns 1 "}
	want[series.Title] = strings.Repeat("America/St_Johns 1 America/Vancouver 1 ", 3)
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	times, err := m.Times(Plan(one))
	if err != nil || !slices.ContainsFunc(times, func(z ZoneTime) bool { return z.Zone == "America/Vancouver" && z.People == 1 }) {
		t.Error(times, err)
	}
}

func TestNewerZonesTravelAsRecordsAndAreTakenOnlyWhole(t *testing.T) {
	m, other := newMeetings(t), newMeetings(t)
	path := edition(t, "2027c", map[string]string{"America/Vancouver": "America/Edmonton"})
	if _, _, err := m.UpdateZones(path); err != nil {
		t.Fatal(err)
	}
	zones.Use(zones.BuiltIn())
	var pieces []store.Zones
	for piece, err := range store.All[store.Zones](m.Store) {
		if err != nil {
			t.Fatal(err)
		}
		pieces = append(pieces, piece)
		if len(piece.Data) > 48<<10 {
			t.Error(len(piece.Data))
		}
	}
	put := func(some ...store.Zones) {
		t.Helper()
		if _, err := other.Store.Edit(func(tx *store.Tx) error {
			for _, piece := range some {
				if _, err := tx.Put(piece); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		other.LoadZones()
	}
	put(pieces[1:]...)
	if zones.Version() != zones.BuiltIn().Name {
		t.Error("a part is used")
	}
	spoilt := pieces[0]
	raw, _ := base64.StdEncoding.DecodeString(spoilt.Data)
	raw[len(raw)/2] ^= 1
	spoilt.Data = base64.StdEncoding.EncodeToString(raw)
	put(spoilt)
	if zones.Version() != zones.BuiltIn().Name {
		t.Error("a spoilt one is used")
	}
	put(pieces[0])
	if zones.Version() != "2027c" {
		t.Error(zones.Version())
	}
}
