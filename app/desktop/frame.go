package desktop

import (
	"context"
	"log/slog"
	"os"
	"strconv"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/machine"
	"example.org/carnet/store/fault"
)

// New gives the window's parts over a home that is not open yet. Lang is the language until the
// person chooses one.
func New(home, lang string, shell Shell, log *slog.Logger) *Desktop {
	return &Desktop{ctx: context.Background(), home: home, lang: locale.Lang(lang), shell: shell, log: log, power: machine.ReadPower}
}

// words are the reader's.
func (d *Desktop) words() *locale.Words {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return locale.For(d.lang)
}

// FormatError is what the window receives for an error: JSON text with code and sentence.
func (d *Desktop) FormatError(err error) any {
	said := d.words().Error(err)
	if said.Code == "unexpected" {
		d.log.Error("a bound method failed", "error", err)
	}
	return `{"code":` + strconv.Quote(said.Code) + `,"text":` + strconv.Quote(said.Text) + `}`
}

// start opens the home if it is there, and says what the window should show.
func (d *Desktop) start(passphrase string) (s Start, err error) {
	defer d.rescue(&err)
	d.startMu.Lock()
	defer d.startMu.Unlock()
	s = Start{Version: Version, Home: d.home, Preferences: d.preferences()}
	if lang := s.Preferences["lang"]; lang != "" {
		d.setLang(lang)
	}
	s.Preferences["lang"] = d.words().Lang()
	if _, err := d.open(); err == nil {
		return d.describe(s), nil
	}
	if _, err := os.Stat(d.home); os.IsNotExist(err) {
		s.State = "new"
		return s, nil
	}
	if passphrase == "" {
		passphrase = os.Getenv("CARNET_PASSPHRASE")
	}
	switch err := d.openHome(passphrase, false); {
	case err == nil:
		return d.describe(s), nil
	case fault.Is(err, "passphrase_needed"):
		s.State = "locked"
		return s, nil
	case fault.Is(err, "wrong_passphrase"):
		return s, err
	default:
		said := d.words().Error(err)
		s.State, s.Error = "failed", &Failure{Code: said.Code, Text: said.Text}
		d.log.Error("the home did not open", "error", err)
		return s, nil
	}
}

// openHome opens the home and starts what runs beside the window.
func (d *Desktop) openHome(passphrase string, create bool) error {
	c, err := app.Open(d.home, app.Options{Passphrase: passphrase, Create: create, Log: d.log})
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.carnet = c
	d.mu.Unlock()
	c.Store.Watch(func(version uint64) {
		d.shell.Emit("changed", strconv.FormatUint(version, 10))
		d.sender.wake()
	})
	c.Network.Watch(func() { d.shell.Emit("sync") })
	c.Network.Start(d.ctx)
	end := d.startErrands(c)
	d.mu.Lock()
	d.endErrands = end
	d.mu.Unlock()
	return nil
}

// Close ends what runs and closes the home.
func (d *Desktop) Close() {
	d.uploads.clear()
	d.lending.end()
	d.phones.shut()
	d.mu.Lock()
	c, endErrands := d.carnet, d.endErrands
	d.carnet, d.endErrands = nil, nil
	d.mu.Unlock()
	if c == nil {
		return
	}
	if endErrands != nil {
		endErrands()
	}
	if err := c.Close(); err != nil {
		d.log.Error("the home did not close cleanly", "error", err)
	}
}

func (d *Desktop) setLang(lang string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lang = locale.For(lang).Lang()
}

// undoLast takes back the newest edit of this window.
func (d *Desktop) undoLast(c *app.Carnet) (Undone, error) {
	d.mu.Lock()
	if len(d.undo) == 0 {
		d.mu.Unlock()
		return Undone{Text: d.words().Say("undo.nothing", nil)}, nil
	}
	refs := d.undo[len(d.undo)-1]
	d.undo = d.undo[:len(d.undo)-1]
	d.mu.Unlock()
	if _, err := c.Store.Undo(refs); err != nil {
		return Undone{}, err
	}
	return Undone{Any: true, Text: d.sayUndone(c, refs)}, nil
}
