package audience

import "strings"

// Say turns a reason into a sentence: say gives the text of a key with its facts, name the name of a chapter, an
// office or a community by its id.
func (r Reason) Say(say func(key string, facts map[string]string) string, name func(id string) string) string {
	return say("verdict."+r.Code, map[string]string{"value": r.words(r.Value, say, name), "wanted": r.words(r.Wanted, say, name)})
}

// prefixes are where the words for a reason's codes stand.
var prefixes = map[string]string{"role": "role.", "community": "community.kind.", "urban": "community.kind.", "rural": "community.kind.",
	"indigenous": "community.kind.", "province": "province.", "kind": "community.kind."}

func (r Reason) words(codes string, say func(string, map[string]string) string, name func(string) string) string {
	if codes == "" {
		return ""
	}
	subject, _, _ := strings.Cut(r.Code, "_")
	prefix, worded := prefixes[subject]
	var words []string
	for code := range strings.SplitSeq(codes, "|") {
		switch text := say(prefix+code, nil); {
		case strings.Contains(code, "_"):
			words = append(words, name(code))
		case worded && text != prefix+code:
			words = append(words, text)
		default:
			words = append(words, code)
		}
	}
	return strings.Join(words, ", ")
}
