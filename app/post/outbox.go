package post

import (
	"cmp"
	"slices"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Item is one message as people see it in the outbox.
type Item struct {
	Message store.Message
	Mailing store.Mailing
	Subject string
	Fate    Fate
	Mine    bool // this laptop sends it
}

// Filter picks items; zero fields pick all.
type Filter struct {
	State, Mailing, For, Member string
	Limit                       int // 0 means all
}

// recently is how far back the sender looks: nothing is tried for longer.
const recently = 30 * 24 * time.Hour

// stalled is after how long a message that another laptop was about to send is shown as held.
const stalled = 30 * time.Minute

// Outbox gives the messages, the newest mailing first, each in its order. total counts those that the filter picks.
func (p *Post) Outbox(f Filter) (items []Item, total int, err error) {
	mailings, err := p.mailings(func(m store.Mailing) bool {
		return (f.Mailing == "" || m.ID == f.Mailing) && (f.For == "" || m.For == f.For)
	})
	if err != nil {
		return nil, 0, err
	}
	slices.Reverse(mailings)
	for _, m := range mailings {
		messages, err := store.Linked[store.Message](p.Store, m.ID)
		if err != nil {
			return nil, 0, err
		}
		byNumber(messages)
		var facts Facts
		readable := readJSON(m.Facts, &facts) == nil
		for _, one := range messages {
			item := Item{Message: one, Mailing: m, Fate: p.fate(one), Mine: m.Laptop == p.Device()}
			if f.Member != "" && p.Store.Person(one.Member) != p.Store.Person(f.Member) || f.State != "" && item.Fate.State != f.State {
				continue
			}
			if total++; f.Limit > 0 && len(items) >= f.Limit {
				continue
			}
			if readable {
				item.Subject = subjectOf(m, facts, one)
			}
			items = append(items, item)
		}
	}
	return items, total, nil
}

func subjectOf(m store.Mailing, f Facts, to store.Message) string {
	var own Personal
	if readJSON(cmp.Or(to.Facts, "{}"), &own) != nil {
		return ""
	}
	return write(m, f, to, own).Subject
}

// fate is FateOf, but that a message which nobody is sending any more is held.
func (p *Post) fate(m store.Message) Fate { return p.now(FateOf(m.Events)) }

func (p *Post) now(f Fate) Fate {
	if f.State == Sending && p.Now().Sub(f.At) > stalled {
		f.State = Held
	}
	return f
}

// mailings gives those that let through, the oldest first.
func (p *Post) mailings(let func(store.Mailing) bool) (list []store.Mailing, err error) {
	for m, err := range store.All[store.Mailing](p.Store) {
		if err != nil {
			return nil, err
		}
		if let(m) {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b store.Mailing) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	return list, nil
}

// Counts is how many messages of the last 30 days are in each state, for the rail and Today.
func (p *Post) Counts() (map[string]int, error) {
	counts := map[string]int{}
	since := p.Now().Add(-recently).UTC().Format(time.RFC3339)
	mailings, err := p.mailings(func(m store.Mailing) bool { return m.At >= since })
	if err != nil {
		return nil, err
	}
	for _, m := range mailings {
		list, err := p.briefs(m.ID)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			counts[p.now(one.fate).State]++
		}
	}
	return counts, nil
}

// Composed gives a queued message as it goes out, or went.
func (p *Post) Composed(message string) (Composed, error) {
	m, mailing, err := p.message(message)
	if err != nil {
		return Composed{}, err
	}
	return compose(mailing, m)
}

func (p *Post) message(ref string) (store.Message, store.Mailing, error) {
	id, err := p.Store.Resolve(store.KindMessage, ref)
	if err != nil {
		return store.Message{}, store.Mailing{}, err
	}
	m, err := store.Get[store.Message](p.Store, id)
	if err != nil {
		return m, store.Mailing{}, err
	}
	mailing, err := store.Get[store.Mailing](p.Store, m.Mailing)
	if fault.Is(err, "unknown_id") {
		err = fault.New("mail_unreadable")
	}
	return m, mailing, err
}

// expand turns ids of mailings into those of their messages.
func (p *Post) expand(refs []string) (ids []string, err error) {
	for _, ref := range refs {
		if id, err := p.Store.Resolve(store.KindMailing, ref); err == nil {
			messages, err := store.Linked[store.Message](p.Store, id)
			if err != nil {
				return nil, err
			}
			byNumber(messages)
			for _, m := range messages {
				ids = append(ids, m.ID)
			}
			continue
		}
		id, err := p.Store.Resolve(store.KindMessage, ref)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
