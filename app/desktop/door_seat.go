package desktop

import (
	"example.org/carnet/app"
	"example.org/carnet/app/door"
)

// Seat gives what was noted of this laptop for a meeting: the door and the room in which its screen begins.
func (o *Door) Seat(meeting string) (DoorSeat, error) {
	return ask(o.d, func(c *app.Carnet) (DoorSeat, error) {
		m, err := c.Meetings.Get(meeting)
		if err != nil {
			return DoorSeat{}, err
		}
		told, err := c.Door.Prepared(m.ID)
		if err != nil {
			return DoorSeat{}, err
		}
		note := preparedBy(told)[door.IsDoor][c.Network.Device()]
		if note.Station == "" {
			return DoorSeat{}, nil
		}
		return DoorSeat{Station: note.Station, Room: note.Room, Noted: note.At}, nil
	})
}
