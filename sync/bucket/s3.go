package bucket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"example.org/carnet/store/fault"
)

const profileEnv = "AWS_PROFILE"

const clockSkewed = "RequestTimeTooSkewed"

const (
	tries   = 2       // of one request, the first included
	maxKeys = 2 << 20 // in one listing; more is not a bucket of ours
)

// s3 keeps each object as an object of an S3-compatible service.
type s3 struct {
	*wire
	remote Remote
	core   *minio.Core
	keys   *credentials.Credentials
	signs  *clocked
	plain  atomic.Bool // the service does not know If-None-Match
	wordy  atomic.Bool // the service does not fold keys
}

func openS3(r Remote) (Bucket, error) {
	w := newWire(verbOfS3)
	if err := w.goThrough(r); err != nil {
		return nil, err
	}
	keys := r.keys()
	signs := &clocked{wire: w, keys: keys}
	core, err := minio.NewCore(r.Endpoint, &minio.Options{
		Creds:        keys,
		Secure:       !r.Insecure,
		Transport:    signs,
		Region:       r.Region, // unset, it would be asked for: one request more
		MaxRetries:   tries,
		BucketLookup: map[string]minio.BucketLookupType{PathStyle: minio.BucketLookupPath, HostStyle: minio.BucketLookupDNS}[r.Style],
	})
	if err != nil {
		return nil, fault.New("bad_remote", "remote", r.String()).Because(err)
	}
	return &s3{wire: w, remote: r, core: core, keys: keys, signs: signs}, nil
}

// keys are those that were typed or, when a profile is named, by the address or by AWS_PROFILE, those of
// the files that AWS's own tools keep. Nobody's default profile is ever used unasked: an address may
// come from somebody else.
func (r Remote) keys() *credentials.Credentials {
	typed := r.Credentials != (Credentials{})
	if r.Profile != "" || !typed && os.Getenv(profileEnv) != "" {
		return credentials.NewChainCredentials([]credentials.Provider{&credentials.FileAWSCredentials{Profile: r.Profile}})
	}
	return credentials.NewStaticV4(r.Credentials.AccessKey, r.Credentials.SecretKey, r.Credentials.SessionToken)
}

// goThrough leads the wire through the proxy and the authorities that the remote names. Fault ca_unreadable.
func (w *wire) goThrough(r Remote) error {
	if r.Proxy != "" {
		proxy, err := url.Parse(r.Proxy)
		if err != nil {
			return fault.New("bad_remote", "remote", r.String()).Because(err)
		}
		w.transport.Proxy = http.ProxyURL(proxy)
	}
	if r.CA == "" {
		return nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	pem, err := os.ReadFile(r.CA)
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		return fault.New("ca_unreadable", "file", r.CA).Because(err)
	}
	w.transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return nil
}

// path is the key as the service knows it.
func (b *s3) path(key string) string {
	if b.remote.Prefix == "" {
		return key
	}
	return b.remote.Prefix + "/" + key
}

func (b *s3) List(ctx context.Context, prefix, startAfter string) (Page, error) {
	ctx, cancel := b.patience(ctx, 0)
	defer cancel()
	var page Page
	owner := false
	options := minio.ListObjectsOptions{Prefix: b.path(prefix), Recursive: true, FetchOwner: &owner}
	if startAfter != "" {
		options.StartAfter = b.path(startAfter)
	}
	for object := range b.core.ListObjectsIter(withClock(ctx, &page.ServerTime), b.remote.Bucket, options) {
		if object.Err != nil {
			return Page{}, b.refusal(object.Err, page.ServerTime, false)
		}
		key, ours := strings.CutPrefix(object.Key, b.path(""))
		// The service is not trusted to have kept to the question.
		if ours && strings.HasPrefix(key, prefix) && key > startAfter && checkKey(key) == nil {
			page.Objects = append(page.Objects, Object{Key: key, Size: object.Size})
		}
		if len(page.Objects) > maxKeys {
			return Page{}, b.refusal(errAnswerTooLong, page.ServerTime, false)
		}
	}
	// A listing that was cut short ends without an error.
	if err := ctx.Err(); err != nil {
		return Page{}, b.refusal(err, page.ServerTime, false)
	}
	sortObjects(page.Objects)
	return page, nil
}

func sortObjects(objects []Object) {
	slices.SortFunc(objects, func(a, b Object) int { return strings.Compare(a.Key, b.Key) })
}

func (b *s3) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	ctx, cancel := b.patience(ctx, 0)
	defer cancel()
	var clock time.Time
	body, info, _, err := b.core.GetObject(withClock(ctx, &clock), b.remote.Bucket, b.path(key), minio.GetObjectOptions{})
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil, fault.New("object_missing", "key", key).Because(err)
	}
	if err != nil {
		return nil, b.refusal(err, clock, false)
	}
	defer body.Close()
	if info.Size > limit {
		return nil, fault.New("object_too_large", "key", key)
	}
	bytes, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return nil, b.refusal(err, clock, false)
	}
	if int64(len(bytes)) > limit {
		return nil, fault.New("object_too_large", "key", key)
	}
	return bytes, nil
}

