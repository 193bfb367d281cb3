package requests

import (
	"cmp"
	"path/filepath"
	"strings"
	"time"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// Intake says what a list of requests brought.
type Intake struct {
	Format                            string
	Columns                           []people.Column
	Rows, Created, Unchanged, Matched int // Matched: of those created, how many are members
	Refused                           []people.Refusal
	Requests                          []string // ids of those created
	Refs                              []store.Ref
}

// IntakeOptions say how a list is read.
type IntakeOptions struct {
	Columns map[string]string // heading to field, before what is recognized
	Source  string            // empty means the file's name
	DryRun  bool
}

// ImportFile takes in a list of requests. The same list again changes nothing. Faults of people.ReadAskingFile and Target.
func (r *Requests) ImportFile(path, forRef string, o IntakeOptions) (*Intake, error) {
	o.Source = cmp.Or(o.Source, filepath.Base(path))
	return r.take(forRef, o, func() (*people.Asked, error) { return r.People.ReadAskingFile(path, o.Columns) })
}

// ImportText takes in what was pasted.
func (r *Requests) ImportText(text, forRef string, o IntakeOptions) (*Intake, error) {
	return r.take(forRef, o, func() (*people.Asked, error) { return r.People.ReadAskingText(text) })
}

// Add takes in one request, field by field. One that is there already is given back as it is. Faults: bad_email, name_missing.
func (r *Requests) Add(forRef string, fields map[string]string, source string) (store.Request, []store.Ref, error) {
	one, err := people.AskingOf(fields)
	if err != nil {
		return store.Request{}, nil, err
	}
	in, err := r.take(forRef, IntakeOptions{Source: source}, func() (*people.Asked, error) { return &people.Asked{Rows: []people.Asking{one}}, nil })
	if err != nil {
		return store.Request{}, nil, err
	}
	t, err := r.Target(forRef)
	if err != nil {
		return store.Request{}, nil, err
	}
	q, err := store.Get[store.Request](r.Store, r.idOf(t.ID, one))
	return q, in.Refs, err
}

// idOf is the same for the same words, so that a list that comes again, grown by some rows, brings only those.
func (r *Requests) idOf(target string, a people.Asking) string {
	words := strings.Join(strings.Fields(directory.Fold(strings.Join([]string{a.Given, a.Family, a.Email, a.Town, a.Text}, " "))), " ")
	return store.DerivedID(store.KindRequest, strings.Join([]string{r.Office(), target, words}, "\x00"))
}

func (r *Requests) take(forRef string, o IntakeOptions, read func() (*people.Asked, error)) (*Intake, error) {
	if err := r.May(store.KindRequest); err != nil {
		return nil, err
	}
	t, err := r.Target(forRef)
	if err != nil {
		return nil, err
	}
	asked, err := read()
	if err != nil {
		return nil, err
	}
	if err := t.open(); err != nil {
		return nil, err
	}
	in := &Intake{Format: asked.Format, Columns: asked.Columns, Rows: len(asked.Rows) + len(asked.Refused), Refused: asked.Refused}
	fresh, err := r.fresh(t, asked.Rows, o.Source, in)
	if err != nil || o.DryRun || len(fresh) == 0 {
		return in, err
	}
	in.Refs, err = r.Store.Edit(func(tx *store.Tx) error {
		if err := r.hold(tx, t); err != nil {
			return err
		}
		for _, q := range fresh {
			if _, err := tx.Put(q); err != nil {
				return err
			}
		}
		return nil
	})
	return in, err
}

// fresh gives the requests that are not there yet, in the order of their rows, with who and where they are.
func (r *Requests) fresh(t Target, rows []people.Asking, source string, in *Intake) (fresh []store.Request, err error) {
	matcher, err := r.People.Matcher()
	if err != nil {
		return nil, err
	}
	now, seen := r.Now().UTC(), map[string]bool{}
	for i, a := range rows {
		id := r.idOf(t.ID, a)
		if _, err := store.Get[store.Request](r.Store, id); err == nil || seen[id] {
			in.Unchanged++
			continue
		} else if !fault.Is(err, "unknown_id") {
			return nil, err
		}
		seen[id] = true
		q := store.Request{ID: id, Office: r.Office(), For: t.ID, Status: Open, Source: source,
			At:    now.Add(time.Duration(i) * time.Millisecond).Format(instant), // who stands above in a list asked before
			Given: a.Given, Family: a.Family, Email: a.Email, Phone: a.Phone, Role: a.Role, Title: a.Title, Town: a.Town, Language: a.Language, Text: a.Text}
		match := matcher.Exact(wanted(q))
		q.Member, q.Community = match.Member, match.Community
		if q.Member != "" {
			in.Matched++
		}
		in.Created++
		in.Requests = append(in.Requests, id)
		fresh = append(fresh, q)
	}
	return fresh, nil
}

func wanted(q store.Request) people.Wanted {
	return people.Wanted{Given: q.Given, Family: q.Family, Email: q.Email, Town: q.Town}
}
