package bucket

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// News is a bucket that can list what is new in fewer bytes than List, when one object is known already.
type News interface {
	// ListNews is List without known, a key that comes after startAfter, of which it only says whether it is there.
	ListNews(ctx context.Context, prefix, startAfter, known string) (page Page, there bool, err error)
}

// mark is how many of the last letters of a key stand for it: they are of its hash, and end no other.
const mark = 10

// errWordy is a service that does not fold keys as it was asked.
var errWordy = errors.New("the service does not fold keys")

// ListNews asks the service to fold all keys that hold the end of the known one, as it would fold a folder: what remains of
// an entry is then its name. A service that does not is asked for everything, from then on at once.
func (b *s3) ListNews(ctx context.Context, prefix, startAfter, known string) (Page, bool, error) {
	if !b.wordy.Load() && len(known) > mark {
		page, there, err := b.folded(ctx, prefix, startAfter, known)
		if !errors.Is(err, errWordy) {
			return page, there, err
		}
		b.wordy.Store(true)
	}
	page, err := b.List(ctx, prefix, startAfter)
	for i, object := range page.Objects {
		if object.Key == known {
			page.Objects = append(page.Objects[:i:i], page.Objects[i+1:]...)
			return page, true, err
		}
	}
	return page, false, err
}

// listing is the answer to a ListObjectsV2 request, as far as it is read.
type listing struct {
	XMLName   xml.Name `xml:"ListBucketResult"`
	Truncated bool     `xml:"IsTruncated"`
	Contents  []struct {
		Key  string
		Size int64
	}
	CommonPrefixes []struct{ Prefix string }
}

// folded makes the request itself, since the library has no way to fold at letters of one's choice and to give up in time.
func (b *s3) folded(ctx context.Context, prefix, startAfter, known string) (page Page, there bool, err error) {
	ctx, cancel := b.patience(ctx, 0)
	defer cancel()
	answer, clock, err := b.ask(ctx, url.Values{
		"list-type": {"2"}, "prefix": {b.path(prefix)}, "start-after": {b.path(startAfter)}, "delimiter": {known[len(known)-mark:]},
	})
	if err != nil {
		return Page{}, false, err
	}
	page.ServerTime = clock
	for _, c := range answer.CommonPrefixes {
		if c.Prefix != b.path(known) {
			return Page{}, false, errWordy
		}
		there = true
	}
	for _, c := range answer.Contents {
		key, ours := strings.CutPrefix(c.Key, b.path(""))
		if key == known {
			return Page{}, false, errWordy
		}
		if ours && strings.HasPrefix(key, prefix) && key > startAfter && checkKey(key) == nil {
			page.Objects = append(page.Objects, Object{Key: key, Size: c.Size})
		}
	}
	sortObjects(page.Objects)
	return page, there, nil
}

// ask sends one listing request. errWordy stands for every answer that List would understand better: refusals, which it has
// words for, and listings of several pages.
func (b *s3) ask(ctx context.Context, query url.Values) (answer listing, clock time.Time, err error) {
	address, err := b.core.Presign(ctx, http.MethodGet, b.remote.Bucket, "", time.Minute, query)
	if err != nil {
		return answer, clock, errWordy
	}
	request, err := http.NewRequestWithContext(withClock(ctx, &clock), http.MethodGet, address.String(), nil)
	if err != nil {
		return answer, clock, errWordy
	}
	response, err := b.signs.RoundTrip(request) // a client would write the address, and with it the signature, into its errors
	if err != nil {
		return answer, clock, b.refusal(err, clock, false)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return answer, clock, errWordy
	}
	if err := xml.NewDecoder(response.Body).Decode(&answer); err != nil {
		if ctx.Err() != nil {
			return answer, clock, b.refusal(ctx.Err(), clock, false)
		}
		return answer, clock, errWordy
	}
	if answer.Truncated {
		return answer, clock, errWordy
	}
	return answer, clock, nil
}
