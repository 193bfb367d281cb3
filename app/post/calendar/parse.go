package calendar

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"example.org/carnet/store/fault"
)

const (
	maxDepth      = 8
	maxProperties = 20_000
)

// component is a part of an object: its properties, and the components within it.
type component struct {
	name       string
	properties []property
	within     []*component
}

type property struct {
	name   string
	params map[string]string // the first value of each, names in capitals
	value  string            // as it was written
}

// first gives the first property of a name; its value is empty where there is none.
func (c *component) first(name string) property {
	for _, p := range c.properties {
		if p.name == name {
			return p
		}
	}
	return property{}
}

func (c *component) all(name string) (some []property) {
	for _, p := range c.properties {
		if p.name == name {
			some = append(some, p)
		}
	}
	return some
}

// parse reads one object. It takes what calendars write in practice, such as bare line feeds and bytes of Windows-1252, and refuses what is
// no object or not whole. Fault bad_calendar.
func parse(raw []byte) (*component, error) {
	bad := func(what string) error { return fault.New("bad_calendar", "what", what) }
	raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
	if !utf8.Valid(raw) {
		if decoded, err := charmap.Windows1252.NewDecoder().Bytes(raw); err == nil {
			raw = decoded
		}
	}
	var open []*component
	count := 0
	for line := range bytes.SplitSeq(unfold(raw), []byte("\n")) {
		p, ok := readLine(string(line))
		if !ok {
			continue
		}
		if count++; count > maxProperties {
			return nil, bad("long")
		}
		switch p.name {
		case "BEGIN":
			c := &component{name: strings.ToUpper(strings.TrimSpace(p.value))}
			if len(open) == maxDepth || len(open) == 0 && c.name != "VCALENDAR" {
				return nil, bad("nesting")
			}
			if len(open) > 0 {
				parent := open[len(open)-1]
				parent.within = append(parent.within, c)
			}
			open = append(open, c)
		case "END":
			if len(open) == 0 || open[len(open)-1].name != strings.ToUpper(strings.TrimSpace(p.value)) {
				return nil, bad("nesting")
			}
			if len(open) == 1 {
				return open[0], nil
			}
			open = open[:len(open)-1]
		default:
			if len(open) == 0 {
				return nil, bad("begin")
			}
			c := open[len(open)-1]
			c.properties = append(c.properties, p)
		}
	}
	return nil, bad("end")
}

// readLine reads NAME;PARAM=VALUE;PARAM="VALUE":value. Lines that are none, as blank ones, are passed over.
func readLine(line string) (p property, ok bool) {
	end := strings.IndexAny(line, ";:")
	if end < 1 {
		return p, false
	}
	p.name = strings.ToUpper(line[:end])
	rest := line[end:]
	for strings.HasPrefix(rest, ";") {
		name, after, found := strings.Cut(rest[1:], "=")
		if !found || strings.ContainsAny(name, ":;") {
			return p, false
		}
		value, next := readParam(after)
		if p.params == nil {
			p.params = map[string]string{}
		}
		if _, there := p.params[strings.ToUpper(name)]; !there {
			p.params[strings.ToUpper(name)] = value
		}
		rest = next
	}
	p.value, ok = strings.CutPrefix(rest, ":")
	return p, ok
}

// readParam reads the first value of a parameter and gives what follows all of them.
func readParam(text string) (value, rest string) {
	first := true
	for {
		one, end := "", strings.IndexAny(text, ";:,")
		if inner, after, ok := strings.Cut(strings.TrimPrefix(text, `"`), `"`); ok && text[0] == '"' {
			one, text = inner, after
		} else if end < 0 {
			one, text = text, ""
		} else {
			one, text = text[:end], text[end:]
		}
		if first {
			value, first = one, false
		}
		if !strings.HasPrefix(text, ",") {
			return value, text
		}
		text = text[1:]
	}
}
