package command

import (
	"context"
	"errors"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"example.org/carnet/app/network"
	carnetsync "example.org/carnet/sync"
)

type syncCmd struct {
	Watch bool `help:"sync_watch"`
}

// reportDoc is the engine's report, with the words of each refusal and what else a person should know.
type reportDoc struct {
	carnetsync.Report
	Quarantined []quarantinedDoc `json:"quarantined"`
	StaleSince  *string          `json:"stale_since"`
	State       string           `json:"state"` // active, pending, revoked
	Warnings    []string         `json:"warnings"`
}

type quarantinedDoc struct {
	Key    string `json:"key"`
	Reason string `json:"reason"` // a code
	Text   string `json:"text"`
}

func (c *syncCmd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	if c.Watch {
		return r.watchRounds(carnet.Network)
	}
	report, err := carnet.Network.Sync(r.context())
	if err != nil {
		return err
	}
	return r.answerRound(report)
}

// context is cancelled when a person presses Ctrl-C.
func (r *run) context() context.Context {
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	return ctx
}

// watchRounds prints one document a round until it is told to end.
func (r *run) watchRounds(n *network.Network) error {
	ctx := r.context()
	err := n.Rounds(ctx, func(report network.Report, err error) {
		if err != nil {
			r.fail(err)
			return
		}
		_ = r.answerRound(report) // whoever reads may have gone; the rounds go on
	})
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (r *run) answerRound(report network.Report) error {
	doc := r.reportOf(report)
	for _, warning := range doc.Warnings {
		r.note("warning."+warning, map[string]string{"off": r.span(report.ClockOff)})
	}
	for _, q := range doc.Quarantined {
		r.note("cli.sync.quarantined", map[string]string{"key": q.Key, "reason": q.Text})
	}
	for _, device := range doc.Diverged {
		r.note("cli.sync.diverged", map[string]string{"device": device})
	}
	for _, page := range doc.Pages {
		r.note("cli.sync.page-missing", map[string]string{"key": page.Key, "devices": strings.Join(page.By, ", ")})
	}
	r.tellPlaces(report)
	if report.NeedsPerson() {
		r.attention()
	}
	return r.answer(doc, func() string { return r.sayRound(doc) })
}

func (r *run) reportOf(report network.Report) reportDoc {
	doc := reportDoc{Report: report.Report, Quarantined: []quarantinedDoc{}, State: string(report.Standing), Warnings: append([]string{}, report.Warnings...)}
	if report.StaleSince != "" {
		doc.StaleSince = &report.StaleSince
	}
	for i, q := range report.Quarantined {
		said := r.words.Error(report.Why[i])
		doc.Quarantined = append(doc.Quarantined, quarantinedDoc{Key: q.Key, Reason: q.Reason, Text: said.Text})
	}
	return doc
}

func (r *run) sayRound(doc reportDoc) string {
	asked := doc.Requests
	lines := []string{r.words.Say("cli.sync.done", map[string]string{
		"pushed": strconv.Itoa(doc.Pushed.Changes), "pulled": strconv.Itoa(doc.Pulled.Changes),
		"requests": strconv.Itoa(asked.List + asked.Get + asked.Put + asked.Head + asked.Delete), "ms": strconv.FormatInt(doc.Millis, 10),
	})}
	if doc.Standing != carnetsync.Active {
		lines = append(lines, r.words.Say("cli.sync."+doc.State, nil))
	}
	if doc.Conflicts > 0 {
		lines = append(lines, r.words.Say("cli.sync.conflicts", map[string]string{"n": strconv.Itoa(doc.Conflicts)}))
	}
	for _, device := range doc.Admitted {
		lines = append(lines, r.words.Say("cli.sync.admitted", map[string]string{"device": device}))
	}
	return strings.Join(lines, "\n")
}

// span writes how long something is, roughly.
func (r *run) span(d time.Duration) string {
	unit, n := "minutes", d/time.Minute
	switch {
	case d >= 48*time.Hour:
		unit, n = "days", d/(24*time.Hour)
	case d >= 2*time.Hour:
		unit, n = "hours", d/time.Hour
	}
	return r.words.Say("network.span."+unit, map[string]string{"n": strconv.FormatInt(int64(n), 10)})
}
