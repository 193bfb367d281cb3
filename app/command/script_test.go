package command_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"example.org/carnet/app/command"
	"example.org/carnet/build/devserver"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"carnet": func() {
			os.Exit(command.Run(os.Args[1:], command.World{In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
				Page: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>a page for phones")}}}))
		},
		"phone": func() { os.Exit(asPhone(os.Args[1:])) },
	})
}

// TestScenarios runs every file of testdata. Beside testscript's own words they may use:
//
//	exits CODE PROGRAM ARG...     runs a program that must end with this code
//	jsonfield FILE PATH WANT      one value of a JSON document, as items.0.state; count:PATH counts a list;
//	                              WANT may be ">3", "<3" or "/a pattern/"; with ! it must differ
//	jsonvar NAME FILE PATH        puts such a value into a variable
//	sameas FILE FILE              two files hold the same, as cmp, but takes stdout twice
//	keep NAME                     keeps stdout in the file NAME
//	waitfor GLOB                  waits until a file is there, 10 seconds at most
//	until PATTERN PROGRAM ARG...  runs a program until it ends well and stdout matches, 20 seconds at most
//	freeport NAME                 puts the number of a free port into a variable
//	stopwatch start | under 5s    measures what stands between
//	newzones FILE EDITION [ZONE LIKE]   writes zone data of another edition, with the clocks of ZONE as those of LIKE
//	damage GLOB flip|cut|garbage  harms files in a bucket
//	mailserver NAME [KIND]...     starts a real mail server: $NAME_PORT, its authority in NAME.pem; KIND is starttls, login, or what it does:
//	                              refuse=ADDRESS, later=ADDRESS (the first time), lose=ADDRESS (after taking it)
//	mails NAME ADDRESS COUNT      how many mails the server has for an address; the last is kept in the file ADDRESS.eml
//	exec phone PORT PATH BODY     asks a door as a phone does, with the token in $TOKEN; NOW in the body is the phone's clock
//	versitygw BUCKET              starts a real S3 service with one bucket: $ENDPOINT and credentials
//	versitygw stop                stops it, as a network that goes away
func TestScenarios(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_RUNTIME_DIR", env.WorkDir+"/run") // no session bus, so no keychain
			env.Setenv("LANG", "en")
			env.Setenv("XDG_CONFIG_HOME", env.WorkDir+"/config")
			env.Setenv("CARNET_VERSITYGW", os.Getenv("CARNET_VERSITYGW"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "jsonfield": jsonField, "jsonvar": jsonVar, "sameas": sameAs, "keep": keep,
			"textvar": textVar, "until": until, "freeport": freePort,
			"newzones": newZones, "waitfor": waitFor, "stopwatch": stopwatch, "damage": damage, "versitygw": versitygw,
			"mailserver": mailServer, "mails": mails,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%s did not run: %v", args[1], err)
		}
		got = ended.ExitCode()
	}
	if (got == want) == neg {
		ts.Fatalf("%s ended with %d, not %d", args[1], got, want)
	}
}

func jsonField(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: jsonfield FILE PATH WANT")
	}
	got := valueAt(ts, args[0], args[1])
	if matches(ts, got, args[2]) == neg {
		ts.Fatalf("%s is %q, want %q", args[1], got, args[2])
	}
}

func jsonVar(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: jsonvar NAME FILE PATH")
	}
	ts.Setenv(args[0], valueAt(ts, args[1], args[2]))
}

