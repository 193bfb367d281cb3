package people

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/carnet/app/people/table"
	"example.org/carnet/store/fault"
)

// Asking is somebody who asks to come, as far as what was written can be understood. What cannot stays in Text.
type Asking struct {
	Row                         int
	Given, Family, Email, Phone string
	Role, Title, Town, Language string
	Text                        string // all that was written
}

// Asked is a list of them.
type Asked struct {
	Format  string
	Columns []Column // none where the list has no headings
	Rows    []Asking
	Refused []Refusal
}

// Limits of one intake.
const (
	maxAsking     = 20_000
	maxAskingText = 8 << 10 // bytes of one
	MaxPasted     = 4 << 20 // bytes of a pasted text
)

// ReadAskingFile reads a list of requests: rows under headings, or lines as they are pasted. Faults of table.Open and of columns,
// too_many_rows.
func (p *People) ReadAskingFile(path string, chosen map[string]string) (*Asked, error) {
	t, err := table.Open(path)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	return p.readAsking(t, chosen, func() ([]string, error) { return table.Lines(path, maxAsking) })
}

// ReadAskingText reads what was pasted. Faults as ReadAskingFile.
func (p *People) ReadAskingText(text string) (*Asked, error) {
	if len(text) > MaxPasted || !utf8.ValidString(text) {
		return nil, fault.New("bad_file")
	}
	t, err := table.Text([]byte(text))
	if err != nil {
		return nil, err
	}
	defer t.Close()
	return p.readAsking(t, nil, func() ([]string, error) { return table.LinesOf([]byte(text), maxAsking) })
}

// readAsking takes headings at their word; where there are none, each line says itself what it is.
func (p *People) readAsking(t *table.Table, chosen map[string]string, lines func() ([]string, error)) (*Asked, error) {
	columns, err := columnsOf(t.Headings, chosen)
	named := func(c Column) bool { return c.Field == "email" }
	if fault.Is(err, "columns_unknown") && slices.ContainsFunc(columns, named) {
		err = nil // an address will do
	}
	address := func(heading string) bool { return strings.Contains(heading, "@") }
	if err == nil && !slices.ContainsFunc(t.Headings, address) {
		return p.readColumns(t, columns)
	}
	if err != nil && !fault.Is(err, "columns_unknown") {
		return nil, err
	}
	asked, failed := p.readLines(lines)
	if err != nil && (failed != nil || len(asked.Rows) == 0) {
		return nil, err // neither headings nor addresses
	}
	return asked, failed
}

func (p *People) readColumns(t *table.Table, columns []Column) (*Asked, error) {
	asked := &Asked{Format: t.Format, Columns: columns}
	l := &memberList{columns: columns, cell: map[string]string{}}
	for {
		cells, number, err := t.Next()
		if errors.Is(err, io.EOF) {
			return asked, nil
		}
		if err == nil && number > maxAsking {
			err = fault.New("too_many_rows", "n", count(maxAsking))
		}
		if err != nil {
			return nil, err
		}
		l.gather(cells)
		one := askingOf(l.cell)
		one.Text = written(columns, cells)
		asked.add(one, number)
	}
}

// readLines needs an address on each line, for a name alone may be any words.
func (p *People) readLines(lines func() ([]string, error)) (*Asked, error) {
	all, err := lines()
	if err != nil {
		return nil, err
	}
	places, err := p.gazetteer()
	if err != nil {
		return nil, err
	}
	asked := &Asked{}
	for i, line := range all {
		if strings.TrimSpace(line) == "" {
			continue
		}
		one := places.asking(cellsOf(line))
		one.Text = limited(line, maxAskingText)
		asked.add(one, i+1)
	}
	return asked, nil
}

func (a *Asked) add(one Asking, row int) {
	one.Row = row
	if one.Email == "" && (a.Columns == nil || one.Given+one.Family == "") {
		code := "name_missing"
		if a.Columns == nil {
			code = "address_missing"
		}
		a.Refused = append(a.Refused, Refusal{Row: row, Name: shortened(strings.TrimSpace(one.Given + " " + one.Family)), Reason: fault.New(code)})
		return
	}
	a.Rows = append(a.Rows, one)
}

// cellsOf parts a line at tabs, else at semicolons, else at commas.
func cellsOf(line string) []string {
	for _, separator := range "\t;," {
		if !strings.ContainsRune(line, separator) {
			continue
		}
		r := csv.NewReader(strings.NewReader(line))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord = separator, true, -1
		if cells, err := r.Read(); err == nil {
			return cells
		}
	}
	return []string{line}
}

// AskingOf understands fields that a person filled in.
func AskingOf(fields map[string]string) (Asking, error) {
	cell := map[string]string{}
	var lines []string
	for _, name := range []string{"given", "family", "email", "phone", "role", "title", "community", "language", "text"} {
		if cell[name] = strings.TrimSpace(fields[name]); cell[name] != "" {
			lines = append(lines, cell[name])
		}
	}
	if _, err := checkEmail(cell["email"]); err != nil {
		return Asking{}, err
	}
	a := askingOf(cell)
	a.Text = limited(strings.Join(lines, "\n"), maxAskingText)
	if a.Given+a.Family+a.Email == "" {
		return a, fault.New("name_missing")
	}
	return a, nil
}

