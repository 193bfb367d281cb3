package desktop

import (
	"testing"
	"time"
)

func TestAQuickAnswerIsGivenFreshAndTellsNobody(t *testing.T) {
	var s slow[int]
	for version := range uint64(3) {
		got := s.get(version, time.Minute, func() int { return int(version) + 10 }, func() { t.Error("told of an answer that was not late") })
		if got != int(version)+10 {
			t.Errorf("version %d: %d", version, got)
		}
	}
	if s.get(2, time.Minute, func() int { t.Error("asked again"); return 0 }, nil) != 12 {
		t.Error("the answer was not kept")
	}
}

func TestASlowAnswerComesLaterAndTheLastOneIsGivenMeanwhile(t *testing.T) {
	var s slow[string]
	s.get(1, time.Minute, func() string { return "old" }, func() {})
	finish, told := make(chan struct{}), make(chan struct{})
	got := s.get(2, time.Millisecond, func() string { <-finish; return "new" }, func() { close(told) })
	if got != "old" || s.get(2, time.Minute, nil, nil) != "old" {
		t.Error(got)
	}
	close(finish)
	<-told
	if got := s.get(2, time.Minute, nil, nil); got != "new" {
		t.Error(got)
	}
}

func TestAQuestionThatTookLongIsNotAskedAgainAtEachChange(t *testing.T) {
	var s slow[int]
	asked, told := 0, make(chan struct{}, 100)
	ask := func(version uint64) int {
		return s.get(version, time.Minute, func() int {
			asked++
			time.Sleep(2 * quickQuestion)
			return int(version)
		}, func() { told <- struct{}{} })
	}
	for version := uint64(1); version <= 50; version++ {
		if got := ask(version); got != 1 {
			t.Fatalf("version %d: %d", version, got)
		}
	}
	<-told
	if got := ask(50); got != 50 || asked != 2 || len(told) != 0 {
		t.Errorf("%d, asked %d times, told %d times more", got, asked, len(told))
	}
}
