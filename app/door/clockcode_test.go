package door

import (
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

func TestTwoCodesMeasureHowFarClocksAreApart(t *testing.T) {
	right := time.Date(2026, 12, 9, 8, 0, 0, 0, time.UTC)
	for _, ahead := range []time.Duration{0, time.Hour + time.Minute, -3 * time.Minute, 400 * 24 * time.Hour, -8 * time.Hour} {
		other := func(at time.Time) time.Time { return at.Add(ahead) }
		code := ClockCode(right)
		answer, err := AnswerClock(" "+code[:3]+" "+code[3:], other(right.Add(9*time.Second))) // read out and typed in nine seconds
		if err != nil {
			t.Fatal(err)
		}
		got, err := ClockAhead(answer, right.Add(18*time.Second))
		if err != nil || got != ahead {
			t.Errorf("%s: measured %s, %v", ahead, got, err)
		}
	}
}

func TestASlipInAClocksCodeIsTold(t *testing.T) {
	now := time.Date(2026, 12, 9, 8, 0, 0, 0, time.UTC)
	code, missed := ClockCode(now), 0
	for i := range code {
		for _, letter := range rowLetters {
			if wrong := code[:i] + string(letter) + code[i+1:]; wrong != code {
				if _, err := AnswerClock(wrong, now); !fault.Is(err, "clock_code") {
					missed++
				}
			}
		}
	}
	if missed > 2*clockDigits {
		t.Error(missed, "slips pass")
	}
	for _, wrong := range []string{"", "ABC", code + "A", "OOOOOOO", "ééééééé"} {
		if _, err := AnswerClock(wrong, now); !fault.Is(err, "clock_code") {
			t.Error(wrong, err)
		}
	}
}
