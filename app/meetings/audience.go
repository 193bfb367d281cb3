package meetings

import (
	"slices"
	"strings"

	"example.org/carnet/store/fault"
)

var roles = []string{"elected", "staff", "indigenous-staff", "partner"}

// wordsOf cuts an audience into its words.
func wordsOf(audience string) []string {
	return strings.FieldsFunc(strings.ToLower(audience), func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '+' })
}

// Audience reads the rule of who may attend, and writes it in its one form: roles with commas, empty for
// everybody, as is "all". Fault bad_audience.
func Audience(text string) (string, error) {
	wanted := wordsOf(text)
	if slices.Equal(wanted, []string{"all"}) {
		return "", nil
	}
	for _, word := range wanted {
		if !slices.Contains(roles, word) {
			return "", fault.New("bad_audience", "value", text, "choices", strings.Join(roles, ", "))
		}
	}
	return strings.Join(slices.Compact(wanted), ", "), nil
}

// Invites tells whether a role belongs to an audience, a list of roles as "elected" or "staff,
// indigenous-staff"; an empty one, "all", and one in words that no rule knows invite everybody.
func Invites(audience, role string) bool {
	wanted := wordsOf(audience)
	if len(wanted) == 0 || role == "" {
		return true
	}
	for _, word := range wanted {
		if !slices.Contains(roles, word) {
			return true
		}
	}
	return slices.Contains(wanted, role)
}
