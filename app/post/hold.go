package post

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Hold keeps messages that are not sent yet from going out until somebody releases them; those that went out stay as they are.
// It takes messages and whole mailings. Faults: unknown_id, ambiguous_id, role_forbids.
func (p *Post) Hold(refs []string) (held int, err error) {
	ids, entries, err := p.about(refs)
	if err != nil {
		return 0, err
	}
	_, err = p.Store.Edit(func(tx *store.Tx) error {
		entries = nil // the edit may run again
		for _, id := range ids {
			m, err := store.GetIn[store.Message](tx, id)
			if err != nil {
				return err
			}
			if f := FateOf(m.Events); f.State == Queued {
				entries = append(entries, entry{id, f.next(p.Now(), evHeld, p.Device(), whyByHand)})
			}
		}
		return putEvents(tx, entries, nil)
	})
	return len(entries), err
}

func (p *Post) about(refs []string) (ids []string, entries []entry, err error) {
	if err := p.May(store.KindMessage); err != nil {
		return nil, nil, err
	}
	ids, err = p.expand(refs)
	return ids, nil, err
}

// Arrived notes that a person knows that messages got there: they are not sent again. Faults as Hold.
func (p *Post) Arrived(refs []string) (int, error) {
	ids, entries, err := p.about(refs)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		m, err := store.Get[store.Message](p.Store, id)
		if err != nil {
			return 0, err
		}
		if f := p.fate(m); f.State == Held || f.State == Failed {
			entries = append(entries, entry{id, f.next(p.Now(), evArrived, p.Device(), whyByHand)})
		}
	}
	return len(entries), writeEvents(p.Store, entries)
}

// Stop takes messages that did not go out off the queue for good. Faults as Hold.
func (p *Post) Stop(refs []string) (int, error) {
	ids, entries, err := p.about(refs)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		m, err := store.Get[store.Message](p.Store, id)
		if err != nil {
			return 0, err
		}
		if f := p.fate(m); f.State == Queued || f.State == Held {
			entries = append(entries, entry{id, f.next(p.Now(), evStopped, p.Device(), whyByHand)})
		}
	}
	return len(entries), writeEvents(p.Store, entries)
}

// Release has messages sent that were held, stopped or refused: a person decided that they did not arrive. Each is claimed, so that
// of two people who decide it on two laptops only one is heard. The laptop that releases them sends them. refused counts those
// that somebody else released. Faults as Hold, and those of the bucket.
func (p *Post) Release(ctx context.Context, refs []string) (released, refused int, err error) {
	ids, _, err := p.about(refs)
	if err != nil {
		return 0, 0, err
	}
	for _, id := range ids {
		m, err := store.Get[store.Message](p.Store, id)
		if err != nil {
			return released, refused, err
		}
		f := p.fate(m)
		if f.State != Held && f.State != Failed && f.State != Stopped {
			continue
		}
		won, err := p.release(ctx, m, f)
		if err != nil {
			return released, refused, err
		}
		if !won {
			refused++
			continue
		}
		released++
	}
	return released, refused, nil
}

func (p *Post) release(ctx context.Context, m store.Message, f Fate) (won bool, err error) {
	if slices.ContainsFunc(f.open, func(e event) bool { return e.what == evHeld || e.what == evSending }) {
		if won, _, err = p.Claims.Claim(ctx, fmt.Sprintf("%s-%d", m.ID, again(m.Events)+1), p.firstOf(m.Mailing)); err != nil || !won {
			return won, err
		}
		p.step("claimed")
	}
	mailing, err := store.Get[store.Mailing](p.Store, m.Mailing)
	if err != nil {
		return false, err
	}
	_, err = p.Store.Edit(func(tx *store.Tx) error {
		if mailing.Laptop != p.Device() { // the rest stays where it is: this one goes into a mailing of its own
			own := mailing
			own.ID, own.Laptop = store.DerivedID(store.KindMailing, mailing.ID+"\x00"+p.Device()), p.Device()
			if _, err := tx.Put(own); err != nil {
				return err
			}
			m.Mailing = own.ID
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		var entries []entry
		for _, e := range f.answers(p.Now(), p.Device()) {
			entries = append(entries, entry{m.ID, e})
		}
		return putEvents(tx, entries, nil)
	})
	p.step("released")
	return err == nil, err
}

// again counts how often a person had a message sent again.
func again(events []string) (n int) {
	for _, text := range events {
		if e, ok := parseEvent(text); ok && e.what == evAgain {
			n++
		}
	}
	return n
}

// TakenOver is what became of a dead laptop's queue.
type TakenOver struct {
	Taken int // messages that this laptop sends from now on
	Held  int // that the other laptop may have sent: a person decides
}

// TakeOver makes this laptop send what another has queued, as when that is broken. Each group of messages is claimed; what the other
// has claimed and not reported is held. Only an admin may. Faults: role_forbids, unknown_laptop when it queued nothing, mail_no_account,
// and those of the bucket, upon which the rest stays as it is.
func (p *Post) TakeOver(ctx context.Context, device string) (t TakenOver, err error) {
	if err := p.May(store.KindNetwork); err != nil { // which only admins write
		return t, err
	}
	account, err := p.Account()
	if err == nil {
		err = account.ready()
	}
	if err != nil {
		return t, err
	}
	since := p.Now().Add(-recently).UTC().Format(time.RFC3339)
	mailings, err := p.mailings(func(m store.Mailing) bool { return m.Laptop == device && m.At >= since })
	if err != nil {
		return t, err
	}
	if len(mailings) == 0 || device == p.Device() {
		return t, fault.New("mail_nothing_queued", "device", device)
	}
	for _, m := range mailings {
		if err := p.takeMailing(ctx, m, &t); err != nil {
			return t, err
		}
	}
	return t, nil
}

func (p *Post) takeMailing(ctx context.Context, m store.Mailing, t *TakenOver) error {
	messages, err := store.Linked[store.Message](p.Store, m.ID)
	if err != nil {
		return err
	}
	byNumber(messages)
	var entries []entry
	groups := map[int]bool{}
	for _, one := range messages {
		f := p.fate(one)
		if f.State != Queued && f.State != Sending {
			continue
		}
		number := groupOf(one)
		won, asked := groups[number]
		if !asked {
			if won, _, err = p.Claims.Claim(ctx, fmt.Sprintf("%s-%d", m.ID, number), 0); err != nil {
				return err
			}
			groups[number] = won
			p.step("claimed")
		}
		if won && f.State == Queued {
			t.Taken++
			continue
		}
		t.Held++
		entries = append(entries, entry{one.ID, f.next(p.Now(), evHeld, p.Device(), whyClaimed)})
	}
	_, err = p.Store.Edit(func(tx *store.Tx) error {
		m.Laptop = p.Device()
		if _, err := tx.Put(m); err != nil {
			return err
		}
		return putEvents(tx, entries, nil)
	})
	p.step("taken")
	return err
}
