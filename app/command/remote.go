package command

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

type remoteCmd struct {
	Set    remoteSet    `cmd:"" help:"remote_set"`
	Show   remoteShow   `cmd:"" help:"remote_show"`
	Add    remoteAdd    `cmd:"" help:"remote_add"`
	Remove remoteRemove `cmd:"" help:"remote_remove"`
	List   remoteList   `cmd:"" help:"remote_list"`

	Policy remotePolicy `cmd:"" help:"remote_policy"`
}

type remoteDoc struct {
	URL         string `json:"url"`
	Kind        string `json:"kind"`        // none, folder, s3, lan
	Credentials string `json:"credentials"` // none, stored, environment, profile
	Checked     bool   `json:"checked"`
}

// remoteArgs say where a place is.
type remoteArgs struct {
	URL   string `arg:"" help:"remote_url"`
	Ask   bool   `help:"remote_ask"`
	Check bool   `help:"remote_check"`
}

// read makes a remote of them, with credentials where they are asked for, tried where that is.
func (c *remoteArgs) read(r *run, carnet *app.Carnet) (bucket.Remote, error) {
	remote, err := bucket.ParseRemote(c.URL)
	if err == nil && c.Ask {
		remote.Credentials, err = r.askCredentials()
	}
	if err == nil && c.Check {
		err = carnet.Network.TestRemote(r.context(), remote)
	}
	return remote, err
}

type remoteSet struct{ remoteArgs }

func (c *remoteSet) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	remote, err := c.read(r, carnet)
	if err != nil {
		return err
	}
	if err := carnet.Network.SetRemote(remote); err != nil {
		return err
	}
	return r.answerRemote(carnet.Network.Remote(), c.Check)
}

// askCredentials reads two lines from standard input, so that no key stands in a command or a history.
func (r *run) askCredentials() (bucket.Credentials, error) {
	lines := bufio.NewReader(io.LimitReader(r.world.In, 8<<10))
	ask := func(key string) (string, error) {
		_, _ = fmt.Fprint(r.world.Err, r.words.Say(key, nil)+" ")
		line, err := lines.ReadString('\n')
		line = strings.TrimSpace(line)
		if line == "" {
			return "", fault.New("credentials_missing").Because(err)
		}
		return line, nil
	}
	access, err := ask("cli.remote.ask-access")
	if err != nil {
		return bucket.Credentials{}, err
	}
	secret, err := ask("cli.remote.ask-secret")
	if err != nil {
		return bucket.Credentials{}, err
	}
	return bucket.Credentials{AccessKey: access, SecretKey: secret}, nil
}

type remoteShow struct {
	Check bool `help:"remote_check"`
}

func (c *remoteShow) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	remote := carnet.Network.Remote()
	if c.Check {
		if err := carnet.Network.TestRemote(r.context(), remote.Remote); err != nil {
			return err
		}
	}
	return r.answerRemote(remote, c.Check)
}

func (r *run) answerRemote(remote network.Remote, checked bool) error {
	doc := remoteDoc{Kind: "none", Credentials: remote.CredentialsFrom, Checked: checked}
	if remote.Kind != "" {
		doc.URL, doc.Kind = remote.String(), remote.Kind
	}
	return r.answer(doc, func() string {
		if doc.Kind == "none" {
			return r.words.Say("cli.remote.none", nil)
		}
		text := doc.URL
		if checked {
			text += "\n" + r.words.Say("cli.remote.answers", nil)
		}
		return text
	})
}
