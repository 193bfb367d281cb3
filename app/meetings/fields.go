package meetings

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

const (
	textLimit   = 500         // letters of one field
	maxMinutes  = 7 * 24 * 60 // a week
	maxStations = 50
	maxPlaces   = 1000000
	hour        = 60 // minutes
)

// Fields are the names that Add and Set know.
func Fields() []string {
	return []string{"title", "title_fr", "parent", "chapter", "start", "zone", "minutes", "mode", "place", "url", "audience", "status", "stations", "room", "places", "note", "note_fr"}
}

// fill writes fields into a meeting after checking each. Zone comes before start, which may be an
// instant to be read on the zone's clock.
func (m *Meetings) fill(meeting *store.Meeting, fields map[string]string, stations []string) error {
	before := meeting.Start
	for name, value := range fields {
		if value == store.Nothing { // as people write that there is nothing
			return m.fill(meeting, without(fields, store.Nothing), stations)
		}
		if !slices.Contains(Fields(), name) || utf8.RuneCountInString(value) > limitOf(name) || !utf8.ValidString(value) {
			return badField(name, value)
		}
	}
	for _, name := range Fields() {
		value, given := fields[name]
		if !given || name == "start" {
			continue
		}
		if err := m.fillOne(meeting, name, strings.TrimSpace(value)); err != nil {
			return err
		}
	}
	if err := m.fillZone(meeting); err != nil {
		return err
	}
	if start, given := fields["start"]; given {
		if err := fillStart(meeting, strings.TrimSpace(start)); err != nil {
			return err
		}
	}
	if err := fillDays(meeting, fields, dayOnly(before)); err != nil {
		return err
	}
	if err := m.fitParent(*meeting); err != nil {
		return err
	}
	fillMode(meeting, fields)
	if stations != nil {
		return fillStations(meeting, stations)
	}
	return nil
}

// without empties the fields that hold a text.
func without(fields map[string]string, text string) map[string]string {
	others := maps.Clone(fields)
	for name, value := range others {
		if value == text {
			others[name] = ""
		}
	}
	return others
}

// limitOf lets a rule be long, for it may list people.
func limitOf(name string) int {
	if name == "audience" {
		return audience.MaxText
	}
	return textLimit
}

func (m *Meetings) fillOne(meeting *store.Meeting, name, value string) (err error) {
	switch name {
	case "title":
		meeting.Title = value
	case "title_fr":
		meeting.TitleFR = value
	case "chapter":
		meeting.Chapter, err = m.Chapter(value)
	case "zone":
		meeting.Zone, err = zones.Find(value)
	case "minutes":
		meeting.Minutes, err = strconv.Atoi(value)
		if err != nil || meeting.Minutes < 1 || meeting.Minutes > maxMinutes {
			err = fault.New("bad_minutes", "value", value)
		}
	case "mode":
		meeting.Mode, err = oneOf(name, value, "online", "on-site", "hybrid")
	case "status":
		meeting.Status, err = oneOf(name, value, "tentative", "confirmed", "cancelled")
	case "parent":
		err = m.fillParent(meeting, value)
	case "room":
		meeting.Room = value
	case "note":
		meeting.Note = value
	case "note_fr":
		meeting.NoteFR = value
	case "places":
		meeting.Places, err = strconv.Atoi(cmp.Or(value, "0"))
		if err != nil || meeting.Places < 0 || meeting.Places > maxPlaces {
			err = badField(name, value)
		}
	case "place":
		meeting.Place = value
	case "url":
		meeting.URL, err = link(value)
	case "audience":
		meeting.Audience, err = Audience(value)
	case "stations":
		err = fillStations(meeting, strings.Split(value, ","))
	}
	return err
}

