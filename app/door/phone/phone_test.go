package phone

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
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

func TestAPairedPhoneIsADoor(t *testing.T) {
	g := newGate(t)
	g.pairs()
	status, text := g.ask("/api/search", `{"text":"trem"}`)
	if status != 200 || !strings.Contains(text, "Marie Tremblay") || !strings.Contains(text, `"community":"Lyon"`) {
		t.Fatal(status, text)
	}
	for range 3 { // an answer that was lost is asked for again
		status, text = g.ask("/api/passes", g.passing(marie, "in", nonceA, g.now, g.now))
	}
	if status != 200 || !strings.Contains(text, `"done":true,"again":true,"tone":"in"`) || g.scans() != 1 {
		t.Fatal(status, text, g.scans())
	}
	code, err := g.doors.BadgeCode(store.Meeting{ID: "mtg_forum"}, ann)
	if err != nil {
		t.Fatal(err)
	}
	status, text = g.ask("/api/passes", fmt.Sprintf(`{"now":%d,"passes":[{"badge":%q,"kind":"in","at":%d,"nonce":"bbbbbbbbbbbbbbbb1"},
		{"given":"Josée","family":"Lalonde","community":"Lyon","kind":"in","at":%d,"nonce":"cccccccccccccccc1"},{"badge":"mem_abcdefghijklmnop","kind":"in","at":%d,"nonce":"dddddddddddddddd1"}]}`,
		g.now.UnixMilli(), code, g.now.UnixMilli(), g.now.UnixMilli(), g.now.UnixMilli()))
	if status != 200 || strings.Count(text, `"done":true`) != 3 || strings.Count(text, `"tone":"unknown"`) != 1 || g.scans() != 3 {
		t.Fatal(status, text, g.scans())
	}
	if phones := g.Phones(); len(phones) != 1 || phones[0].Scans != 3 || phones[0].Name != "Zoé’s phone" {
		t.Errorf("%+v", phones)
	}
}

func TestOnlyNameCommunityAndRoleLeaveTheLaptop(t *testing.T) {
	g := newGate(t)
	g.pairs()
	said := ""
	for path, body := range map[string]string{"/api/list": `{"offset":0}`, "/api/search": `{"text":"marie"}`, "/api/state": `{}`, "/api/passes": g.passing(marie, "in", nonceA, g.now, g.now)} {
		status, text := g.ask(path, body)
		if status != 200 {
			t.Fatal(path, status, text)
		}
		said += text
	}
	for _, secret := range []string{"secret@", "example.org", "555", "Mairesse", "private", marie, ann, "mem_", "scn_"} {
		if strings.Contains(said, secret) {
			t.Errorf("%q left the laptop: %s", secret, said)
		}
	}
	for _, text := range []string{"secret", "secret@example.org", "555"} { // nor is it guessed by searching
		if _, found := g.ask("/api/search", `{"text":"`+text+`"}`); strings.Contains(found, "Marie") {
			t.Error(text, found)
		}
	}
}

func TestAPhonesWrongClockAndDeadSpotAreMadeGood(t *testing.T) {
	g := newGate(t)
	g.pairs()
	phone := g.now.Add(time.Hour) // its clock is an hour ahead, and the scan is 20 minutes old
	if status, text := g.ask("/api/passes", g.passing(marie, "in", nonceA, phone.Add(-20*time.Minute), phone)); status != 200 || !strings.Contains(text, `"done":true`) {
		t.Fatal(status, text)
	}
	a, err := g.doors.Attendance("mtg_forum")
	if err != nil || !a.People[0].FirstIn.Equal(g.now.Add(-20*time.Minute)) {
		t.Errorf("%+v %v", a.People, err)
	}
	for scan, err := range g.deps.Store.ScansOf("mtg_forum") {
		if err != nil || scan.Fact.At != phone.Add(-20*time.Minute).UnixMilli() || scan.Fact.Off != time.Hour.Milliseconds() || scan.Fact.Kind != attendance.In {
			t.Errorf("the original time is lost: %+v", scan.Fact)
		}
	}
	for _, at := range []time.Time{g.now.Add(time.Hour), g.now.Add(-48 * time.Hour)} { // of a clock that is right
		if _, text := g.ask("/api/passes", g.passing(ann, "in", "eeeeeeeeeeeeeeee1", at, g.now)); strings.Contains(text, `"done":true`) {
			t.Error(at, text)
		}
	}
}

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
	if err := g.Revoke(g.Phones()[0].ID); err != nil {
		t.Fatal(err)
	}
	_ = g.Close()
	g.open()
	if status, _ := g.ask("/api/state", "{}"); status != http.StatusUnauthorized {
		t.Error("a revoked phone is back after a restart:", status)
	}
}

