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
