package command

import (
	"errors"
	"io/fs"
	"os"

	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

type networkRecover struct {
	Words       string   `required:"" help:"network_recover_words" placeholder:"\"…\""`
	Revoke      []string `help:"network_recover_revoke" placeholder:"DEVICE"`
	Remote      string   `help:"network_recover_remote" placeholder:"URL"`
	Ask         bool     `help:"remote_ask"`
	Coordinator string   `help:"network_coordinator"`
}

// Run takes a network up again with the words on paper: on a laptop of the network, or, with the address
// of its bucket, in a home that has none.
func (c *networkRecover) Run(r *run) error {
	if c.Remote != "" {
		return c.begin(r)
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	about, err := carnet.Network.Recover(c.Words, c.Revoke)
	if err != nil {
		return err
	}
	return r.answerRecovered(about)
}

func (c *networkRecover) begin(r *run) error {
	if c.Coordinator == "" {
		return fault.New("name_needed", "field", "coordinator")
	}
	if entries, err := os.ReadDir(r.homeDir()); err == nil && len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		if carnet, err := r.openBare(false); err == nil && carnet.Network.Exists() {
			return fault.New("network_exists")
		}
		r.close()
	}
	remote, err := bucket.ParseRemote(c.Remote)
	if err != nil {
		return err
	}
	if c.Ask {
		if remote.Credentials, err = r.askCredentials(); err != nil {
			return err
		}
	}
	found, err := network.OpenRecovery(r.context(), remote, c.Words)
	if err != nil {
		return err
	}
	carnet, err := r.openBare(true)
	if err != nil {
		return err
	}
	about, err := carnet.Network.Regain(found, c.Coordinator)
	if err != nil {
		return err
	}
	return c.catchUp(r, about)
}

// catchUp brings all that the bucket has before anybody is shut out. What it cannot do now can be done later,
// by a sync and a revocation.
func (c *networkRecover) catchUp(r *run, about network.About) error {
	_, err := r.carnet.Network.Sync(r.context())
	if err == nil && len(c.Revoke) > 0 {
		if about, err = r.carnet.Network.Recover(c.Words, c.Revoke); err == nil {
			_, err = r.carnet.Network.Sync(r.context())
		}
	}
	if err != nil {
		r.fail(err)
		r.attention()
	} else if about, err = r.carnet.Network.About(); err != nil {
		return err
	}
	return r.answerRecovered(about)
}

func (r *run) answerRecovered(about network.About) error {
	doc := aboutOf(about)
	return r.answer(doc, func() string { return r.words.Say("cli.network.recovered", doc.facts()) })
}

type networkRecovery struct {
	Words string `help:"network_recovery_words" placeholder:"\"…\""`
}

// Run makes new words for the paper.
func (c *networkRecovery) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	words, err := carnet.Network.NewRecovery(c.Words)
	if err != nil {
		return err
	}
	doc := struct {
		Recovery string `json:"recovery"`
	}{words}
	return r.answer(doc, func() string { return r.words.Say("cli.network.words", map[string]string{"words": words}) })
}

type networkPolicy struct {
	ShareCard  string `help:"network_share_card" placeholder:"yes|no"`
	AdminsRead string `help:"network_admins_read" placeholder:"yes|no"`
}

type readingDoc struct {
	ShareCard  bool `json:"share_card"`
	AdminsRead bool `json:"admins_read"`
}

// Run shows the policy, or changes what is named.
func (c *networkPolicy) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	p, err := carnet.Network.Policy()
	if err != nil {
		return err
	}
	before := p
	if p.ShareCard, err = yesNo("share-card", c.ShareCard, p.ShareCard); err != nil {
		return err
	}
	if p.AdminsRead, err = yesNo("admins-read", c.AdminsRead, p.AdminsRead); err != nil {
		return err
	}
	if p != before {
		if err := carnet.Network.SetPolicy(p); err != nil {
			return err
		}
	}
	return r.answer(readingDoc{p.ShareCard, p.AdminsRead}, func() string {
		return r.words.Say("cli.policy.share."+answered(p.ShareCard), nil) + "\n" + r.words.Say("cli.policy.read."+answered(p.AdminsRead), nil)
	})
}

func yesNo(flag, text string, before bool) (bool, error) {
	switch text {
	case "":
		return before, nil
	case "yes", "no":
		return text == "yes", nil
	}
	return before, misused("yes-no", "--"+flag)
}

func answered(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
