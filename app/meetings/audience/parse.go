package audience

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.org/carnet/store/fault"
)

// Limits of a rule; the store takes no longer value, and nobody reads a longer one.
const (
	MaxText   = 16 << 10 // bytes
	maxDepth  = 8
	maxParts  = 200
	maxValues = 600 // of one condition, as an invited list
)

// Parse reads a rule. An empty text says nothing, "all" and "all()" say everybody; roles may stand alone, "staff, indigenous-staff". Presets
// are written out. Fault bad_audience.
func Parse(text string) (Rule, error) {
	if len(text) > MaxText || !utf8.ValidString(text) {
		return Rule{}, bad(text, "")
	}
	if word := strings.Join(strings.Fields(strings.ToLower(text)), ""); word == opAll || word == everybody {
		return Rule{open: true}, nil
	}
	if words, plain := rolesAlone(text); plain {
		if len(words) == 0 {
			return Rule{}, nil
		}
		return Rule{top: canonical(Node{Name: "role", Values: words})}, nil
	}
	p := parser{text: text, rest: text}
	top, err := p.part(0)
	if err == nil && p.blank() && p.rest != "" {
		err = p.bad()
	}
	if err != nil {
		return Rule{}, err
	}
	return Rule{top: canonical(top)}, nil
}

// rolesAlone reads the form that rules had first: roles with commas, blanks, semicolons or plus signs.
func rolesAlone(text string) (words []string, plain bool) {
	words = strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ',' || r == ';' || r == '+' || unicode.IsSpace(r) })
	for _, word := range words {
		if !slices.Contains(Roles, word) {
			return nil, false
		}
	}
	return words, len(words) <= maxValues
}

type parser struct {
	text, rest string
	parts      int
}

// bad says what is wrong, and near which letters.
func bad(text, near string) error {
	return fault.New("bad_audience", "about", "rule", "value", shortened(text), "near", shortened(near), "choices", strings.Join(Roles, ", "))
}

func shortened(text string) string {
	if letters := []rune(strings.ToValidUTF8(text, "?")); len(letters) > 60 {
		return string(letters[:60]) + "…"
	}
	return strings.ToValidUTF8(text, "?")
}

func (p *parser) bad() error { return bad(p.text, p.rest) }

// blank passes over blanks; it is always true.
func (p *parser) blank() bool {
	p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
	return true
}

// take passes over one sign after blanks, if it is next.
func (p *parser) take(sign string) bool {
	p.blank()
	rest, found := strings.CutPrefix(p.rest, sign)
	if found {
		p.rest = rest
	}
	return found
}

// until takes the text up to the first of some signs.
func (p *parser) until(signs string) string {
	end := strings.IndexAny(p.rest, signs)
	if end < 0 {
		end = len(p.rest)
	}
	word := strings.TrimSpace(p.rest[:end])
	p.rest = p.rest[end:]
	return word
}

func (p *parser) part(depth int) (Node, error) {
	p.blank()
	before := p.rest
	if p.parts++; depth > maxDepth || p.parts > maxParts {
		return Node{}, p.bad()
	}
	word := strings.ToLower(p.until("(),="))
	word = strings.Join(strings.Fields(word), "") // mandate_end >= 2026-11-01
	switch {
	case p.take("("):
		return p.group(word, before, depth)
	case p.take("="):
		return p.condition(word, before)
	case slices.Contains(flags, word):
		return Node{Name: word}, nil
	case slices.Contains(Roles, word):
		return Node{Name: "role", Values: []string{word}}, nil
	}
	return Node{}, bad(p.text, before)
}

func (p *parser) group(op, before string, depth int) (Node, error) {
	if op == "preset" {
		name := strings.ToLower(p.until("),(="))
		at := slices.IndexFunc(presets, func(one Preset) bool { return one.Name == name })
		if at < 0 || !p.take(")") {
			return Node{}, bad(p.text, before)
		}
		rule, err := Parse(presets[at].Rule)
		return *rule.top, err
	}
	if op != opAll && op != opAny && op != opNone {
		return Node{}, bad(p.text, before)
	}
	n := Node{Op: op}
	for {
		kid, err := p.part(depth + 1)
		if err != nil {
			return n, err
		}
		n.Of = append(n.Of, kid)
		if p.take(")") {
			return n, nil
		}
		if !p.take(",") {
			return n, p.bad()
		}
	}
}

func (p *parser) condition(name, before string) (Node, error) {
	if name == "mandate>" { // a mandate that runs on that day or beyond
		name = endFrom
	}
	n := Node{Name: name}
	if !slices.Contains(conditions, name) || slices.Contains(flags, name) {
		return n, bad(p.text, before)
	}
	for value := range strings.SplitSeq(p.until("(),="), "|") {
		value, ok := valueOf(name, strings.TrimSpace(value))
		if !ok || len(n.Values) >= maxValues {
			return n, bad(p.text, before)
		}
		n.Values = append(n.Values, value)
	}
	return n, nil
}

// valueOf gives a value in its one form; false for one that the condition cannot have.
func valueOf(name, value string) (string, bool) {
	switch name {
	case startFrom, startTo, endFrom, endTo:
		day, err := time.Parse(time.DateOnly, value)
		return value, err == nil && day.Year() >= 1900
	case "role":
		value = strings.ToLower(value)
		return value, slices.Contains(Roles, value)
	case "province":
		value = strings.ToUpper(value)
		return value, slices.Contains(provinces, value)
	case "country":
		value = strings.ToUpper(value)
		return value, len(value) == 2 && onlyLetters(value, "")
	case "community":
		value = strings.ToUpper(value)
		return value, len(value) > 0 && len(value) <= 12 && onlyLetters(value, "-")
	}
	prefix := map[string]string{"chapter": "chp_", "office": "off_", "invited": "mem_"}[name]
	value = strings.ToLower(value)
	rest, ok := strings.CutPrefix(value, prefix)
	return value, ok && rest != "" && len(value) <= 64 && !strings.ContainsFunc(rest, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-'
	})
}

func onlyLetters(text, besides string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(besides, r) })
}
