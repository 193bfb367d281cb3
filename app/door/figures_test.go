package door

import (
	"testing"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

func TestFiguresCountWhoCameAndFromWhere(t *testing.T) {
	f := newForum(t)
	f.scan(elise.ID, attendance.In, "A", "")
	f.scan(ann.ID, attendance.In, "A", "")
	list := []meetings.Planned{meetings.Plan(f.meeting)}
	figures := f.Figures(list, time.Minute, func() { t.Error("nothing was late") })
	if got := figures[f.meeting.ID]; got.Came != 2 || len(got.Communities) != 1 {
		t.Errorf("%+v", got)
	}
	in := f.scan("mem_other", attendance.In, "A", "")
	if got := f.Figures(list, time.Minute, nil)[f.meeting.ID]; got.Came != 3 {
		t.Errorf("a new scan is not counted: %+v", got)
	}
	if _, err := f.Undo(in.Scan.ID); err != nil {
		t.Fatal(err)
	}
	if got := f.Figures(list, time.Minute, nil)[f.meeting.ID]; got.Came != 2 {
		t.Errorf("an undo is not counted: %+v", got)
	}
}

func TestFiguresThatTakeLongComeLater(t *testing.T) {
	f := newForum(t)
	f.scan(elise.ID, attendance.In, "A", "")
	f.put(store.Meeting{ID: "mtg_other", Title: "Other", Start: "2026-12-01T09:00", Zone: "America/Toronto", Minutes: 60})
	other, err := store.Get[store.Meeting](f.Store, "mtg_other")
	if err != nil {
		t.Fatal(err)
	}
	list := []meetings.Planned{meetings.Plan(f.meeting), meetings.Plan(other)}
	told := make(chan struct{})
	if figures := f.Figures(list, -1, func() { close(told) }); len(figures) != 0 {
		t.Error("there was no time to count")
	}
	<-told
	if figures := f.Figures(list, time.Minute, nil); len(figures) != 2 || figures[f.meeting.ID].Came != 1 {
		t.Errorf("%+v", figures)
	}
}