// askingOf understands cells by field; nothing is refused.
func askingOf(cell map[string]string) Asking {
	a := Asking{Given: limited(cell["given"], maxLine), Family: limited(cell["family"], maxLine), Phone: limited(cell["phone"], maxLine),
		Title: limited(cell["title"], maxLine), Town: limited(cell["community"], maxLine)}
	a.Email, _, _ = readEmails(cell["email"])
	if a.Role, _ = readRole(cell["role"]); a.Role == "" {
		if a.Role = roleOfTitle(a.Title); a.Title == "" && cell["role"] != "" && a.Role == "" {
			a.Title = limited(cell["role"], maxLine)
		}
	}
	a.Language, _ = readLanguage(cell["language"])
	if code := provinceCode(cell["province"]); code != "" && a.Town != "" {
		if _, named := namedProvince(a.Town); named == "" {
			a.Town += " (" + code + ")"
		}
	}
	return a
}

// limited is a text on one line, composed and not too long; control letters go.
func limited(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && (r != '\n' || most <= maxLine) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	for len(text) > most {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	text, _ = tidy("notes", text)
	return text
}

// written is a row as it came, a line a cell.
func written(columns []Column, cells []string) string {
	var lines []string
	for i, cell := range cells {
		if cell = strings.TrimSpace(table.Rearm(cell)); cell == "" {
			continue
		}
		if i < len(columns) && columns[i].Heading != "" {
			cell = columns[i].Heading + ": " + cell
		}
		lines = append(lines, cell)
	}
	return limited(strings.Join(lines, "\n"), maxAskingText)
}

// asking understands a line without headings: cells say themselves what they are, and one alone is searched for an address.
func (g *gazetteer) asking(cells []string) Asking {
	var full []string
	for _, cell := range cells {
		if cell = strings.TrimSpace(cell); cell != "" {
			full = append(full, cell)
		}
	}
	cell := map[string]string{}
	switch {
	case len(full) == 1:
		full = freeLine(full[0], cell)
	case len(full) == 2:
		if name, address := addressIn(full[1]); name != "" { // Tremblay, Élise <elise@example.org>
			cell["email"], cell["given"], cell["family"], full = address, name, full[0], nil
		}
	}
	for _, one := range full {
		g.sort(one, cell)
	}
	if cell["family"] == "" && cell["given"] != "" {
		cell["given"], cell["family"] = splitName(cell["given"])
	}
	if cell["given"]+cell["family"] == "" {
		cell["given"], cell["family"] = nameInAddress(cell["email"])
	}
	return askingOf(cell)
}

// sort puts a cell under the field that it looks like.
func (g *gazetteer) sort(one string, cell map[string]string) {
	fill := func(field string) bool {
		if cell[field] == "" {
			cell[field] = one
			return true
		}
		return false
	}
	name, address := addressIn(one)
	role, _ := readRole(one)
	language, _ := readLanguage(one)
	switch {
	case address != "" && cell["email"] == "":
		cell["email"] = address
		if name != "" && cell["given"] == "" {
			cell["given"] = name
		}
	case digits(one) >= 7 && fill("phone"):
	case provinceCode(one) != "" && cell["community"] != "" && fill("province"):
	case roleOfTitle(one) != "" && fill("title"):
	case role != "" && fill("role"):
	case language != "" && len(one) > 1 && fill("language"):
	case g.named(one) && cell["given"] != "" && fill("community"):
	case fill("given"):
	case !strings.Contains(cell["given"], " ") && !strings.Contains(one, " ") && cell["community"] == "" && fill("family"):
	case cell["community"] == "" && !strings.Contains(cell["given"], " ") && cell["family"] == "" && fill("family"):
	case fill("community"):
	default:
		fill("title")
	}
}

func (g *gazetteer) named(name string) bool {
	id, err := g.find(name, "")
	return id != "" || fault.Is(err, "ambiguous_community")
}

func digits(text string) (n int) {
	for _, r := range text {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// addressIn finds the first address in a text, and what stands before it as the name of its owner.
func addressIn(text string) (name, address string) {
	at := strings.IndexByte(text, '@')
	if at < 0 {
		return "", ""
	}
	outside := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>()[],;:\"'«»", r) }
	start := strings.LastIndexFunc(text[:at], outside)
	if start >= 0 {
		_, size := utf8.DecodeRuneInString(text[start:])
		start += size
	} else {
		start = 0
	}
	end := strings.IndexFunc(text[at:], outside)
	if end < 0 {
		end = len(text) - at
	}
	address, err := checkEmail(strings.TrimPrefix(strings.TrimRight(text[start:at+end], "."), "mailto:"))
	if err != nil {
		return "", ""
	}
	return strings.Trim(strings.TrimSpace(text[:start]), "<(\"' "), address
}

// freeLine takes "Élise Tremblay (Laval) <elise@example.org>" apart; words before a colon are no name.
func freeLine(line string, cell map[string]string) (rest []string) {
	_, cell["email"] = addressIn(line)
	if cell["email"] == "" {
		return []string{line}
	}
	line = strings.Replace(line, cell["email"], "\n", 1)
	if at := strings.LastIndexByte(line, ':'); at >= 0 {
		line = line[at+1:]
	}
	for part := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune("<>()[],;\n\t|\"«»–—", r) }) {
		part = strings.TrimSpace(strings.Trim(part, " -.'"))
		part = strings.TrimPrefix(part, "mailto")
		if part != "" && (cell["given"] != "" || len(rest) > 0 || len(strings.Fields(part)) <= 4) {
			rest = append(rest, part)
		}
	}
	return rest
}

// nameInAddress reads elise.tremblay@… as a name, which is better than none.
func nameInAddress(address string) (given, family string) {
	local, _, _ := strings.Cut(address, "@")
	parts := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' })
	for i, part := range parts {
		letter, size := utf8.DecodeRuneInString(part)
		parts[i] = string(unicode.ToUpper(letter)) + part[size:]
	}
	if len(parts) < 2 || digits(local) > 0 {
		return "", ""
	}
	return parts[0], strings.Join(parts[1:], " ")
}
