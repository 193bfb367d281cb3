package desktop

import (
	"log/slog"
	"slices"
	"testing"

	"example.org/carnet/app/network"
	carnetsync "example.org/carnet/sync"
)

func TestARoundSaysThatAPageOfTheRosterIsMissingAndWhatWaitsForIt(t *testing.T) {
	r := network.Round{}
	r.Report.Pages, r.Report.HeldBack = []carnetsync.MissingPage{{Key: "roster/00000004-x"}}, 3
	for lang, want := range map[string][]string{
		"en": {"1 page of the network’s roster is missing here, though other laptops go by it: deleted, or hidden by this place. Whoever has it puts it back; exchanging in another place brings it too.",
			"3 changes wait until then: a laptop that was shut out might else read them."},
		"fr": {"Il manque ici 1 page du registre du réseau, que d’autres portables suivent\u00a0: supprimée, ou cachée par ce lieu. Quiconque l’a la remettra; un échange ailleurs l’apporte aussi.",
			"3 modifications attendent jusque-là\u00a0: un portable écarté pourrait sinon les lire."},
	} {
		d := New(t.TempDir(), lang, silent{}, slog.New(slog.DiscardHandler))
		if got := d.roundDetails(&r); !slices.Equal(got, want) {
			t.Errorf("%s: %q", lang, got)
		}
	}
}
