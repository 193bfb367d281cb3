package table

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-vcard"
)

// maxProperty is the length in bytes of one property of a card, its folded lines together: photos are long.
const maxProperty = 8 << 20

// The columns of a card. Carnet writes its own facts as extended properties and reads them again.
var cardColumns = []struct{ heading, property string }{
	{"id", "UID"}, {"given", ""}, {"family", ""}, {"full_name", vcard.FieldFormattedName},
	{"email", vcard.FieldEmail}, {"phone", vcard.FieldTelephone}, {"title", vcard.FieldTitle},
	{"community", vcard.FieldOrganization}, {"language", vcard.FieldLanguage},
	{"chapters", vcard.FieldCategories}, {"notes", vcard.FieldNote}, {"zone", vcard.FieldTimezone},
	{"role", "X-CARNET-ROLE"}, {"province", "X-CARNET-PROVINCE"},
	{"term_start", "X-CARNET-TERM-START"}, {"term_end", "X-CARNET-TERM-END"},
}

func isVCard(start []byte) bool {
	line := bytes.TrimLeft(start, " \r\n\t")
	return len(line) >= 11 && bytes.EqualFold(line[:11], []byte("BEGIN:VCARD"))
}

func (t *Table) openCards(text *bufio.Reader) error {
	t.Format = "vCard"
	for _, c := range cardColumns {
		t.Headings = append(t.Headings, c.heading)
	}
	t.rows = &cardReader{cards: vcard.NewDecoder(&shortLines{from: text})}
	return nil
}

type cardReader struct{ cards *vcard.Decoder }

func (r *cardReader) next() ([]string, error) {
	card, err := r.cards.Decode()
	if err != nil {
		return nil, err
	}
	row := make([]string, len(cardColumns))
	for i, c := range cardColumns {
		if c.property != "" {
			row[i] = cardText(card, c.property)
		}
	}
	if name := card.Name(); name != nil {
		row[1], row[2] = clean(name.GivenName), clean(name.FamilyName)
		row[3] = ""
	}
	return row, nil
}

// cardText joins a property that occurs several times, the preferred one first.
func cardText(card vcard.Card, property string) string {
	values := card.Values(property)
	if preferred := card.PreferredValue(property); preferred != "" {
		values = append([]string{preferred}, slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == preferred })...)
	}
	switch property {
	case vcard.FieldCategories:
		if joined := strings.Join(values, ";"); strings.Contains(joined, ";") {
			return clean(joined)
		}
		return clean(strings.ReplaceAll(strings.Join(values, ""), ",", ";"))
	case vcard.FieldEmail:
		return clean(strings.Join(values, "; "))
	case vcard.FieldOrganization:
		if len(values) > 0 {
			first, _, _ := strings.Cut(values[0], ";")
			return clean(first)
		}
	}
	if len(values) == 0 {
		return ""
	}
	return clean(strings.TrimPrefix(strings.TrimPrefix(values[0], "tel:"), "urn:carnet:"))
}

func clean(s string) string { return strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD")) }

// shortLines passes text on and fails at a property past the limit, before anybody collects it.
type shortLines struct {
	from   io.Reader
	length int
	broken bool // the last byte was a line's end: a blank now means that the line goes on
}

func (s *shortLines) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	for _, c := range p[:n] {
		if s.broken && c != ' ' && c != '\t' {
			s.length = 0
		}
		s.broken = c == '\n'
		if s.length++; s.length > maxProperty {
			return 0, errLong
		}
	}
	return n, err
}
