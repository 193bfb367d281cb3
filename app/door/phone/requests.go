package phone

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"
)

const (
	bodyLimit    = 64 << 10
	addressPace  = 40.0 // requests a second of one address
	addressBurst = 120
	phonePace    = 20.0 // of one phone
	phoneBurst   = 60
	mostCallers  = 4096
)

// caller is one address that asks.
type caller struct {
	pace *rate.Limiter
	last time.Time
}

// allow tells whether an address may ask now.
func (s *Server) allow(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	c := s.callers[address]
	if c == nil {
		if len(s.callers) >= mostCallers {
			for other, old := range s.callers {
				if now.Sub(old.last) > time.Minute {
					delete(s.callers, other)
				}
			}
		}
		if len(s.callers) >= mostCallers {
			return false
		}
		c = &caller{pace: rate.NewLimiter(addressPace, addressBurst)}
		s.callers[address] = c
	}
	c.last = now
	return c.pace.Allow()
}

// ServeHTTP knows a few paths by heart; everything else is not there.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	host, _, _ := strings.Cut(r.RemoteAddr, "%") // without the zone of a link-local address
	if at := strings.LastIndexByte(host, ':'); at > 0 {
		host = host[:at]
	}
	switch {
	case !s.allow(host):
		s.no(w, http.StatusTooManyRequests, "pace")
	case r.URL.RawQuery != "" || r.URL.RawPath != "" || !sameOrigin(r):
		s.no(w, http.StatusBadRequest, "shape")
	case strings.HasPrefix(r.URL.Path, "/api/"):
		s.api(w, r)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		s.page(w, r)
	default:
		s.no(w, http.StatusMethodNotAllowed, "shape")
	}
}

func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self)")
	h.Set("Cache-Control", "no-store")
}

// sameOrigin: a browser that says where a request comes from says our own address.
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "https://"+r.Host
}

// no refuses without saying more than a number.
func (s *Server) no(w http.ResponseWriter, status int, reason string) {
	s.refuse(reason)
	w.Header().Set("Connection", "close")
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "2")
	}
	http.Error(w, strconv.Itoa(status), status)
}

// kinds of the page's files, as browsers must hear them; what a system's registry says of them may be otherwise.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	".wasm": "application/wasm", ".woff2": "font/woff2", ".json": "application/json",
}

// page serves the files of the page, by their exact names.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	if s.o.Page == nil || !fs.ValidPath(name) || name == "." || strings.HasPrefix(path.Base(name), ".") {
		s.no(w, http.StatusNotFound, "path")
		return
	}
	raw, err := fs.ReadFile(s.o.Page, name)
	if err != nil {
		s.no(w, http.StatusNotFound, "path")
		return
	}
	kind := kinds[path.Ext(name)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(raw))
}

// api answers what phones ask.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		s.no(w, http.StatusMethodNotAllowed, "shape")
		return
	}
	if s.expired() {
		s.no(w, http.StatusGone, "expired")
		return
	}
	raw, status := body(w, r)
	if status != 0 {
		s.no(w, status, "body")
		return
	}
	if r.URL.Path == "/api/pair" {
		s.answerPair(w, raw, s.lang(r))
		return
	}
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	p, reason := s.of(token)
	switch {
	case !bearer || reason == "token" || reason == "revoked":
		s.no(w, http.StatusUnauthorized, "token")
		return
	case reason != "":
		s.no(w, http.StatusTooManyRequests, reason)
		return
	}
	answer, reason := s.asked(p, r.URL.Path, s.lang(r), raw)
	switch reason {
	case "":
		give(w, answer)
	case "path":
		s.no(w, http.StatusNotFound, reason)
	case "inside":
		s.no(w, http.StatusInternalServerError, reason)
	default:
		s.no(w, http.StatusBadRequest, reason)
	}
}

// lang is the phone's language where it says one of ours, else the laptop's.
func (s *Server) lang(r *http.Request) string {
	switch said := strings.ToLower(r.Header.Get("Accept-Language")); {
	case strings.HasPrefix(said, "fr"):
		return "fr"
	case strings.HasPrefix(said, "en"):
		return "en"
	}
	return s.o.Lang
}

// body reads a small JSON body, and never more of it than that.
func body(w http.ResponseWriter, r *http.Request) (raw []byte, status int) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil || kind != "application/json" || r.Header.Get("Content-Encoding") != "":
		return nil, http.StatusUnsupportedMediaType
	case r.ContentLength > bodyLimit:
		return nil, http.StatusRequestEntityTooLarge
	}
	raw, err = io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge
	case err != nil || !utf8.Valid(raw):
		return nil, http.StatusBadRequest
	}
	return raw, 0
}

// strict reads one JSON value with no field that is not known.
func strict(raw []byte, into any) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil {
		return false
	}
	_, err := d.Token()
	return errors.Is(err, io.EOF)
}

func give(w http.ResponseWriter, answer any) {
	raw, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, "500", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw) // whoever went away asks again
}

func (s *Server) answerPair(w http.ResponseWriter, raw []byte, lang string) {
	var asked struct {
		Code string `json:"code"`
		Name string `json:"name"`
	}
	if !strict(raw, &asked) || len(asked.Code) > 4*codeLength {
		s.no(w, http.StatusBadRequest, "shape")
		return
	}
	token, p, reason := s.pair(asked.Code, asked.Name)
	switch reason {
	case "":
	case "pace":
		s.no(w, http.StatusTooManyRequests, "pace")
		return
	default:
		s.no(w, http.StatusForbidden, "code")
		return
	}
	s.Log.Info("a phone was paired", "phone", p.ID)
	give(w, struct {
		Token string    `json:"token"`
		Phone string    `json:"phone"`
		Until time.Time `json:"until"`
		State stateDoc  `json:"state"`
	}{token, p.ID, s.o.Until, s.state(lang)})
}
