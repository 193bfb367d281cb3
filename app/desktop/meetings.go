package desktop

import (
	"example.org/carnet/app"
	"example.org/carnet/store/fault"
)

// Today gives the first screen.
func (m *Meetings) Today() (Today, error) {
	return ask(m.d, func(c *app.Carnet) (answer Today, err error) { return answer, fault.New("not_built") })
}

// Meetings lists them by start.
func (m *Meetings) Meetings(q MeetingQuery) ([]MeetingRow, error) {
	return ask(m.d, func(c *app.Carnet) (answer []MeetingRow, err error) { return answer, fault.New("not_built") })
}

// Meeting gives the pane beside the list.
func (m *Meetings) Meeting(id string) (MeetingDetail, error) {
	return ask(m.d, func(c *app.Carnet) (answer MeetingDetail, err error) { return answer, fault.New("not_built") })
}

// AddMeeting and SetMeeting write a meeting.
func (m *Meetings) AddMeeting(f MeetingFields) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

func (m *Meetings) SetMeeting(id string, f MeetingFields) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// CancelMeeting marks it cancelled; it stays in the list.
func (m *Meetings) CancelMeeting(id string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// PreviewTimes gives the local times of a form that is still being filled in.
func (m *Meetings) PreviewTimes(start string, zone string, minutes int) ([]ZoneTime, error) {
	return ask(m.d, func(c *app.Carnet) (answer []ZoneTime, err error) { return answer, fault.New("not_built") })
}

// Zones lists the zones of Canada first, then the rest, with city and present offset.
func (m *Meetings) Zones() ([]ZoneTime, error) {
	return ask(m.d, func(c *app.Carnet) (answer []ZoneTime, err error) { return answer, fault.New("not_built") })
}
