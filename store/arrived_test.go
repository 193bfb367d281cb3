package store

import (
	"strconv"
	"testing"
)

func TestWhatArrivedIsToldFromTheFirstQuestionOn(t *testing.T) {
	s := laptop(t, t.TempDir(), "laptop")
	news, now := s.Arrived(0)
	if !news.All {
		t.Fatal("nobody can know what was there before")
	}
	put(t, s, Scan{ID: "scn_1", Fact: ScanFact{Meeting: "mtg_1", Member: "mem_1", Kind: "in"}}, Member{ID: "mem_1", Given: "Ann"})
	put(t, s, Scan{ID: "scn_2", Fact: ScanFact{Meeting: "mtg_1", Member: "mem_1", Kind: "out"}})
	news, then := s.Arrived(now, KindMeeting)
	if news.All || news.Merged || news.Others || len(news.Scans) != 2 || news.Scans[0].ID != "scn_1" || news.Scans[1].Fact.Kind != "out" {
		t.Errorf("%+v", news)
	}
	put(t, s, Member{ID: "mem_1", Given: "Ann", MergedInto: "mem_2"}, Meeting{ID: "mtg_1", Title: "Forum"})
	if news, _ = s.Arrived(then, KindClock); !news.Merged || news.Others || len(news.Scans) > 0 {
		t.Errorf("%+v", news)
	}
	if news, _ = s.Arrived(then, KindClock, KindMeeting); !news.Others {
		t.Errorf("%+v", news)
	}
	if news, last := s.Arrived(then); news.All || last == then {
		t.Error("a question takes nothing away")
	}
}

func TestWhatArrivedIsNotKnownAfterTheViewWasRebuiltOrTooMuchCame(t *testing.T) {
	s := laptop(t, t.TempDir(), "laptop")
	_, now := s.Arrived(0)
	s.write.Lock()
	err := s.rebuildView(errShort)
	s.write.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	news, now := s.Arrived(now)
	if !news.All {
		t.Error("the view is another one")
	}
	if news, now = s.Arrived(now); news.All {
		t.Error("nothing happened since")
	}
	for n := 0; n <= keptScans; n += 500 {
		var scans []Record
		for i := range 500 {
			fact := ScanFact{Meeting: "mtg_1", Member: "mem_1", Kind: "in", At: int64(n + i), Nonce: strconv.Itoa(n + i)}
			scans = append(scans, Scan{ID: ScanID(fact), Fact: fact})
		}
		put(t, s, scans...)
	}
	if news, _ := s.Arrived(now); !news.All || len(news.Scans) > 0 {
		t.Errorf("%v with %d scans", news.All, len(news.Scans))
	}
}
