package snapshot

import (
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

func TestNamesHaveOneForm(t *testing.T) {
	n := Name{Time: time.Date(2026, 11, 21, 20, 58, 3, 0, time.UTC), Device: "aaaabbbbccccdddd", Number: 42, Hash: signed.ShortOf(signed.HashOf(nil))}
	const want = "log/1lg41er-aaaabbbbccccdddd-42-4oymiquy7qobjgx36tejs35zeq"
	if n.String() != want {
		t.Fatal(n.String())
	}
	if got, err := ParseName(want); err != nil || got != n {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"", "log/", "log/x", want + "a", want[:len(want)-1], want[:len(want)-1] + "r", "full/" + want[4:],
		strings.ToUpper(want), strings.Replace(want, "-42-", "-042-", 1), strings.Replace(want, "-42-", "-+42-", 1), strings.Replace(want, "-42-", "--", 1),
		strings.Replace(want, "1lg", "1w", 1), strings.Replace(want, "1lg", "1wg", 1), strings.Replace(want, "1lg", "01lg", 1),
		strings.Replace(want, "aaaabbbbccccdddd", "../../../../etc/", 1)} {
		if _, err := ParseName(bad); !fault.Is(err, "delta_misnamed") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestNamesLieInTheOrderOfTheirTimes(t *testing.T) {
	before := ""
	for _, at := range []time.Time{time.Unix(0, 0), time.Unix(1, 0), time.Unix(31, 0), time.Unix(32, 0), time.Unix(1_795_294_809, 0),
		time.Unix(1_795_294_810, 0), time.Unix(latest-1, 0), time.Unix(latest, 0)} {
		name := Name{Time: at, Device: "aaaabbbbccccdddd", Number: 1}.String()
		if got, err := ParseName(name); err != nil || !got.Time.Equal(at) || name <= before || name <= After(at) || before >= After(at) {
			t.Errorf("%s at %v: %v", name, at, err)
		}
		before = name
	}
	for _, beyond := range []struct{ at, end time.Time }{{time.Unix(-5, 0), time.Unix(0, 0)}, {time.Unix(latest+5, 0), time.Unix(latest, 0)}} {
		if After(beyond.at) != After(beyond.end) {
			t.Errorf("%v stands at %s", beyond.at, After(beyond.at))
		}
	}
}

func FuzzParseName(f *testing.F) {
	f.Add("log/1lg41er-aaaabbbbccccdddd-42-4oymiquy7qobjgx36tejs35zeq")
	f.Fuzz(func(t *testing.T, key string) {
		if n, err := ParseName(key); err == nil && n.String() != key {
			t.Errorf("%q has two forms", key)
		}
	})
}
