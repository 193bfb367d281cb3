package command

import (
	"os"
	"strings"

	"example.org/carnet/app/backup"
)

type backupCmd struct {
	File string `arg:"" help:"backup_file"`
}

// Run closes the home before copying it: its files then hold everything.
func (b *backupCmd) Run(r *run) error {
	c, err := r.open()
	if err != nil {
		return err
	}
	home, box := c.Home, c.Box
	r.carnet = nil
	if err := c.Close(); err != nil {
		return err
	}
	made, err := backup.Write(home, box, os.Getenv("CARNET_PASSPHRASE"), b.File, r.now())
	if err != nil {
		return err
	}
	return r.answer(made, func() string {
		lines := []string{r.words.Say("cli.backup.made", map[string]string{"file": made.File})}
		if made.Code != "" {
			lines = append(lines, r.words.Say("cli.backup.code", map[string]string{"code": made.Code}))
		}
		return strings.Join(lines, "\n")
	})
}

type restoreCmd struct {
	File string `arg:"" help:"restore_file"`
}

// Run makes this home from the backup; it must not exist yet.
func (b *restoreCmd) Run(r *run) error {
	if err := backup.Restore(b.File, r.homeDir(), os.Getenv("CARNET_PASSPHRASE")); err != nil {
		return err
	}
	doc := struct {
		Home string `json:"home"`
	}{r.homeDir()}
	return r.answer(doc, func() string {
		return r.words.Say("cli.restore.done", map[string]string{"home": doc.Home})
	})
}
