// Package locale holds every word that a person reads, in English and French as equals, and the
// rules of each language for counts, numbers, dates and times of day. en.json and fr.json serve
// Go and the window alike. It knows no records and decides nothing.
package locale

import (
	"embed"
	"encoding/json"
	"os"
	"strings"
)

//go:embed en.json fr.json
var files embed.FS

// Words speaks one language.
type Words struct {
	lang  string
	texts map[string]string
}

var spoken = map[string]*Words{"en": load("en"), "fr": load("fr")}

func load(lang string) *Words {
	raw, err := files.ReadFile(lang + ".json")
	if err != nil {
		panic(err)
	}
	w := &Words{lang: lang, texts: map[string]string{}}
	if err := json.Unmarshal(raw, &w.texts); err != nil {
		panic(lang + ".json: " + err.Error())
	}
	return w
}

// For gives the words of a language; anything but French is English.
func For(lang string) *Words {
	if strings.HasPrefix(strings.ToLower(lang), "fr") {
		return spoken["fr"]
	}
	return spoken["en"]
}

// Lang is en or fr.
func (w *Words) Lang() string { return w.lang }

// Say gives the text of a key with its {placeholders} filled. An unknown key is given back as it
// is, so that a gap is seen and never a blank.
func (w *Words) Say(key string, facts map[string]string) string {
	text, ok := w.texts[key]
	if !ok {
		return key
	}
	return fill(text, facts)
}

// fill reads the text once, so that braces in a fact stay as they are. A placeholder without a
// fact is left to be seen.
func fill(text string, facts map[string]string) string {
	var filled strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		filled.WriteString(before)
		if !open || !closed {
			filled.WriteString(text[len(before):])
			return filled.String()
		}
		value, known := facts[name]
		if !known {
			value = "{" + name + "}"
		}
		filled.WriteString(value)
		text = after
	}
}

// Has tells whether the key has a text.
func (w *Words) Has(key string) bool { _, ok := w.texts[key]; return ok }

// Under gives the texts whose keys start with prefix, by the rest of the key.
func (w *Words) Under(prefix string) map[string]string {
	found := map[string]string{}
	for key, text := range w.texts {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			found[rest] = text
		}
	}
	return found
}

// Sentence is an error as people read it, with the code that scripts read.
type Sentence struct{ Code, Text string }

// Error turns any error into its code and a sentence; never inner detail.
func (w *Words) Error(err error) Sentence {
	f := faultOf(err)
	key := "error." + f.Code
	if !w.Has(key) {
		return Sentence{Code: f.Code, Text: w.Say("error.unexpected", nil)}
	}
	if about := f.Facts["about"]; about != "" && w.Has(key+"."+about) {
		key += "." + about // the same fault has a better sentence where more is known
	}
	return Sentence{Code: f.Code, Text: w.Say(key, f.Facts)}
}

// Lang picks a language: the one named, else the system's, else English.
func Lang(named string) string {
	for _, choice := range []string{named, os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")} {
		if choice != "" {
			return For(choice).lang
		}
	}
	return "en"
}
