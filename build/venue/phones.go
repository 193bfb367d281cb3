package main

import (
	"errors"
)

// phones is the page that a laptop serves.
type phones struct{}

func (l *laptop) openPhones(order) (answer, error) { return answer{}, errors.New("not yet") }

func (l *laptop) end() error { return nil }
