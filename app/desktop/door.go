package desktop

import (
	"example.org/carnet/app"
	"example.org/carnet/store/fault"
)

// Meetings lists those that a door may open for: today's first, then the coming, then the last.
func (d *Door) Meetings() ([]MeetingRow, error) {
	return ask(d.d, func(c *app.Carnet) (answer []MeetingRow, err error) { return answer, fault.New("not_built") })
}

// Open gives what surrounds the result; it must be quick, it's called after every change.
func (d *Door) Open(meeting string, station string) (DoorState, error) {
	return ask(d.d, func(c *app.Carnet) (answer DoorState, err error) { return answer, fault.New("not_built") })
}

// Type gives at most eight people whose name, community or badge starts so, members of the chapter first.
func (d *Door) Type(meeting string, text string) ([]DoorHit, error) {
	return ask(d.d, func(c *app.Carnet) (answer []DoorHit, err error) { return answer, fault.New("not_built") })
}

// Scan notes an arrival ("in") or departure ("out") of a member id or badge code; the same nonce again is the same scan.
func (d *Door) Scan(meeting string, station string, code string, direction string, nonce string) (DoorResult, error) {
	return ask(d.d, func(c *app.Carnet) (answer DoorResult, err error) { return answer, fault.New("not_built") })
}

// WalkIn writes down a person who is not on the list, and lets them in.
func (d *Door) WalkIn(meeting string, station string, name string, community string, role string, nonce string) (DoorResult, error) {
	return ask(d.d, func(c *app.Carnet) (answer DoorResult, err error) { return answer, fault.New("not_built") })
}

// UndoLast takes back this door's last scan by a new fact.
func (d *Door) UndoLast(meeting string, station string) (DoorResult, error) {
	return ask(d.d, func(c *app.Carnet) (answer DoorResult, err error) { return answer, fault.New("not_built") })
}

// UndoScan takes back one scan.
func (d *Door) UndoScan(scan string) (DoorResult, error) {
	return ask(d.d, func(c *app.Carnet) (answer DoorResult, err error) { return answer, fault.New("not_built") })
}
