package people

import (
	"slices"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// The ways in which an implied consent is renewed: each begins its two years anew (CASL, section 10). None is stored.
const (
	ByMembership = "membership"
	ByAttendance = "attendance"
)

// Renewals are the days on which a member did what renews an implied consent.
type Renewals struct {
	Member   string   // the last day on which they are known to belong to a chapter; empty when they do not
	Attended []string // the days on which they came to a meeting
}

// renew moves the end of an implied consent to two years after the last renewal that there was on a day.
func (r Renewals) renew(s *Standing, day string) {
	last := s.Consent.Date
	if last > day {
		return // it has not begun
	}
	consider := func(on, by string) {
		if on > last && on <= day {
			last, s.Renewed, s.Since = on, by, on
		}
	}
	for _, on := range r.Attended {
		consider(on, ByAttendance)
	}
	consider(min(r.Member, day), ByMembership)
	if s.Renewed != "" {
		s.Until = ConsentExpires(store.Consent{Basis: s.Consent.Basis, Date: last})
	}
}

// renewalsOf finds what renews a member's consents on a day. Who has none that is implied needs none.
func (p *People) renewalsOf(m store.Member, all []store.Consent, day string) (r Renewals, err error) {
	if !slices.ContainsFunc(all, func(c store.Consent) bool { return c.Basis != express && slices.Contains(Bases, c.Basis) }) {
		return r, nil
	}
	if len(m.Chapters) > 0 {
		r.Member = min(day, p.today())
	}
	for _, id := range p.Store.RecordsOf(m) {
		came, undone := map[string]string{}, map[string]bool{} // days by scan
		for scan, err := range p.Store.ScansBy(id) {
			if err != nil {
				return r, err
			}
			switch scan.Fact.Kind {
			case "in":
				came[scan.ID] = time.UnixMilli(scan.Fact.At).In(zones.Here()).Format(time.DateOnly)
			case "undo":
				undone[scan.Fact.Undoes] = true
			}
		}
		for id, on := range came {
			if !undone[id] {
				r.Attended = append(r.Attended, on)
			}
		}
	}
	return r, nil
}
