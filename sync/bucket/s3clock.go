package bucket

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// A request says when it was signed, and a service refuses one that is a quarter of an hour off. A laptop whose clock is wrong is told what time it is with
// that refusal; from then on its requests are signed for the service's clock. Nothing else rests on that time: a service that lies about it
// gets signatures that it alone takes.

const (
	signedForm = "20060102T150405Z"
	signedDay  = "20060102"
	algorithm  = "AWS4-HMAC-SHA256"
	// clocksAgree is by how much two clocks may differ without a request being refused for it.
	clocksAgree = 5 * time.Minute
)

// clocked is the wire with requests signed for the service's clock once that is known to differ from this laptop's.
type clocked struct {
	*wire
	keys *credentials.Credentials
	off  atomic.Int64 // by how much the service's clock is ahead, in nanoseconds
}

func (c *clocked) RoundTrip(request *http.Request) (*http.Response, error) {
	off := time.Duration(c.off.Load())
	response, err := c.wire.RoundTrip(c.signedFor(request, off))
	if err != nil || response.StatusCode != http.StatusForbidden || !c.learns(response, off) {
		return response, err
	}
	if request.Body != nil && request.Body != http.NoBody {
		return response, nil // it is gone; whoever asked asks again
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return c.wire.RoundTrip(c.signedFor(request, time.Duration(c.off.Load())))
}

// learns takes the service's clock from a refusal; false when it agrees with what the request was signed for.
func (c *clocked) learns(response *http.Response, off time.Duration) bool {
	clock, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return false
	}
	now := time.Until(clock)
	if (now - off).Abs() < clocksAgree {
		return false
	}
	c.off.Store(int64(now))
	return true
}

// signedFor gives a request as it had been signed by a clock that is ahead of ours; as it is where nothing is ahead or nothing signed.
func (c *clocked) signedFor(request *http.Request, off time.Duration) *http.Request {
	if off == 0 {
		return request
	}
	keys, err := c.keys.GetWithContext(nil)
	if err != nil || keys.SecretAccessKey == "" {
		return request
	}
	signed := request.Clone(request.Context())
	if signAt(signed, keys.SecretAccessKey, time.Now().Add(off)) {
		return signed
	}
	return request
}

// signAt signs a request anew that was signed with the fourth version of AWS's signatures, in its header or its address, as at another time. It covers
// what the first signature covered. False when there is none.
func signAt(request *http.Request, secret string, at time.Time) bool {
	at = at.UTC()
	query := request.URL.Query()
	credential, names := query.Get("X-Amz-Credential"), query.Get("X-Amz-SignedHeaders")
	header := credential == ""
	if header {
		credential, names = fromHeader(request.Header.Get("Authorization"))
	}
	scope := strings.Split(credential, "/")
	if len(scope) != 5 {
		return false
	}
	scope[1] = at.Format(signedDay)
	credential = strings.Join(scope, "/")
	payload := "UNSIGNED-PAYLOAD"
	if header {
		payload = request.Header.Get("X-Amz-Content-Sha256")
		request.Header.Set("X-Amz-Date", at.Format(signedForm))
	} else {
		query.Del("X-Amz-Signature")
		query.Set("X-Amz-Date", at.Format(signedForm))
		query.Set("X-Amz-Credential", credential)
	}
	plain := strings.ReplaceAll(query.Encode(), "+", "%20")
	text := strings.Join([]string{request.Method, s3utils.EncodePath(request.URL.Path), plain, headersOf(request, names), names, payload}, "\n")
	hash := sha256.Sum256([]byte(text))
	text = strings.Join([]string{algorithm, at.Format(signedForm), strings.Join(scope[1:], "/"), hex.EncodeToString(hash[:])}, "\n")
	key := []byte("AWS4" + secret)
	for _, part := range slices.Concat(scope[1:], []string{text}) {
		key = macOf(key, part)
	}
	if header {
		request.Header.Set("Authorization", algorithm+" Credential="+credential+", SignedHeaders="+names+", Signature="+hex.EncodeToString(key))
	} else {
		request.URL.RawQuery = plain + "&X-Amz-Signature=" + hex.EncodeToString(key)
	}
	return true
}

// fromHeader reads for whom, where and over which headers a request was signed.
func fromHeader(text string) (credential, names string) {
	for _, part := range strings.Split(strings.TrimPrefix(text, algorithm+" "), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			credential = value
		case "SignedHeaders":
			names = value
		}
	}
	return credential, names
}

// headersOf gives the headers that a signature covers, a line each.
func headersOf(request *http.Request, names string) string {
	var text strings.Builder
	for _, name := range strings.Split(names, ";") {
		values := request.Header.Values(name)
		if name == "host" {
			values = []string{request.Host}
			if request.Host == "" {
				values[0] = request.URL.Host
			}
		}
		for i, value := range values {
			values[i] = strings.Join(strings.Fields(value), " ")
		}
		text.WriteString(name + ":" + strings.Join(values, ",") + "\n")
	}
	return text.String()
}

func macOf(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
