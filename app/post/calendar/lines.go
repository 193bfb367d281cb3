package calendar

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	utcForm   = "20060102T150405Z"
	localForm = "20060102T150405"
	dayForm   = "20060102"

	lineLimit = 75 // octets of a line, without its end
)

// lines is an object being written, line by line.
type lines struct{ b bytes.Buffer }

func (l *lines) bytes() []byte { return l.b.Bytes() }

// put writes a property whose value stands as it is.
func (l *lines) put(name, value string) { fold(&l.b, name+":"+value) }

// text writes a property whose value is words.
func (l *lines) text(name, value string) { l.put(name, escape(value)) }

// moment writes a property whose value is a day or a local time, given as Carnet writes it.
func (l *lines) moment(name, zone, local string) {
	digits := strings.NewReplacer("-", "", ":", "").Replace(local)
	switch {
	case len(local) <= len("2006-01-02"):
		l.put(name+";VALUE=DATE", digits)
	case isUTC(zone):
		l.put(name, digits+"00Z")
	default:
		l.put(name+";TZID="+zone, digits+"00")
	}
}

func isUTC(zone string) bool { return zone == "UTC" || zone == "Etc/UTC" }

// fold writes one line in pieces of at most 75 octets, and never parts the octets of one letter (RFC 5545, 3.1).
func fold(to *bytes.Buffer, line string) {
	line = strings.ToValidUTF8(line, "\uFFFD")
	room := lineLimit
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		to.WriteString(line[:cut])
		to.WriteString("\r\n ")
		line, room = line[cut:], lineLimit-1
	}
	to.WriteString(line)
	to.WriteString("\r\n")
}

// unfold puts the pieces of lines together again. It takes bare line feeds too, as files from the wild have them.
func unfold(raw []byte) []byte {
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	raw = bytes.ReplaceAll(raw, []byte("\n "), nil)
	return bytes.ReplaceAll(raw, []byte("\n\t"), nil)
}

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

// escape writes words as a value (RFC 5545, 3.3.11).
func escape(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	return escapes.Replace(without(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }))
}

// unescape is escape's inverse; what nobody should escape stays without its backslash.
func unescape(value string) string {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' || i+1 == len(value) {
			b.WriteByte(value[i])
			continue
		}
		i++
		if value[i] == 'n' || value[i] == 'N' {
			b.WriteByte('\n')
			continue
		}
		b.WriteByte(value[i])
	}
	return b.String()
}

// oneLine drops what would end a line.
func oneLine(text string) string { return without(text, unicode.IsControl) }

func without(text string, bad func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if bad(r) {
			return -1
		}
		return r
	}, text)
}
