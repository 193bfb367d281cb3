package main

import (
	"context"
	"fmt"
	"slices"

	"example.org/carnet/store"
)

// workOfYesterday is a little of what four offices do on any day, so that Today has something to tell.
func (d *demo) workOfYesterday(ctx context.Context) error {
	for _, work := range []func() error{d.torontoCalls, d.montrealConfirms, d.vancouverMoves, d.halifaxWelcomes} {
		if err := work(); err != nil {
			return err
		}
	}
	_, err := d.settle(ctx)
	return err
}

func (d *demo) torontoCalls() error {
	l := d.laptop("toronto")
	for i := range 9 {
		note := fmt.Sprintf("Spoke by telephone, file %d", 41+i)
		if _, _, err := l.People.SetMember(memberNumber(120+i), map[string]string{"notes": note}); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) montrealConfirms() error {
	_, _, err := d.laptop("montreal").Meetings.Set(d.forum, map[string]string{"url": "https://example.org/forum"}, nil)
	if err != nil {
		return err
	}
	_, _, err = d.laptop("montreal").Meetings.Set(d.forum, map[string]string{"mode": "on-site"}, nil)
	return err
}

// vancouverMoves moves the next electeds-only call by half an hour.
func (d *demo) vancouverMoves() error {
	l := d.laptop("vancouver")
	coming, err := l.Meetings.Coming()
	if err != nil {
		return err
	}
	for _, p := range coming {
		if p.Chapter == planOf("electeds").id() && p.Start.After(d.now()) {
			_, _, err := l.Meetings.Set(p.ID, map[string]string{"start": p.Meeting.Start[:11] + "11:30"}, nil)
			return err
		}
	}
	return nil
}

// halifaxWelcomes adds six members to the rural working group.
func (d *demo) halifaxWelcomes() error {
	l, rural := d.laptop("halifax"), planOf("rural").id()
	_, err := l.Store.Edit(func(tx *store.Tx) error {
		for _, id := range l.ownMembers(d)[:6] {
			m, err := store.Get[store.Member](l.Store, id)
			if err != nil {
				return err
			}
			if m.Chapters = append(slices.Clone(m.Chapters), rural); slices.Contains(m.Chapters[:len(m.Chapters)-1], rural) {
				continue
			}
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
