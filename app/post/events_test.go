package post

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTheFateOfAMessageFollowsFromItsEvents(t *testing.T) {
	const at = "2026-06-01T12:00:0"
	for _, c := range []struct {
		name   string
		events []string
		state  string
		tries  int
		words  string
	}{
		{"new", nil, Queued, 0, ""},
		{"on its way", []string{at + "1.000Z sending aaa"}, Sending, 0, ""},
		{"sent", []string{at + "1.000Z sending aaa", at + "2.000Z sent aaa 250 OK"}, Sent, 1, "250 OK"},
		{"put off", []string{at + "1.000Z sending aaa", at + "2.000Z later aaa 2026-06-01T12:01:02Z 451 busy"}, Queued, 1, "451 busy"},
		{"put off before anything went out", []string{at + "2.000Z later aaa 2026-06-01T12:01:02Z 451 busy"}, Queued, 1, "451 busy"},
		{"refused", []string{at + "1.000Z sending aaa", at + "2.000Z failed aaa 550 no"}, Failed, 1, "550 no"},
		{"held", []string{at + "1.000Z sending aaa", at + "2.000Z held aaa lost"}, Held, 0, "lost"},
		{"sent again by a person", []string{at + "1.000Z sending aaa", at + "2.000Z held aaa lost", at + "3.000Z again bbb 2026-06-01T12:00:02.000Z/aaa"}, Queued, 0, ""},
		{"sent again, on its way", []string{at + "2.000Z held aaa lost", at + "3.000Z again bbb 2026-06-01T12:00:02.000Z/aaa", at + "4.000Z sending aaa"}, Sending, 0, ""},
		{"a person knows that it arrived", []string{at + "2.000Z held aaa lost", at + "3.000Z arrived bbb"}, Sent, 0, ""},
		{"stopped", []string{at + "1.000Z stopped aaa consent"}, Stopped, 0, "consent"},
		{"sent elsewhere while it was held here", []string{at + "1.000Z held bbb taken", at + "2.000Z sending aaa", at + "3.000Z sent aaa"}, Sent, 1, ""},
		{"an answer does not cover what its author had not seen", []string{at + "1.000Z held bbb x", at + "2.000Z sending aaa", at + "3.000Z again bbb 2026-06-01T12:00:01.000Z/bbb"}, Sending, 0, ""},
		{"put off elsewhere does not open what is held", []string{at + "1.000Z held bbb x", at + "2.000Z later aaa 2026-06-01T12:01:02Z y"}, Held, 1, "x"},
		{"from a later version", []string{at + "1.000Z teleported aaa"}, Held, 0, at + "1.000Z teleported aaa"},
		{"nonsense", []string{"nonsense"}, Held, 0, "nonsense"},
		{"nonsense does not unsay that it was sent", []string{"nonsense", at + "3.000Z sent aaa"}, Sent, 1, ""},
	} {
		for range 10 {
			rand.Shuffle(len(c.events), func(i, j int) { c.events[i], c.events[j] = c.events[j], c.events[i] })
			f := FateOf(c.events)
			if f.State != c.state || f.Attempts != c.tries || f.Words != c.words {
				t.Errorf("%s: %s after %d tries, %q", c.name, f.State, f.Attempts, f.Words)
			}
		}
	}
}

func TestEventsFollowWhatIsKnownWhateverTheClockSays(t *testing.T) {
	f := FateOf([]string{"2026-06-01T12:00:01.000Z held aaa x"})
	early := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	again := f.answers(early, "bbb")
	if len(again) != 1 || again[0].String() != "2026-06-01T12:00:01.001Z again bbb 2026-06-01T12:00:01.000Z/aaa" {
		t.Errorf("%v", again)
	}
	if f := FateOf([]string{"2026-06-01T12:00:01.000Z held aaa x", again[0].String()}); f.State != Queued {
		t.Errorf("%+v", f)
	}
}

func TestAMessageIsTriedAtGrowingIntervalsForThreeDays(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	var events []string
	var waits []time.Duration
	for range 100 {
		f := FateOf(events)
		if f.State == Failed {
			break
		}
		if !f.Next.IsZero() {
			waits = append(waits, f.Next.Sub(now))
			now = f.Next
		}
		events = append(events, f.putOff(now, "aaa", "451 busy").String())
	}
	f := FateOf(events)
	if f.State != Failed || f.Words != "451 busy" || !slices.IsSorted(waits) || waits[0] != time.Minute || waits[3] != time.Hour {
		t.Errorf("%+v after %v", f, waits)
	}
	if total := now.Sub(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)); total < patience-4*time.Hour || total > patience {
		t.Errorf("given up after %s", total)
	}
}

func TestAnEventFitsIntoItsField(t *testing.T) {
	e := event{at: time.Now(), what: evFailed, device: strings.Repeat("a", 16), words: strings.Repeat("é", 400)}
	if text := e.String(); len(text) > mostEvent || !strings.HasSuffix(text, "é…") {
		t.Errorf("%d bytes, ends in %q", len(text), text[len(text)-6:])
	}
	var f Fate
	for i := range 9 {
		f.open = append(f.open, event{at: time.Now().Add(time.Duration(i) * time.Second), device: strings.Repeat("a", 16)})
	}
	list := f.answers(time.Now(), strings.Repeat("b", 16))
	for _, e := range list {
		if len(e.String()) >= mostEvent {
			t.Errorf("%d bytes", len(e.String()))
		}
	}
	if len(list) != 3 {
		t.Errorf("%d events", len(list))
	}
}
