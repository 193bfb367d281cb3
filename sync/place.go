package sync

import "time"

// OfficeName is the name of this laptop's office: as the roster has it or, while pending, as its
// invitation promised.
func (e *Engine) OfficeName() string {
	if s := e.State(); s != nil {
		if o, known := s.Office(e.Self().Office); known {
			return o.Name
		}
	}
	return e.member.OfficeName
}

// RefusedAt is when an object was set aside, or lost; zero for one that was not.
func (e *Engine) RefusedAt(key string) time.Time {
	if o, lost := e.Overruled(key); lost {
		return o.At
	}
	e.look.RLock()
	defer e.look.RUnlock()
	f, known := e.refused[short("", key)]
	if !known {
		return time.Time{}
	}
	return time.UnixMilli(f.At).UTC()
}
