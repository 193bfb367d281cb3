package faults

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"example.org/carnet/build/devserver"
)

// amazon answers between a laptop and the server as AWS does when writes meet and when a session token runs out.
type amazon struct {
	mu      sync.Mutex
	odds    interface{ IntN(int) int }
	runOut  bool // keys do, after so many more requests
	calm    bool // nobody else writes
	left    int
	said    map[string]int
	service http.Handler
}

func (a *amazon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.left--
	expired, meets, stands := a.runOut && a.left < 0, !a.calm && a.odds.IntN(3) == 0, a.odds.IntN(2) == 0
	a.mu.Unlock()
	switch {
	case expired:
		a.refuse(w, r, http.StatusBadRequest, "ExpiredToken")
	case meets && r.Method == http.MethodPut && r.Header.Get("If-None-Match") == "*":
		if stands { // the other writer's bytes, the same
			a.service.ServeHTTP(httptest.NewRecorder(), r)
		}
		a.refuse(w, r, http.StatusConflict, "ConditionalRequestConflict")
	default:
		a.service.ServeHTTP(w, r)
	}
}

func (a *amazon) refuse(w http.ResponseWriter, r *http.Request, status int, code string) {
	_, _ = io.Copy(io.Discard, r.Body)
	a.mu.Lock()
	a.said[code]++
	a.mu.Unlock()
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>As AWS says it.</Message></Error>`, code)
}

// expiresAfter gives the laptops new keys, which run out after so many requests; 0 for never.
func (a *amazon) expiresAfter(requests int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.runOut, a.left = requests > 0, requests
}

func TestWhatAWSAnswersInTheMiddleOfRoundsLosesNothing(t *testing.T) {
	t.Parallel()
	p := &pair{t: t, dir: t.TempDir()}
	endpoint, stop, err := devserver.StartVersitygw(p.room(), "--keep-alive")
	if err != nil {
		t.Fatal(err)
	}
	p.stop = stop
	t.Cleanup(stop)
	a := &amazon{odds: chance(9), said: map[string]int{}, service: httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: endpoint})}
	front := httptest.NewServer(a)
	t.Cleanup(front.Close)
	p.server = strings.TrimPrefix(front.URL, "http://")
	p.begun()
	for round := range max(8, roundsOfTrouble()) {
		p.asksForAFullSnapshot(t, round)
		for _, l := range p.laptops {
			l.writes(t, round)
			a.expiresAfter(1 + a.odds.IntN(8))
			l.tries(t)
			a.expiresAfter(0)
			l.tries(t)
		}
	}
	a.mu.Lock()
	a.calm = true
	a.mu.Unlock()
	p.whole(t)
	for _, l := range p.laptops {
		for code := range l.failed {
			if code != "bucket_keys_expired" && code != "bucket_unreachable" {
				t.Errorf("%s was told %v", l.name, l.failed)
			}
		}
	}
	if a.said["ExpiredToken"] == 0 || a.said["ConditionalRequestConflict"] == 0 {
		t.Errorf("AWS said %v", a.said)
	}
	t.Logf("AWS said %v", a.said)
}

// One kind of trouble with the other server, which keeps objects and answers in its own way.
func TestConnectionsToMinIOThatAreResetLoseNothing(t *testing.T) {
	t.Parallel()
	p := &pair{t: t, dir: t.TempDir()}
	var err error
	if p.server, p.stop, err = devserver.StartMinIO(p.room()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.stop() })
	p.begun()
	r := chance(11)
	for round := range roundsOfTrouble() {
		p.asksForAFullSnapshot(t, round)
		for _, l := range p.laptops {
			p.proxies.spoil(l.name, toxic{Type: "reset_peer", Stream: "downstream", Toxicity: 0.6, Attributes: map[string]int{"timeout": r.IntN(20)}})
			_ = l.bucket.Close()
			l.writes(t, round)
			l.tries(t)
		}
	}
	for _, l := range p.laptops {
		p.proxies.spoil(l.name)
		_ = l.bucket.Close()
	}
	p.whole(t)
}