func TestNothingElseCanBeReached(t *testing.T) {
	g := newGate(t)
	g.pairs()
	if status, text := g.send(must(http.NewRequest(http.MethodGet, g.url("/"), nil))); status != 200 || text != "<!doctype html>" {
		t.Error(status, text)
	}
	for _, path := range []string{"/../phone.go", "/..%2f..%2fetc/passwd", "/%2e%2e/etc/passwd", "//etc/passwd", "/app.js/..", "/app.js%00", "/.secret", "/./app.js", "/app.js?x=1",
		"/debug/pprof/", "/wails/", "/api", "/index.html/", "/\\..\\x", "/APP.JS", "/api/../app.js"} {
		r := must(http.NewRequest(http.MethodGet, g.url("/"), nil))
		raw, err := rawGet(g.Addr().String(), path)
		if err != nil || !strings.HasPrefix(raw, "HTTP/1.1 4") {
			t.Errorf("%s: %.40q %v", path, raw, err)
		}
		_ = r
	}
	for _, path := range []string{"/api/", "/api/members", "/api/state/", "/api/pair/../state", "/api//state"} {
		if raw, _ := rawPost(g, path); !strings.HasPrefix(raw, "HTTP/1.1 4") {
			t.Errorf("%s: %.60q", path, raw)
		}
	}
	for _, method := range []string{"PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"} {
		r := must(http.NewRequest(method, g.url("/"), nil))
		if status, _ := g.send(r); status < 400 {
			t.Error(method, status)
		}
	}
	r := must(http.NewRequest(http.MethodPost, g.url("/api/state"), strings.NewReader("{}")))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+g.token)
	r.Header.Set("Origin", "https://evil.example.org")
	if status, _ := g.send(r); status != http.StatusBadRequest {
		t.Error("another site's page asked:", status)
	}
}

func must(r *http.Request, err error) *http.Request {
	if err != nil {
		panic(err)
	}
	return r
}

// rawGet sends a path as it stands, which a client would tidy.
func rawGet(address, path string) (string, error) {
	return raw(address, "GET "+path+" HTTP/1.1\r\nHost: "+address+"\r\nConnection: close\r\n\r\n")
}

func rawPost(g *gate, path string) (string, error) {
	return raw(g.Addr().String(), "POST "+path+" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+g.token+"\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
}

func raw(address, request string) (string, error) {
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		return "", err
	}
	out, err := io.ReadAll(io.LimitReader(conn, 4096))
	return string(out), err
}

// endless is a body without an end.
type endless struct{ given int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	e.given += len(b)
	return len(b), nil
}

func TestAGigabyteIsNotRead(t *testing.T) {
	g := newGate(t)
	g.pairs()
	text, err := raw(g.Addr().String(), "POST /api/passes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+g.token+"\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n")
	if err != nil || !strings.HasPrefix(text, "HTTP/1.1 413") {
		t.Errorf("%.60q %v", text, err)
	}
	body := &endless{}
	r := must(http.NewRequest(http.MethodPost, g.url("/api/passes"), io.LimitReader(body, 1<<30)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+g.token)
	if status, _ := g.send(r); status != http.StatusRequestEntityTooLarge && status != 0 || body.given > 16<<20 {
		t.Error(status, body.given)
	}
	if text, _ := raw(g.Addr().String(), "POST /api/pair HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("a", 64<<10)+"\r\n\r\n"); !strings.HasPrefix(text, "HTTP/1.1 431") && text != "" {
		t.Errorf("%.60q", text)
	}
	if status, _ := g.ask("/api/state", "{}"); status != 200 {
		t.Error("the door does not answer any more:", status)
	}
}

func TestAFloodOfOnePhoneLeavesTheLaptopsDoorAlone(t *testing.T) {
	g := newGate(t)
	g.pairs()
	counts, handler := map[int]int{}, g.Server
	for range 10_000 { // without the network between, which would only slow it down
		r := httptest.NewRequest(http.MethodPost, "/api/passes", strings.NewReader(g.passing(marie, "in", nonceA, g.now, g.now)))
		r.RemoteAddr = "192.168.1.7:4711"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+g.token)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		counts[w.Code]++
	}
	if counts[http.StatusTooManyRequests] < 8000 || counts[200] == 0 || g.scans() != 1 || g.Refused()["pace"] < 8000 {
		t.Error(counts, g.scans(), g.Refused())
	}
	noted, err := g.doors.Scan(door.Pass{Meeting: "mtg_forum", Member: ann, Kind: attendance.In, Station: "A"})
	if err != nil || noted.Again {
		t.Error(noted, err)
	}
}

func TestOneAddressTakesSoManyConnectionsAndNoMore(t *testing.T) {
	l := newLimited(nil)
	for i := range perAddress + 5 {
		if got := l.take("10.0.0.1"); got != (i < perAddress) {
			t.Fatal(i, got)
		}
	}
	if !l.take("10.0.0.2") {
		t.Error("another address pays for it")
	}
	l.give("10.0.0.1")
	if !l.take("10.0.0.1") {
		t.Error("a place given back is not free")
	}
	for address, near := range map[string]bool{"192.168.1.7": true, "10.1.2.3": true, "127.0.0.1": true, "fe80::1": true, "8.8.8.8": false, "2001:4860::1": false} {
		if _, ok := hostOf(&net.TCPAddr{IP: net.ParseIP(address)}); ok != near {
			t.Error(address, ok)
		}
	}
}

func FuzzRequest(f *testing.F) {
	g := newGate(f)
	g.pairs()
	for _, seed := range []struct{ path, body string }{{"/api/passes", g.passing(marie, "in", nonceA, g.now, g.now)}, {"/api/search", `{"text":"marie"}`}, {"/api/list", `{"offset":0}`},
		{"/api/state", `{}`}, {"/api/pair", `{"code":"AAAAAAAA","name":"x"}`}, {"/", ""}, {"/api/passes", `{"passes":[{}]}`}, {"/api/list", `{"offset":9223372036854775807}`}} {
		f.Add(seed.path, []byte(seed.body))
	}
	f.Fuzz(func(t *testing.T, path string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.URL.Path, r.RemoteAddr = path, "10.0.0.9:1"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+g.token)
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if said := w.Body.String(); w.Code == 500 || strings.Contains(said, "mem_") || strings.Contains(said, "@example") {
			t.Fatal(path, w.Code, said)
		}
	})
}
