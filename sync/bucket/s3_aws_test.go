package bucket_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"example.org/carnet/sync/bucket"
)

// amazon stands before a service and answers what AWS would: refuse gives status and code for a request, and tells whether the service gets it
// all the same.
func amazon(t *testing.T, endpoint string, refuse func(r *http.Request) (status int, code string, passes bool)) bucket.Remote {
	t.Helper()
	service := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: endpoint})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, code, passes := refuse(r)
		if status == 0 {
			service.ServeHTTP(w, r)
			return
		}
		if passes {
			service.ServeHTTP(httptest.NewRecorder(), r)
		} else {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>As AWS says it.</Message><RequestId>1</RequestId></Error>`, code)
	}))
	t.Cleanup(server.Close)
	return remoteAt(t, strings.TrimPrefix(server.URL, "http://"))
}

func TestAWriteThatMetAnotherIsTriedAgainUntilOneStands(t *testing.T) {
	for what, c := range map[string]struct {
		conflicts int  // writes that are answered so
		passes    bool // the other writer's bytes, the same, come to stand meanwhile
		code      string
	}{
		"the other writer gave up":              {conflicts: 1},
		"the other writer's bytes stand":        {conflicts: 1, passes: true},
		"others write again and again":          {conflicts: 2},
		"somebody always writes and never ends": {conflicts: 1000, code: "bucket_unreachable"},
	} {
		t.Run(what, func(t *testing.T) {
			var writes atomic.Int64
			b := openRemote(t, amazon(t, serveS3(t), func(r *http.Request) (int, string, bool) {
				if r.Method != http.MethodPut || r.Header.Get("If-None-Match") != "*" || int(writes.Add(1)) > c.conflicts {
					return 0, "", false
				}
				return http.StatusConflict, "ConditionalRequestConflict", c.passes
			}))
			ctx := context.Background()
			err := b.Put(ctx, "log/one", []byte("x"))
			if c.code != "" {
				wantFault(t, err, c.code)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, err := b.Get(ctx, "log/one", 10); err != nil || string(got) != "x" {
				t.Errorf("got %q, %v", got, err)
			}
			wantFault(t, b.Put(ctx, "log/one", []byte("other")), "object_exists")
		})
	}
}

func TestKeysThatRunOutAreNamedAsSuchWhateverIsAsked(t *testing.T) {
	var expired atomic.Bool
	b := openRemote(t, amazon(t, serveS3(t), func(*http.Request) (int, string, bool) {
		if expired.Load() {
			return http.StatusBadRequest, "ExpiredToken", false // AWS says 400 to it
		}
		return 0, "", false
	}))
	use(t, b)
	expired.Store(true)
	ctx := context.Background()
	_, err := b.List(ctx, "log/", "")
	wantFault(t, err, "bucket_keys_expired")
	_, err = b.Get(ctx, "log/one", 10)
	wantFault(t, err, "bucket_keys_expired")
	wantFault(t, b.Put(ctx, "log/two", []byte("y")), "bucket_keys_expired")
	wantFault(t, b.Delete(ctx, "log/one"), "bucket_keys_expired")
	expired.Store(false)
	if got, err := b.Get(ctx, "log/one", 10); err != nil || string(got) != "x" {
		t.Errorf("with new keys: %q, %v", got, err)
	}
}
