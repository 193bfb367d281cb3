package table

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"example.org/carnet/store/fault"
)

func file(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// rowsOf reads everything: headings first.
func rowsOf(t testing.TB, content []byte) ([][]string, error) {
	t.Helper()
	list, err := Open(file(t, content))
	if err != nil {
		return nil, err
	}
	defer list.Close()
	all := [][]string{list.Headings}
	for {
		row, _, err := list.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, append([]string{}, row...))
	}
}

func TestRowsAreCutAsPeopleMeantThem(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want [][]string
	}{
		"plain":                    {"a,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"without a last line end":  {"a,b\n1,2", [][]string{{"a", "b"}, {"1", "2"}}},
		"old line ends":            {"a,b\r1,2\r", [][]string{{"a", "b"}, {"1", "2"}}},
		"quotes":                   {"a,b\n\"1,\"\"x\"\"\n2\",3\n", [][]string{{"a", "b"}, {"1,\"x\"\n2", "3"}}},
		"a quote inside":           {"a,b\n5\" pipe,x\n", [][]string{{"a", "b"}, {"5\" pipe", "x"}}},
		"text after a quote":       {"a,b\n\"x\"y,z\n", [][]string{{"a", "b"}, {"xy", "z"}}},
		"blank rows":               {"\n\na;b\n;\n1;2\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"narrow and wide rows":     {"a,b\n1\n1,2,3\n", [][]string{{"a", "b"}, {"1"}, {"1", "2", "3"}}},
		"a separator that is said": {"sep=|\r\na|b,c\r\n", [][]string{{"a", "b,c"}}},
		"commas in text":           {"name;note\nA;x, y, z\nB;u, v\n", [][]string{{"name", "note"}, {"A", "x, y, z"}, {"B", "u, v"}}},
		"bars":                     {"a|b\n1|2\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"one column":               {"a\n1\n", [][]string{{"a"}, {"1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := rowsOf(t, []byte(c.text))
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%q %v", got, err)
			}
		})
	}
}

func TestARowsNumberCountsBlankRows(t *testing.T) {
	list, err := Open(file(t, []byte("a,b\n\n1,2\n")))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	if _, number, _ := list.Next(); number != 2 {
		t.Error(number)
	}
}

func TestLettersPastTheHeadDecideBetweenUTF8AndWindows(t *testing.T) {
	ascii := "name\n" + strings.Repeat("plain\n", headSize/6+3)
	for text, want := range map[string]string{ascii + "\xc9lise\n": "Élise", ascii + "Élise\n": "Élise"} {
		rows, err := rowsOf(t, []byte(text))
		if err != nil || rows[len(rows)-1][0] != want {
			t.Errorf("%v %v", rows[len(rows)-1], err)
		}
	}
}

// endless gives the same letters for ever, as a sparse gigabyte would.
type endless struct {
	at   int64
	size int64
}

func (e *endless) ReadAt(p []byte, off int64) (int, error) {
	if off >= e.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.size-off))
	for i := range p[:n] {
		p[i] = 'x'
	}
	if off == 0 {
		copy(p, "name,email\nAnn,")
	}
	return n, nil
}

func (e *endless) Read(p []byte) (int, error) {
	n, err := e.ReadAt(p, e.at)
	e.at += int64(n)
	return n, err
}

func (e *endless) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += e.at
	case io.SeekEnd:
		off += e.size
	}
	e.at = off
	return off, nil
}

func (e *endless) Close() error { return nil }

func TestALineOfAGigabyteIsRefusedInLittleMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	list, err := read(&endless{size: 1 << 30})
	if err == nil {
		_, _, err = list.Next()
	}
	runtime.ReadMemStats(&after)
	if !fault.Is(err, "row_too_long") || !strings.Contains(err.Error(), `row="1"`) {
		t.Error(err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("%d MB were allocated", used>>20)
	}
}

func TestACardOfAGigabyteIsRefusedInLittleMemory(t *testing.T) {
	from := io.MultiReader(strings.NewReader("BEGIN:VCARD\r\nNOTE:"), io.LimitReader(&endless{size: 1 << 30}, 1<<30))
	_, err := io.Copy(io.Discard, &shortLines{from: from})
	if !errors.Is(err, errLong) {
		t.Error(err)
	}
}

