package bucket

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"example.org/carnet/store/fault"
)

// Right is what a lender lets a laptop do.
type Right int

const (
	NoRight   Right = iota // is not let in
	MayAsk                 // was invited and waits for its seat: reads the roster, leaves its request
	MayWrite               // is of the network: lists, reads, creates
	MayDelete              // an admin
)

// What a laptop that waits for its seat may see and leave.
const (
	askReads  = "roster/"
	askLeaves = "join/"
)

const (
	patienceHeader = 5 * time.Second  // for the head of a request
	patienceIdle   = 40 * time.Second // between requests; clients close after 30
	patienceBase   = 10 * time.Second // for an answer, and more by its size

	requestsPerSecond = 500 // of one laptop; above it they wait
	requestsAtOnce    = 2_000
	objectsInMemory   = 32
)

// Lending says what is lent, by whom, and to whom.
type Lending struct {
	Bucket Bucket
	Signer func() crypto.Signer
	Right  func(ed25519.PublicKey) Right // asked at every connection, every request, and twice a second
}

// ServeLAN lends a bucket to the laptops that connect to listener, until ctx ends. It closes listener.
func ServeLAN(ctx context.Context, listener net.Listener, o Lending) error {
	known := func(key ed25519.PublicKey) bool { return o.Right(key) != NoRight }
	d := newDoor(listener, (&certifier{signer: o.Signer}).serverTLS(known), known)
	server := &http.Server{
		Handler:           &lender{Lending: o, places: make(chan struct{}, objectsInMemory), paces: map[string]*laptopPace{}},
		ReadHeaderTimeout: patienceHeader, ReadTimeout: patienceBase, WriteTimeout: patienceBase, IdleTimeout: patienceIdle,
		MaxHeaderBytes:               4 << 10,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(io.Discard, "", 0), // it would name addresses
	}
	stop := context.AfterFunc(ctx, func() { _ = d.Close(); _ = server.Close() })
	defer stop()
	served := make(chan error, 1)
	go func() { served <- server.Serve(d) }()
	err := d.run(ctx)
	_ = d.Close()
	_ = server.Close()
	if wrong := <-served; err == nil && !errors.Is(wrong, net.ErrClosed) && !errors.Is(wrong, http.ErrServerClosed) {
		err = wrong
	}
	return err
}

// lender answers laptops that the door let in.
type lender struct {
	Lending
	places chan struct{} // of objects in memory

	mu    sync.Mutex
	paces map[string]*laptopPace // by key; no more than the roster has
}

// laptopPace is how much one laptop may ask.
type laptopPace struct {
	rate   *rate.Limiter
	atOnce chan struct{}
}

func (l *lender) pace(key ed25519.PublicKey) *laptopPace {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.paces[string(key)]
	if p == nil {
		p = &laptopPace{rate: rate.NewLimiter(requestsPerSecond, requestsAtOnce), atOnce: make(chan struct{}, perLaptop)}
		l.paces[string(key)] = p
	}
	return p
}

func (l *lender) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.TLS == nil {
		panic(http.ErrAbortHandler) // the door gives no such connection
	}
	key, err := peerKey(*r.TLS)
	if err != nil || l.Right(key) == NoRight {
		w.Header().Set("Connection", "close")
		refuse(w, fault.New("bucket_refused"))
		return
	}
	a, err := parseAsk(r.Method, r.URL)
	if err != nil {
		refuse(w, fault.New("bad_key"))
		return
	}
	p := l.pace(key)
	if p.rate.Wait(r.Context()) != nil || !take(r.Context(), p.atOnce) {
		return
	}
	defer func() { <-p.atOnce }()
	if err := l.allows(l.Right(key), a); err != nil {
		refuse(w, err)
		return
	}
	if err := l.answer(w, r, a); err != nil {
		refuse(w, err)
	}
}

// take waits for a place.
func take(ctx context.Context, places chan struct{}) bool {
	select {
	case places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// allows holds a request against what a laptop may do.
func (l *lender) allows(right Right, a ask) error {
	switch {
	case right == NoRight:
		return fault.New("bucket_refused")
	case a.verb == verbDelete && right < MayDelete:
		return fault.New("bucket_read_only")
	case right >= MayWrite:
		return nil
	case a.verb == verbPut && strings.HasPrefix(a.key, askLeaves):
		return nil
	case a.verb == verbList && strings.HasPrefix(a.prefix, askReads), a.verb == verbGet && strings.HasPrefix(a.key, askReads):
		return nil
	}
	return fault.New("bucket_refused")
}

func (l *lender) answer(w http.ResponseWriter, r *http.Request, a ask) error {
	if !take(r.Context(), l.places) {
		return fault.New("bucket_unreachable")
	}
	defer func() { <-l.places }()
	switch a.verb {
	case verbList:
		page, err := l.Bucket.List(r.Context(), a.prefix, a.after)
		if err != nil {
			return err
		}
		send(w, writePage(page.Objects))
	case verbPut:
		return l.put(w, r, a.key)
	case verbDelete:
		if err := l.Bucket.Delete(r.Context(), a.key); err != nil {
			return err
		}
		send(w, nil)
	default:
		body, err := l.Bucket.Get(r.Context(), a.key, maxLent)
		if err != nil {
			return err
		}
		send(w, body)
	}
	return nil
}

// put reads all of an object before anything of it reaches the folder.
func (l *lender) put(w http.ResponseWriter, r *http.Request, key string) error {
	most := int64(maxLent)
	if strings.HasPrefix(key, askLeaves) {
		most = 64 << 10
	}
	if r.ContentLength < 0 || r.ContentLength > most {
		leaveUnread(w)
		return fault.New("object_too_large")
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(allowance(r.ContentLength)))
	body := make([]byte, r.ContentLength)
	if _, err := io.ReadFull(r.Body, body); err != nil {
		leaveUnread(w)
		return fault.New("bucket_unreachable")
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patienceBase))
	if err := l.Bucket.Put(r.Context(), key, body); err != nil {
		return err
	}
	send(w, nil)
	return nil
}

// leaveUnread ends the connection after the answer, without waiting for what else is sent.
func leaveUnread(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	_ = http.NewResponseController(w).SetReadDeadline(time.Now())
}

// allowance is how long so many bytes may take.
func allowance(size int64) time.Duration {
	return patienceBase + time.Duration(size)*time.Second/slowest
}

func send(w http.ResponseWriter, body []byte) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(allowance(int64(len(body)))))
	w.Header().Set("Content-Type", "application/cbor")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // whoever asked has gone, then
}

// refuse tells the code alone: what the system said names folders of this laptop.
func refuse(w http.ResponseWriter, err error) {
	code := fault.CodeOf(err)
	status, travels := lanFaults[code]
	if !travels {
		code, status = "bucket_unreachable", http.StatusServiceUnavailable
	}
	w.Header().Set(headerFault, code)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(status)
}
