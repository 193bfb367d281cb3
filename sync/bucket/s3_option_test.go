package bucket_test

import (
	"context"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7/pkg/signer"

	"example.org/carnet/build/devserver"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/bucket/buckettest"
)

// outside is a name that leads nowhere but through a proxy.
const outside = "s3.example.test"

// use puts, gets and lists one object.
func use(t *testing.T, b bucket.Bucket) {
	t.Helper()
	ctx := context.Background()
	if err := b.Put(ctx, "log/one", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Get(ctx, "log/one", 10); err != nil || string(got) != "x" {
		t.Fatalf("got %q, %v", got, err)
	}
	if page, err := b.List(ctx, "log/", ""); err != nil || len(page.Objects) != 1 {
		t.Fatalf("listed %v, %v", page.Objects, err)
	}
}

// serveS3 starts versitygw with options and one bucket.
func serveS3(t *testing.T, options ...string) (endpoint string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, bucketName), 0o700); err != nil {
		t.Fatal(err)
	}
	endpoint, stop, err := devserver.StartVersitygw(dir, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return endpoint
}

// before puts a server of the test's own in front of a service, over TLS or not. change sees each request first.
func before(t *testing.T, endpoint string, secure bool, change func(*http.Request)) *httptest.Server {
	t.Helper()
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", endpoint
			if change != nil {
				change(r.Out)
			}
		},
		ErrorLog: log.New(io.Discard, "", 0),
	}
	server := httptest.NewUnstartedServer(proxy)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

// authority writes the certificate of a TLS server where a remote can name it.
func authority(t *testing.T, server *httptest.Server) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "authority.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// relay is a proxy that knows where every name leads, and keeps what it was asked.
type relay struct {
	*httptest.Server
	to string

	mu    sync.Mutex
	asked []string
}

func startRelay(t *testing.T, to string) *relay {
	t.Helper()
	r := &relay{to: to}
	plain := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.Out.URL.Scheme, p.Out.URL.Host = "http", r.to }}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.mu.Lock()
		r.asked = append(r.asked, request.Method+" "+request.Host)
		r.mu.Unlock()
		if request.Method == http.MethodConnect {
			r.tunnel(w)
			return
		}
		plain.ServeHTTP(w, request)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *relay) tunnel(w http.ResponseWriter) {
	far, err := net.Dial("tcp", r.to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	near, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
	_, _ = io.Copy(near, far)
	_ = near.Close()
}

// all gives what was asked, without repetitions.
func (r *relay) all() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := map[string]bool{}
	var list []string
	for _, one := range r.asked {
		if !seen[one] {
			list = append(list, one)
		}
		seen[one] = true
	}
	return strings.Join(list, ", ")
}

func TestABucketIsAddressedByPathOrByHost(t *testing.T) {
	for style, host := range map[string]string{bucket.PathStyle: outside, bucket.HostStyle: bucketName + "." + outside} {
		t.Run(style, func(t *testing.T) {
			var options []string
			if style == bucket.HostStyle {
				options = []string{"--virtual-domain", outside}
			}
			relay := startRelay(t, serveS3(t, options...))
			remote := remoteAt(t, outside)
			remote.Style, remote.Proxy = style, relay.URL
			use(t, openRemote(t, remote))
			if asked := relay.all(); !strings.Contains(asked, "PUT "+host) {
				t.Errorf("the service was asked as %s", asked)
			}
		})
	}
}

func TestAnAuthorityOfOnesOwnIsTrustedWhenNamed(t *testing.T) {
	server := before(t, serveS3(t), true, nil)
	remote := remoteAt(t, strings.TrimPrefix(server.URL, "https://"))
	remote.Insecure = false
	_, err := openRemote(t, remote).List(context.Background(), "", "")
	wantFault(t, err, "bucket_certificate")
	remote.CA = authority(t, server)
	use(t, openRemote(t, remote))
}

func TestAnAuthorityThatCannotBeReadIsNamed(t *testing.T) {
	remote := remoteAt(t, outside)
	remote.CA = filepath.Join(t.TempDir(), "nothing.pem")
	_, err := bucket.Open(remote)
	wantFault(t, err, "ca_unreadable")
	if err := os.WriteFile(remote.CA, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = bucket.Open(remote)
	wantFault(t, err, "ca_unreadable")
}

func TestAServiceIsReachedThroughANamedProxy(t *testing.T) {
	relay := startRelay(t, serveS3(t))
	remote := remoteAt(t, outside)
	remote.Proxy = relay.URL
	use(t, openRemote(t, remote))
	if asked := relay.all(); asked != "PUT "+outside+", GET "+outside {
		t.Errorf("the proxy was asked %s", asked)
	}
}

func TestThroughAProxyASecureServiceIsATunnel(t *testing.T) {
	server := before(t, serveS3(t), true, nil)
	relay := startRelay(t, strings.TrimPrefix(server.URL, "https://"))
	remote := remoteAt(t, "example.com:443") // which the test's certificate is for
	remote.Insecure, remote.CA, remote.Proxy = false, authority(t, server), relay.URL
	use(t, openRemote(t, remote))
	if asked := relay.all(); asked != "CONNECT example.com:443" {
		t.Errorf("the proxy was asked %s", asked)
	}
}

// The environment is read once a process, so this test runs itself again with another.
func TestAServiceIsReachedThroughTheProxyOfTheEnvironment(t *testing.T) {
	const inside = "CARNET_TEST_INSIDE"
	if os.Getenv(inside) != "" {
		use(t, openRemote(t, remoteAt(t, outside)))
		return
	}
	relay := startRelay(t, serveS3(t))
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), inside+"=1", "HTTP_PROXY="+relay.URL, "NO_PROXY=")
	if output, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if asked := relay.all(); asked != "PUT "+outside+", GET "+outside {
		t.Errorf("the proxy was asked %s", asked)
	}
}

