package phone

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

// gate is a laptop at a door, and phones around it.
type gate struct {
	t     testing.TB
	now   time.Time
	doors *door.Door
	deps  Deps
	o     Options
	*Server
	client *http.Client
	token  string
}

const marie, ann = "mem_abcdefghijklmnop", "mem_ponmlkjihgfedcba"

func newGate(t testing.TB) *gate {
	t.Helper()
	g := &gate{t: t, now: time.Date(2026, 12, 9, 14, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return g.now }
	s, err := store.Open(t.TempDir(), store.Options{Device: "laptop", Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	all := func(store.Kind) error { return nil }
	m := meetings.New(meetings.Deps{Store: s, Now: clock, May: all})
	if _, err := s.Edit(func(tx *store.Tx) error {
		for _, r := range []store.Record{
			store.Meeting{ID: "mtg_forum", Title: "Forum", Start: "2026-12-09T09:00", Zone: "America/Toronto", Minutes: 480, Status: "confirmed"},
			store.Meeting{ID: "mtg_other", Title: "Other", Start: "2026-12-09T09:00", Zone: "America/Toronto", Minutes: 480, Status: "confirmed"},
			store.Community{ID: "com_lyon", Name: "Lyon", Province: "QC"},
			store.Member{ID: marie, Given: "Marie", Family: "Tremblay", Email: "secret@example.org", Phone: "555 0100", Title: "Mairesse", Notes: "private", Role: "elected", Community: "com_lyon"},
			store.Member{ID: ann, Given: "Ann", Family: "McElroy", Email: "ann@example.org", Role: "staff"},
		} {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	g.doors = door.New(door.Deps{Store: s, Now: clock, May: all, Office: func() string { return "off" }, Meetings: m, Shared: func() [][32]byte { return [][32]byte{{1}} },
		Coming: func(store.Meeting) ([]string, error) { return []string{marie, ann}, nil }})
	g.deps = Deps{Store: s, Door: g.doors, Meetings: m, Now: clock}
	g.o = Options{Meeting: "mtg_forum", Station: "A", Listen: "127.0.0.1:0", State: filepath.Join(t.TempDir(), "phones.json"),
		Page: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}, "app.js": {Data: []byte("1")}, ".secret": {Data: []byte("x")}}}
	s.WaitDirectory()
	g.open()
	g.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, Proxy: nil}, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return g
}

func (g *gate) open() {
	g.t.Helper()
	server, err := Open(g.deps, g.o)
	if err != nil {
		g.t.Fatal(err)
	}
	g.Server = server
	g.t.Cleanup(func() { _ = server.Close() })
}

func (g *gate) url(path string) string { return "https://" + g.Addr().String() + path }

// ask sends a body as a phone does, and gives the answer's status and text.
func (g *gate) ask(path, body string) (int, string) {
	g.t.Helper()
	r, err := http.NewRequest(http.MethodPost, g.url(path), strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+g.token)
	return g.send(r)
}

func (g *gate) send(r *http.Request) (int, string) {
	g.t.Helper()
	answer, err := g.client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = answer.Body.Close() }()
	raw, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	return answer.StatusCode, string(raw)
}

// pairs pairs a phone and keeps its token.
func (g *gate) pairs() {
	g.t.Helper()
	code, _ := g.Pair()
	status, text := g.ask("/api/pair", `{"code":"`+strings.ToLower(code)+`","name":"Zoé’s phone"}`)
	var said struct{ Token string }
	if err := json.Unmarshal([]byte(text), &said); status != 200 || err != nil || said.Token == "" {
		g.t.Fatal(status, text)
	}
	g.token = said.Token
}

func (g *gate) scans() (n int) {
	g.t.Helper()
	for _, err := range g.deps.Store.ScansOf("mtg_forum") {
		if err != nil {
			g.t.Fatal(err)
		}
		n++
	}
	return n
}

// passing is the body of one pass.
func (g *gate) passing(member, kind, nonce string, at, phoneNow time.Time) string {
	return fmt.Sprintf(`{"now":%d,"passes":[{"handle":%q,"kind":%q,"at":%d,"nonce":%q}]}`, phoneNow.UnixMilli(), door.RowCode("mtg_forum", member), kind, at.UnixMilli(), nonce)
}

const nonceA = "aaaaaaaaaaaaaaaa1"
