package people

import (
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store/fault"
)

// Values that fields choose from.
var (
	Roles        = []string{"elected", "staff", "indigenous-staff", "partner"}
	Languages    = []string{"en", "fr"}
	ChapterKinds = []string{"regional", "working-group", "caucus", "programme"}
	Provinces    = []string{"AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"}
)

// Lengths in bytes of what a person may write into a field.
const (
	maxLine = 500
	maxNote = 16 << 10
)

// tidy gives a text in one composed form, without blanks around it. Fault bad_field when it is too long or holds
// control letters.
func tidy(field, value string) (string, error) {
	value = strings.TrimSpace(value)
	if !norm.NFC.IsNormalString(value) {
		value = norm.NFC.String(value)
	}
	limit := maxLine
	if field == "notes" || field == "audience" {
		limit = maxNote
	}
	if len(value) > limit || strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsControl(r) && (field != "notes" || r != '\n' && r != '\t' && r != '\r')
	}) {
		return "", fault.New("bad_field", "field", field, "value", shortened(value))
	}
	return value, nil
}

func shortened(value string) string {
	if runes := []rune(value); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return value
}

// checkEmail gives the bare address. Fault bad_email.
func checkEmail(value string) (string, error) {
	if value == "" || plainEmail(value) {
		return value, nil
	}
	bad := fault.New("bad_email", "value", shortened(value))
	parsed, err := mail.ParseAddress(value)
	if err != nil {
		return "", bad.Because(err)
	}
	if !soundEmail(parsed.Address) {
		return "", bad
	}
	return parsed.Address, nil
}

// plainEmail is quick and knows only the usual letters.
func plainEmail(value string) bool {
	for i := range len(value) {
		c := value[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && strings.IndexByte("._+-@", c) < 0 {
			return false
		}
	}
	return soundEmail(value)
}

// soundEmail asks for what a deliverable address has beyond RFC 5322: a domain of at least two labels, and
// lengths that servers take (RFC 5321, 4.5.3.1).
func soundEmail(value string) bool {
	local, domain, ok := strings.Cut(value, "@")
	if !ok || local == "" || len(local) > 64 || len(value) > 254 || strings.ContainsAny(value, " \"<>()[],;:\\") {
		return false
	}
	if local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") || strings.Contains(domain, "@") {
		return false
	}
	labels := 0
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsAny(label, "_+") {
			return false
		}
		labels++
	}
	return labels >= 2
}

// checkDate takes a day as 2026-12-02. Fault bad_date.
func checkDate(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil || value[0] == '0' {
		return "", fault.New("bad_date", "value", shortened(value))
	}
	return value, nil
}

// readDate takes what lists hold: ISO days with or without a time, days first or months first when only one
// makes sense, and the day numbers of workbooks.
func readDate(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if days, err := strconv.ParseFloat(value, 64); err == nil && days >= 10_000 && days < 100_000 && !strings.ContainsAny(value, "eE") {
		return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(days)).Format(time.DateOnly), nil
	}
	day, _, _ := strings.Cut(value, "T")
	day, _, _ = strings.Cut(day, " ")
	parts := strings.FieldsFunc(day, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 {
		return "", fault.New("bad_date", "value", shortened(value))
	}
	year, month, date := parts[0], parts[1], parts[2]
	if len(parts[2]) == 4 {
		year, month, date = parts[2], parts[1], parts[0]
		first, _ := strconv.Atoi(parts[0])
		second, _ := strconv.Atoi(parts[1])
		if second > 12 {
			month, date = parts[0], parts[1]
		} else if first <= 12 && first != second {
			return "", fault.New("ambiguous_date", "value", shortened(value))
		}
	}
	iso := year + "-" + twoDigits(month) + "-" + twoDigits(date)
	if len(year) != 4 {
		return "", fault.New("bad_date", "value", shortened(value))
	}
	if _, err := checkDate(iso); err != nil {
		return "", fault.New("bad_date", "value", shortened(value))
	}
	return iso, nil
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// oneOf takes one of the values. The fault has the code given.
func oneOf(code, value string, allowed []string) (string, error) {
	if value == "" || slices.Contains(allowed, value) {
		return value, nil
	}
	return "", fault.New(code, "value", shortened(value), "allowed", strings.Join(allowed, ", "))
}

// checkZone takes the name of a zone, as America/Toronto, or a Canadian city. Fault bad_zone with a suggestion.
func checkZone(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	return zones.Find(value)
}
