package command

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"example.org/carnet/store"
)

// maxCell is the number of letters of one cell in a table for people.
const maxCell = 48

// answerRows prints items as one document, or as aligned columns under headings, which are keys of words.
func answerRows[T any](r *run, items []T, total int, headings []string, cells func(T) []string) error {
	if items == nil {
		items = []T{}
	}
	return r.answer(list[T]{items, total}, func() string {
		if len(items) == 0 {
			return r.words.Say("cli.nothing", nil)
		}
		rows := make([][]string, 0, len(items)+1)
		head := make([]string, len(headings))
		for i, key := range headings {
			head[i] = r.words.Say(key, nil)
		}
		rows = append(rows, head)
		for _, item := range items {
			rows = append(rows, cells(item))
		}
		text := aligned(rows)
		if total > len(items) {
			text += r.words.Say("cli.more", map[string]string{"shown": r.words.Number(len(items)), "n": r.words.Number(total)})
		}
		return text
	})
}

// aligned pads columns to the width of their longest cell.
func aligned(rows [][]string) string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = oneLine(cell)
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	_ = w.Flush() // into memory
	lines := strings.Split(text.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func oneLine(cell string) string {
	cell = strings.Join(strings.Fields(cell), " ")
	if utf8.RuneCountInString(cell) > maxCell {
		cell = string([]rune(cell)[:maxCell-1]) + "…"
	}
	return cell
}

// assignments reads FIELD=VALUE words. Fault wrong_usage.
func assignments(words []string) (map[string]string, error) {
	fields := map[string]string{}
	for _, word := range words {
		name, value, ok := strings.Cut(word, "=")
		if !ok || name == "" {
			return nil, misused("assignment", word)
		}
		fields[name] = value
	}
	return fields, nil
}

// changes names what was written, for undo.
func changes(refs []store.Ref) []string {
	names := make([]string, len(refs))
	for i, ref := range refs {
		names[i] = ref.Change.String()
	}
	return names
}

// given puts the flags that were used under their fields.
func given(pairs ...string) map[string]string {
	fields := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			fields[pairs[i]] = pairs[i+1]
		}
	}
	return fields
}
