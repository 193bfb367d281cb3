// Package command is the command line: the same use cases as the window, for scripts, schedules
// and support. Its contract of names, fields and exit codes is kept (docs/COMMANDS.md). One file a
// noun; it never decides anything a use case should decide.
package command

import (
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"example.org/carnet/app/locale"
	"example.org/carnet/store/fault"
)

// Exit codes.
const (
	Done      = 0
	Failed    = 1 // it failed, nothing changed
	Usage     = 2
	Attention = 3 // done, but something waits for a person
)

// grammar is every noun. Each is declared in the file of its name.
type grammar struct {
	Home string `help:"home" env:"CARNET_HOME" type:"path" placeholder:"DIR"`
	JSON bool   `name:"json" help:"json"`
	Lang string `help:"lang" placeholder:"en|fr"`
	Now  string `help:"now" placeholder:"TIME"`

	Network    networkCmd    `cmd:"" help:"network"`
	Office     officeCmd     `cmd:"" help:"office"`
	Invite     inviteCmd     `cmd:"" help:"invite"`
	Laptop     laptopCmd     `cmd:"" help:"laptop"`
	Remote     remoteCmd     `cmd:"" help:"remote"`
	Lan        lanCmd        `cmd:"" help:"lan"`
	Sync       syncCmd       `cmd:"" help:"sync"`
	Digest     digestCmd     `cmd:"" help:"digest"`
	Check      checkCmd      `cmd:"" help:"check"`
	Key        keyCmd        `cmd:"" help:"key"`
	Backup     backupCmd     `cmd:"" help:"backup"`
	Restore    restoreCmd    `cmd:"" help:"restore"`
	Import     importCmd     `cmd:"" help:"import"`
	Member     memberCmd     `cmd:"" help:"member"`
	Chapter    chapterCmd    `cmd:"" help:"chapter"`
	Consent    consentCmd    `cmd:"" help:"consent"`
	Privacy    privacyCmd    `cmd:"" help:"privacy"`
	Quarantine quarantineCmd `cmd:"" help:"quarantine"`
	Unsent     unsentCmd     `cmd:"" help:"unsent"`
	Duplicates duplicatesCmd `cmd:"" help:"duplicates"`
	History    historyCmd    `cmd:"" help:"history"`
	Undo       undoCmd       `cmd:"" help:"undo"`
	Conflict   conflictCmd   `cmd:"" help:"conflict"`
	Meeting    meetingCmd    `cmd:"" help:"meeting"`
	Series     seriesCmd     `cmd:"" help:"series"`
	Attendance attendanceCmd `cmd:"" help:"attendance"`
	Phone      phoneCmd      `cmd:"" help:"phone"`
	Badges     badgesCmd     `cmd:"" help:"badges"`
	Sheet      sheetCmd      `cmd:"" help:"sheet"`
	Zones      zonesCmd      `cmd:"" help:"zones"`
	Calendar   calendarCmd   `cmd:"" help:"calendar"`
	Mail       mailCmd       `cmd:"" help:"mail"`

	Register     registerCmd     `cmd:"" help:"register"`
	Registration registrationCmd `cmd:"" help:"registration"`
	Request      requestCmd      `cmd:"" help:"request"`
}

// World is what a run stands in: its streams and its window, if this build has one.
type World struct {
	Out, Err io.Writer
	In       io.Reader
	Window   func(home, lang string) error // opens the window; nil in a build without one
	Page     fs.FS                         // what phones are shown; without its index.html none was built in
}

// Run runs one command line and gives its exit code.
func Run(args []string, w World) int {
	r := &run{world: w, words: locale.For(locale.Lang(flagValue(args, "--lang")))}
	var g grammar
	parser, err := kong.New(&g, kong.Name("carnet"), kong.Description(r.words.Say("cli.help.about", nil)),
		kong.Writers(w.Out, w.Err), kong.Help(r.printHelp), kong.Exit(func(code int) { panic(exit(code)) }))
	if err != nil {
		return r.fail(err)
	}
	return r.parse(parser, &g, args)
}

// exit carries kong's wish to end the program, as after --help, out of its parser.
type exit int

func (r *run) parse(parser *kong.Kong, g *grammar, args []string) (code int) {
	defer func() {
		if e, ok := recover().(exit); ok {
			code = int(e)
		}
	}()
	if wantsWindow(args) {
		return r.openWindow(args)
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return r.fail(r.misuse(err))
	}
	if err := r.take(g); err != nil {
		return r.fail(err)
	}
	defer r.close()
	if err := ctx.Run(r); err != nil {
		return r.fail(err)
	}
	return r.code
}

// take reads the flags that all commands share.
func (r *run) take(g *grammar) error {
	r.home, r.json, r.now = g.Home, g.JSON, time.Now
	if lang := strings.ToLower(g.Lang); lang != "" && !strings.HasPrefix(lang, "en") && !strings.HasPrefix(lang, "fr") {
		return misused("lang", g.Lang)
	}
	if g.Now == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, g.Now)
	if err != nil {
		return fault.New("bad_time", "value", g.Now)
	}
	began := time.Now()
	r.now = func() time.Time { return at.Add(time.Since(began)) }
	return nil
}

// wantsWindow: no noun was given, so it is the window that is asked for.
func wantsWindow(args []string) bool {
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "--home", "--lang":
			if i++; i == len(args) {
				return false // a flag without its value
			}
		default:
			return false
		}
	}
	return true
}

func (r *run) openWindow(args []string) int {
	if r.world.Window == nil {
		return r.fail(fault.New("no_window"))
	}
	if err := r.world.Window(flagValue(args, "--home"), flagValue(args, "--lang")); err != nil {
		return r.fail(err)
	}
	return Done
}

// flagValue finds a flag before the parser runs, which needs the language for its help.
func flagValue(args []string, flag string) string {
	for i, a := range args {
		if a == flag && i+1 < len(args) {
			return args[i+1]
		}
		if len(a) > len(flag) && a[:len(flag)+1] == flag+"=" {
			return a[len(flag)+1:]
		}
	}
	return ""
}
