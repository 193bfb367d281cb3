package holidays

import (
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/locale"
)

func codes(list []Holiday) string {
	var texts []string
	for _, h := range list {
		mark := ""
		if !h.Statutory {
			mark = "~"
		}
		texts = append(texts, h.Day.Format("01-02")+" "+mark+h.Code)
	}
	return strings.Join(texts, ", ")
}

func year(y int, province string) string {
	return codes(Between(date(y, 1, 1), date(y, 12, 31), strings.Fields(province)))
}

func TestTheHolidaysOfAYear(t *testing.T) {
	rows := []struct {
		year           int
		province, want string
	}{
		{2027, "QC", "01-01 new_year, 03-26 ~good_friday, 03-29 ~easter_monday, 05-24 patriots_day, 06-24 national_day_qc, 07-01 canada_day, 09-06 labour_day, 09-30 ~reconciliation, 10-11 thanksgiving, 12-25 christmas"},
		{2027, "ON", "01-01 new_year, 02-15 family_day, 03-26 good_friday, 05-24 victoria_day, 07-01 canada_day, 08-02 ~civic_holiday, 09-06 labour_day, 09-30 ~reconciliation, 10-11 thanksgiving, 12-25 christmas, 12-26 boxing_day"},
		{2026, "NL", "01-01 new_year, 03-16 ~st_patrick, 04-03 good_friday, 04-20 ~st_george, 06-22 ~discovery_day_nl, 07-01 canada_day, 07-13 ~orangemen, 09-07 labour_day, 09-30 ~reconciliation, 10-12 ~thanksgiving, 11-11 remembrance, 12-25 christmas, 12-26 ~boxing_day"},
		{2026, "YT", "01-01 new_year, 02-20 ~heritage_day_yt, 04-03 good_friday, 05-18 victoria_day, 06-21 indigenous_day, 07-01 canada_day, 08-17 discovery_day_yt, 09-07 labour_day, 09-30 reconciliation, 10-12 thanksgiving, 11-11 remembrance, 12-25 christmas, 12-26 ~boxing_day"},
	}
	for _, row := range rows {
		if got := year(row.year, row.province); got != row.want {
			t.Errorf("%s in %d:\n%s\nwant\n%s", row.province, row.year, got, row.want)
		}
	}
}

func TestEasterAndWhatMovesWithTheCalendar(t *testing.T) {
	for text, on := range map[string]func(int) time.Time{
		"2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21 2038-04-25": easter(0),
		"2018-07-02 2029-07-02 2026-07-01": canadaDay,
		"2026-05-18 2027-05-24 2030-05-20": mondayBefore(time.May, 25),
	} {
		for _, want := range strings.Fields(text) {
			day, _ := time.Parse(time.DateOnly, want)
			if got := on(day.Year()); !got.Equal(day) {
				t.Errorf("%s, want %s", got.Format(time.DateOnly), want)
			}
		}
	}
}

func TestAHolidayNamesTheProvincesThatWereAskedFor(t *testing.T) {
	got := On(date(2027, time.September, 30), []string{"QC", "BC", "XX"})
	if len(got) != 1 || strings.Join(got[0].Provinces, " ") != "BC QC" || !got[0].Statutory {
		t.Errorf("%+v", got)
	}
	if all := On(date(2027, time.July, 1), nil); len(all) != 1 || len(all[0].Provinces) != len(Provinces()) {
		t.Errorf("%+v", all)
	}
	if none := On(date(2026, time.December, 2), nil); len(none) != 0 {
		t.Error(none)
	}
}

func TestEveryHolidayHasANameInBothLanguages(t *testing.T) {
	for _, lang := range []string{"en", "fr"} {
		w := locale.For(lang)
		for _, c := range customs {
			if !w.Has("holiday." + c.code) {
				t.Error(lang, c.code)
			}
		}
	}
}
