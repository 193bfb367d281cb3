package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"example.org/carnet/store/fault"
)

var keyEast, keyWest = [32]byte{1, 1}, [32]byte{2, 2}

// foreign gives an edit of another laptop: one title, for one scope.
func foreign(device string, seq uint64, scope, title string) Edit {
	at := Stamp{Wall: int64(seq), Dot: Dot{device, seq}}
	return Edit{Wall: at.Wall, Device: device, First: seq, Changes: []Change{
		{Kind: KindMember, Record: "mem_ada", Field: "title", Value: appendText(nil, title), Scope: scope, Stamp: at}}}
}

func apply(t testing.TB, s *Store, edits []Edit, closed ...Closed) {
	t.Helper()
	if _, err := s.Apply(edits, nil, closed...); err != nil {
		t.Fatal(err)
	}
}

func setKey(t testing.TB, s *Store, scope string, key [32]byte) {
	t.Helper()
	if err := s.SetScopeKey(scope, key); err != nil {
		t.Fatal(err)
	}
}

// rebuilt closes a store and opens it without its view.
func rebuilt(t testing.TB, s *Store) *Store {
	t.Helper()
	dir, device := s.dir, s.o.Device
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, viewName)); err != nil {
		t.Fatal(err)
	}
	return laptop(t, dir, device)
}

// fulled writes a local full snapshot, so that the next rebuilding begins with it.
func fulled(t testing.TB, s *Store) {
	t.Helper()
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.rollOver(); err != nil {
		t.Fatal(err)
	}
}

func scopesOf(t testing.TB, s *Store, kind Kind, id string) map[string]string {
	t.Helper()
	scopes := map[string]string{}
	for _, line := range ok(s.History(kind, id))(t) {
		scopes[line.Field+" "+line.String()] = line.Scope
	}
	return scopes
}

func TestTheScopeOfAChangeIsKeptEverywhere(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	setKey(t, s, "off_east", keyEast)
	apply(t, s, []Edit{foreign("dev_b", 1, "off_east", "Mayor"), foreign("dev_c", 1, "", "Clerk")})
	over := foreign("dev_b", 2, "off_east", "Reeve")
	over.Changes[0].Replaces = []Dot{{"dev_b", 1}}
	apply(t, s, []Edit{over})
	want := map[string]string{"title dev_b.1": "off_east", "title dev_b.2": "off_east", "title dev_c.1": ""}
	digest := s.Digest()
	check := func(when string) {
		t.Helper()
		got := scopesOf(t, s, KindMember, "mem_ada")
		for line, scope := range want {
			if got[line] != scope {
				t.Errorf("%s: %s is of %q, want %q", when, line, got[line], scope)
			}
		}
		if s.Digest() != digest || len(s.current().unkeyed) != 0 {
			t.Errorf("%s: digest %s, want %s", when, s.Digest(), digest)
		}
		if r, err := s.Check(); err != nil || len(r.Problems) > 1 { // that the view was missing is one
			t.Errorf("%s: %+v %v", when, r, err)
		}
	}
	check("at once")
	s = rebuilt(t, s)
	check("from the journal")
	fulled(t, s)
	s = rebuilt(t, s)
	check("from the full")
}

func TestALeafOfAScopeIsTheHashOfKeyAndChange(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	open, shut := foreign("dev_b", 1, "", "Mayor"), foreign("dev_b", 2, "off_east", "Reeve")
	if _, whole := s.SumOf([]Edit{open, shut}); whole {
		t.Error("summed without the key")
	}
	if got, whole := s.SumOf([]Edit{open}); !whole || got != Sum(sha256.Sum256(appendChange(nil, &open.Changes[0]))) {
		t.Errorf("sum of an open change: %s", got)
	}
	setKey(t, s, "off_east", keyEast)
	want := Sum(sha256.Sum256(append(keyEast[:], appendChange(nil, &shut.Changes[0])...)))
	if got, whole := s.SumOf([]Edit{shut}); !whole || got != want {
		t.Errorf("sum of a closed change: %s, want %s", got, want)
	}
	both, _ := s.SumOf([]Edit{open, shut})
	apply(t, s, []Edit{open, shut})
	if s.Digest() != both.String() || both.Sub(want).Add(want) != both {
		t.Errorf("digest %s, want %s", s.Digest(), both)
	}
}

func TestAKeyThatComesLateOrAnewSumsAgain(t *testing.T) {
	early, late := laptop(t, t.TempDir(), "dev_a"), laptop(t, t.TempDir(), "dev_b")
	over := foreign("dev_c", 2, "off_east", "Reeve")
	over.Changes[0].Replaces = []Dot{{"dev_c", 1}}
	edits := []Edit{foreign("dev_c", 1, "off_east", "Mayor"), over, foreign("dev_c", 3, "off_west", "Clerk")}
	setKey(t, early, "off_east", keyEast)
	setKey(t, early, "off_west", keyWest)
	apply(t, early, edits)
	apply(t, late, edits)
	if early.Digest() == late.Digest() || len(late.current().unkeyed) != 2 {
		t.Error("the keys make no difference")
	}
	setKey(t, late, "off_east", keyWest) // wrong at first
	setKey(t, late, "off_east", keyEast)
	setKey(t, late, "off_west", keyWest)
	for _, when := range []string{"at once", "from the journal", "from the full"} {
		if early.Digest() != late.Digest() || len(late.current().unkeyed) != 0 {
			t.Errorf("%s: digest %s, want %s", when, late.Digest(), early.Digest())
		}
		if when == "from the journal" {
			fulled(t, late)
		}
		late = rebuilt(t, late)
	}
	seq := late.current().seq
	setKey(t, late, "off_west", keyWest)
	if late.current().seq != seq {
		t.Error("the same key was written again")
	}
}

