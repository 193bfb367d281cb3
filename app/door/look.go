package door

import (
	"slices"
	"strings"

	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

// Look is why a person should be let in with a second look. Codes: not_in_chapter, mandate_ended,
// not_in_audience.
type Look struct {
	Code  string
	Facts map[string]string
}

// Looks judges a member against a meeting; nothing means welcome. It never keeps anybody out.
func Looks(meeting store.Meeting, member store.Member) []Look {
	var looks []Look
	if meeting.Chapter != "" && member.WalkIn != meeting.ID && !slices.Contains(member.Chapters, meeting.Chapter) {
		looks = append(looks, Look{Code: "not_in_chapter"})
	}
	day, _, _ := strings.Cut(meeting.Start, "T")
	if member.TermEnd != "" && day != "" && member.TermEnd < day {
		looks = append(looks, Look{Code: "mandate_ended", Facts: map[string]string{"day": member.TermEnd}})
	}
	if !meetings.Invites(meeting.Audience, member.Role) {
		looks = append(looks, Look{Code: "not_in_audience", Facts: map[string]string{"role": member.Role}})
	}
	return looks
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