func (b *s3) Put(ctx context.Context, key string, body []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	clock, err := b.create(ctx, key, body)
	code := minio.ToErrorResponse(err).Code
	if code == minio.NotImplemented && !b.plain.Swap(true) {
		clock, err = b.create(ctx, key, body)
		code = minio.ToErrorResponse(err).Code
	}
	if code == clockSkewed && b.signs.off.Load() != 0 { // what time it is was learned just now
		clock, err = b.create(ctx, key, body)
		code = minio.ToErrorResponse(err).Code
	}
	for conflicts := 0; ; conflicts++ {
		switch {
		case err == nil:
			return nil
		case code != minio.PreconditionFailed && code != conflicted:
			return b.refusal(err, clock, true)
		}
		stands := sameOrExists(ctx, b, key, body)
		if !fault.Is(stands, "object_missing") {
			return stands
		}
		// Two wrote at once, and neither write stands yet: AWS asks for another try.
		if conflicts == tries {
			return fault.New("bucket_unreachable", "bucket", b.name()).Because(stands)
		}
		clock, err = b.create(ctx, key, body)
		code = minio.ToErrorResponse(err).Code
	}
}

// conflicted is AWS's answer when two writes of one name under a condition meet.
const conflicted = "ConditionalRequestConflict"

// create sends the body in one request of known size and checksum, without trailing checksums,
// which many services do not know.
func (b *s3) create(ctx context.Context, key string, body []byte) (clock time.Time, err error) {
	ctx, cancel := b.patience(ctx, len(body))
	defer cancel()
	options := minio.PutObjectOptions{ContentType: "application/cbor", DisableContentSha256: true}
	if !b.plain.Load() {
		options.SetMatchETagExcept("*") // If-None-Match: create, never replace
	}
	sum := sha256.Sum256(body)
	_, err = b.core.PutObject(withClock(ctx, &clock), b.remote.Bucket, b.path(key), bytes.NewReader(body), int64(len(body)), "", hex.EncodeToString(sum[:]), options)
	return clock, err
}

func (b *s3) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	ctx, cancel := b.patience(ctx, 0)
	defer cancel()
	var clock time.Time
	err := b.core.RemoveObject(withClock(ctx, &clock), b.remote.Bucket, b.path(key), minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchKey {
		return b.refusal(err, clock, true)
	}
	return nil
}

// name is what people call this bucket.
func (b *s3) name() string { return b.remote.Bucket + " (" + b.remote.Endpoint + ")" }

// refusal turns what the service or the network said into what a coordinator can act on.
func (b *s3) refusal(err error, clock time.Time, writing bool) error {
	answer := minio.ToErrorResponse(err)
	f := fault.New(refusalCode(err, answer, writing), "bucket", b.name())
	if busy := (*errBusy)(nil); errors.As(err, &busy) {
		f = fault.New("bucket_busy", "bucket", b.name(), "n", strconv.Itoa(max(1, int(time.Until(busy.until).Round(time.Second)/time.Second))))
	}
	if f.Code == "bucket_refused" || f.Code == "bucket_keys_expired" {
		b.keys.Expire() // a profile's file may have newer ones by the next request
	}
	if f.Code == "clock_refused" && !clock.IsZero() {
		f.Facts["server_time"] = clock.UTC().Format(time.RFC3339)
	}
	return f.Because(redact(err, answer))
}

func refusalCode(err error, answer minio.ErrorResponse, writing bool) string {
	switch answer.Code {
	case minio.NoSuchBucket, "InvalidBucketName":
		return "bucket_missing"
	case clockSkewed:
		return "clock_refused"
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
		return "bucket_keys_expired"
	case "InvalidAccessKeyId", "XAdminUserNotFound", // as versitygw says it
		"SignatureDoesNotMatch", "InvalidToken", "InvalidTokenId", // as MinIO says it
		"AuthorizationHeaderMalformed", "InvalidRegion":
		return "bucket_refused"
	case "AccessDenied", "MethodNotAllowed", "AllAccessDisabled":
		if writing { // who may not even enter was told so by the listing before
			return "bucket_read_only"
		}
		return "bucket_refused"
	case "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage":
		return "bucket_full"
	}
	switch {
	case answer.StatusCode == 507:
		return "bucket_full"
	case answer.StatusCode == 401 || answer.StatusCode == 403:
		return "bucket_refused"
	case isCertificate(err):
		return "bucket_certificate"
	}
	return "bucket_unreachable"
}

// redact keeps of a service's answer only what helps and cannot hold a signature or a key.
func redact(err error, answer minio.ErrorResponse) error {
	if answer.StatusCode == 0 || answer.Code == "" {
		return err
	}
	return errors.New(answer.Code)
}
