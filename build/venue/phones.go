package main

import (
	"errors"
	"os"

	"example.org/carnet/app/door/phone"
)

// phones is the page that a laptop serves.
type phones struct{ server *phone.Server }

const phonePort = ":7412"

// openPhones serves the page, if it does not yet, and gives its address and the code of one more phone.
func (l *laptop) openPhones(o order) (a answer, err error) {
	if l.phones.server == nil {
		if l.phones.server, err = l.OpenPhones(o.Meeting, o.Station, phonePort, "en", os.DirFS(l.Page)); err != nil {
			return a, err
		}
	}
	a.Code, _ = l.phones.server.Pair()
	a.Pages = l.phones.server.Addresses()
	if len(a.Pages) == 0 {
		err = errors.New("phones find no address")
	}
	return a, err
}

func (l *laptop) end() error {
	if l.phones.server == nil {
		return nil
	}
	return l.phones.server.Close()
}
