// Package fault is the one error type that crosses every layer of Carnet: a stable code for
// programs and scripts, the facts that a sentence about it needs, and the cause for the log.
// It knows nothing else of Carnet. It holds no words for people: app/locale turns a code and
// its facts into a sentence in the reader's language.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Facts are the values that fill the placeholders of a sentence, such as the place of bad input.
// They are shown to people: no secrets, no inner detail.
type Facts map[string]string

// Fault is an error with a code that scripts may depend on. Codes are lower_snake_case and never change.
type Fault struct {
	Code  string
	Facts Facts
	cause error
}

// New makes a fault of this code. Pairs are alternating names and values of its facts.
func New(code string, pairs ...string) *Fault {
	f := &Fault{Code: code, Facts: Facts{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Facts[pairs[i]] = pairs[i+1]
	}
	return f
}

// Because keeps the cause for the log and for errors.Is; it is never shown to people.
func (f *Fault) Because(cause error) *Fault {
	f.cause = cause
	return f
}

// Error is for logs and tests; people read the sentence of app/locale instead.
func (f *Fault) Error() string {
	names := make([]string, 0, len(f.Facts))
	for name := range f.Facts {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	b.WriteString(f.Code)
	for _, name := range names {
		fmt.Fprintf(&b, " %s=%q", name, f.Facts[name])
	}
	if f.cause != nil {
		b.WriteString(": " + f.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// CodeOf gives the code of the first fault in err's chain, and "unexpected" for any other error.
func CodeOf(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return f.Code
	}
	return "unexpected"
}

// Is tells whether err carries this code.
func Is(err error, code string) bool { return err != nil && CodeOf(err) == code }
