package bucket

import (
	"strings"
	"unicode/utf8"

	"example.org/carnet/store/fault"
)

const (
	maxKey     = 800 // bytes; S3 allows 1024 with the prefix
	maxSegment = 200 // bytes; file systems allow 255
)

// checkKey refuses keys that could leave a folder, hide in it, or mean something to a file system.
func checkKey(key string) error {
	if key == "" || len(key) > maxKey || !utf8.ValidString(key) {
		return badKey(key)
	}
	for segment := range strings.SplitSeq(key, "/") {
		if !goodSegment(segment) {
			return badKey(key)
		}
	}
	return nil
}

// goodSegment holds on every system that a folder may be carried to.
func goodSegment(s string) bool {
	switch {
	case s == "", len(s) > maxSegment, isUnfinished(s):
		return false
	case strings.ContainsAny(s, `\:*?"<>|`), strings.ContainsFunc(s, isControl):
		return false
	case isCopy(s):
		return false
	case strings.HasSuffix(s, "."), strings.HasSuffix(s, " "), strings.HasPrefix(s, " "):
		return false
	}
	name, _, _ := strings.Cut(strings.ToLower(s), ".")
	switch name {
	case "con", "prn", "aux", "nul": // devices of Windows, with any ending
		return false
	}
	port, numbered := strings.CutPrefix(name, "com")
	if !numbered {
		port, numbered = strings.CutPrefix(name, "lpt")
	}
	return !numbered || len(port) != 1 || port < "0" || port > "9"
}

// isUnfinished knows the names under which we and the usual copying programs write files that are
// not whole yet, and hidden files, which are never objects.
func isUnfinished(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "~") {
		return true
	}
	if !strings.Contains(name, ".") {
		return false
	}
	name = strings.ToLower(name)
	for _, ending := range []string{".tmp", ".part", ".partial", ".crdownload", ".filepart", ".download"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// isCopy knows the names that programs which keep folders the same on several machines give to the copy that
// lost, and file managers to a second copy. They are never objects: ours have neither such words nor a change.
func isCopy(name string) bool {
	folded := strings.ToLower(name)
	for _, mark := range []string{".sync-conflict-", " (", "(conflict", "_conflict-", "-conflict-", "conflicted copy", " - cop", " - kopi"} {
		if strings.Contains(folded, mark) {
			return true
		}
	}
	return false
}

func badKey(key string) error {
	if len(key) > maxKey {
		key = key[:maxKey]
	}
	return fault.New("bad_key", "key", strings.ToValidUTF8(strings.Map(dropControl, key), "�"))
}
