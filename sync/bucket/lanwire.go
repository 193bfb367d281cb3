package bucket

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// The form of what is asked and answered in a room (docs/FORMAT.md): HTTP/1.1 with one address for
// objects and one for listings.
const (
	pathObject = "/object"
	pathList   = "/list"

	headerFault = "Carnet-Fault" // the code of a refusal

	listBegins = "carnet-list 1"
	listEnds   = "end"
	listGoesOn = "more"

	maxPage      = 20_000  // keys in one page
	maxPageBytes = 4 << 20 // after which a page ends
	maxLent      = 16 << 20
)

// lanFaults are the refusals that travel, with the status that goes with each.
var lanFaults = map[string]int{
	"bad_key":            http.StatusBadRequest,
	"bucket_refused":     http.StatusForbidden,
	"object_missing":     http.StatusNotFound,
	"bucket_read_only":   http.StatusMethodNotAllowed,
	"object_exists":      http.StatusConflict,
	"bucket_missing":     http.StatusGone,
	"object_too_large":   http.StatusRequestEntityTooLarge,
	"bucket_unreachable": http.StatusServiceUnavailable,
	"bucket_full":        http.StatusInsufficientStorage,
}

// ask is one request, understood.
type ask struct {
	verb   verb
	key    string // of an object
	prefix string // of a listing
	after  string
}

var errNoAsk = errors.New("not a request of Carnet's")

// parseAsk reads what a request wants. It takes one spelling of each and nothing besides.
func parseAsk(method string, target *url.URL) (ask, error) {
	query, err := url.ParseQuery(target.RawQuery)
	if err != nil || target.Host != "" || target.Opaque != "" || target.User != nil || target.Fragment != "" {
		return ask{}, errNoAsk
	}
	switch {
	case target.Path == pathList && method == http.MethodGet:
		prefix, okPrefix := only(query, "prefix")
		after, okAfter := only(query, "after")
		if !okPrefix || !okAfter || len(query) != 2 || len(prefix) > maxKey || len(after) > maxKey {
			return ask{}, errNoAsk
		}
		return ask{verb: verbList, prefix: prefix, after: after}, nil
	case target.Path == pathObject:
		key, ok := only(query, "key")
		if !ok || len(query) != 1 {
			return ask{}, errNoAsk
		}
		if err := checkKey(key); err != nil {
			return ask{}, err
		}
		return objectAsk(method, key)
	}
	return ask{}, errNoAsk
}

func objectAsk(method, key string) (ask, error) {
	switch method {
	case http.MethodGet:
		return ask{verb: verbGet, key: key}, nil
	case http.MethodPut:
		return ask{verb: verbPut, key: key}, nil
	case http.MethodDelete:
		return ask{verb: verbDelete, key: key}, nil
	}
	return ask{}, errNoAsk
}

func only(query url.Values, name string) (value string, ok bool) {
	if len(query[name]) != 1 {
		return "", false
	}
	return query[name][0], true
}

// target writes what parseAsk reads.
func (a ask) target() string {
	if a.verb == verbList {
		return pathList + "?" + url.Values{"prefix": {a.prefix}, "after": {a.after}}.Encode()
	}
	return pathObject + "?" + url.Values{"key": {a.key}}.Encode()
}

// writePage writes the first objects, as many as a page holds.
func writePage(objects []Object) []byte {
	var b bytes.Buffer
	b.WriteString(listBegins + "\n")
	for i, o := range objects {
		if i == maxPage || b.Len() > maxPageBytes {
			b.WriteString(listGoesOn + "\n")
			return b.Bytes()
		}
		b.WriteString(strconv.FormatInt(o.Size, 10) + " " + o.Key + "\n")
	}
	b.WriteString(listEnds + "\n")
	return b.Bytes()
}

var errNoListing = errors.New("not a listing")

// parsePage reads a page of the keys under prefix after the key after. A page that was cut has no last line.
func parsePage(page []byte, prefix, after string) (objects []Object, more bool, err error) {
	text, whole := strings.CutSuffix(string(page), "\n")
	first, rest, _ := strings.Cut(text, "\n")
	if !whole || first != listBegins {
		return nil, false, errNoListing
	}
	for {
		line, next, goesOn := strings.Cut(rest, "\n")
		if !goesOn {
			more = line == listGoesOn
			if line != listEnds && (!more || len(objects) == 0) {
				return nil, false, errNoListing
			}
			return objects, more, nil
		}
		object, ok := parseLine(line)
		if !ok || !strings.HasPrefix(object.Key, prefix) || object.Key <= after || len(objects) == maxPage {
			return nil, false, errNoListing
		}
		objects, after, rest = append(objects, object), object.Key, next
	}
}

func parseLine(line string) (Object, bool) {
	digits, key, ok := strings.Cut(line, " ")
	size, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || size < 0 || strconv.FormatInt(size, 10) != digits || checkKey(key) != nil {
		return Object{}, false
	}
	return Object{Key: key, Size: size}, true
}
