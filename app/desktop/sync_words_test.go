package desktop

import (
	"testing"
	"time"

	"example.org/carnet/app/locale"
	"example.org/carnet/app/network"
)

func TestTheRailClaimsNothingBeforeTheFirstExchange(t *testing.T) {
	now := time.Date(2026, 3, 12, 15, 0, 0, 0, time.UTC)
	before := saySync(locale.For("en"), network.State{Name: network.StateAllSent}, now)
	if before.Title != "No exchange yet" || before.Detail != "It begins by itself" || before.Tone != "wait" {
		t.Errorf("%+v", before)
	}
	after := saySync(locale.For("en"), network.State{Name: network.StateAllSent, LastRound: now}, now)
	if after.Title != "Everything sent and received" || after.Tone != "good" {
		t.Errorf("%+v", after)
	}
}

func TestTheRailSaysWhatChangesWaitFor(t *testing.T) {
	now := time.Date(2026, 3, 12, 15, 0, 0, 0, time.UTC)
	s := network.State{Name: network.StateWaiting, LastRound: now, Waiting: 3, Pages: 1}
	if said := saySync(locale.For("en"), s, now); said.Title != "3 changes to send" || said.Detail != "Waits for a page of the roster" {
		t.Errorf("%+v", said)
	}
	if said := saySync(locale.For("fr"), s, now); said.Detail != "Attend une page du registre" {
		t.Errorf("%+v", said)
	}
}

func TestAFullCopySaysHowFarItIsAndHowLongTheRestTakes(t *testing.T) {
	now := time.Date(2026, 3, 12, 15, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		done          int64
		since         time.Duration
		title, detail string
	}{
		{0, 0, "Receiving the network: 0 %", "Carnet can be used meanwhile"},
		{250, time.Minute, "Receiving the network: 25 %", "About 3 minutes left; Carnet can be used meanwhile"},
		{900, time.Minute, "Receiving the network: 90 %", "Less than a minute left; Carnet can be used meanwhile"},
	} {
		title, detail := sayBeginning(locale.For("en"), network.Beginning{Done: c.done, Total: 1000, Since: now.Add(-c.since)}, now)
		if title != c.title || detail != c.detail {
			t.Errorf("%d: %q, %q", c.done, title, detail)
		}
	}
}