// Chapter takes an id, the start of one, or a name in either language; empty means of no chapter.
// Faults unknown_id, ambiguous_id.
func (m *Meetings) Chapter(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	id, unknown := m.Store.Resolve(store.KindChapter, text)
	if unknown == nil || strings.HasPrefix(text, "chp_") {
		return id, unknown
	}
	wanted, found := directory.Fold(text), ""
	for c, err := range store.All[store.Chapter](m.Store) {
		if err != nil {
			return "", err
		}
		if directory.Fold(c.Name) != wanted && directory.Fold(c.NameFR) != wanted {
			continue
		}
		if found != "" {
			return "", fault.New("ambiguous_id", "id", text, "n", "2")
		}
		found = c.ID
	}
	if found == "" {
		return "", unknown
	}
	return found, nil
}

// fillZone takes the chapter's zone where the meeting has none.
func (m *Meetings) fillZone(meeting *store.Meeting) error {
	if meeting.Zone != "" {
		return nil
	}
	if meeting.Chapter != "" {
		chapter, err := store.Get[store.Chapter](m.Store, meeting.Chapter)
		if err != nil {
			return err
		}
		meeting.Zone = chapter.Zone
	}
	if meeting.Zone == "" {
		_, err := zones.Find("")
		return err
	}
	return nil
}

// fillStart takes a local time, an instant (which is read on the meeting's clock), a day, or what is to be set yet: a
// month, or nothing.
func fillStart(meeting *store.Meeting, value string) error {
	_, notMonth := time.Parse(monthLayout, value)
	day, notDay := time.Parse(time.DateOnly, value)
	if value == "" || notMonth == nil || notDay == nil && day.Year() >= 1900 {
		meeting.Start = value
		return nil
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		loc, err := zones.Load(meeting.Zone)
		if err != nil {
			return err
		}
		meeting.Start = at.In(loc).Format(zones.Layout)
		return nil
	}
	if _, _, err := zones.Instant(value, meeting.Zone); err != nil {
		return err
	}
	meeting.Start = value
	return nil
}

// fillDays makes whole days of the length of a meeting that starts on a day, and an hour of one that did.
func fillDays(meeting *store.Meeting, fields map[string]string, was bool) error {
	is, whole := dayOnly(meeting.Start), meeting.Minutes%dayMinutes == 0
	_, said := fields["minutes"]
	switch {
	case was && !is && whole && !said && meeting.Start != "":
		meeting.Minutes = hour
	case is && !whole && said:
		return fault.New("bad_days", "value", fields["minutes"])
	case is && !whole:
		meeting.Minutes = dayMinutes
	}
	return nil
}

func dayOnly(start string) bool {
	_, err := time.Parse(time.DateOnly, start)
	return err == nil
}

func fillStations(meeting *store.Meeting, names []string) error {
	stations := []string{}
	for _, name := range names {
		name = strings.TrimSpace(name)
		if utf8.RuneCountInString(name) > 80 || !utf8.ValidString(name) {
			return badField("stations", name)
		}
		if name != "" && !slices.Contains(stations, name) {
			stations = append(stations, name)
		}
	}
	if len(stations) > maxStations {
		return badField("stations", strconv.Itoa(len(stations)))
	}
	meeting.Stations = stations
	return nil
}

// fillMode follows from place and link unless somebody said it.
func fillMode(meeting *store.Meeting, fields map[string]string) {
	if _, said := fields["mode"]; said {
		return
	}
	_, place := fields["place"]
	_, link := fields["url"]
	if meeting.Mode != "" && !place && !link {
		return
	}
	switch {
	case meeting.Place != "" && meeting.URL != "":
		meeting.Mode = "hybrid"
	case meeting.Place != "":
		meeting.Mode = "on-site"
	default:
		meeting.Mode = "online"
	}
}

func oneOf(name, value string, choices ...string) (string, error) {
	if slices.Contains(choices, value) {
		return value, nil
	}
	return "", fault.New("bad_choice", "field", name, "value", value, "choices", strings.Join(choices, ", "))
}

func link(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return "", fault.New("bad_url", "value", value).Because(err)
	}
	return value, nil
}

func badField(name, value string) error { return fault.New("bad_field", "field", name, "value", value) }
