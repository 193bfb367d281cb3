package phone

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

// Linux lets a program be any address of 127.0.0.0/8: so one test holds several phones, each at its own.
const volunteer, attacker, other = "127.0.0.2", "127.0.0.66", "127.0.0.67"

const longest = 2 * time.Minute // of anything here: this is about what is answered, not how fast

// dialFrom opens a real TLS connection from an address of this machine.
func (g *gate) dialFrom(address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: longest, LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	conn, err := tls.DialWithDialer(dialer, "tcp", g.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	if err == nil {
		err = conn.SetDeadline(time.Now().Add(longest))
	}
	return conn, err
}

// pairFrom pairs a phone at an address, and gives its client and token.
func (g *gate) pairFrom(address string) (*http.Client, string) {
	g.t.Helper()
	dialer := &net.Dialer{Timeout: longest, LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	client := &http.Client{Timeout: longest, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DialContext: dialer.DialContext}}
	code, _ := g.Pair()
	answer, err := client.Post(g.url("/api/pair"), "application/json", strings.NewReader(`{"code":"`+code+`","name":"`+address+`"}`))
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var said struct{ Token string }
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || said.Token == "" {
		g.t.Fatal(answer.Status, err)
	}
	return client, said.Token
}

// guests writes down so many people who are expected.
func (g *gate) guests(n int) (ids []string) {
	g.t.Helper()
	if _, err := g.deps.Store.Edit(func(tx *store.Tx) error {
		for i := range n {
			m := store.Member{ID: store.DerivedID(store.KindMember, fmt.Sprint("guest ", i)), Given: "Guest", Family: fmt.Sprint("No ", i)}
			ids = append(ids, m.ID)
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		g.t.Fatal(err)
	}
	return ids
}

func (g *gate) request(method, path, token, body string) string {
	return method + " " + path + " HTTP/1.1\r\nHost: " + g.Addr().String() + "\r\nAuthorization: Bearer " + token + "\r\nContent-Type: application/json\r\nContent-Length: " +
		fmt.Sprint(len(body)) + "\r\n\r\n" + body
}

// flood sends the same pass ten thousand times as fast as the laptop takes it, over more connections than it grants, fifty requests in one breath.
func (g *gate) flood(token string, sent, answered *atomic.Int64) {
	const breath, all, connections = 50, 10_000, perAddress + 8
	many := strings.Repeat(g.request(http.MethodPost, "/api/passes", token, g.passing(marie, "in", nonceA, g.now, g.now)), breath)
	var hands sync.WaitGroup
	for range connections {
		hands.Go(func() {
			for sent.Add(breath) <= all {
				conn, err := g.dialFrom(attacker)
				if err != nil {
					continue // no place for another connection: it tries again
				}
				go func() { _, _ = io.WriteString(conn, many) }() // the laptop hangs up in the middle of it
				for said := bufio.NewScanner(conn); said.Scan(); {
					if strings.HasPrefix(said.Text(), "HTTP/1.1 200") || strings.HasPrefix(said.Text(), "HTTP/1.1 429") {
						answered.Add(1)
					}
				}
				_ = conn.Close()
			}
		})
	}
	hands.Wait()
}

// heavy sends bodies of a gigabyte that do not say how long they are, and tells how many bytes the laptop took.
func (g *gate) heavy(token string) (taken int64) {
	chunk := "10000\r\n" + strings.Repeat(" ", 1<<16) + "\r\n"
	for range 4 {
		conn, err := g.dialFrom(other)
		if err != nil {
			continue
		}
		_, err = io.WriteString(conn, "POST /api/passes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+token+"\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
		for n := 0; err == nil && n < 1<<30; {
			wrote := 0
			wrote, err = io.WriteString(conn, chunk)
			n, taken = n+wrote, taken+int64(wrote)
		}
		_ = conn.Close()
	}
	return taken
}

// pry tries paths that lead out of the page, and tells which of them were answered.
func (g *gate) pry(token string) (let []string) {
	for range 10 {
		for _, path := range []string{"/../../etc/passwd", "/..%2f..%2fetc/passwd", "/api/../app.js", "//etc/passwd", "/.secret", "/api/members", "/app.js%00", "/\\..\\x"} {
			conn, err := g.dialFrom(other)
			if err != nil {
				continue
			}
			_, _ = io.WriteString(conn, g.request(http.MethodGet, path, token, ""))
			status := make([]byte, len("HTTP/1.1 200"))
			if _, err := io.ReadFull(conn, status); err == nil && strings.HasPrefix(string(status), "HTTP/1.1 2") {
				let = append(let, path)
			}
			_ = conn.Close()
		}
	}
	return let
}

// lets has a volunteer's phone let guests in, one after the other at a person's pace, and tells how many the laptop acknowledged.
func (g *gate) lets(client *http.Client, token string, guests []string) (done int) {
	for i, id := range guests {
		r := must(http.NewRequest(http.MethodPost, g.url("/api/passes"), strings.NewReader(g.passing(id, "in", fmt.Sprintf("volunteer-pass-%04d", i), g.now, g.now))))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := client.Do(r)
		if err != nil {
			g.t.Error(err)
			continue
		}
		said, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK && strings.Contains(string(said), `"done":true,"again":false,"tone":"in"`) {
			done++
		} else {
			g.t.Errorf("guest %d: %s %.200s", i, answer.Status, said)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return done
}

func TestAPhoneThatAttacksOverTheNetworkLeavesTheDoorAndOtherPhonesAlone(t *testing.T) {
	g := newGate(t)
	const atLaptop, atPhone = 300, 40
	guests := g.guests(atLaptop + atPhone)
	good, goodToken := g.pairFrom(volunteer)
	_, badToken := g.pairFrom(attacker)
	_, otherToken := g.pairFrom(other)

	var all sync.WaitGroup
	var sent, answered, acknowledged, taken atomic.Int64
	var over atomic.Bool
	all.Go(func() {
		defer over.Store(true)
		var attacks sync.WaitGroup
		attacks.Go(func() { g.flood(badToken, &sent, &answered) })
		attacks.Go(func() { taken.Store(g.heavy(otherToken)) })
		attacks.Go(func() {
			if let := g.pry(otherToken); len(let) > 0 {
				t.Error("these were answered:", let)
			}
		})
		attacks.Wait()
	})
	during := 0
	all.Go(func() {
		for i, id := range guests[:atLaptop] {
			noted, err := g.doors.Scan(door.Pass{Meeting: "mtg_forum", Member: id, Kind: attendance.In, Station: "A", Nonce: fmt.Sprint("laptop ", i)})
			if err != nil || noted.Again || !noted.After.Present {
				t.Errorf("scan %d at the laptop: %+v %v", i, noted, err)
				continue
			}
			if acknowledged.Add(1); !over.Load() {
				during++
			}
		}
	})
	byPhone := 0
	all.Go(func() { byPhone = g.lets(good, goodToken, guests[atLaptop:]) })
	all.Wait()

	if acknowledged.Load() != atLaptop || byPhone != atPhone || during == 0 {
		t.Errorf("%d scans of %d at the laptop were acknowledged, %d of them during the attack; %d of %d at a phone", acknowledged.Load(), atLaptop, during, byPhone, atPhone)
	}
	if n := g.scans(); n != atLaptop+atPhone+1 {
		t.Errorf("%d scans are on the disk: those that were acknowledged are %d, and the attacker's one", n, atLaptop+atPhone)
	}
	if sent.Load() < 10_000 || answered.Load() == 0 || g.Refused()["pace"] == 0 || g.Refused()["path"] == 0 || g.Refused()["body"] == 0 {
		t.Errorf("%d sent, %d answered, refused: %v", sent.Load(), answered.Load(), g.Refused())
	}
	if taken.Load() > 64<<20 {
		t.Errorf("of four gigabytes the laptop took %d bytes", taken.Load())
	}
	if phones := g.Phones(); len(phones) != 3 {
		t.Errorf("%+v", phones)
	}
}
