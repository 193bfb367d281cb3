package phone

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

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
