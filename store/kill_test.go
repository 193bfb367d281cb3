package store

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The kill tests run this test binary again as a laptop that writes without rest, and end it without warning.
const (
	killHome = "CARNET_KILL_HOME" // tells the child which home to write to
	killMany = "CARNET_KILLS"     // how many times to kill; 200 in the long run
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killHome); dir != "" {
		writeWithoutRest(dir)
	}
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		_ = flag.Set("rapid.checks", "2000") // histories; the long run asks for 100,000
	}
	os.Exit(m.Run())
}

// writeWithoutRest prints each edit once it is acknowledged: "member title".
func writeWithoutRest(dir string) {
	s, err := Open(dir, Options{Key: testKey, Device: "dev_a"})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	started := time.Now().UnixNano()
	for n := 0; ; n++ {
		m := Member{ID: fmt.Sprintf("mem_%d", n%50), Family: "Roy", Title: fmt.Sprintf("%d.%d", started, n)}
		_, err := s.Edit(func(tx *Tx) error { _, err := tx.Put(m); return err })
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(m.ID, m.Title)
		if n%40 == 39 { // what a large journal brings about at the end, in the middle of everything
			s.write.Lock()
			err = s.rollOver()
			s.write.Unlock()
			if err != nil {
				fmt.Println("error", err)
				os.Exit(1)
			}
		}
	}
}

func TestNoAcknowledgedEditIsLostWhenTheProcessIsKilled(t *testing.T) {
	kills := 8
	if n, err := strconv.Atoi(os.Getenv(killMany)); err == nil {
		kills = n
	}
	dir := filepath.Join(t.TempDir(), "home")
	acknowledged := map[string]string{}
	total := 0
	for range kills {
		total += killOnce(t, dir, acknowledged)
		s := laptop(t, dir, "dev_a")
		for id, title := range acknowledged {
			found := false
			for _, line := range ok(s.History(KindMember, id))(t) {
				found = found || line.Field == "title" && line.To == title
			}
			if !found {
				t.Fatalf("%s lost title %q; problems %v", id, title, s.Problems())
			}
		}
		if m, err := s.Check(); err != nil || wrongDigest(m) {
			t.Fatalf("check: %+v %v", m, err)
		}
		if rand.IntN(2) == 0 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		s.letGo() // as if this laptop had crashed too, a moment after it opened
		s.fail()
	}
	t.Logf("%d kills, %d edits acknowledged", kills, total)
}

func wrongDigest(r CheckReport) bool {
	for _, p := range r.Problems {
		if strings.Contains(p.What, "does not hold") || strings.Contains(p.What, "lost") {
			return true
		}
	}
	return false
}

// killOnce lets a child write for a random while and kills it. It keeps the last title of each member that the child
// printed, which it does only after the edit was acknowledged.
func killOnce(t *testing.T, dir string, acknowledged map[string]string) (edits int) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killHome+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	after := time.AfterFunc(time.Duration(30+rand.IntN(400))*time.Millisecond, func() { _ = child.Process.Kill() })
	defer after.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		id, title, ok := strings.Cut(lines.Text(), " ")
		if id == "error" {
			t.Errorf("the child failed: %s", lines.Text())
		}
		if ok && strings.HasPrefix(id, "mem_") && strings.Contains(title, ".") {
			acknowledged[id] = title
			edits++
		}
	}
	_ = child.Wait() // it was killed
	return edits
}
