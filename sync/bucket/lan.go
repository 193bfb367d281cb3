package bucket

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"example.org/carnet/store/fault"
)

// lan is the folder that another laptop lends in the same room.
type lan struct {
	*wire
	address string
	proof   *certifier
}

// asksFirst is the size in bytes above which an object is sent only once the lender wants it. A lender that refuses
// does not read it to the end, and the refusal would be lost with the connection.
const asksFirst = 32 << 10

// OpenLAN makes a bucket of the folder that a laptop lends at address, HOST:PORT. It proves the key of
// signer, which may be another one later, and speaks only with a laptop whose key is known. It
// asks nothing yet. Faults of its requests: bucket_stranger (who answers there is not known), and those of any bucket.
func OpenLAN(address string, signer func() crypto.Signer, known func(ed25519.PublicKey) bool) (Bucket, error) {
	if remote, err := parseLAN(address); err != nil || remote.Endpoint != address {
		return nil, badLAN(address)
	}
	w := newWire(verbOfLAN)
	proof := &certifier{signer: signer}
	config := proof.clientTLS(known)
	w.transport.Proxy = nil // the room is not the Internet
	w.transport.ForceAttemptHTTP2 = false
	w.transport.MaxConnsPerHost = perLaptop
	w.transport.MaxResponseHeaderBytes = 8 << 10
	w.transport.ExpectContinueTimeout = quiet
	w.transport.DialTLSContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return w.dialTLS(ctx, network, address, config)
	}
	return &lan{wire: w, address: address, proof: proof}, nil
}

// dialTLS sends no name: whoever listens learns only that two laptops speak.
func (w *wire) dialTLS(ctx context.Context, network, address string, config *tls.Config) (net.Conn, error) {
	conn, err := w.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, quiet)
	defer cancel()
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}

func verbOfLAN(request *http.Request) verb {
	if request.URL.Path == pathList {
		return verbList
	}
	return verbOfS3(request)
}

// do sends one request. An answer other than the expected ones has become an error.
func (b *lan) do(ctx context.Context, method string, a ask, body []byte, clock *time.Time) (*http.Response, error) {
	request, err := http.NewRequestWithContext(withClock(ctx, clock), method, "https://carnet"+a.target(), nil)
	if err != nil {
		return nil, b.refusal(err)
	}
	if method == http.MethodPut {
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		if len(body) == 0 {
			request.Body = http.NoBody
		}
		if len(body) > asksFirst {
			request.Header.Set("Expect", "100-continue")
		}
	}
	if b.proof.changed() { // what was opened with the key of before has its rights alone
		b.transport.CloseIdleConnections()
	}
	response, err := b.RoundTrip(request)
	if err != nil {
		return nil, b.refusal(err)
	}
	if response.StatusCode/100 == 2 {
		return response, nil
	}
	_ = response.Body.Close()
	return nil, b.saidNo(response, a)
}

// saidNo takes a refusal for what it says only when code and status agree.
func (b *lan) saidNo(response *http.Response, a ask) error {
	code := response.Header.Get(headerFault)
	if status, known := lanFaults[code]; !known || status != response.StatusCode {
		code = "bucket_unreachable"
	}
	if strings.HasPrefix(code, "object_") || code == "bad_key" {
		return fault.New(code, "key", a.key)
	}
	return fault.New(code, "bucket", b.name())
}

// name is what people call this bucket.
func (b *lan) name() string { return "lan://" + b.address }

func (b *lan) refusal(err error) error {
	code := "bucket_unreachable"
	var remote *net.OpError
	switch {
	case errors.Is(err, errStranger):
		code = "bucket_stranger"
	case errors.As(err, &remote) && remote.Op == "remote error": // an alert of TLS: our key is not let in
		code = "bucket_refused"
	}
	return fault.New(code, "bucket", b.name()).Because(err)
}

func (b *lan) List(ctx context.Context, prefix, startAfter string) (Page, error) {
	if len(prefix) > maxKey || len(startAfter) > maxKey {
		return Page{}, badKey(prefix)
	}
	var page Page
	for {
		objects, more, err := b.page(ctx, ask{verb: verbList, prefix: prefix, after: startAfter}, &page.ServerTime)
		if err != nil {
			return Page{}, err
		}
		page.Objects = append(page.Objects, objects...)
		if !more {
			return page, nil
		}
		if len(page.Objects) > maxKeys {
			return Page{}, b.refusal(errAnswerTooLong)
		}
		startAfter = objects[len(objects)-1].Key
	}
}

func (b *lan) page(ctx context.Context, a ask, clock *time.Time) ([]Object, bool, error) {
	ctx, cancel := b.patience(ctx, 0)
	defer cancel()
	response, err := b.do(ctx, http.MethodGet, a, nil, clock)
	if err != nil {
		return nil, false, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body) // the wire bounds it
	if err != nil {
		return nil, false, b.refusal(err)
	}
	objects, more, err := parsePage(text, a.prefix, a.after)
	if err != nil {
		return nil, false, b.refusal(err)
	}
	return objects, more, nil
}

func (b *lan) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	ctx, cancel := b.patience(ctx, 0)
	defer cancel()
	var clock time.Time
	response, err := b.do(ctx, http.MethodGet, ask{verb: verbGet, key: key}, nil, &clock)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.ContentLength < 0: // its end could not be told from a cut
		return nil, b.refusal(errNoAsk)
	case response.ContentLength > limit:
		return nil, fault.New("object_too_large", "key", key)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return nil, b.refusal(err)
	}
	return body, nil
}

func (b *lan) Put(ctx context.Context, key string, body []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return b.change(ctx, http.MethodPut, ask{verb: verbPut, key: key}, body) // the lender compares what is there
}

func (b *lan) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return b.change(ctx, http.MethodDelete, ask{verb: verbDelete, key: key}, nil)
}

func (b *lan) change(ctx context.Context, method string, a ask, body []byte) error {
	ctx, cancel := b.patience(ctx, len(body))
	defer cancel()
	var clock time.Time
	response, err := b.do(ctx, method, a, body, &clock)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
