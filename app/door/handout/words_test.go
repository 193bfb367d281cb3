package handout

import (
	"testing"

	"example.org/carnet/app/locale"
)

func TestWhereAttendanceIsKnownFromIsSaidInWords(t *testing.T) {
	for _, is := range []struct {
		from   []string
		en, fr string
	}{
		{[]string{"door"}, "door", "porte"},
		{[]string{"door:A", "door:C", "online:zoom"}, "A, C, Zoom", "A, C, Zoom"},
		{[]string{"paper:"}, "paper", "papier"},
		{[]string{"door:A", "paper:B"}, "A; paper, door B", "A; papier, porte B"},
		{[]string{"online:webex", "room:Salle Viger"}, "webex, Salle Viger", "webex, Salle Viger"},
	} {
		if got := Sources(locale.For("en"), is.from); got != is.en {
			t.Errorf("%v: %q", is.from, got)
		}
		if got := Sources(locale.For("fr"), is.from); got != is.fr {
			t.Errorf("%v: %q", is.from, got)
		}
	}
	for station, said := range map[string]string{"": "", "A": "A", "door": "door", "paper:A": "paper, door A", "online:teams": "Teams"} {
		if got := Station(locale.For("en"), station); got != said {
			t.Errorf("%q: %q", station, got)
		}
	}
}
