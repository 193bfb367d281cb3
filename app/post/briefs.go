package post

import (
	"cmp"
	"slices"
	"sync"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// brief is a message in short: what questions about whole mailings ask of it.
type brief struct {
	id, member string
	number     int
	away       []string // of a series: its times that the message left out
	fate       Fate
}

// told tells whether a message reached its reader, or will.
func (b brief) told() bool {
	return b.member != "" && b.fate.State != Failed && b.fate.State != Stopped
}

// archive keeps what was sent. That stays as it is, so it is read once: a programme of thousands has hundreds of thousands of messages,
// and lists ask of them again and again. Nothing that sends asks it.
type archive struct {
	mu          sync.Mutex
	sent        map[string]brief
	incarnation uint64
}

const mostSent = 500_000

// briefs gives the messages of a mailing in the order of their ids.
func (p *Post) briefs(mailing string) ([]brief, error) {
	ids, err := store.LinkedIDs[store.Message](p.Store, mailing)
	if err != nil {
		return nil, err
	}
	list := make([]brief, 0, len(ids))
	var fresh []string
	p.archive.mu.Lock()
	if now := p.Store.Incarnation(); p.archive.sent == nil || p.archive.incarnation != now || len(p.archive.sent) > mostSent {
		p.archive.sent, p.archive.incarnation = map[string]brief{}, now
	}
	for _, id := range ids {
		if b, known := p.archive.sent[id]; known {
			list = append(list, b)
		} else {
			fresh = append(fresh, id)
		}
	}
	p.archive.mu.Unlock()
	messages, err := p.messagesOf(mailing, fresh, len(ids))
	for _, m := range messages {
		b := brief{id: m.ID, member: m.Member, number: m.Number, away: personalOf(m).Away, fate: FateOf(m.Events)}
		list = append(list, b)
		if b.fate.State == Sent {
			p.archive.keep(b)
		}
	}
	return list, err
}

// messagesOf reads some messages of a mailing, or all at once, which is quicker for many.
func (p *Post) messagesOf(mailing string, ids []string, all int) (list []store.Message, err error) {
	if len(ids) == all {
		return store.Linked[store.Message](p.Store, mailing)
	}
	for _, id := range ids {
		m, err := store.Get[store.Message](p.Store, id)
		if fault.Is(err, "unknown_id") { // gone in between
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

func (a *archive) keep(b brief) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sent != nil {
		a.sent[b.id] = b
	}
}

// told gives the members whom the mailings that let through reached, or will, each with the mailing, the oldest first; of members who were merged, the
// one who stands for them.
func (p *Post) told(let func(store.Mailing) bool, each func(store.Mailing, brief)) error {
	mailings, err := p.mailings(let)
	if err != nil {
		return err
	}
	return p.toldBy(mailings, each)
}

func (p *Post) toldBy(mailings []store.Mailing, each func(store.Mailing, brief)) error {
	for _, m := range mailings {
		list, err := p.briefs(m.ID)
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(a, b brief) int { return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.id, b.id)) })
		for _, one := range list {
			if one.told() {
				one.member = p.Store.Person(one.member)
				each(m, one)
			}
		}
	}
	return nil
}
