package command

import (
	"errors"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"example.org/carnet/store/fault"
)

// misuses are the parser's sentences and ours for them. Its version is pinned, and a test types every one.
var misuses = []struct {
	pattern *regexp.Regexp
	kind    string
}{
	{regexp.MustCompile(`^missing flags: (?P<word>.+)$`), "missing_flags"},
	{regexp.MustCompile(`^unknown flag (?P<word>[^\s,]+)`), "unknown_flag"},
	{regexp.MustCompile(`(?s)^unexpected argument (?P<word>.+?)(, did you mean .+\?)?$`), "unexpected"},
	{regexp.MustCompile(`^expected "<(?P<word>.+)"$`), "missing_argument"},
	{regexp.MustCompile(`^expected .*"[a-z-]+`), "missing_command"},
	{regexp.MustCompile(`(?s)perhaps try (?P<word>--[\w-]+)=".*"\?$`), "dash"},
	{regexp.MustCompile(`^(?P<word>--[\w-]+): .*"EOL"`), "no_value"},
	{regexp.MustCompile(`(?s)^(?P<word>--[\w-]+): expected .*(int|float)`), "no_number"},
	{regexp.MustCompile(`(?s)^(?P<word>--[\w-]+): bool value`), "no_switch"},
}

// misuse turns what the parser says of a command into what we say of it.
func (r *run) misuse(err error) error {
	said := err.Error()
	for _, m := range misuses {
		found := m.pattern.FindStringSubmatch(said)
		if found == nil {
			continue
		}
		word := ""
		if at := m.pattern.SubexpIndex("word"); at > 0 {
			word = r.tidy(m.kind, found[at])
		}
		return fault.New("wrong_usage", "misuse", m.kind, "word", word, "choices", choicesOf(err)).Because(err)
	}
	return fault.New("wrong_usage", "misuse", "muddled").Because(err)
}

// misused says that a word of a command is not as it must be; kind is a key under cli.misuse.
func misused(kind, word string) error { return fault.New("wrong_usage", "misuse", kind, "word", word) }

// explain fills in what is wrong with the command, in the reader's language.
func (r *run) explain(err error) error {
	var f *fault.Fault
	if !errors.As(err, &f) || f.Facts["misuse"] == "" {
		return err
	}
	return fault.New(f.Code, "detail", r.words.Say("cli.misuse."+f.Facts["misuse"], f.Facts)).Because(err)
}

var flagWord = regexp.MustCompile(`--[\w-]+`)

// tidy leaves of the parser's words what was typed, or is to be typed.
func (r *run) tidy(kind, word string) string {
	switch kind {
	case "missing_flags":
		return strings.Join(flagWord.FindAllString(word, -1), ", ")
	case "missing_argument":
		h := &help{run: r}
		var names []string
		for name := range strings.FieldsSeq(strings.NewReplacer("<", "", ">", "", "...", "").Replace(word)) {
			names = append(names, h.holder(name))
		}
		return strings.Join(names, " ")
	}
	return word
}

// choicesOf names the commands that fit where the parser stopped.
func choicesOf(err error) string {
	var parse *kong.ParseError
	if !errors.As(err, &parse) || parse.Context == nil {
		return ""
	}
	node := parse.Context.Selected()
	if node == nil {
		node = parse.Context.Model.Node
	}
	var names []string
	for _, child := range node.Children {
		names = append(names, child.Name)
	}
	return strings.Join(names, ", ")
}
