package zones

import "time"

// At gives the moment at which a zone's clock showed wall, which is given as if it were UTC, to the second; in a gap or a fold
// as Instant does. Fault bad_zone.
func At(wall time.Time, zone string) (time.Time, error) {
	loc, err := Load(zone)
	if err != nil {
		return time.Time{}, err
	}
	at, _ := place(wall, loc)
	return at, nil
}
