package bucket_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/build/devserver"
	"example.org/carnet/sync/bucket"
)

const bucketName = "reseau-climat"

// startService gives a remote in a real S3 service of its own.
func startService(t *testing.T) bucket.Remote {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, bucketName), 0o700); err != nil {
		t.Fatal(err)
	}
	endpoint, stop, err := devserver.StartVersitygw(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return remoteAt(t, endpoint)
}

func remoteAt(t *testing.T, endpoint string) bucket.Remote {
	t.Helper()
	remote, err := bucket.ParseRemote("s3://" + bucketName + "/carnet?insecure=1&endpoint=" + endpoint)
	if err != nil {
		t.Fatal(err)
	}
	remote.Credentials = bucket.Credentials{AccessKey: devserver.AccessKey, SecretKey: devserver.SecretKey}
	return remote
}

func openRemote(t *testing.T, remote bucket.Remote) bucket.Bucket {
	t.Helper()
	b, err := bucket.Open(remote)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func TestAnS3ServiceKeepsThePromiseOfABucket(t *testing.T) {
	remote := startService(t)
	inPrefixes(t, remote)
}

func TestAnS3ServiceTellsItsTime(t *testing.T) {
	page, err := openRemote(t, startService(t)).List(context.Background(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	if off := time.Since(page.ServerTime).Abs(); off > 5*time.Second {
		t.Errorf("the server's time is %s off", off)
	}
}

func TestAWrongDoorOrKeyIsNamed(t *testing.T) {
	remote := startService(t)
	for name, row := range map[string]struct {
		change func(*bucket.Remote)
		code   string
	}{
		"wrong access key": {func(r *bucket.Remote) { r.Credentials.AccessKey = "nobody" }, "bucket_refused"},
		"wrong secret key": {func(r *bucket.Remote) { r.Credentials.SecretKey = "guess" }, "bucket_refused"},
		"no credentials":   {func(r *bucket.Remote) { r.Credentials = bucket.Credentials{} }, "bucket_refused"},
		"missing bucket":   {func(r *bucket.Remote) { r.Bucket = "not-there" }, "bucket_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := remote
			row.change(&wrong)
			b := openRemote(t, wrong)
			_, err := b.List(context.Background(), "", "")
			wantFault(t, err, row.code)
			_, err = b.Get(context.Background(), "log/one", 10)
			wantFault(t, err, row.code)
			if err := b.Put(context.Background(), "log/one", []byte("x")); err == nil {
				t.Error("Put succeeded")
			}
			if strings.Contains(err.Error(), devserver.SecretKey) {
				t.Error("the error holds a secret")
			}
		})
	}
}

func TestNoNetworkIsAnErrorWithinFiveSeconds(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for name, endpoint := range map[string]string{
		"nobody listens":       closed.Addr().String(),
		"packets vanish":       "192.0.2.1:443", // reserved for documentation: leads nowhere
		"the name is unknown":  "bucket.invalid:443",
		"the server is silent": silent.Addr().String(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openRemote(t, remoteAt(t, endpoint))
			start := time.Now()
			_, err := b.List(context.Background(), "", "")
			wantFault(t, err, "bucket_unreachable")
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestAServerThatIsNoBucketIsRefused(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		body   string
		code   string
	}{
		"a page to log in":    {200, "<html>Welcome to our Wi-Fi", "bucket_unreachable"},
		"an endless answer":   {200, strings.Repeat("<x>", 4<<20), "bucket_unreachable"},
		"out of order":        {503, "", "bucket_unreachable"},
		"a clock that is off": {403, "<Error><Code>RequestTimeTooSkewed</Code></Error>", "clock_refused"},
		"storage is full":     {507, "", "bucket_full"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(row.status)
				_, _ = w.Write([]byte(row.body))
			}))
			defer server.Close()
			_, err := openRemote(t, remoteAt(t, strings.TrimPrefix(server.URL, "http://"))).List(context.Background(), "", "")
			wantFault(t, err, row.code)
		})
	}
}

func TestACertificateThatProvesNothingIsNamed(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	remote := remoteAt(t, strings.TrimPrefix(server.URL, "https://"))
	remote.Insecure = false
	_, err := openRemote(t, remote).List(context.Background(), "", "")
	wantFault(t, err, "bucket_certificate")
}

func TestAServiceWithoutIfNoneMatchStillKeepsObjects(t *testing.T) {
	var plain, conditional int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			conditional++
			w.WriteHeader(http.StatusNotImplemented)
			_, _ = w.Write([]byte("<Error><Code>NotImplemented</Code></Error>"))
			return
		}
		plain++
	}))
	defer server.Close()
	b := openRemote(t, remoteAt(t, strings.TrimPrefix(server.URL, "http://")))
	for range 3 {
		if err := b.Put(context.Background(), "log/one", []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if conditional != 1 || plain != 3 {
		t.Errorf("asked %d times with the condition and %d without, want 1 and 3", conditional, plain)
	}
}
