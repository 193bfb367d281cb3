package post

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/people"
	"example.org/carnet/app/post/smtp"
	"example.org/carnet/app/post/smtp/smtptest"
	"example.org/carnet/store"
	"example.org/carnet/store/strongbox"
)

// office is a home whose laptop writes mail.
type office struct {
	*Post
	t      testing.TB
	home   string
	claims *claims
	clock  time.Time
}

// claims gives every task to whoever asks first; the real ones are tested with the exchange.
type claims struct {
	mu     sync.Mutex
	of     map[string]string
	said   map[string][]saying // by task
	broken error
	asked  int
}

type claimant struct {
	*claims
	device string
}

func (c claimant) Claim(_ context.Context, name string, _ uint64) (bool, []string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if c.broken != nil {
		return false, nil, c.broken
	}
	if c.of[name] == "" {
		c.of[name] = c.device
	}
	if c.of[name] == c.device {
		return true, nil, nil
	}
	return false, []string{c.of[name]}, nil
}

type saying struct {
	device, part, of string
	whom             []string
	taken            map[string][]string
}

func (c claimant) Say(_ context.Context, task, of, part string, whom []string, _ uint64) (taken map[string][]string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken != nil {
		return nil, c.broken
	}
	for _, s := range c.said[task] {
		if s.device == c.device && s.part == part {
			for _, one := range whom {
				if !slices.Contains(s.whom, one) {
					s.taken[one] = []string{""}
				}
			}
			return s.taken, nil
		}
	}
	taken = map[string][]string{}
	for _, s := range c.said[task] {
		for _, one := range whom {
			if s.device != c.device && slices.Contains(s.whom, one) {
				taken[one] = append(taken[one], s.of)
			}
		}
	}
	if c.said == nil {
		c.said = map[string][]saying{}
	}
	c.said[task] = append(c.said[task], saying{c.device, part, of, whom, taken})
	return taken, nil
}

const deviceA = "aaaaaaaaaaaaaaaa"

func newOffice(t testing.TB) *office {
	return openOffice(t, t.TempDir(), deviceA, &claims{of: map[string]string{}})
}

func openOffice(t testing.TB, home, device string, c *claims) *office {
	t.Helper()
	o, closed, err := open(home, device, c)
	if err != nil {
		t.Fatal(err)
	}
	o.t = t
	t.Cleanup(closed)
	return o
}

func open(home, device string, c *claims) (*office, func(), error) {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, nil, err
	}
	box, err := strongbox.Open(home, strongbox.Options{Create: true, Passphrase: "essai", WorkFactor: 2})
	if err != nil {
		return nil, nil, err
	}
	o := &office{home: home, claims: c, clock: time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)}
	now := func() time.Time { return o.clock }
	records, err := store.Open(home, store.Options{Key: box.Key("store"), Device: device, Now: now})
	if err != nil {
		return nil, nil, err
	}
	may := func(store.Kind) error { return nil }
	mine := func() string { return "off_toronto" }
	o.Post = New(Deps{Store: records, Box: box, Now: now, May: may, Office: mine, Device: func() string { return device },
		People:     people.New(people.Deps{Store: records, Now: now, May: may, Office: mine}),
		Meetings:   meetings.New(meetings.Deps{Store: records, Now: now, May: may}),
		Network:    func() (string, string) { return "net_abc", "Réseau d’essai" },
		OfficeName: func(string) string { return "Toronto" }, Claims: claimant{c, device}})
	o.Meetings.Invited = o.Invited
	return o, func() { _ = records.Close() }, nil
}

func (o *office) account(s *smtptest.Server, change func(*Account)) {
	o.t.Helper()
	a := Account{Host: "127.0.0.1", Port: 25, Security: smtp.None, From: "bureau@example.org", Name: "Réseau d’essai", Postal: "1, rue Inventée, Montréal (Québec)  H0H 0H0"}
	if s != nil {
		a.Port = s.Port()
	}
	if change != nil {
		change(&a)
	}
	if _, err := o.SetAccount(a, ""); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) put(records ...store.Record) {
	o.t.Helper()
	_, err := o.Store.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func memberN(n int) store.Member {
	m := store.Member{ID: fmt.Sprintf("mem_%016d", n), Given: "Zoë", Family: fmt.Sprintf("Inventée %d", n), Email: fmt.Sprintf("m%d@example.org", n), Office: "off_toronto",
		Role: "staff", Chapters: []string{"chp_a"}, Language: "en", Community: "com_a"}
	if n%2 == 0 {
		m.Language = "fr"
	}
	return m
}

// people makes n members who agreed to be written to, and a meeting that they are registered for.
func (o *office) people(n int) store.Meeting {
	o.t.Helper()
	meeting := store.Meeting{ID: "mtg_a", Title: "Peer call", TitleFR: "Appel des pairs", Chapter: "chp_a", Start: "2026-12-02T13:00", Zone: "America/Toronto", Minutes: 60,
		URL: "https://example.org/appel?a=1&b=2", Status: "confirmed"}
	records := []store.Record{meeting, store.Chapter{ID: "chp_a", Name: "Peers", NameFR: "Pairs"}, store.Community{ID: "com_a", Name: "Exampleville", Province: "BC"}}
	for i := 1; i <= n; i++ {
		m := memberN(i)
		records = append(records, m, store.Consent{ID: fmt.Sprintf("con_%016d", i), Member: m.ID, Basis: "express", Source: "form", Date: "2026-01-01"},
			store.Registration{ID: store.RegistrationID(meeting.ID, m.ID), For: meeting.ID, Member: m.ID, Status: "approved"})
	}
	o.put(records...)
	return meeting
}

func (o *office) invite() *Plan {
	o.t.Helper()
	plan, err := o.Plan(Order{Sort: Invitation, For: "mtg_a"})
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.Queue(plan); err != nil {
		o.t.Fatal(err)
	}
	return plan
}

func (o *office) send() SendReport {
	o.t.Helper()
	r, err := o.Send(context.Background(), 0)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o *office) states() map[string]int {
	o.t.Helper()
	counts, err := o.Counts()
	if err != nil {
		o.t.Fatal(err)
	}
	return counts
}

func mailServer(t testing.TB, o smtptest.Options) *smtptest.Server {
	t.Helper()
	s, err := smtptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func dirOf(t testing.TB, name string) string { return filepath.Join(t.TempDir(), name) }
