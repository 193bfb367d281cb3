package command

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"
)

// helpWidth is where lines of help are broken.
const helpWidth = 80

// printHelp writes the help of a command in the reader's language; kong's own printer speaks English only.
func (r *run) printHelp(_ kong.HelpOptions, ctx *kong.Context) error {
	node := ctx.Selected()
	if node == nil {
		node = ctx.Model.Node
	}
	h := &help{run: r, app: ctx.Model, about: r.helpTexts()}
	h.line(r.words.Say("cli.usage.usage", map[string]string{"command": h.usageOf(node)}))
	h.line("")
	h.wrap("", h.aboutNode(node))
	h.arguments(node)
	h.flags(node)
	h.commands(node)
	if node == ctx.Model.Node {
		h.line("")
		h.line(r.words.Say("cli.usage.more", nil))
	}
	_, err := fmt.Fprint(r.world.Out, h.text.String())
	return err
}

// help is a page of help that is being written.
type help struct {
	*run
	app   *kong.Application
	about map[string]string // by the name in the grammar
	text  strings.Builder
}

// aboutNode is what a command does, or the whole program.
func (h *help) aboutNode(node *kong.Node) string {
	if node.Parent == nil {
		return node.Help
	}
	return h.about[node.Help]
}

func (h *help) line(text string) { h.text.WriteString(text + "\n") }

// wrap writes words in lines that start with indent.
func (h *help) wrap(indent, text string) {
	line := indent
	for word := range strings.FieldsSeq(text) {
		if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > helpWidth {
			h.line(line)
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	h.line(line)
}

func (h *help) heading(key string) {
	h.line("")
	h.line(h.words.Say(key, nil))
}

// entry writes a name and, below it, what it is for.
func (h *help) entry(name, about string) {
	h.line("  " + name)
	h.wrap("      ", about)
}

// usageOf is how a command is typed, as “carnet member show ID”.
func (h *help) usageOf(node *kong.Node) string {
	words := []string{node.Name}
	for up := node.Parent; up != nil; up = up.Parent {
		words = append([]string{up.Name}, words...)
	}
	if len(node.Children) > 0 {
		words = append(words, h.words.Say("cli.usage.noun", nil))
	}
	optional := false
	for _, f := range node.Flags {
		if f.Required {
			words = append(words, h.flagName(f))
		}
		optional = optional || !f.Required && !f.Hidden
	}
	for _, p := range node.Positional {
		words = append(words, h.positional(p))
	}
	if optional || node.Parent == nil {
		words = append(words, h.words.Say("cli.usage.options", nil))
	}
	return strings.Join(words, " ")
}

func (h *help) arguments(node *kong.Node) {
	if len(node.Positional) == 0 {
		return
	}
	h.heading("cli.usage.arguments")
	for _, p := range node.Positional {
		h.entry(h.positional(p), h.about[p.Help])
	}
}

func (h *help) flags(node *kong.Node) {
	h.heading("cli.usage.flags")
	for up := node; up != nil; up = up.Parent {
		for _, f := range up.Flags {
			about := h.about[f.Help]
			if f == h.app.HelpFlag {
				about = h.words.Say("cli.usage.help", nil)
			}
			if len(f.Tag.Envs) > 0 {
				about += " (" + strings.Join(f.Tag.Envs, ", ") + ")"
			}
			h.entry(h.flagName(f), about)
		}
	}
}

func (h *help) commands(node *kong.Node) {
	if len(node.Children) == 0 {
		return
	}
	h.heading("cli.usage.commands")
	for _, leaf := range node.Leaves(true) {
		h.entry(strings.TrimPrefix(h.usageOf(leaf), h.app.Name+" "), h.about[leaf.Help])
	}
}

// flagName is a flag as it is typed, as --out=FILE.
func (h *help) flagName(f *kong.Flag) string {
	name := "--" + f.Name
	if f.Short != 0 {
		name = "-" + string(f.Short) + ", " + name
	}
	if f.IsBool() {
		return name
	}
	holder := f.PlaceHolder
	switch {
	case holder == "" && f.Target.CanInt():
		holder = "n"
	case holder == "":
		holder = "text"
	}
	return name + "=" + h.holder(holder)
}

func (h *help) positional(p *kong.Value) string {
	name := p.Name
	if p.Tag.PlaceHolder != "" {
		name = p.Tag.PlaceHolder
	}
	if p.IsCumulative() {
		return h.holder(name) + "…"
	}
	return h.holder(name)
}

// holder names what stands in a place; names without a word of their own are the same in all languages.
func (h *help) holder(name string) string {
	if key := "cli.holder." + strings.ReplaceAll(strings.ToLower(name), "=", "-"); h.words.Has(key) {
		return h.words.Say(key, nil)
	}
	if strings.ContainsAny(name, "|0123456789") {
		return name // values themselves
	}
	return strings.ToUpper(name)
}
