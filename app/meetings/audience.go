package meetings

import (
	"slices"
	"strings"
)

// Invites tells whether a role belongs to an audience, a list of roles as "elected" or "staff,
// indigenous-staff"; an empty one, "all", and one in words that no rule knows invite everybody.
func Invites(audience, role string) bool {
	wanted := strings.FieldsFunc(strings.ToLower(audience), func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '+' })
	if len(wanted) == 0 || role == "" {
		return true
	}
	for _, word := range wanted {
		if !slices.Contains([]string{"elected", "staff", "indigenous-staff", "partner"}, word) {
			return true
		}
	}
	return slices.Contains(wanted, role)
}
