package desktop

import "testing"

func TestARememberedSizeComesBackAndAnOddOneDoesNot(t *testing.T) {
	first := size{firstWidth, firstHigh}
	for text, want := range map[string]size{
		"1440x900": {1440, 900}, "": first, "nonsense": first, "10x10": first, "99999x800": first,
	} {
		if got := parseSize(text); got != want {
			t.Errorf("parseSize(%q) = %v, want %v", text, got, want)
		}
	}
	if got := parseSize(size{1000, 700}.String()); got != (size{1000, 700}) {
		t.Errorf("a size does not survive being written: %v", got)
	}
}
