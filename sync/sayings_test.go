package sync

import (
	"context"
	"slices"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/snapshot"
)

const sayingTask = "say-0123456789abcdef"

func (l *laptop) reaches(of string, first uint64, whom ...string) map[string][]string {
	l.t.Helper()
	taken, err := l.engine.Say(context.Background(), sayingTask, of, of+"-1", whom, first)
	if err != nil {
		l.t.Fatal(err)
	}
	return taken
}

func TestOfTwoLaptopsThatNeverHeardOfEachOthersMailingTheSecondFindsWhomTheFirstReached(t *testing.T) {
	_, f, b := twoAdmins(t)
	if taken := f.reaches("mlg_f", f.lastOwn()+1, "mem_a", "mem_b"); len(taken) != 0 {
		t.Fatal(taken)
	}
	taken := b.reaches("mlg_b", b.lastOwn()+1, "mem_b", "mem_c") // not published either
	if len(taken) != 1 || !slices.Equal(taken["mem_b"], []string{"mlg_f"}) {
		t.Fatal(taken)
	}
	if taken := f.reaches("mlg_f2", 0, "mem_a"); len(taken) != 0 {
		t.Errorf("its own word counts against it: %v", taken)
	}
	f.again()
	b.again()
	before := b.way.Cost()
	if taken := f.reaches("mlg_f", 0, "mem_a", "mem_b"); len(taken) != 0 {
		t.Errorf("what was won is lost to who came later: %v", taken)
	}
	if taken := b.reaches("mlg_b", 0, "mem_b", "mem_c", "mem_d"); len(taken["mem_b"]) != 1 || len(taken["mem_c"]) != 0 || len(taken["mem_d"]) != 1 {
		t.Errorf("%v", taken)
	}
	if b.way.Cost().Since(before).Requests() != 0 {
		t.Error("what is known is asked for again")
	}
}

func TestASayingNeedsTheBucketUnlessThereIsNone(t *testing.T) {
	_, f, b := twoAdmins(t)
	f.way.dieAfter = 0
	if _, err := f.engine.Say(t.Context(), sayingTask, "mlg_f", "mlg_f-1", []string{"mem_a"}, f.lastOwn()+1); err == nil {
		t.Error("said without asking")
	}
	f.way.dieAfter = -1
	if taken := f.reaches("mlg_f", f.lastOwn()+1, "mem_a"); len(taken) != 0 {
		t.Error(taken)
	}
	bucket, places := b.engine.Bucket, b.engine.Places
	b.engine.Bucket, b.engine.Places = nil, nil
	if _, err := b.engine.Say(t.Context(), sayingTask, "mlg_b", "mlg_b-1", []string{"mem_a"}, 0); !fault.Is(err, "no_remote") {
		t.Error(err)
	}
	if taken := b.reaches("mlg_b", b.lastOwn()+1, "mem_a"); len(taken) != 0 {
		t.Error(taken)
	}
	b.engine.Bucket, b.engine.Places = bucket, places
	b.round()
	page, err := bucket.List(t.Context(), snapshot.ClaimsOf(sayingTask), "")
	if err != nil || len(page.Objects) != 2 {
		t.Errorf("what was said without a bucket is not told once there is one: %d %v", len(page.Objects), err)
	}
}

func TestASayingThatCannotBeReadCountsForAll(t *testing.T) {
	_, f, b := twoAdmins(t)
	f.reaches("mlg_f", 0, "mem_a")
	page, err := b.engine.Bucket.List(t.Context(), snapshot.ClaimsOf(sayingTask), "")
	if err != nil || len(page.Objects) != 1 {
		t.Fatal(page, err)
	}
	key := page.Objects[0].Key
	f.way.shelf.mu.Lock()
	f.way.objects[key] = []byte("spoilt")
	f.way.shelf.mu.Unlock()
	if taken := b.reaches("mlg_b", 0, "mem_z"); !slices.Equal(taken["mem_z"], []string{""}) {
		t.Error(taken)
	}
}
