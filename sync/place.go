package sync

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
