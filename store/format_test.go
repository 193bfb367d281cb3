package store

import (
	"bytes"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares hex text with a file under testdata, one item a line.
func golden(t *testing.T, name string, lines ...[]byte) {
	t.Helper()
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(hex.EncodeToString(line) + "\n")
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("%s is written differently now:\n%s\nwant\n%s", name, b.String(), want)
	}
}

// sampleEdit has one of everything.
func sampleEdit() Edit {
	at := func(seq uint64) Stamp { return Stamp{Wall: 1_760_000_000_000, Logical: 2, Dot: Dot{"dev_a", seq}} }
	return Edit{Wall: 1_760_000_000_000, Logical: 2, Device: "dev_a", First: 7, Changes: []Change{
		{Kind: KindMember, Record: "mem_ada", Field: "family", Value: appendText(nil, "Côté"), Stamp: at(7)},
		{Kind: KindMember, Record: "mem_ada", Field: "title", Replaces: []Dot{{"dev_a", 3}, {"dev_b", 1}}, Stamp: at(8)},
		{Kind: KindMember, Record: "mem_ada", Field: "chapters:chp_north", Value: setTrue, Stamp: at(9)},
		{Kind: KindMeeting, Record: "mtg_forum", Field: "minutes", Value: appendInt(nil, 90), Stamp: at(11)},
		{Kind: KindMeeting, Record: "mtg_forum", Field: "~", Value: setTrue, Seen: []Dot{{"dev_a", 11}}, Stamp: at(12)},
	}}
}

func sampleState() *state {
	st := &state{kind: KindMember, id: "mem_ada"}
	none := func(string, Dot) ([]Change, error) { return nil, nil }
	for _, c := range sampleEdit().Changes[:3] {
		if _, _, err := st.merge([]Change{c}, none); err != nil {
			panic(err)
		}
	}
	return st
}

func TestFormatsAreWrittenAsTheyAlwaysWere(t *testing.T) {
	e := sampleEdit()
	golden(t, "edit.hex", AppendEdit(nil, &e))
	var changes [][]byte
	for i := range e.Changes {
		changes = append(changes, appendChange(nil, &e.Changes[i]))
	}
	golden(t, "changes.hex", changes...)
	golden(t, "state.hex", appendState(nil, sampleState()))
	f := frame{seq: 5, own: true, edits: []Edit{e}, notes: []note{{"head", []byte("x")}, {"old", nil}}, published: 6, next: 13}
	golden(t, "payload.hex", appendPayload(nil, &f))
	m := newMeta()
	m.seq, m.wall, m.digest, m.changes = 5, 9, sum{1, 2, 3, 4}, 5
	m.frontier["dev_a"], m.counts[KindMember] = 12, 1
	golden(t, "meta.hex", appendMeta(nil, &m))
}

func TestFormatsWithScopesAreWrittenAsTheyAlwaysWere(t *testing.T) {
	e, st, share := sampleEdit(), &state{kind: KindMember, id: "mem_ada"}, false
	e.Changes[1].Scope, e.Changes[2].Scope = "off_east", "off_east"
	for _, c := range e.Changes[:3] {
		if _, _, err := st.merge([]Change{c}, func(string, Dot) ([]Change, error) { return nil, nil }); err != nil {
			t.Fatal(err)
		}
	}
	m := newMeta()
	m.closed, m.unkeyed["off_west"], m.hidesCard = sum{1, 2, 3, 4}, 3, true
	f := frame{seq: 5, edits: []Edit{e}, keys: []scopeKey{{"off_east", keyEast}}, closed: []Closed{{"dev_b", 9, Sum{7}, true}}, card: &share}
	payload, edit, past := appendPayload(nil, &f), AppendEdit(nil, &e), appendPast(nil, &e.Changes[1])
	golden(t, "scopes.hex", edit, past, appendState(nil, st), payload, appendMeta(nil, &m))
	if back, err := readPayload(5, payload); err != nil || !bytes.Equal(appendPayload(nil, back), payload) {
		t.Errorf("frame: %+v %v", back, err)
	}
	if back, err := ReadEdit(edit); err != nil || back.Changes[2].Scope != "off_east" || back.Changes[3].Scope != "" {
		t.Errorf("edit: %+v %v", back, err)
	}
	if back, err := readMeta(appendMeta(nil, &m)); err != nil || !back.hidesCard || back.unkeyed["off_west"] != 3 || back.closed != m.closed {
		t.Errorf("meta: %+v %v", back, err)
	}
	if back, err := readChange(past); err != nil || back.Scope != "off_east" {
		t.Errorf("past change: %+v %v", back, err)
	}
}

