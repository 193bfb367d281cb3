package door

import (
	"strings"

	"example.org/carnet/app/door/badge"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// badgeKeys are the secrets by which badges are made and read, the one in use first.
func (d *Door) badgeKeys() (keys []badge.Key) {
	if d.Shared == nil {
		return nil
	}
	for _, key := range d.Shared() {
		keys = append(keys, badge.Key(key))
	}
	return keys
}

// badgeMeeting is the meeting for which badges are made: of a session, the forum that it is of.
func badgeMeeting(m store.Meeting) string {
	if m.Parent != "" {
		return m.Parent
	}
	return m.ID
}

// BadgeCode gives the code on a member's badge, the same at every print while the network's key is. Faults badge_no_key on a laptop that
// waits for its seat, badge_odd_id.
func (d *Door) BadgeCode(m store.Meeting, member string) (string, error) {
	keys := d.badgeKeys()
	if len(keys) == 0 {
		return "", fault.New("badge_no_key")
	}
	return badge.Seal(keys[0], badgeMeeting(m), member)
}

// ReadCode gives the member whom a scanner or a hand named at a meeting: by a badge's code, which is verified, or by an id. Faults
// badge_unknown, and badge_other_meeting with its title.
func (d *Door) ReadCode(m store.Meeting, text string) (member string, err error) {
	if !badge.Is(text) {
		if id, looksRight := BadgeMember(text); looksRight {
			return d.Person(id), nil
		}
		return "", fault.New("badge_unknown")
	}
	keys := d.badgeKeys()
	if len(keys) == 0 {
		return "", fault.New("badge_no_key")
	}
	if id, ok := badge.Open(keys, badgeMeeting(m), text); ok {
		return d.Person(id), nil
	}
	return "", d.strangeBadge(keys, text)
}

// strangeBadge says of which other meeting a badge is, if it is of one.
func (d *Door) strangeBadge(keys []badge.Key, text string) error {
	for m, err := range store.All[store.Meeting](d.Store) {
		if err != nil {
			return err
		}
		if _, ok := badge.Open(keys, m.ID, text); ok {
			title := strings.TrimSpace(m.Title)
			if title == "" {
				title = m.TitleFR
			}
			return fault.New("badge_other_meeting", "title", title, "day", m.Start[:min(len(m.Start), 10)])
		}
	}
	return fault.New("badge_unknown")
}
