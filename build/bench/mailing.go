package main

import (
	"context"
	"fmt"
	"os/exec"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/people"
	"example.org/carnet/app/post"
	"example.org/carnet/app/post/smtp"
	"example.org/carnet/app/post/smtp/postfixtest"
	"example.org/carnet/store"
	"example.org/carnet/store/strongbox"
)

const (
	invitations   = 500
	queueBudget   = time.Second
	handed        = 2_000 // messages for Postfix: long enough for a rate
	handedASecond = 200
)

// alone claims everything: no other laptop knows of these messages.
type alone struct{}

func (alone) Claim(context.Context, string, uint64) (bool, []string, error) { return true, nil, nil }

func (alone) Say(context.Context, string, string, string, []string, uint64) (map[string][]string, error) {
	return nil, nil
}

// measureMail composes and queues 500 invitations, and hands more to a real Postfix over 4 connections as fast as it takes them.
func (b *bench) measureMail() error {
	p, finish, err := b.mailHome("mail")
	if err != nil {
		return err
	}
	defer finish()
	if err := inviteAll(p.Store, handed); err != nil {
		return err
	}
	account := post.Account{Host: "127.0.0.1", Port: 25, Security: smtp.None, From: "bureau@example.org", Name: "Bench", Postal: "1, rue Inventée", Connections: 4}
	if _, err := p.SetAccount(account, ""); err != nil {
		return err
	}
	var times []time.Duration
	for n := range handed / invitations { // each time others
		start := time.Now()
		if err := queue(p, n*invitations, (n+1)*invitations); err != nil {
			return err
		}
		times = append(times, time.Since(start))
	}
	b.table.row("500 invitations composed and queued", short(queueBudget), fmt.Sprintf("p50 %s, worst %s", short(at(50, times)), short(at(100, times))), at(50, times) <= queueBudget)
	return b.measurePostfix(p, account)
}

func (b *bench) measurePostfix(p *post.Post, account post.Account) error {
	what, atLeast := "Postfix on loopback, 4 connections, no pace", fmt.Sprintf("at least %d a second", handedASecond)
	if _, err := exec.LookPath("postfix"); err != nil {
		b.table.note(what, atLeast, "not measured: there is no Postfix here")
		return nil
	}
	server, err := postfixtest.Start()
	if err != nil {
		return err
	}
	defer server.Close()
	account.Port, account.Security, account.User, account.CA = server.Port, smtp.StartTLS, postfixtest.User+"@example.org", string(server.CA)
	if _, err := p.SetAccount(account, postfixtest.Password); err != nil {
		return err
	}
	start := time.Now()
	r, err := p.Send(context.Background(), 0)
	took := time.Since(start)
	if err != nil {
		return err
	}
	rate := float64(r.Sent) / took.Seconds()
	b.table.row(what, atLeast, fmt.Sprintf("%.0f a second, %d in %s", rate, r.Sent, short(took)), rate >= handedASecond && r.Sent == handed)
	return nil
}

// mailHome is an office that writes mail, in a folder on the disk that is measured.
func (b *bench) mailHome(name string) (*post.Post, func(), error) {
	box, err := strongbox.Open(b.path(name), strongbox.Options{Create: true, Passphrase: "bench", WorkFactor: 2})
	if err != nil {
		return nil, nil, err
	}
	s, err := store.Open(b.path(name), store.Options{Key: box.Key("store"), Device: "benchlaptop"})
	if err != nil {
		return nil, nil, err
	}
	may := func(store.Kind) error { return nil }
	mine := func() string { return "off_bench" }
	return post.New(post.Deps{Store: s, Box: box, Now: time.Now, May: may, Office: mine, Device: func() string { return "benchlaptop" },
		People: people.New(people.Deps{Store: s, Now: time.Now, May: may, Office: mine}), Meetings: meetings.New(meetings.Deps{Store: s, Now: time.Now, May: may}),
		Network: func() (string, string) { return "net_bench", "Bench" }, OfficeName: func(string) string { return "Toronto" }, Claims: alone{}}), func() { _ = s.Close() }, nil
}

func mailed(n int) string { return store.DerivedID(store.KindMember, fmt.Sprint("mail", n)) }

// inviteAll makes a meeting and members of both languages who agreed to be written to.
func inviteAll(s *store.Store, many int) error {
	_, err := s.Edit(func(tx *store.Tx) error {
		records := []store.Record{store.Chapter{ID: "chp_bench", Name: "Peers", NameFR: "Pairs"}, store.Community{ID: "com_bench", Name: "Exampleville", Province: "BC"},
			store.Meeting{ID: "mtg_bench", Title: "Peer call", TitleFR: "Appel des pairs", Chapter: "chp_bench", Start: time.Now().AddDate(0, 1, 0).Format(time.DateOnly) + "T13:00",
				Zone: "America/Toronto", Minutes: 60, URL: "https://example.org/appel", Status: "confirmed"}}
		for n := range many {
			m := store.Member{ID: mailed(n), Given: fmt.Sprint("Given", n), Family: "Family", Email: fmt.Sprintf("member%d@example.org", n), Office: "off_bench", Role: "staff",
				Chapters: []string{"chp_bench"}, Community: "com_bench", Language: post.Languages[n%2]}
			records = append(records, m, store.Consent{ID: store.DerivedID(store.KindConsent, m.ID), Member: m.ID, Basis: "express", Source: "form", Date: "2026-01-01"},
				store.Registration{ID: store.RegistrationID("mtg_bench", m.ID), For: "mtg_bench", Member: m.ID, Status: "approved"})
		}
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
	s.WaitDirectory()
	return err
}

// queue invites some of the members, as a person does: composed, looked at, and put into the outbox.
func queue(p *post.Post, from, to int) error {
	var ids []string
	for n := from; n < to; n++ {
		ids = append(ids, mailed(n))
	}
	plan, err := p.Plan(post.Order{Sort: post.Invitation, For: "mtg_bench", To: ids})
	if err != nil {
		return err
	}
	if len(plan.Messages) != to-from {
		return fmt.Errorf("%d messages for %d people", len(plan.Messages), to-from)
	}
	_, err = p.Queue(plan)
	return err
}
