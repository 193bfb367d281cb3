package command

import "os"

type keyCmd struct {
	Show   keyShowCmd   `cmd:"" help:"key_show"`
	Set    keySetCmd    `cmd:"" help:"key_set"`
	Rotate keyRotateCmd `cmd:"" help:"key_rotate"`
}

type keyShowCmd struct{}

// Run says where the key rests that seals this home.
func (*keyShowCmd) Run(r *run) error {
	if _, err := r.open(); err != nil {
		return err
	}
	return r.answerKey()
}

type keySetCmd struct{}

// Run makes the home rest on CARNET_NEW_PASSPHRASE, or, when that is empty, on the keychain. Passphrases
// come from the environment: arguments are seen by everybody on the machine.
func (*keySetCmd) Run(r *run) error {
	c, err := r.open()
	if err != nil {
		return err
	}
	if err := c.Box.ChangePassphrase(os.Getenv("CARNET_NEW_PASSPHRASE")); err != nil {
		return err
	}
	return r.answerKey()
}

func (r *run) answerKey() error {
	doc := struct {
		Source string `json:"source"`
	}{string(r.carnet.Box.Source())}
	return r.answer(doc, func() string { return r.words.Say("cli.key."+doc.Source, nil) })
}

type keyRotateCmd struct {
	Office string `help:"key_office"`
}

// Run gives the network's laptops new keys for what is written from now on.
func (c *keyRotateCmd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	office, err := carnet.Network.Rotate(c.Office)
	if err != nil {
		return err
	}
	about, err := carnet.Network.About()
	if err != nil {
		return err
	}
	doc := struct {
		Office        string `json:"office"` // id; empty for all
		OfficeName    string `json:"office_name"`
		RosterVersion uint64 `json:"roster_version"`
	}{office.ID, office.Name, about.RosterVersion}
	return r.answer(doc, func() string {
		if office.ID == "" {
			return r.words.Say("cli.key.rotated", nil)
		}
		return r.words.Say("cli.key.rotated.office", map[string]string{"office": office.Name})
	})
}
