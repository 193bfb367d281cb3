package door

import (
	"strings"
	"time"

	"example.org/carnet/store/fault"
)

// Two laptops without a network measure how far apart their clocks are by two codes that a person reads out and types: this one shows ClockCode, the
// other one answers it with AnswerClock, and this one reads the answer with ClockAhead. What reading and typing takes counts both ways and so
// drops out, as far as both take as long.
//
// A code is a moment in seconds, in seven letters that no hand mistakes: six digits to the base of 30 and one more that tells a slip.
const (
	clockDigits = 6
	clockCycle  = 30 * 30 * 30 * 30 * 30 * 30 // seconds, 23 years
)

// ClockCode is what the first laptop shows, and forgets.
func ClockCode(now time.Time) string { return clockLetters(now.Unix()) }

// AnswerClock is what the second laptop shows when it was given the first one's code. Fault clock_code.
func AnswerClock(code string, now time.Time) (string, error) {
	first, err := clockNumber(code, now.Unix())
	if err != nil {
		return "", err
	}
	return clockLetters(2*now.Unix() - first), nil
}

// ClockAhead reads the answer on the first laptop: how far the second one's clock is ahead. Fault clock_code.
func ClockAhead(answer string, now time.Time) (time.Duration, error) {
	both, err := clockNumber(answer, now.Unix())
	return time.Duration(both-now.Unix()) * time.Second / 2, err
}

func clockLetters(seconds int64) string {
	rest, check := ((seconds%clockCycle)+clockCycle)%clockCycle, int64(0)
	code := make([]byte, clockDigits+1)
	for i := range clockDigits {
		digit := rest % int64(len(rowLetters))
		code[i], rest = rowLetters[digit], rest/int64(len(rowLetters))
		check += digit * int64(2*i+1)
	}
	code[clockDigits] = rowLetters[check%29] // of a prime, so that no wrong letter and no swap of two keeps it
	return string(code)
}

// clockNumber reads a code as the moment that is nearest to about.
func clockNumber(code string, about int64) (int64, error) {
	typed := strings.ToUpper(strings.Join(strings.Fields(code), ""))
	if len(typed) != clockDigits+1 || strings.Trim(typed, rowLetters) != "" {
		return 0, fault.New("clock_code", "code", clip(code))
	}
	value, base := int64(0), int64(1)
	for i := range clockDigits {
		value += int64(strings.IndexByte(rowLetters, typed[i])) * base
		base *= int64(len(rowLetters))
	}
	if clockLetters(value) != typed {
		return 0, fault.New("clock_code", "code", clip(code))
	}
	cycles := (about - value + clockCycle/2) / clockCycle
	return value + cycles*clockCycle, nil
}
