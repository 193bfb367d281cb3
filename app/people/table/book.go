package table

import (
	"archive/zip"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"example.org/carnet/store/fault"
)

const (
	maxParts     = 4096    // files packed in one workbook
	partInMemory = 8 << 20 // bytes of a part above which it is unpacked to disk
)

// openBook reads the first sheet of a workbook that has text.
func (t *Table) openBook(file source) error {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return fault.New("bad_file").Because(err)
	}
	if err := checkPacked(file, size); err != nil {
		return err
	}
	book, err := excelize.OpenReader(io.NewSectionReader(file, 0, size), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnpack, UnzipXMLSizeLimit: partInMemory,
	})
	if err != nil {
		return tooLargeOrBad(err)
	}
	t.Format = "XLSX"
	for _, sheet := range book.GetSheetList() {
		rows, err := book.Rows(sheet)
		if err != nil {
			continue
		}
		t.rows = &bookReader{book: book, rows: rows}
		if err := t.readHeadings(); !fault.Is(err, "empty_file") {
			return err
		}
		_ = rows.Close()
	}
	_ = book.Close()
	return fault.New("empty_file")
}

// checkPacked refuses a zip bomb by what it says of itself; while unpacking, a part that turns out
// larger than it said is an error of the zip reader.
func checkPacked(file io.ReaderAt, size int64) error {
	if size > maxBook {
		return fault.New("file_too_large")
	}
	packed, err := zip.NewReader(file, size)
	if err != nil {
		return fault.New("bad_file").Because(err)
	}
	if len(packed.File) > maxParts {
		return fault.New("file_too_large")
	}
	var unpacked uint64
	for _, part := range packed.File {
		unpacked += part.UncompressedSize64
		if part.UncompressedSize64 > maxUnpack || unpacked > maxUnpack {
			return fault.New("file_too_large")
		}
	}
	return nil
}

func tooLargeOrBad(err error) error {
	if strings.Contains(err.Error(), "unzip size exceeds") {
		return fault.New("file_too_large").Because(err)
	}
	return fault.New("bad_file").Because(err)
}

type bookReader struct {
	book *excelize.File
	rows *excelize.Rows
}

func (r *bookReader) next() ([]string, error) {
	if !r.rows.Next() {
		if err := r.rows.Error(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	row, err := r.rows.Columns()
	if err != nil {
		return nil, err
	}
	if len(row) > maxColumns {
		row = row[:maxColumns]
	}
	size := 0
	for i, cell := range row {
		size += len(cell)
		row[i] = strings.TrimSpace(strings.ToValidUTF8(cell, "\uFFFD"))
	}
	if size > maxRow {
		return nil, errLong
	}
	return row, nil
}

func (r *bookReader) Close() error {
	_ = r.rows.Close()
	return r.book.Close()
}
