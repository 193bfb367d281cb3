package store

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func TestEditsGoOnWhileACheckReads(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	write := func(n int) {
		t.Helper()
		if _, err := s.Edit(func(tx *Tx) error {
			_, err := tx.Put(Member{ID: fmt.Sprintf("mem_%06d", n%50), Given: "Ada", Family: fmt.Sprintf("Nom%d", n)})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 200 {
		write(n)
	}
	c, err := s.beginCheck()
	if err != nil {
		t.Fatal(err)
	}
	want := c.meta.changes
	for n := range 100 { // over what is being checked
		write(n + 17)
	}
	s.write.Lock()
	must(t, true, s.rollOver()) // and the journal begins anew
	s.write.Unlock()
	write(1000)
	var r CheckReport
	must(t, true, c.run(&r))
	if len(s.Problems()) > 0 || r.Changes != int(want) || r.Records != 50 {
		t.Errorf("of %d changes: %+v, %v", want, r, s.Problems())
	}
	r, err = s.Check()
	if err != nil || len(r.Problems) > 0 || r.Changes <= int(want) {
		t.Errorf("afterwards: %+v, %v", r, err)
	}
}

func TestACheckGivesWayToWhoExchangesTheView(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	for n := range 20 {
		if _, err := s.Edit(func(tx *Tx) error {
			_, err := tx.Put(Member{ID: fmt.Sprintf("mem_%06d", n), Given: "Ada"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := s.beginCheck()
	if err != nil {
		t.Fatal(err)
	}
	erased := make(chan error, 1)
	go func() { erased <- s.Erase([]RecordRef{{Kind: KindMember, ID: "mem_000003"}}, 1<<62, nil) }()
	for s.leave.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	var r CheckReport
	must(t, true, c.run(&r))
	if err := <-erased; err != nil || len(s.Problems()) > 0 || r.Records != 19 {
		t.Errorf("%v, %+v, %v", err, r, s.Problems())
	}
}

func TestACheckNamesWhatIsWrongWhileEditsGoOn(t *testing.T) {
	dir := t.TempDir()
	s := laptop(t, dir, "dev_a")
	for n := range 20 {
		if _, err := s.Edit(func(tx *Tx) error {
			_, err := tx.Put(Member{ID: fmt.Sprintf("mem_%06d", n), Given: "Ada"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	path := s.path(journalName(s.gen))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	must(t, true, os.WriteFile(path, data, 0o600))
	r, err := s.Check()
	if err != nil || len(r.Problems) == 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
