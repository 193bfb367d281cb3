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
