package locale

import (
	"context"
	"errors"

	"example.org/carnet/store/fault"
)

// faultOf gives the first fault in the chain, and one of a general code for other errors.
func faultOf(err error) *fault.Fault {
	var f *fault.Fault
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled):
		return fault.New("cancelled")
	case errors.Is(err, context.DeadlineExceeded):
		return fault.New("timeout")
	}
	return fault.New("unexpected")
}
