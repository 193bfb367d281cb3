package desktop

import "example.org/carnet/app"

// syncState puts the state of the exchange into the words at the foot of the rail.
func (d *Desktop) syncState(c *app.Carnet) Sync {
	return Sync{State: "none", Tone: "wait"}
}

// describe fills what the window shows of an open home.
func (d *Desktop) describe(s Start) Start {
	s.State = "ready"
	return s
}
