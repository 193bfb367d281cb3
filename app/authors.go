package app

import (
	"sync"
	"time"

	"example.org/carnet/app/network"
	"example.org/carnet/app/people"
)

// authorsFor is how long the roster's names are kept before it is asked again: histories ask for each line.
const authorsFor = 2 * time.Second

// authors tells who works on a laptop, by the roster.
type authors struct {
	network *network.Network
	mu      sync.Mutex
	asked   time.Time
	known   map[string]people.Author
}

func (a *authors) of(device string) people.Author {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Since(a.asked) > authorsFor {
		a.known = map[string]people.Author{}
		laptops, err := a.network.Laptops()
		if err != nil {
			return people.Author{}
		}
		for _, l := range laptops {
			a.known[l.Device] = people.Author{Coordinator: l.Coordinator, Office: l.OfficeName}
		}
		a.asked = time.Now()
	}
	return a.known[device]
}
