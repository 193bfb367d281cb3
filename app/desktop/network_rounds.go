package desktop

import (
	"slices"
	"strings"

	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
)

// roundLines tells the last rounds in plain language: what came and went, where, what failed and what to do.
func (d *Desktop) roundLines(rounds []network.Round) []RoundLine {
	lines := []RoundLine{}
	for i := range rounds {
		r := &rounds[i]
		line := RoundLine{When: sayWhen(d.words(), r.At), Text: d.sayRound(r), Details: d.roundDetails(r), Tone: "good"}
		switch {
		case r.Err != nil && !network.Heals(r.Err), r.Report.NeedsPerson():
			line.Tone = "bad"
		case r.Err != nil, len(r.Report.Warnings) > 0, r.Report.StaleSince != "", slices.ContainsFunc(r.Report.Places, placeFailed):
			line.Tone = "wait"
		}
		lines = append(lines, line)
	}
	return lines
}

func placeFailed(p carnetsync.PlaceReport) bool { return p.State == carnetsync.PlaceFailed }

// sayRound is one line: "Sent 12 changes, received 3".
func (d *Desktop) sayRound(r *network.Round) string {
	w := d.words()
	if r.Err != nil {
		return w.Error(r.Err).Text
	}
	var parts []string
	if r.Began {
		parts = append(parts, w.Say("network.round.began", nil))
	}
	if n := r.Report.Pushed.Changes; n > 0 {
		parts = append(parts, w.Count("network.round.sent", n, nil))
	}
	if n := r.Report.Pulled.Changes; n > 0 && r.Report.Pushed.Changes == 0 {
		parts = append(parts, w.Count("network.round.received-alone", n, nil))
	} else if n > 0 {
		parts = append(parts, w.Count("network.round.received", n, nil))
	}
	if n := len(r.Report.Admitted); n > 0 {
		parts = append(parts, w.Count("network.round.admitted", n, nil))
	}
	if len(r.Report.Warnings) > 0 {
		parts = append(parts, w.Say("network.round.clock", nil))
	}
	if len(parts) == 0 {
		return w.Say("network.round.nothing", nil)
	}
	return capital(strings.Join(parts, ", "))
}

// roundDetails says what else there is to know of a round, a sentence each.
func (d *Desktop) roundDetails(r *network.Round) []string {
	lines := []string{}
	for _, p := range r.Report.Places {
		if len(r.Report.Places) > 1 || p.Carried > 0 || p.Lost > 0 || p.Rewound {
			lines = append(lines, d.sayVisit(p))
		}
	}
	say := func(n int, key string) {
		if n > 0 {
			lines = append(lines, d.words().Count(key, n, nil))
		}
	}
	say(len(r.Report.Held), "network.round.held")
	say(len(r.Report.Missing), "network.round.missing")
	say(len(r.Report.Pages), "network.round.pages")
	say(r.Report.HeldBack, "network.round.held-back")
	say(len(r.Report.Quarantined), "network.round.refused")
	say(r.Report.Conflicts, "network.round.conflicts")
	say(r.Report.Withheld, "network.round.withheld")
	say(len(r.Report.Diverged), "network.round.diverged")
	say(len(r.Report.Split), "network.round.split")
	return lines
}

// mostNamed bounds how many of the objects that a place has lost a sentence names.
const mostNamed = 3

// sayVisit says what a round did at one place.
func (d *Desktop) sayVisit(p carnetsync.PlaceReport) string {
	w, name := d.words(), map[string]string{"name": d.placeName(p.Name)}
	switch {
	case p.State == carnetsync.PlaceFailed:
		name["why"] = w.Error(fault.New(p.Code, "bucket", name["name"])).Text
		return w.Say("network.visit.failed", name)
	case p.Rewound:
		return w.Say("network.visit.rewound", name)
	case p.Lost > 0:
		name["objects"] = strings.Join(p.Gone[:min(len(p.Gone), mostNamed)], ", ")
		return w.Count("network.visit.lost", p.Lost, name)
	case p.Carried > 0:
		return w.Count("network.visit.carried", p.Carried, name)
	case p.Waiting > 0:
		return w.Count("network.visit.waits", p.Waiting, name)
	}
	return w.Say("network.visit.whole", name)
}