// textVar takes a file's text, without the blanks around it.
func textVar(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

// valueAt gives the text of one value: strings bare, everything else as JSON.
func valueAt(ts *testscript.TestScript, file, path string) string {
	var value any
	if err := json.Unmarshal([]byte(ts.ReadFile(file)), &value); err != nil {
		ts.Fatalf("%s is not one JSON document: %v", file, err)
	}
	path, counts := strings.CutPrefix(path, "count:")
	for name := range strings.SplitSeq(path, ".") {
		if name != "" {
			value = step(ts, value, name)
		}
	}
	if items, ok := value.([]any); ok && counts {
		return strconv.Itoa(len(items))
	}
	if fields, ok := value.(map[string]any); ok && counts {
		return strconv.Itoa(len(fields))
	}
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	ts.Check(err)
	return string(text)
}

func step(ts *testscript.TestScript, value any, name string) any {
	switch v := value.(type) {
	case map[string]any:
		inner, ok := v[name]
		if !ok {
			ts.Fatalf("there is no %q in %v", name, v)
		}
		return inner
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(v) {
			ts.Fatalf("there is no item %s among %d", name, len(v))
		}
		return v[i]
	}
	ts.Fatalf("%v has no %q", value, name)
	return nil
}

func matches(ts *testscript.TestScript, got, want string) bool {
	switch {
	case len(want) > 1 && (want[0] == '>' || want[0] == '<'):
		limit, err := strconv.ParseFloat(want[1:], 64)
		ts.Check(err)
		n, err := strconv.ParseFloat(got, 64)
		ts.Check(err)
		return (want[0] == '>' && n > limit) || (want[0] == '<' && n < limit)
	case len(want) > 1 && want[0] == '/' && want[len(want)-1] == '/':
		return regexp.MustCompile(want[1 : len(want)-1]).MatchString(got)
	}
	return got == want
}

func keep(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile("stdout")), 0o600))
}

func sameAs(ts *testscript.TestScript, neg bool, args []string) {
	if (ts.ReadFile(args[0]) == ts.ReadFile(args[1])) == neg {
		ts.Fatalf("%s holds\n%s%s holds\n%s", args[0], ts.ReadFile(args[0]), args[1], ts.ReadFile(args[1]))
	}
}

func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	for range 200 {
		if found, _ := filepath.Glob(ts.MkAbs(args[0])); len(found) > 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("there is still no %s", args[0])
}

func until(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile(args[0])
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(200 * time.Millisecond) {
		if ts.Exec(args[1], args[2:]...) == nil && pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
	}
	ts.Fatalf("%s never said %s", strings.Join(args[1:], " "), args[0])
}

func freePort(ts *testscript.TestScript, _ bool, args []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
	ts.Check(listener.Close())
}

func stopwatch(ts *testscript.TestScript, _ bool, args []string) {
	if args[0] == "start" {
		ts.Setenv("STOPWATCH", time.Now().Format(time.RFC3339Nano))
		return
	}
	began, err := time.Parse(time.RFC3339Nano, ts.Getenv("STOPWATCH"))
	ts.Check(err)
	limit, err := time.ParseDuration(args[1])
	ts.Check(err)
	if took := time.Since(began); took > limit {
		ts.Fatalf("it took %s, not under %s", took, limit)
	}
}

func damage(ts *testscript.TestScript, _ bool, args []string) {
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(found) == 0 {
		ts.Fatalf("there is no %s", args[0])
	}
	for _, path := range found {
		body, err := os.ReadFile(path)
		ts.Check(err)
		switch args[1] {
		case "flip":
			body[len(body)/2] ^= 1
		case "cut":
			body = body[:len(body)/2]
		case "garbage":
			body = []byte("not a snapshot")
		default:
			ts.Fatalf("damage can flip, cut, or write garbage")
		}
		ts.Check(os.WriteFile(path, body, fs.FileMode(0o600)))
	}
}

func versitygw(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs("s3")
	ts.Check(os.MkdirAll(filepath.Join(dir, args[0]), 0o700))
	endpoint, stop, err := devserver.StartVersitygw(dir)
	ts.Check(err)
	ts.Defer(stop)
	ts.SetCmd("versitygw", func(*testscript.TestScript, bool, []string) { stop() })
	ts.Setenv("ENDPOINT", endpoint)
	ts.Setenv("AWS_ACCESS_KEY_ID", devserver.AccessKey)
	ts.Setenv("AWS_SECRET_ACCESS_KEY", devserver.SecretKey)
}
