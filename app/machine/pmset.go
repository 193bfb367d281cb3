package machine

import (
	"strconv"
	"strings"
)

// pmset reads what macOS prints for `pmset -g batt`:
//
//	Now drawing from 'Battery Power'
//	 -InternalBattery-0 (id=1234)	87%; discharging; 4:10 remaining present: true
func pmset(text string) Power {
	p := Power{Percent: -1}
	switch {
	case strings.Contains(text, "'AC Power'"):
		p.State = Mains
	case strings.Contains(text, "'Battery Power'"):
		p.State = Battery
	}
	for line := range strings.Lines(text) {
		before, _, found := strings.Cut(line, "%;")
		if !found || !strings.Contains(line, "InternalBattery") {
			continue
		}
		digits := before[strings.LastIndexAny(before, " \t")+1:]
		if percent, err := strconv.Atoi(digits); err == nil && percent >= 0 && percent <= 100 {
			p.Percent = percent
		}
	}
	return p
}
