// Package calendartest lets a calendar library that others wrote, python3-icalendar of Debian, read Carnet's calendar objects and answer
// them. It is for tests alone.
package calendartest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os/exec"
	"testing"
	"time"
)

//go:embed independent.py
var script string

// Event is an event as the library understood it. Moments are RFC 3339 in UTC, placed with the object's own VTIMEZONE; whole days are dates.
type Event struct {
	UID, Summary, Status, Start, End, Occurs, Organizer, About string
	Sequence                                                   int
	Attendees, Names                                           []string
	Coming                                                     []string // the first starts by the rule
	Without, Besides                                           []string
}

// Object is a calendar object as the library understood it.
type Object struct {
	Method string
	Zones  []string
	Events []Event
}

// Mail is a whole mail as Python's own parser took it apart, and its calendar part as the library did.
type Mail struct {
	Object
	To, From, Subject, Language string
	Part                        string   // the method that its calendar part's type says
	Types                       []string // of its parts, in order
	Text                        string   // of the plain part
	ICS                         string
}

type ask struct {
	ICS    string `json:"ics"`
	Mail   []byte `json:"mail,omitempty"`
	Limit  int    `json:"limit,omitempty"`
	Answer string `json:"answer,omitempty"`
	Stamp  string `json:"stamp,omitempty"`
}

// Read lets the library read objects, and expand the rules of series up to a number of starts.
func Read(t testing.TB, limit int, objects ...[]byte) []Object {
	t.Helper()
	asks := make([]ask, len(objects))
	for i, raw := range objects {
		asks[i] = ask{ICS: string(raw), Limit: limit}
	}
	return run[Object](t, asks)
}

// ReadMails lets others read mails as they came.
func ReadMails(t testing.TB, mails ...[]byte) []Mail {
	t.Helper()
	asks := make([]ask, len(mails))
	for i, raw := range mails {
		asks[i] = ask{Mail: raw}
	}
	return run[Mail](t, asks)
}

// Reply lets the library answer an invitation: accepted, declined or tentative.
func Reply(t testing.TB, invitation []byte, answer string, stamp time.Time) []byte {
	t.Helper()
	replies := run[struct{ ICS string }](t, []ask{{ICS: string(invitation), Answer: answer, Stamp: stamp.UTC().Format(time.RFC3339)}})
	return []byte(replies[0].ICS)
}

func run[T any](t testing.TB, asks []ask) (answers []T) {
	t.Helper()
	var in, out, complaints bytes.Buffer
	encoder := json.NewEncoder(&in)
	for _, a := range asks {
		if err := encoder.Encode(a); err != nil {
			t.Fatal(err)
		}
	}
	python := exec.Command("/usr/bin/python3", "-c", script)
	python.Stdin, python.Stdout, python.Stderr = &in, &out, &complaints
	if err := python.Run(); err != nil {
		t.Fatalf("python3-icalendar (build/setup.sh test installs it): %v\n%s", err, complaints.String())
	}
	decoder := json.NewDecoder(&out)
	for range asks {
		var one T
		if err := decoder.Decode(&one); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, one)
	}
	return answers
}
