// Package desktop is the window's side of Carnet: methods bound by Wails, events, dialogs and the
// asset handler. Methods are thin: they read hand-made DTOs, call a use case, and answer with texts
// in the reader's language, every time and number already written out. It never decides what a
// coordinator may do and never touches files of the home itself.
package desktop

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"example.org/carnet/app"
	"example.org/carnet/app/machine"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Shell is what the window system gives: events and dialogs. Wails is one, tests have another,
// because Wails' own calls end the process outside of its context.
type Shell interface {
	Emit(event string, data ...any)
	SaveFile(suggested string) (path string, err error) // empty path: the person changed their mind
	ChooseFolder() (path string, err error)             // empty likewise
	OpenLink(url string)
	OpenFile(path string) error // in the program that the person uses for such files
	Quit()
}

// Desktop holds what all bound parts share.
type Desktop struct {
	ctx   context.Context
	home  string
	shell Shell
	log   *slog.Logger

	mu     sync.RWMutex
	carnet *app.Carnet // nil until the home is open
	lang   string
	undo   [][]store.Ref // what Ctrl-Z takes back, newest last

	startMu sync.Mutex // one Start at a time: a second would find the home in use by the first
	prefsMu sync.Mutex
	jobs    jobs
	uploads uploads
	heads   headcount

	todayKept  todayState
	lending    lending
	phones     phones
	erasures   slow[[]network.Erasure]
	rehearsals rehearsals // doors that are being tried

	sender, reader errand // mail that goes out, and that comes in
	mailWaits      slow[int]
	endErrands     func() // nil while the home is closed

	power func() machine.Power // how this laptop is fed
}

// Bound lists the parts whose methods the window calls.
func (d *Desktop) Bound() []any {
	return []any{&Session{d}, &People{d}, &Meetings{d}, &Door{d}, &Network{d}, &Requests{d}, &Mail{d}, &Phones{d}, &Forum{d}, &After{d: d}}
}

// open gives the open home, or the fault home_closed.
func (d *Desktop) open() (*app.Carnet, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.carnet == nil {
		return nil, fault.New("home_closed")
	}
	return d.carnet, nil
}

// remember puts an edit on the undo stack.
func (d *Desktop) remember(refs []store.Ref) {
	if len(refs) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.undo = append(d.undo, refs)
	if len(d.undo) > 100 {
		d.undo = d.undo[1:]
	}
}

// ask runs a bound method's work with the open home, and turns a panic into a fault: a panic
// would leave the window waiting for ever.
func ask[T any](d *Desktop, work func(*app.Carnet) (T, error)) (answer T, err error) {
	defer d.rescue(&err)
	c, err := d.open()
	if err != nil {
		return answer, err
	}
	return work(c)
}

func (d *Desktop) rescue(err *error) {
	if p := recover(); p != nil {
		d.log.Error("a bound method panicked", "panic", p, "stack", string(debug.Stack()))
		*err = fault.New("unexpected").Because(fmt.Errorf("panic: %v", p))
	}
}
