// Package inbox takes in what comes back by mail: answers of calendars, delivery reports, wishes to hear no more. It reads mails from files,
// folders and mailboxes, and writes what follows into the store. Whatever it does not understand it keeps for a person to look at. It
// never sends, and never changes or deletes a mail where it lies.
package inbox

import (
	"context"
	"io"
	"slices"
	"time"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Deps is what the use cases stand on.
type Deps struct {
	Home   string // where it is kept up to which mail a mailbox was read
	Store  *store.Store
	People *people.People
	Now    func() time.Time
	// May and MayMembersOf tell whether this laptop may write records of a kind, and members of an office: nil, or the fault role_forbids.
	May          func(kind store.Kind) error
	MayMembersOf func(office string) error
	// Office and Network give the ids of this laptop's office and of the network.
	Office, Network func() string
}

// Inbox holds the use cases.
type Inbox struct{ Deps }

// New gives the use cases over an open store.
func New(d Deps) *Inbox { return &Inbox{d} }

// Source is where mails come from, one handful after the other.
type Source interface {
	// Next gives some mails, and io.EOF when there are no more.
	Next(ctx context.Context) ([][]byte, error)
	// Kept says that all mails given so far are in the store for good.
	Kept() error
	Close() error
}

// Report counts what a reading brought. Everything read is counted once, and Waiting counts besides what a person has to look at.
type Report struct {
	Read         int `json:"read"`
	Known        int `json:"known"` // the same mail was taken in before
	Accepted     int `json:"accepted"`
	Declined     int `json:"declined"`
	Tentative    int `json:"tentative"`
	Stale        int `json:"stale"` // a newer answer is known
	Bounced      int `json:"bounced"`
	Soft         int `json:"soft"`
	Unsubscribed int `json:"unsubscribed"`
	Unreadable   int `json:"unreadable"` // or of a person, in words
	NotApplied   int `json:"not_applied"`
	Waiting      int `json:"waiting"`
}

// Read takes in all mails of a source. What was kept before a fault stays, and reading again changes nothing of it.
func (i *Inbox) Read(ctx context.Context, from Source) (r Report, err error) {
	if err := i.May(store.KindIncoming); err != nil {
		return r, err
	}
	round := i.begin()
	for {
		mails, err := from.Next(ctx)
		if len(mails) > 0 {
			if err := round.take(mails, &r); err != nil {
				return r, err
			}
			if err := from.Kept(); err != nil {
				return r, err
			}
		}
		if err == io.EOF {
			return r, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return r, err
		}
	}
}

// take judges some mails and keeps what follows, an edit for each.
func (r *round) take(mails [][]byte, report *Report) error {
	outcomes := make([]*outcome, 0, len(mails))
	for _, raw := range mails {
		l := read(raw)
		report.Read++
		if r.known(l.id) {
			report.Known++
			continue
		}
		outcomes = append(outcomes, r.judge(l))
	}
	for len(outcomes) > 0 {
		done, err := r.Store.EditEach(steps(outcomes))
		for _, o := range outcomes[:done] {
			o.count(report)
		}
		outcomes = outcomes[done:]
		if err == nil {
			return nil
		}
		if len(outcomes) == 0 || outcomes[0].refused || !refusal(err) {
			return err
		}
		outcomes[0].refuse(err) // keep the mail for a person, and go on
	}
	return nil
}

// refusal tells whether an edit was not allowed or not understood, which says nothing against the next one.
func refusal(err error) bool {
	return fault.Is(err, "role_forbids") || fault.Is(err, "details_elsewhere") || fault.Is(err, "record_erased") || fault.Is(err, "bad_change")
}

func steps(outcomes []*outcome) func(yield func(func(*store.Tx) error) bool) {
	return func(yield func(func(*store.Tx) error) bool) {
		for _, o := range outcomes {
			if !yield(o.write) {
				return
			}
		}
	}
}

// List gives what came, newest first; only what waits for a person when open is set.
func (i *Inbox) List(open bool) (list []store.Incoming, err error) {
	for in, err := range store.All[store.Incoming](i.Store) {
		if err != nil {
			return nil, err
		}
		if !open || in.Status == statusOpen {
			list = append(list, in)
		}
	}
	slices.SortFunc(list, func(a, b store.Incoming) int {
		if a.At != b.At {
			if a.At > b.At {
				return -1
			}
			return 1
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list, nil
}

// Done says that a person looked at what came.
func (i *Inbox) Done(id string) ([]store.Ref, error) {
	if err := i.May(store.KindIncoming); err != nil {
		return nil, err
	}
	whole, err := i.Store.Resolve(store.KindIncoming, id)
	if err != nil {
		return nil, err
	}
	return i.Store.Edit(func(tx *store.Tx) error {
		in, err := store.GetIn[store.Incoming](tx, whole)
		if err == nil {
			in.Status = statusDone
			_, err = tx.Put(in)
		}
		return err
	})
}
