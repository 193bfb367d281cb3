package command

import "os"

type keyCmd struct {
	Show keyShowCmd `cmd:"" help:"${help_key_show}"`
	Set  keySetCmd  `cmd:"" help:"${help_key_set}"`
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
