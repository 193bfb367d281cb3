package door

import (
	"slices"
	"strings"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// Look is why a person should be let in with a second look. Codes: not_registered, and declined, waitlisted, withdrawn or requested for a registration
// that is not, or not yet, approved; not_in_chapter, mandate_ended, not_in_audience, and verdict for any other reason of the meeting's rule.
type Look struct {
	Code   string
	Facts  map[string]string
	Reason audience.Reason
}

// Looks judges a member at a meeting's gate; nothing means welcome. It never keeps anybody out. Who is registered, or was
// written down at this very door, need not be of the chapter.
func Looks(gate *meetings.Gate, member store.Member, profile directory.Profile) []Look {
	var looks []Look
	person := gate.PersonOf(&profile)
	if !gate.Belongs(&person) && member.WalkIn != gate.Meeting {
		looks = append(looks, Look{Code: "not_in_chapter"})
	}
	ended := member.TermEnd != "" && len(gate.Date) == len("2026-12-02") && member.TermEnd < gate.Date
	if ended {
		looks = append(looks, Look{Code: "mandate_ended", Facts: map[string]string{"day": member.TermEnd}})
	}
	v := gate.JudgeRule(&profile)
	switch {
	case v.Answer != audience.NotEligible || ended && v.Reason.Code == "mandate_ended":
	case v.Reason.Code == "role_other" && slices.Contains(audience.Roles, member.Role):
		looks = append(looks, Look{Code: "not_in_audience", Facts: map[string]string{"role": member.Role}, Reason: v.Reason})
	default:
		looks = append(looks, Look{Code: "verdict", Reason: v.Reason})
	}
	return looks
}

// Looks is the same for a meeting that is in the store. Where people register, who did not is looked at too, and whoever is not registered any more or
// not yet; that they are not of the chapter goes without saying then.
func (d *Door) Looks(m *meetings.Meetings, meeting store.Meeting, member store.Member) ([]Look, error) {
	gate, err := m.Gate(meeting)
	if err != nil {
		return nil, err
	}
	looks := Looks(gate, member, m.ProfileOf(member))
	code := d.unregistered(gate, meeting, member)
	if code == "" {
		return looks, nil
	}
	looks = slices.DeleteFunc(looks, func(l Look) bool { return l.Code == "not_in_chapter" })
	return append([]Look{{Code: code}}, looks...), nil
}

// unregistered says how somebody is not registered: by the state of their registration, or not at all where others are. Whom this very door wrote
// down, it does not ask about again until the office has decided.
func (d *Door) unregistered(gate *meetings.Gate, meeting store.Meeting, member store.Member) (code string) {
	if d.Store.Count(store.KindRegistration) == 0 {
		return ""
	}
	here := member.WalkIn == meeting.ID
	switch stands := gate.Standing(member.ID); stands.Status {
	case "approved":
		return ""
	case "declined", "waitlisted", "withdrawn":
		return stands.Status
	case "requested", "asked":
		if !here {
			return "requested"
		}
	}
	if here || d.Registered(meeting) == 0 {
		return ""
	}
	return "not_registered"
}

// BadgePrefix stands before a member's id in the code on a badge.
const BadgePrefix = "CARNET:"

// BadgeMember reads what a scanner typed: a badge's code or a member's id. It gives the id, unverified.
func BadgeMember(code string) (string, bool) {
	code = strings.TrimSpace(code)
	if len(code) >= len(BadgePrefix) && strings.EqualFold(code[:len(BadgePrefix)], BadgePrefix) {
		code = code[len(BadgePrefix):]
	}
	code = strings.ToLower(code)
	return code, strings.HasPrefix(code, "mem_") && len(code) > len("mem_") && !strings.ContainsAny(code, " \t")
}
