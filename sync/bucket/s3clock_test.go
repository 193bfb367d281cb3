package bucket_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/carnet/build/devserver"
	"example.org/carnet/sync/bucket"
)

// elsewhen puts a service's clock so far ahead of ours: requests that were signed for another time are refused as AWS refuses them. What is let
// through is signed for our time again, and versitygw judges the signature.
func elsewhen(t *testing.T, endpoint string, ahead time.Duration, dated bool) (server *httptest.Server, refused *atomic.Int64) {
	t.Helper()
	refused = &atomic.Int64{}
	on := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = "http", endpoint
		if !bucket.SignAt(r.Out, devserver.SecretKey, time.Now()) {
			t.Error("a request is not signed")
		}
	}, ModifyResponse: func(r *http.Response) error {
		r.Header.Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		return nil
	}}
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said := r.Header.Get("X-Amz-Date") + r.URL.Query().Get("X-Amz-Date")
		at, err := time.Parse("20060102T150405Z", said)
		if now := time.Now().Add(ahead); err != nil || now.Sub(at).Abs() > 15*time.Minute {
			refused.Add(1)
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header()["Date"] = nil
			if dated {
				w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
			}
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>`)
			return
		}
		on.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server, refused
}

// A laptop whose clock is a day wrong, either way, learns what time it is from the first refusal, and all goes on.
func TestAServiceWhoseClockDiffersByADayIsSignedForByItsOwn(t *testing.T) {
	endpoint := serveS3(t)
	for n, ahead := range []time.Duration{26 * time.Hour, -26 * time.Hour, 400 * 24 * time.Hour} {
		server, refused := elsewhen(t, endpoint, ahead, true)
		remote := remoteAt(t, strings.TrimPrefix(server.URL, "http://"))
		remote.Prefix = fmt.Sprintf("case%d", n)
		b := openRemote(t, remote)
		use(t, b)
		page, _, err := b.(bucket.News).ListNews(context.Background(), "log/", "log/", "log/1lg41er-aaaaaaaaaaaaaaaa-1-aaaaaaaaaaaaaaaaaaaaaaaaaa")
		if err != nil || len(page.Objects) != 1 || time.Until(page.ServerTime.Add(-ahead)).Abs() > time.Minute {
			t.Errorf("%v ahead: %+v, %v", ahead, page, err)
		}
		if err := b.Delete(context.Background(), "log/one"); err != nil {
			t.Error(err)
		}
		if refused.Load() != 1 {
			t.Errorf("%v ahead: %d requests were refused", ahead, refused.Load())
		}
	}
}

// One that does not say what time it is cannot be signed for: the clock is named.
func TestAServiceThatDoesNotSayItsTimeNamesTheClock(t *testing.T) {
	server, _ := elsewhen(t, serveS3(t), 26*time.Hour, false)
	b := openRemote(t, remoteAt(t, strings.TrimPrefix(server.URL, "http://")))
	_, err := b.List(context.Background(), "log/", "")
	wantFault(t, err, "clock_refused")
	wantFault(t, b.Put(context.Background(), "log/one", []byte("x")), "clock_refused")
}
