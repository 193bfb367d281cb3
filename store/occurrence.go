package store

import "cmp"

// Nothing stands in a field of an occurrence that is empty though its series says something there; none is the same for a number.
const (
	Nothing = "-"
	none    = -1
)

// Whole fills what an occurrence does not say with what its series says.
func Whole(m Meeting, s Series) Meeting {
	if m.Start == "" {
		m.Start, m.Zone = m.Occurs, s.Zone
	}
	m.Title, m.TitleFR = said(m.Title, s.Title), said(m.TitleFR, s.TitleFR)
	m.Chapter, m.Zone = said(m.Chapter, s.Chapter), said(m.Zone, s.Zone)
	m.Mode, m.Place, m.URL = said(m.Mode, s.Mode), said(m.Place, s.Place), said(m.URL, s.URL)
	m.Audience, m.Status = said(m.Audience, s.Audience), said(m.Status, s.Status)
	if s.Status == "cancelled" {
		m.Status = s.Status
	}
	m.Minutes, m.Places = cmp.Or(m.Minutes, s.Minutes), max(0, cmp.Or(m.Places, s.Places))
	switch {
	case len(m.Stations) == 0:
		m.Stations = s.Stations
	case len(m.Stations) == 1 && m.Stations[0] == Nothing:
		m.Stations = nil
	}
	return m
}

func said(own, series string) string {
	switch own {
	case "":
		return series
	case Nothing:
		return ""
	}
	return own
}

// Own is the other way round: of a whole occurrence, what its series does not say. An added one keeps its start though its
// rule falls there too.
func Own(m Meeting, s Series, added bool) Meeting {
	whole := Whole(Meeting{ID: m.ID, Series: m.Series, Occurs: m.Occurs}, s)
	if m.Start == "" || m.Start == whole.Start && m.Zone == whole.Zone && !added {
		m.Start, m.Zone = "", ""
	}
	for _, pair := range [][2]*string{
		{&m.Title, &whole.Title}, {&m.TitleFR, &whole.TitleFR}, {&m.Chapter, &whole.Chapter}, {&m.Mode, &whole.Mode},
		{&m.Place, &whole.Place}, {&m.URL, &whole.URL}, {&m.Audience, &whole.Audience}, {&m.Status, &whole.Status},
	} {
		switch *pair[0] {
		case *pair[1]:
			*pair[0] = ""
		case "":
			*pair[0] = Nothing
		}
	}
	if m.Minutes == whole.Minutes {
		m.Minutes = 0
	}
	switch m.Places {
	case whole.Places:
		m.Places = 0
	case 0:
		m.Places = none
	}
	m.Stations = ownStations(m.Stations, whole.Stations)
	return m
}

func ownStations(own, series []string) []string {
	same := len(own) == len(series)
	for i := range own {
		same = same && own[i] == series[i]
	}
	switch {
	case same:
		return nil
	case len(own) == 0:
		return []string{Nothing}
	}
	return own
}
