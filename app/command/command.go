// Package command is the command line: the same use cases as the window, for scripts, schedules
// and support. Its contract of names, fields and exit codes is kept (docs/COMMANDS.md). One file a
// noun; it never decides anything a use case should decide.
package command

import (
	"io"
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
	Home string `help:"${help_home}" env:"CARNET_HOME" type:"path" placeholder:"DIR"`
	JSON bool   `name:"json" help:"${help_json}"`
	Lang string `help:"${help_lang}" placeholder:"en|fr"`
	Now  string `help:"${help_now}" placeholder:"TIME"`

	Network    networkCmd    `cmd:"" help:"${help_network}"`
	Office     officeCmd     `cmd:"" help:"${help_office}"`
	Invite     inviteCmd     `cmd:"" help:"${help_invite}"`
	Laptop     laptopCmd     `cmd:"" help:"${help_laptop}"`
	Remote     remoteCmd     `cmd:"" help:"${help_remote}"`
	Lan        lanCmd        `cmd:"" help:"${help_lan}"`
	Sync       syncCmd       `cmd:"" help:"${help_sync}"`
	Digest     digestCmd     `cmd:"" help:"${help_digest}"`
	Check      checkCmd      `cmd:"" help:"${help_check}"`
	Key        keyCmd        `cmd:"" help:"${help_key}"`
	Backup     backupCmd     `cmd:"" help:"${help_backup}"`
	Restore    restoreCmd    `cmd:"" help:"${help_restore}"`
	Import     importCmd     `cmd:"" help:"${help_import}"`
	Member     memberCmd     `cmd:"" help:"${help_member}"`
	Chapter    chapterCmd    `cmd:"" help:"${help_chapter}"`
	Consent    consentCmd    `cmd:"" help:"${help_consent}"`
	Privacy    privacyCmd    `cmd:"" help:"${help_privacy}"`
	Quarantine quarantineCmd `cmd:"" help:"${help_quarantine}"`
	Duplicates duplicatesCmd `cmd:"" help:"${help_duplicates}"`
	History    historyCmd    `cmd:"" help:"${help_history}"`
	Undo       undoCmd       `cmd:"" help:"${help_undo}"`
	Conflict   conflictCmd   `cmd:"" help:"${help_conflict}"`
	Meeting    meetingCmd    `cmd:"" help:"${help_meeting}"`
	Attendance attendanceCmd `cmd:"" help:"${help_attendance}"`
	Zones      zonesCmd      `cmd:"" help:"${help_zones}"`
	Calendar   calendarCmd   `cmd:"" help:"${help_calendar}"`
	Mail       mailCmd       `cmd:"" help:"${help_mail}"`
}

// World is what a run stands in: its streams and its window, if this build has one.
type World struct {
	Out, Err io.Writer
	In       io.Reader
	Window   func(home, lang string) error // opens the window; nil in a build without one
}

// Run runs one command line and gives its exit code.
func Run(args []string, w World) int {
	r := &run{world: w, words: locale.For(locale.Lang(flagValue(args, "--lang")))}
	var g grammar
	parser, err := kong.New(&g, kong.Name("carnet"), kong.Description(r.words.Say("cli.help.about", nil)),
		r.helpTexts(), kong.Writers(w.Out, w.Err), kong.Help(r.printHelp), kong.Exit(func(code int) { panic(exit(code)) }))
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