func TestAFrameWrittenLongAgoIsStillRead(t *testing.T) {
	keys, err := newKeyring(testKey)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "frame.hex")
	e := sampleEdit()
	f := frame{seq: 5, own: true, edits: []Edit{e}, notes: []note{{"head", []byte("x")}}, published: 6}
	if *update {
		b := appendFrame(nil, keys.journal, &f)
		if err := os.WriteFile(path, []byte(hex.EncodeToString(b)+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := openFrame(keys.journal, b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(appendPayload(nil, got), appendPayload(nil, &f)) || got.seq != 5 {
		t.Errorf("read %+v", got)
	}
}

func TestAnEditIsReadStrictly(t *testing.T) {
	e := sampleEdit()
	good := AppendEdit(nil, &e)
	back, err := ReadEdit(good)
	if err != nil || !bytes.Equal(AppendEdit(nil, &back), good) {
		t.Fatalf("round trip: %v", err)
	}
	for name, bad := range map[string][]byte{
		"empty":       {},
		"cut":         good[:len(good)-1],
		"more":        append(bytes.Clone(good), 0),
		"long head":   bytes.Replace(good, []byte{0x85}, []byte{0x98, 5}, 1),
		"indefinite":  bytes.Replace(good, []byte{0x85}, []byte{0x9f}, 1),
		"bad text":    bytes.Replace(good, []byte("Côté"), []byte("C\xff\xff\xff\xff\xff"), 1),
		"NUL in name": bytes.Replace(good, []byte("family"), []byte("fam\x00ly"), 1),
	} {
		if _, err := ReadEdit(bad); err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

func FuzzReadEdit(f *testing.F) {
	e := sampleEdit()
	f.Add(AppendEdit(nil, &e))
	f.Add([]byte{0x85})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ReadEdit(b)
		if err != nil {
			return
		}
		back, err := ReadEdit(AppendEdit(nil, &e))
		if err != nil || len(back.Changes) != len(e.Changes) {
			t.Errorf("what was read cannot be written and read again: %v", err)
		}
	})
}

func FuzzReadState(f *testing.F) {
	f.Add(appendState(nil, sampleState()))
	f.Fuzz(func(t *testing.T, b []byte) {
		st, err := readState(KindMember, "mem_ada", b)
		if err != nil {
			return
		}
		_ = st.derive()
		_ = st.conflicts()
	})
}

func FuzzReadChange(f *testing.F) {
	e := sampleEdit()
	for i := range e.Changes {
		f.Add(appendChange(nil, &e.Changes[i]))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := readChange(b)
		if err == nil && !bytes.Equal(appendChange(nil, &c), b) {
			t.Errorf("a second encoding of one change: %x", b)
		}
	})
}

func FuzzReadFrames(f *testing.F) {
	keys, err := newKeyring(testKey)
	if err != nil {
		f.Fatal(err)
	}
	e := sampleEdit()
	one := appendFrame(nil, keys.journal, &frame{seq: 1, edits: []Edit{e}})
	f.Add(one)
	f.Add(append(bytes.Clone(one[:20]), one...))
	f.Fuzz(func(t *testing.T, b []byte) {
		last := 0
		gaps, err := readFrames(keys.journal, b, func(at int, _ *frame) error {
			if at < last {
				t.Errorf("frame at %d after %d", at, last)
			}
			last = at
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		for _, g := range gaps {
			if g.from >= g.to || g.to > len(b) {
				t.Errorf("gap %+v of %d bytes", g, len(b))
			}
		}
	})
}

func FuzzReadPayload(f *testing.F) {
	e := sampleEdit()
	f.Add(appendPayload(nil, &frame{own: true, edits: []Edit{e}, notes: []note{{"a", []byte("b")}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = readPayload(1, b)
		_, _ = readMeta(b)
		_, _ = readSkeletons(b)
		_, _ = readFirsts(b)
	})
}
