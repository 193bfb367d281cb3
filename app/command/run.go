package command

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// run is one command being carried out; kong hands it to each command's Run.
type run struct {
	world  World
	words  *locale.Words
	home   string
	json   bool
	now    func() time.Time
	code   int
	carnet *app.Carnet
}

// open opens the home of a network. One that lost its network to damage does not pass for empty.
func (r *run) open() (*app.Carnet, error) {
	c, err := r.openDamaged()
	if err != nil {
		return nil, err
	}
	if _, err := c.Network.About(); fault.Is(err, "home_damaged") {
		return nil, err
	}
	return c, nil
}

// openMeeting opens the home and finds a meeting of it.
func (r *run) openMeeting(id string) (*app.Carnet, store.Meeting, error) {
	carnet, err := r.open()
	if err != nil {
		return nil, store.Meeting{}, err
	}
	m, err := carnet.Meetings.Get(id)
	return carnet, m, err
}

// openDamaged also opens what can only be checked.
func (r *run) openDamaged() (*app.Carnet, error) {
	if _, err := os.Stat(r.homeDir()); err != nil {
		return nil, fault.New("no_network").Because(err)
	}
	c, err := r.openBare(false)
	if err != nil {
		return nil, err
	}
	if !c.Network.Exists() {
		return nil, fault.New("no_network")
	}
	return c, nil
}

// openBare also opens a home that has no network yet, and makes it when asked.
func (r *run) openBare(create bool) (*app.Carnet, error) {
	c, err := app.Open(r.homeDir(), app.Options{
		Passphrase: os.Getenv("CARNET_PASSPHRASE"), Create: create, Now: r.now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	r.carnet = c
	if warning := c.Box.Warning(); warning != nil {
		r.note("error."+warning.Code, warning.Facts)
	}
	return c, nil
}

// HomeDir is the home when none is named: the system's per-user configuration folder.
func HomeDir(named string) string {
	if named != "" {
		return named
	}
	if env := os.Getenv("CARNET_HOME"); env != "" {
		return env
	}
	base, err := os.UserConfigDir()
	if err != nil {
		base = "."
	}
	return filepath.Join(base, "Carnet")
}

func (r *run) homeDir() string { return HomeDir(r.home) }

func (r *run) close() {
	if r.carnet == nil {
		return
	}
	if err := r.carnet.Close(); err != nil {
		r.code = r.fail(err)
	}
	r.carnet = nil
}

// answer prints the one JSON document, or what human writes for people.
func (r *run) answer(doc any, human func() string) error {
	if !r.json {
		_, err := fmt.Fprintln(r.world.Out, strings.TrimRight(human(), "\n"))
		return err
	}
	encoder := json.NewEncoder(r.world.Out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(doc)
}

// list is the shape of every list in JSON.
type list[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total"`
}

// answerList prints items as one document, or a line each.
func answerList[T any](r *run, items []T, total int, line func(T) string) error {
	if items == nil {
		items = []T{}
	}
	return r.answer(list[T]{items, total}, func() string {
		lines := make([]string, len(items))
		for i, item := range items {
			lines[i] = line(item)
		}
		return strings.Join(lines, "\n")
	})
}

// note prints a sentence for people beside the answer.
func (r *run) note(key string, facts map[string]string) {
	fmt.Fprintln(r.world.Err, r.words.Say(key, facts))
}

// attention: the command is done, but something waits for a person.
func (r *run) attention() { r.code = Attention }

// fail prints the sentence (and with --json the code) on stderr and gives the exit code.
func (r *run) fail(err error) int {
	sentence := r.words.Error(r.explain(err))
	fmt.Fprintf(r.world.Err, "%s [%s]\n", sentence.Text, sentence.Code)
	if sentence.Code == "wrong_usage" {
		return Usage
	}
	return Failed
}

// helpTexts are the words under cli.help. by their names in the grammar: cli.help.member.add is help:"member_add". They are
// looked up when a page is printed; kong's own variables would cost every command a quarter of a second.
func (r *run) helpTexts() map[string]string {
	texts := map[string]string{}
	for key, text := range r.words.Under("cli.help.") {
		texts[strings.NewReplacer(".", "_", "-", "_").Replace(key)] = text
	}
	return texts
}
