package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"example.org/carnet/build/devserver"
)

// proxies gives orders to a toxiproxy of the test's own.
type proxies struct {
	t        testing.TB
	endpoint string
}

func startProxies(t testing.TB) *proxies {
	t.Helper()
	endpoint, stop, err := devserver.StartToxiproxy()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return &proxies{t: t, endpoint: "http://" + endpoint}
}

// order sends one order; the answer is decoded into answer when that is not nil.
func (p *proxies) order(method, path string, body, answer any) {
	p.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	request, err := http.NewRequest(method, p.endpoint+path, bytes.NewReader(data))
	if err != nil {
		p.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode/100 != 2 {
		p.t.Fatalf("%s %s: %s %s %v", method, path, response.Status, said, err)
	}
	if answer != nil {
		if err := json.Unmarshal(said, answer); err != nil {
			p.t.Fatal(err)
		}
	}
}

// open makes a way to a server and gives its address.
func (p *proxies) open(name, server string) string {
	p.t.Helper()
	var made struct {
		Listen string `json:"listen"`
	}
	p.order(http.MethodPost, "/proxies", map[string]any{"name": name, "listen": "127.0.0.1:0", "upstream": server, "enabled": true}, &made)
	return made.Listen
}

// toxic is one way to spoil a connection.
type toxic struct {
	Type       string         `json:"type"`
	Stream     string         `json:"stream"` // upstream: what the laptop sends; downstream: what it receives
	Toxicity   float64        `json:"toxicity"`
	Attributes map[string]int `json:"attributes"`
}

// spoil puts toxics in place of those that are there.
func (p *proxies) spoil(name string, toxics ...toxic) {
	p.t.Helper()
	var there []struct {
		Name string `json:"name"`
	}
	p.order(http.MethodGet, "/proxies/"+name+"/toxics", nil, &there)
	for _, old := range there {
		p.order(http.MethodDelete, "/proxies/"+name+"/toxics/"+old.Name, nil, nil)
	}
	for i, t := range toxics {
		p.order(http.MethodPost, "/proxies/"+name+"/toxics", struct {
			toxic
			Name string `json:"name"`
		}{t, fmt.Sprint(t.Type, i)}, nil)
	}
}
