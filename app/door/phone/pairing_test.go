package phone

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

func TestACodeServesOnceForAWhileAndIsNotGuessed(t *testing.T) {
	g := newGate(t)
	try := func(code string) int {
		status, _ := g.ask("/api/pair", `{"code":"`+code+`","name":"x"}`)
		return status
	}
	if got := try("AAAAAAAA"); got != http.StatusForbidden {
		t.Error("no code is shown:", got)
	}
	code, _ := g.Pair()
	if got := try("AAAAAAAA"); got != http.StatusForbidden {
		t.Error("a wrong code:", got)
	}
	if got := try(code); got != 200 {
		t.Error("the right one:", got)
	}
	if got := try(code); got != http.StatusForbidden {
		t.Error("the same again:", got)
	}
	old, expires := g.Pair()
	g.now = expires
	if got := try(old); got != http.StatusForbidden {
		t.Error("an expired one:", got)
	}
	code, _ = g.Pair()
	slowed := false
	for range 60 {
		slowed = try("BBBBBBBB") == http.StatusTooManyRequests || slowed
	}
	if !slowed {
		t.Error("60 guesses were answered at full pace")
	}
	if code == "" || len(g.Phones()) != 1 {
		t.Error(g.Phones())
	}
}

func TestStrangersRevokedAndExpiredPhonesGetNothing(t *testing.T) {
	g := newGate(t)
	pass := func() int {
		status, _ := g.ask("/api/passes", g.passing(marie, "in", nonceA, g.now, g.now))
		return status
	}
	if got := pass(); got != http.StatusUnauthorized {
		t.Error("a stranger:", got)
	}
	g.pairs()
	own := g.Server
	g.o.State, g.o.Meeting = "", "mtg_other"
	g.open()
	if got := pass(); got != http.StatusUnauthorized {
		t.Error("a phone of another meeting:", got)
	}
	g.Server = own
	if got := pass(); got != 200 {
		t.Error("its own meeting:", got)
	}
	if err := g.Revoke(g.Phones()[0].ID); err != nil {
		t.Fatal(err)
	}
	if got := pass(); got != http.StatusUnauthorized {
		t.Error("a revoked phone:", got)
	}
	if err := g.Revoke("none"); !fault.Is(err, "phone_unknown") {
		t.Error(err)
	}
	g.pairs()
	g.now = time.Date(2026, 12, 10, 5, 0, 0, 0, time.UTC) // midnight in Montréal
	if got := pass(); got != http.StatusGone {
		t.Error("the next day:", got)
	}
	if g.scans() != 1 {
		t.Error(g.scans(), "scans")
	}
	if status, _ := g.send(must(http.NewRequest(http.MethodGet, g.url("/"), nil))); status != 200 {
		t.Error("the page, which holds nobody's name, cannot say that the day is over:", status)
	}
}

func TestAPhoneStaysPairedWhenTheLaptopStartsAgain(t *testing.T) {
	g := newGate(t)
	g.pairs()
	g.ask("/api/passes", g.passing(marie, "in", nonceA, g.now, g.now))
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	g.open()
	status, text := g.ask("/api/passes", g.passing(marie, "in", nonceA, g.now, g.now))
	if status != 200 || !strings.Contains(text, `"again":true`) || g.scans() != 1 {
		t.Error(status, text, g.scans())
	}
	if phones := g.Phones(); len(phones) != 1 || phones[0].Scans != 1 || phones[0].Seen.IsZero() {
		t.Errorf("what it noted is forgotten: %+v", phones)
	}
	if err := g.Revoke(g.Phones()[0].ID); err != nil {
		t.Fatal(err)
	}
	_ = g.Close()
	g.open()
	if status, _ := g.ask("/api/state", "{}"); status != http.StatusUnauthorized {
		t.Error("a revoked phone is back after a restart:", status)
	}
}

func TestPhonesAreToldTheAddressThatSomebodyCanType(t *testing.T) {
	ips := func(texts ...string) (list []net.IP) {
		for _, text := range texts {
			list = append(list, net.ParseIP(text))
		}
		return list
	}
	for _, c := range []struct{ have, want []net.IP }{
		{ips("fd00::2", "192.168.7.2", "127.0.0.1", "169.254.1.1"), ips("192.168.7.2")},
		{ips("::1", "fe80::1", "fd00::2"), ips("fd00::2")},
	} {
		if got := typable(c.have); len(got) != 1 || !got[0].Equal(c.want[0]) {
			t.Error(c.have, got)
		}
	}
}
