package people

import (
	"slices"
	"strings"

	"example.org/carnet/store/fault"
)

// roleWords are roles as lists write them, folded.
var roleWords = map[string]string{}

// electedTitles are titles that only elected people hold, folded; a title says a role only when it is one of these.
var electedTitles = map[string]bool{}

func init() {
	for role, words := range map[string]string{
		"elected":          "elected|elected official|elected leader|elu|elue|elus|elu e|elu municipal|elue municipale|personne elue|politician",
		"staff":            "staff|municipal staff|employee|municipal employee|personnel|personnel municipal|employe|employee municipale|employe municipal|fonctionnaire",
		"indigenous-staff": "indigenous staff|indigenous community staff|band office|band staff|personnel autochtone|personnel d une communaute autochtone|personnel de communaute autochtone|conseil de bande",
		"partner":          "partner|partners|partenaire|partenaires|observer|ngo|obnl",
	} {
		for word := range strings.SplitSeq(words, "|") {
			roleWords[word] = role
		}
		roleWords[folded(role)] = role
	}
	titles := "mayor|deputy mayor|acting mayor|councillor|city councillor|town councillor|municipal councillor|regional councillor|councilor|alderman|alderwoman|reeve|deputy reeve|warden|deputy warden|chief|grand chief|chair of council|regional chair|regional director|" +
		"maire|mairesse|maire suppleant|mairesse suppleante|conseiller|conseillere|conseiller municipal|conseillere municipale|echevin|echevine|prefet|prefete|prefet suppleant|prefete suppleante|chef|cheffe|grand chef|grande cheffe|maire mairesse|conseiller conseillere"
	for title := range strings.SplitSeq(titles, "|") {
		electedTitles[title] = true
	}
}

// readRole understands a role in either language, or a title that says it. Fault bad_member_role.
func readRole(value string) (string, error) {
	key := folded(value)
	switch role := roleWords[key]; {
	case value == "":
		return "", nil
	case role != "":
		return role, nil
	case electedTitles[key]:
		return "elected", nil
	}
	return "", fault.New("bad_member_role", "value", shortened(value), "allowed", strings.Join(Roles, ", "))
}

// roleOfTitle gives elected for the titles of elected people, else nothing.
func roleOfTitle(title string) string {
	if title != "" && electedTitles[folded(title)] {
		return "elected"
	}
	return ""
}

// readLanguage understands a language in either. Fault bad_language.
func readLanguage(value string) (string, error) {
	switch folded(value) {
	case "":
		return "", nil
	case "en", "e", "eng", "english", "anglais", "an", "a", "en ca":
		return "en", nil
	case "fr", "f", "fra", "fre", "french", "francais", "francaise", "fr ca":
		return "fr", nil
	}
	return "", fault.New("bad_language", "value", shortened(value), "allowed", "en, fr")
}

// readEmails takes the first good address of a cell, and gives the rest of it for the notes. Fault bad_email when
// none is good.
func readEmails(cell string) (email string, others []string, err error) {
	if cell == "" || plainEmail(cell) {
		return cell, nil, nil
	}
	if one, err := checkEmail(cell); err == nil {
		return one, nil, nil
	}
	parts := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(";,|/ \t\n\r<>()", r) })
	for _, part := range parts {
		one, err := checkEmail(strings.TrimPrefix(part, "mailto:"))
		switch {
		case err != nil || one == "":
			if strings.Contains(part, "@") {
				others = append(others, part)
			}
		case email == "":
			email = one
		case !foldedSame(one, email):
			others = append(others, one)
		}
	}
	if email == "" {
		return "", nil, fault.New("bad_email", "value", shortened(cell))
	}
	return email, others, nil
}

// particles begin a family name of several words.
var particles = []string{"de", "du", "des", "la", "le", "van", "von", "der", "den", "di", "da", "dos", "st", "ste", "saint", "sainte", "mac", "mc", "el", "al", "ben"}

// splitName parts "Tremblay, Élise" and "Élise de la Tour".
func splitName(name string) (given, family string) {
	if family, given, ok := strings.Cut(name, ","); ok {
		return strings.TrimSpace(given), strings.TrimSpace(family)
	}
	words := strings.Fields(name)
	if len(words) == 0 {
		return "", ""
	}
	first := len(words) - 1
	for first > 1 && slices.Contains(particles, folded(words[first-1])) {
		first--
	}
	return strings.Join(words[:first], " "), strings.Join(words[first:], " ")
}
