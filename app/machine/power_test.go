package machine

import "testing"

func TestWhatMacOSSaysOfItsBatteryIsRead(t *testing.T) {
	for text, want := range map[string]Power{
		"Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1234)\t87%; discharging; 4:10 remaining present: true\n": {Battery, 87},
		"Now drawing from 'AC Power'\n -InternalBattery-0 (id=1234)\t100%; charged; 0:00 remaining present: true\n":         {Mains, 100},
		"Now drawing from 'AC Power'\n":   {Mains, -1},
		" -InternalBattery-0 (id=1)\tx%;": {Unknown, -1},
		"":                                {Unknown, -1},
	} {
		if got := pmset(text); got != want {
			t.Errorf("%q: %+v; want %+v", text, got, want)
		}
	}
}