func TestAProxyThatIsNotThereIsNoAnswer(t *testing.T) {
	remote := remoteAt(t, outside)
	remote.Proxy = "http://127.0.0.1:1"
	_, err := openRemote(t, remote).List(context.Background(), "", "")
	wantFault(t, err, "bucket_unreachable")
}

func TestTheRegionIsPartOfTheSignature(t *testing.T) {
	remote := remoteAt(t, serveS3(t, "--region", "ca-east1"))
	_, err := openRemote(t, remote).List(context.Background(), "", "")
	wantFault(t, err, "bucket_refused")
	remote.Region = "ca-east1"
	use(t, openRemote(t, remote))
}

func TestKeysComeFromAProfile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	profile := func(name, access, secret string) string {
		return "[" + name + "]\naws_access_key_id = " + access + "\naws_secret_access_key = " + secret + "\n"
	}
	keep := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_PROFILE", "")
	keep(profile("default", devserver.AccessKey, devserver.SecretKey) + profile("climat", devserver.AccessKey, devserver.SecretKey) + profile("old", "gone", "gone"))
	remote := remoteAt(t, serveS3(t))
	remote.Credentials = bucket.Credentials{}
	ctx := context.Background()

	_, err := openRemote(t, remote).List(ctx, "", "")
	wantFault(t, err, "bucket_refused") // nobody's default profile is used unasked

	named := remote
	named.Profile = "climat"
	use(t, openRemote(t, named))

	t.Setenv("AWS_PROFILE", "climat")
	use(t, openRemote(t, remote))

	named.Profile = "nobody"
	_, err = openRemote(t, named).List(ctx, "", "")
	wantFault(t, err, "bucket_refused")

	// Keys that run out are renewed in the file by other tools; the next request has them.
	named.Profile = "old"
	b := openRemote(t, named)
	_, err = b.List(ctx, "", "")
	wantFault(t, err, "bucket_refused")
	keep(profile("old", devserver.AccessKey, devserver.SecretKey))
	if _, err := b.List(ctx, "", ""); err != nil {
		t.Errorf("with new keys in the file: %v", err)
	}
}

// A server that ignores conditions is real where it matters: versitygw behind a proxy that takes them away
// and signs the request anew.
func TestAServiceThatIgnoresConditionsKeepsTheRestOfThePromise(t *testing.T) {
	endpoint := serveS3(t)
	server := before(t, endpoint, false, func(r *http.Request) {
		r.Header.Del("If-None-Match")
		r.Header.Del("If-Match")
		r.Header.Del("Authorization")
		r.Header.Del("Accept-Encoding")
		*r = *signer.SignV4(*r, devserver.AccessKey, devserver.SecretKey, "", "us-east-1")
	})
	remote := remoteAt(t, strings.TrimPrefix(server.URL, "http://"))
	inPrefixes(t, remote, buckettest.IgnoresConditions)
}

// inPrefixes runs the suite with a prefix of the service for each bucket.
func inPrefixes(t *testing.T, remote bucket.Remote, less ...buckettest.Weakness) {
	t.Helper()
	prefixes := map[string]string{}
	buckettest.Run(t, func(t *testing.T, name string) bucket.Bucket {
		if prefixes[name] == "" {
			prefixes[name] = "carnet/" + strings.Repeat("x", len(prefixes)+1)
		}
		own := remote
		own.Prefix = prefixes[name]
		return openRemote(t, own)
	}, less...)
}

func TestWhatOnlyThisLaptopKnowsIsNotShared(t *testing.T) {
	remote, err := bucket.ParseRemote("s3://climat/net?ca=/etc/own.pem&endpoint=h%3A1&profile=climat&proxy=http%3A%2F%2Fproxy%3A3128&style=path")
	if err != nil {
		t.Fatal(err)
	}
	if got := remote.Shared().String(); got != "s3://climat/net?endpoint=h%3A1&style=path" {
		t.Errorf("shared as %s", got)
	}
}
