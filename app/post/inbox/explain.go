package inbox

import (
	"strings"

	"example.org/carnet/store"
)

// Note is one thing that was done with a mail, or why it was not: the key of its words is "incoming.what." and the code.
type Note struct {
	Code  string
	Facts map[string]string
}

// factsOf names the words that follow a code, the last of them to the end of the line.
var factsOf = map[string][]string{
	"set": {"answer", "for", "sequence", "at"}, "stale": {"answer", "for", "sequence", "at"}, "forged": {"answer", "for", "sequence", "at", "address"},
	"unknown-meeting": {"answer", "for", "sequence", "at"}, "unknown-sender": {"answer", "for", "sequence", "at"}, "uninvited": {"answer", "for", "sequence", "at"},
	"no-answer": {"answer", "for", "sequence", "at"}, "bounced": {"address", "status", "words"}, "soft": {"address", "status", "words"},
	"stranger": {"address", "status", "words"}, "elsewhere": {"member"}, "refused": {"code"}, "unreadable": {"why"},
}

// Explain reads what a record says was done. A code of a later version has no facts.
func Explain(in store.Incoming) (notes []Note) {
	for line := range strings.Lines(in.What) {
		code, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		n := Note{Code: code, Facts: map[string]string{}}
		names := factsOf[code]
		for i, name := range names {
			if i == len(names)-1 {
				n.Facts[name] = rest
				break
			}
			n.Facts[name], rest, _ = strings.Cut(rest, " ")
		}
		if code == "unreadable" {
			n.Code = "unreadable." + n.Facts["why"]
		}
		notes = append(notes, n)
	}
	return notes
}
