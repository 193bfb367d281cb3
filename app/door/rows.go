package door

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// A row's code on a sheet of paper follows from meeting and member, so any laptop reads any sheet, whenever it was printed. It is written in signs
// that no hand mistakes for each other. There are far more codes than people, so a slip of the finger is hardly ever another person's.
const (
	rowLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	rowShort   = 5 // letters printed, unless two people on one sheet share them
	rowWhole   = 9
)

// RowCode gives the whole code of a row; sheets print its beginning.
func RowCode(meeting, member string) string {
	sum := sha256.Sum256([]byte("carnet row 1\x00" + meeting + "\x00" + member))
	number := binary.BigEndian.Uint64(sum[:])
	code := make([]byte, rowWhole)
	for i := range code {
		code[i] = rowLetters[number%uint64(len(rowLetters))]
		number /= uint64(len(rowLetters))
	}
	return string(code)
}

// RowCodes gives the codes to print for one sheet: as short as tells its people apart.
func RowCodes(meeting string, members []string) map[string]string {
	whole, codes := map[string]string{}, make(map[string]string, len(members))
	for _, id := range members {
		whole[id] = RowCode(meeting, id)
	}
	for length, left := rowShort, members; len(left) > 0 && length <= rowWhole; length++ {
		with := map[string][]string{}
		for _, id := range left {
			with[whole[id][:length]] = append(with[whole[id][:length]], id)
		}
		var again []string
		for code, ids := range with {
			if len(ids) > 1 && length < rowWhole {
				again = append(again, ids...)
				continue
			}
			for _, id := range ids {
				codes[id] = code
			}
		}
		left = again
	}
	return codes
}

// isRowCode tells whether a text has the form of one, case aside.
func isRowCode(text string) bool {
	return len(text) >= rowShort && len(text) <= rowWhole && strings.Trim(strings.ToUpper(text), rowLetters) == ""
}

// rowBook finds members by row codes: among those who are expected, then among all.
type rowBook struct {
	door     *Door
	meeting  string
	expected []string
	all      []string // read when first needed
}

func (d *Door) rowBook(m store.Meeting) (*rowBook, error) {
	expected, err := d.Expected(m)
	return &rowBook{door: d, meeting: m.ID, expected: expected}, err
}

// find gives the member of a code. Faults row_unknown, row_ambiguous.
func (b *rowBook) find(code string) (string, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	if !isRowCode(code) {
		return "", fault.New("row_unknown", "code", code)
	}
	found := b.among(b.expected, code)
	if len(found) == 0 { // the paper may be of before two were found to be one
		var merged []string
		for _, id := range b.expected {
			merged = append(merged, b.door.Store.Records(id)[1:]...)
		}
		found = b.among(merged, code)
	}
	if len(found) == 0 {
		if b.all == nil {
			cards, _ := b.door.Store.WaitDirectory().Members(directory.Query{Limit: 1 << 30})
			for _, card := range cards {
				b.all = append(b.all, b.door.Store.Records(card.ID)...)
			}
		}
		found = b.among(b.all, code)
	}
	switch len(found) {
	case 0:
		return "", fault.New("row_unknown", "code", code)
	case 1:
		return found[0], nil
	}
	return "", fault.New("row_ambiguous", "code", code)
}

func (b *rowBook) among(ids []string, code string) (found []string) {
	for _, id := range ids {
		if strings.HasPrefix(RowCode(b.meeting, id), code) {
			found = append(found, b.door.Person(id))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// RowMember says whose row is being typed, as soon as its code is there; empty while it is not, and of a walk-in. Nothing is noted. Faults: row_unknown,
// row_ambiguous.
func (d *Door) RowMember(meeting, text string) (member string, err error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\t", " "))
	code, _, parted := strings.Cut(text, " ")
	if text == "" || strings.HasPrefix(text, "+") || !parted && len(code) < rowShort {
		return "", nil
	}
	m, err := d.Meetings.Get(meeting)
	if err != nil {
		return "", err
	}
	book, err := d.rowBook(m)
	if err != nil {
		return "", err
	}
	return book.find(clip(code))
}