func TestWhatIsClosedCountsAndMovesTheFrontier(t *testing.T) {
	full, part := laptop(t, t.TempDir(), "dev_a"), laptop(t, t.TempDir(), "dev_b")
	for scope, key := range map[string][32]byte{"off_east": keyEast, "off_west": keyWest} {
		setKey(t, full, scope, key)
	}
	open, shut := foreign("dev_c", 1, "", "Mayor"), foreign("dev_c", 2, "off_west", "Reeve")
	apply(t, full, []Edit{open, shut})
	sum, _ := full.SumOf([]Edit{shut})
	section := Closed{Device: "dev_c", Last: 2, Sum: sum}
	apply(t, part, []Edit{open}, section)
	same := func(when string) {
		t.Helper()
		if full.Digest() != part.Digest() || part.Frontier()["dev_c"] != 2 {
			t.Errorf("%s: digest %s, want %s, frontier %v", when, part.Digest(), full.Digest(), part.Frontier())
		}
		if r, err := part.Check(); err != nil || len(r.Problems) > 1 {
			t.Errorf("%s: %+v %v", when, r, err)
		}
	}
	same("at once")
	part = rebuilt(t, part)
	same("from the journal")
	fulled(t, part)
	part = rebuilt(t, part)
	same("from the full")
	setKey(t, part, "off_west", keyWest)
	section.Open = true
	apply(t, part, []Edit{shut}, section)
	same("opened")
	if part.current().closed != (sumOf(Sum{})) {
		t.Error("something is still closed")
	}
	part = rebuilt(t, part)
	same("opened, from full and journal")
}

func TestClosedChangesOfThisLaptopStartItsNumbersAnew(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	apply(t, s, nil, Closed{Device: "dev_a", Last: 7})
	if refs := put(t, s, ada); refs[0].Change.Seq>>40 != 1 {
		t.Errorf("numbered %d", refs[0].Change.Seq)
	}
	if _, err := s.Apply(nil, nil, Closed{}); !fault.Is(err, "bad_change") {
		t.Errorf("a closed section of nobody: %v", err)
	}
}

func TestThatTheNetworkHidesCardsIsKept(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	if !s.SharesCard() {
		t.Error("cards are hidden from the start")
	}
	if err := s.SetShareCard(false); err != nil {
		t.Fatal(err)
	}
	if s = rebuilt(t, s); s.SharesCard() {
		t.Error("the journal has forgotten")
	}
	fulled(t, s)
	if s = rebuilt(t, s); s.SharesCard() {
		t.Error("the full has forgotten")
	}
}

// oldMark is a mark as it was written before homes had a version.
func oldMark(t *testing.T, s *Store, seq uint64) {
	t.Helper()
	b := appendNonce([]byte(markMagic))
	b = s.keys.mark.Seal(b, b[4:4+nonceSize], appendUint(appendArray(nil, 1), seq), []byte(markMagic))
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	if err := os.WriteFile(s.path(markName), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAnOldHomeIsMarkedAnewAndANewerOneRefused(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	put(t, s, ada)
	digest, seq := s.Digest(), s.current().seq
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	oldMark(t, s, seq)
	s = laptop(t, s.dir, "dev_a")
	if s.Digest() != digest || len(s.Problems()) != 0 {
		t.Errorf("digest %s, want %s; %v", s.Digest(), digest, s.Problems())
	}
	b, err := os.ReadFile(s.path(markName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.keys.mark.Open(nil, b[4:4+nonceSize], b[4+nonceSize:len(b)-4], []byte(markMagic)); err == nil {
		t.Error("a Carnet without scopes would open this home")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b = appendNonce([]byte(markMagic))
	b = s.keys.mark.Seal(b, b[4:4+nonceSize], appendUint(appendArray(nil, 1), seq), []byte("CMK1\x03"))
	b = append(b, 3)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	if err := os.WriteFile(s.path(markName), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(s.dir, Options{Key: testKey, Device: "dev_a"}); !fault.Is(err, "home_newer") {
		t.Errorf("opening a home of a later version: %v", err)
	}
}

func TestAnAppliedSectionIsNotCountedTwiceAfterASuddenStop(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	section := Closed{Device: "dev_c", Last: 2, Sum: Sum{7}}
	before := s.current()
	if _, err := s.Apply([]Edit{foreign("dev_c", 1, "", "Mayor")}, map[string][]byte{"seen": {1}}, section); err != nil {
		t.Fatal(err)
	}
	digest := s.Digest()
	half := s.current()
	half.seq, half.closed = before.seq, before.closed
	if err := s.view.set([]byte{rowMeta}, appendMeta(nil, &half)); err != nil { // as if the last of its transactions had not come
		t.Fatal(err)
	}
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.replayFromView(); err != nil || s.Digest() != digest {
		t.Errorf("digest %s, want %s; %v", s.Digest(), digest, err)
	}
}

// replayFromView takes up what the view says of itself, and replays what the journals hold beyond.
func (s *Store) replayFromView() error {
	m, err := s.view.loadMeta()
	if err != nil {
		return err
	}
	s.become(m)
	t, err := s.findTruth()
	if err == nil {
		_, err = s.replay(t, 0)
	}
	return err
}

// A laptop that has only said something, and changed nothing, is in nobody's frontier, whatever of it is closed: frontiers compare as they are.
func TestAClosedSectionBeforeAnyChangeIsNotSeenInTheFrontier(t *testing.T) {
	s := opened(t, t.TempDir())
	if _, err := s.Apply(nil, nil, Closed{Device: "dev_c"}); err != nil {
		t.Fatal(err)
	}
	if at, there := s.Frontier()["dev_c"]; there {
		t.Errorf("it is seen up to %d", at)
	}
}
