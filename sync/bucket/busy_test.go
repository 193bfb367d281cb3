package bucket_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/carnet/sync/bucket"
)

// inFront puts a server in front of a real service; refuse says how it answers a request, before the service is asked.
func inFront(t *testing.T, refuse func(w http.ResponseWriter) bool) (remote bucket.Remote, asked *atomic.Int64) {
	t.Helper()
	remote, asked = startService(t), &atomic.Int64{}
	there := &url.URL{Scheme: "http", Host: remote.Endpoint}
	through := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(there); r.Out.Host = r.In.Host }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if !refuse(w) {
			through.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	remote.Endpoint = strings.TrimPrefix(server.URL, "http://")
	return remote, asked
}

func TestAServiceThatAsksToWaitIsGivenTime(t *testing.T) {
	for status, after := range map[int]string{429: "1", 503: "2"} {
		var once atomic.Bool
		remote, asked := inFront(t, func(w http.ResponseWriter) bool {
			if once.Swap(true) {
				return false
			}
			w.Header().Set("Retry-After", after)
			w.WriteHeader(status)
			return true
		})
		b := openRemote(t, remote)
		begin := time.Now()
		if err := b.Put(context.Background(), "log/one", []byte("x")); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took < 950*time.Millisecond || took > 30*time.Second || asked.Load() != 2 {
			t.Errorf("%d: sent after %s with %d requests", status, took, asked.Load())
		}
		if data, err := b.Get(context.Background(), "log/one", 10); err != nil || string(data) != "x" {
			t.Errorf("%d: %q, %v", status, data, err)
		}
	}
}

func TestAServiceThatAsksToWaitLongEndsTheVisit(t *testing.T) {
	for name, after := range map[string]string{"long": "120", "again and again": "0", "for ever": "99999999999", "until a date": time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)} {
		t.Run(name, func(t *testing.T) {
			remote, asked := inFront(t, func(w http.ResponseWriter) bool {
				w.Header().Set("Retry-After", after)
				w.WriteHeader(503)
				return true
			})
			b := openRemote(t, remote)
			begin := time.Now()
			_, err := b.List(context.Background(), "", "")
			wantFault(t, err, "bucket_busy")
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("it took %s", took)
			}
			before := asked.Load()
			_, err = b.Get(context.Background(), "log/one", 10)
			if wantFault(t, err, "bucket_busy"); name != "again and again" && asked.Load() != before {
				t.Error("it was asked again before its time")
			}
		})
	}
}
