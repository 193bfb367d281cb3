package locale

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

func TestPlaceholdersAreFilledOnceAndOnlyWithFacts(t *testing.T) {
	facts := map[string]string{"a": "{b}", "b": "2"}
	if got := fill("{a} and {b}, {c}, {", facts); got != "{b} and 2, {c}, {" {
		t.Error(got)
	}
	if got := For("en").Say("no.such.key", nil); got != "no.such.key" {
		t.Error(got)
	}
}

func TestFrenchCountsNoneLikeOne(t *testing.T) {
	key := ""
	for k := range spoken["fr"].texts {
		if base, ok := strings.CutSuffix(k, ".one"); ok && For("fr").Has(base+".other") && strings.Contains(For("fr").Say(base+".other", nil), "{n}") {
			key = base
		}
	}
	for _, c := range []struct {
		lang string
		n    int
		form string
	}{{"fr", 0, ".one"}, {"fr", 1, ".one"}, {"fr", 2, ".other"}, {"en", 0, ".other"}, {"en", 1, ".one"}, {"en", 48213, ".other"}} {
		w := For(c.lang)
		if got, want := w.Count(key, c.n, nil), w.Say(key+c.form, map[string]string{"n": w.Number(c.n)}); got != want {
			t.Errorf("%s %d: %s, want %s", c.lang, c.n, got, want)
		}
	}
}

func TestNumbersAreGroupedAsTheLanguageDoes(t *testing.T) {
	for n, want := range map[int]string{0: "0 0", 999: "999 999", 1000: "1,000 1_000", 48213: "48,213 48_213", -1234567: "-1,234,567 -1_234_567"} {
		got := For("en").Number(n) + " " + strings.ReplaceAll(For("fr").Number(n), "\u00a0", "_")
		if got != want {
			t.Error(got, "want", want)
		}
	}
}

func TestDaysAndTimesAreWrittenAsTheLanguageDoes(t *testing.T) {
	at := func(text string) time.Time {
		parsed, err := time.Parse("2006-01-02T15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	for _, c := range []struct {
		when, en, fr string
		style        DateStyle
	}{
		{"2026-11-25T09:02", "25 Nov 9:02", "25 nov. 9_h_02", ShortDate},
		{"2026-11-21T13:00", "Saturday 21 November 13:00", "samedi 21 novembre 13_h", WeekdayDate},
		{"2026-12-01T13:30", "1 December 13:30", "1er décembre 13_h_30", DayMonth},
		{"2027-08-11T00:05", "11 August 2027 0:05", "11 août 2027 0_h_05", DateWithYear},
		{"2027-02-01T00:00", "Monday 1 February 2027 0:00", "lundi 1er février 2027 0_h", FullDate},
	} {
		for lang, want := range map[string]string{"en": c.en, "fr": c.fr} {
			w := For(lang)
			got := strings.ReplaceAll(w.Date(at(c.when), c.style)+" "+w.Clock(at(c.when)), "\u00a0", "_")
			if got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
	}
}

func TestAnErrorIsACodeAndASentenceWithoutInnerDetail(t *testing.T) {
	inner := errors.New("dial tcp 192.0.2.1: secret")
	for _, c := range []struct {
		err  error
		code string
	}{
		{fault.New("home_missing", "path", "ici").Because(inner), "home_missing"},
		{fmt.Errorf("while opening: %w", fault.New("wrong_passphrase").Because(inner)), "wrong_passphrase"},
		{fmt.Errorf("%w", context.Canceled), "cancelled"},
		{fmt.Errorf("%w: %w", inner, context.DeadlineExceeded), "timeout"},
		{inner, "unexpected"},
		{nil, "unexpected"},
	} {
		for _, lang := range []string{"en", "fr"} {
			s := For(lang).Error(c.err)
			if s.Code != c.code || strings.Contains(s.Text, "secret") || strings.HasPrefix(s.Text, "error.") || strings.Contains(s.Text, "{") {
				t.Errorf("%v: %+v", c.err, s)
			}
		}
	}
	if s := For("fr").Error(fault.New("home_missing", "path", "ici")); !strings.Contains(s.Text, "ici") {
		t.Error(s.Text)
	}
}

func TestTheLanguageIsTheOneNamedElseTheSystems(t *testing.T) {
	for _, c := range []struct{ named, all, messages, lang, want string }{
		{"fr", "en_CA.UTF-8", "", "", "fr"},
		{"", "fr_CA.UTF-8", "en", "en", "fr"},
		{"", "", "fr_FR", "en", "fr"},
		{"", "", "", "fr_CA", "fr"},
		{"", "", "", "", "en"},
		{"de", "fr", "", "", "en"},
	} {
		t.Setenv("LC_ALL", c.all)
		t.Setenv("LC_MESSAGES", c.messages)
		t.Setenv("LANG", c.lang)
		if got := Lang(c.named); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
