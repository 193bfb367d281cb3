package door

import (
	"testing"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestARehearsalWorksLikeTheDoorAndLeavesNoTrace(t *testing.T) {
	f := newForum(t)
	f.scan(ann.ID, attendance.In, "A", "real")
	version, members := f.Store.Version(), f.Store.Count(store.KindMember)
	r, err := f.Rehearse(f.meeting.ID)
	if err != nil || len(r.Tally().Inside()) != 0 {
		t.Fatal(err, r.Tally().Inside())
	}
	in, err := r.Scan(Pass{Member: elise.ID, Kind: attendance.In, Station: "A", Nonce: "n1"})
	if err != nil || !in.After.Present || in.Inside != 1 {
		t.Fatalf("%+v %v", in, err)
	}
	if again, err := r.Scan(Pass{Member: elise.ID, Kind: attendance.In, Station: "A", Nonce: "n1"}); err != nil || !again.Again || r.Scans() != 1 {
		t.Errorf("%+v %v", again, err)
	}
	f.now = f.now.Add(20 * time.Minute)
	walk := WalkIn{Given: "Josée", Family: "Lalonde", Community: "Lyon", Station: "A"}
	first, known, err := r.WalkIn(walk)
	if err != nil || known || !first.After.Present {
		t.Fatalf("%+v %v %v", first, known, err)
	}
	if m, err := r.Member(first.Scan.Fact.Member); err != nil || m.Family != "Lalonde" {
		t.Errorf("%+v %v", m, err)
	}
	if second, known, err := r.WalkIn(walk); err != nil || !known || second.Scan.Fact.Member != first.Scan.Fact.Member {
		t.Errorf("%+v %v %v", second, known, err)
	}
	if undone, err := r.Undo(in.Scan.ID); err != nil || undone.After.Present || !r.Has(in.Scan.ID) {
		t.Errorf("%+v %v", undone, err)
	}
	if _, err := r.Undo("scn_real"); !fault.Is(err, "scan_unknown") {
		t.Error(err)
	}
	if f.Store.Version() != version || f.facts() != 1 || f.Store.Count(store.KindMember) != members {
		t.Error("a rehearsal wrote something")
	}
	if tally, err := f.Tally(f.meeting.ID); err != nil || len(tally.Inside()) != 1 || !tally.IsInside(ann.ID) {
		t.Error("a rehearsal counts", err)
	}
}
