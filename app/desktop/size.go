package desktop

import "fmt"

// size is the window's, in logical pixels, as the preference "window" remembers it.
type size struct{ width, height int }

const (
	minWidth, minHeight   = 900, 600
	maxWidth, maxHeight   = 8000, 8000
	firstWidth, firstHigh = 1280, 800
)

// parseSize reads a remembered size; anything odd gives the first size.
func parseSize(text string) size {
	var s size
	if _, err := fmt.Sscanf(text, "%dx%d", &s.width, &s.height); err != nil ||
		s.width < minWidth || s.height < minHeight || s.width > maxWidth || s.height > maxHeight {
		return size{firstWidth, firstHigh}
	}
	return s
}

func (s size) String() string { return fmt.Sprintf("%dx%d", s.width, s.height) }
