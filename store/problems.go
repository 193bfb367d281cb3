package store

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Problem names something that could not be read, and where it was set aside.
type Problem struct {
	Where string `json:"where"` // file of the home, with the byte where it matters
	What  string `json:"what"`
}

const problemsName = "problems.json"

// maxProblems are kept; the oldest go first.
const maxProblems = 200

// Problems gives what Open had to heal or set aside, this time or earlier.
func (s *Store) Problems() []Problem {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.problems)
}

// readProblems takes in what was noted earlier. The list is a convenience: what it names stands in damaged/.
func (s *Store) readProblems() {
	b, err := os.ReadFile(s.path(problemsName))
	if err == nil && json.Unmarshal(b, &s.problems) != nil {
		s.problems = []Problem{{Where: problemsName, What: "cannot be read; the list starts anew"}}
	}
}

// note keeps a problem until Forget.
func (s *Store) note(p Problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.problems, p) {
		return
	}
	s.problems = append(s.problems, p)
	if n := len(s.problems); n > maxProblems {
		s.problems = s.problems[n-maxProblems:]
	}
	_ = s.keepProblems() // the problem itself matters more than that it could not be written down
}

func (s *Store) keepProblems() error {
	b, err := json.MarshalIndent(s.problems, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(s.path(problemsName), append(b, '\n'))
}

// Forget takes what Problems names off the list, once a person has taken note of it. The list moves into a dated
// text under damaged/, beside what was set aside, of which nothing is touched; where is its name. What is still
// wrong is found and named again by Check or Open.
func (s *Store) Forget() (forgotten []Problem, where string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.problems) == 0 {
		return nil, "", nil
	}
	if where, err = s.freePlace("problems-" + s.o.Now().UTC().Format(time.DateOnly) + ".%d.txt"); err != nil {
		return nil, "", err
	}
	var text strings.Builder
	for _, p := range s.problems {
		fmt.Fprintf(&text, "%s\n  %s\n", p.Where, p.What)
	}
	if err := replaceFile(s.path(where), []byte(text.String())); err != nil {
		return nil, "", err
	}
	forgotten, s.problems = s.problems, nil
	if err := os.Remove(s.path(problemsName)); err != nil && !os.IsNotExist(err) {
		s.problems = forgotten
		return nil, "", diskFault(s.path(problemsName), err)
	}
	return forgotten, where, nil
}

// setAside moves a file or folder of the home under damaged/, under a name that is free, and notes why.
func (s *Store) setAside(name, what string) error {
	to, err := s.freeName(name)
	if err != nil {
		return err
	}
	if err := os.Rename(s.path(name), s.path(to)); err != nil {
		return diskFault(s.path(name), err)
	}
	s.note(Problem{Where: name, What: what + "; set aside as " + to})
	return nil
}

// keepAside writes bytes that are about to be cut off under damaged/.
func (s *Store) keepAside(name string, content []byte, what string) error {
	to, err := s.freeName(name)
	if err != nil {
		return err
	}
	if err := replaceFile(s.path(to), content); err != nil {
		return err
	}
	s.note(Problem{Where: name, What: what + "; set aside as " + to})
	return nil
}

func (s *Store) freeName(name string) (string, error) { return s.freePlace(name + ".%d") }

// freePlace gives a name under damaged/ that nobody has, with a number in place of %d.
func (s *Store) freePlace(pattern string) (string, error) {
	if err := os.MkdirAll(s.path(damagedName), 0o700); err != nil {
		return "", diskFault(s.path(damagedName), err)
	}
	for n := 1; ; n++ {
		to := filepath.Join(damagedName, strings.Replace(pattern, "%d", strconv.Itoa(n), 1))
		if _, err := os.Lstat(s.path(to)); os.IsNotExist(err) {
			return to, nil
		}
	}
}
