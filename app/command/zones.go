package command

import (
	"strconv"

	"example.org/carnet/app/meetings/zones"
)

type zonesCmd struct {
	Show zonesShow `cmd:"" help:"${help_zones_show}"`
}

type zonesShow struct{}

// zonesDoc names the zone data in use.
type zonesDoc struct {
	Version string `json:"version"` // of tzdata, as 2026f
	Source  string `json:"source"`  // embedded
	Zones   int    `json:"zones"`
}

func (c *zonesShow) Run(r *run) error {
	doc := zonesDoc{Version: zones.Version(), Source: "embedded", Zones: len(zones.Names())}
	return r.answer(doc, func() string {
		return r.words.Say("cli.zones.shown", map[string]string{"version": doc.Version, "n": strconv.Itoa(doc.Zones)})
	})
}