// bomb is a workbook whose one sheet unpacks to size bytes of blanks.
func bomb(t testing.TB, size int64, lie bool) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for name, text := range map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	} {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, text)
	}
	part, err := w.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	blank := bytes.Repeat([]byte(" "), 1<<20)
	for range size >> 20 {
		_, _ = part.Write(blank)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if lie { // what the part says of its own size, in the central directory
		raw := packed.Bytes()
		at := bytes.LastIndex(raw, []byte("PK\x01\x02"))
		copy(raw[at+24:], []byte{1, 0, 0, 0})
	}
	return packed.Bytes()
}

func TestAZipBombIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		content []byte
		codes   []string
	}{
		"that says its size":      {boast(t), []string{"file_too_large"}},
		"that lies about it":      {bomb(t, 64<<20, true), []string{"bad_file", "empty_file"}},
		"of many parts":           {manyParts(t), []string{"file_too_large"}},
		"that is no workbook":     {onePart(t), []string{"bad_file", "empty_file"}},
		"cut in the middle":       {bomb(t, 1<<20, false)[:700], []string{"bad_file"}},
		"with nothing but blanks": {bomb(t, 1<<20, false), []string{"bad_file", "empty_file"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rowsOf(t, c.content)
			for _, code := range c.codes {
				if fault.Is(err, code) {
					return
				}
			}
			t.Errorf("%v, want %v", err, c.codes)
		})
	}
}

// boast is a workbook with a part that says to unpack to more than Carnet takes.
func boast(t testing.TB) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	if _, err := w.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, UncompressedSize64: maxUnpack + 1}); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	return packed.Bytes()
}

func manyParts(t testing.TB) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for i := range maxParts + 1 {
		if _, err := w.Create(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	_ = w.Close()
	return packed.Bytes()
}

func onePart(t testing.TB) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	part, _ := w.Create("letter.txt")
	io.WriteString(part, "Dear reader")
	_ = w.Close()
	return packed.Bytes()
}

func TestAWorkbookGivesDaysAsNumbersAndTheFirstSheetWithText(t *testing.T) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	sheet, err := book.NewSheet("People")
	if err != nil {
		t.Fatal(err)
	}
	book.SetActiveSheet(sheet)
	for cell, value := range map[string]any{"A1": "Nom", "B1": "Fin", "A3": "Élise", "B3": 45968} {
		if err := book.SetCellValue("People", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	rows, err := rowsOf(t, out.Bytes())
	if err != nil || !reflect.DeepEqual(rows, [][]string{{"Nom", "Fin"}, {"Élise", "45968"}}) {
		t.Errorf("%q %v", rows, err)
	}
}

func TestWhatIsDisarmedIsRearmed(t *testing.T) {
	for _, cell := range []string{"", "=1+1", "@x", "-5", "+1 450 555-0102", "+cmd|x", "'tis", "-", "'=x", "plain"} {
		if back := Rearm(Disarm(cell)); back != cell && cell != "'=x" {
			t.Errorf("%q came back as %q", cell, back)
		}
	}
}

func FuzzTextList(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\xef\xbb\xbfa;b\r\n\"x\"\"y\";z", "\xff\xfea\x00,\x00b\x00\n\x00", "sep=;\na;b", "Pr\xe9nom\tNom\n\xc9lise\tRoy", "\"", "BEGIN:VCARD\r\nFN:A\r\nEND:VCARD\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		rows, err := rowsOf(t, content)
		if err != nil && fault.CodeOf(err) == "unexpected" {
			t.Fatal(err)
		}
		checkRows(t, rows)
	})
}

func FuzzCards(f *testing.F) {
	for _, seed := range []string{"N:Tremblay;Élise;;;\r\nEMAIL;TYPE=PREF:e@example.org\r\n", "FN:A\r\n B\r\n", "CATEGORIES:a\\,b,c\r\n", "ORG:A;B\r\nTEL:tel:1\r\n", "END:VCARD\r\nBEGIN:VCARD\r\n", ":;=\"\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		rows, err := rowsOf(t, []byte("BEGIN:VCARD\r\nVERSION:4.0\r\n"+body+"END:VCARD\r\n"))
		if err != nil && fault.CodeOf(err) == "unexpected" {
			t.Fatal(err)
		}
		checkRows(t, rows)
	})
}

func checkRows(t *testing.T, rows [][]string) {
	t.Helper()
	for _, row := range rows {
		size := 0
		for _, cell := range row {
			size += len(cell)
			if strings.ToValidUTF8(cell, "") != cell || strings.TrimSpace(cell) != cell {
				t.Fatalf("a cell is not clean: %q", cell)
			}
		}
		if size > 4*maxProperty || len(row) > maxColumns {
			t.Fatalf("a row of %d bytes and %d columns", size, len(row))
		}
	}
}
