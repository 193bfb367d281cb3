package desktop

import (
	"strconv"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// rail gathers counts and the sync state; it is asked after every change and must be quick.
func (d *Desktop) rail(c *app.Carnet) (Rail, error) {
	conflicts, err := c.Store.Conflicts()
	if err != nil {
		return Rail{}, err
	}
	sync := d.syncState(c)
	r := Rail{
		Version:     strconv.FormatUint(c.Store.Version(), 10),
		Members:     c.Store.Count(store.KindMember),
		Communities: c.Store.Count(store.KindCommunity),
		Chapters:    c.Store.Count(store.KindChapter),
		Meetings:    c.Meetings.ComingCount(),
		Conflicts:   len(conflicts),
		NetworkHot:  c.Network.NeedsPerson() + c.Network.Asking(),
		Requests:    c.Requests.Count(),
		Today:       c.Now().In(zones.Here()).Format(time.DateOnly),
		Sync:        sync,
	}
	if unsent, err := c.Network.Unsent(); err == nil && len(unsent) > 0 {
		r.NetworkHot++
	}
	r.MailHot = d.mailWaits.get(c.Store.Version(), questionsTime, func() int { return d.mailHot(c) }, d.emitChanged(c))
	r.Waiting = r.Conflicts + r.NetworkHot + r.MailHot
	return r, nil
}

// mailHot counts what of the mail waits for a person: messages that are held, and what came and is not settled.
func (d *Desktop) mailHot(c *app.Carnet) int {
	counts, err := c.Post.Counts()
	if err != nil {
		d.log.Error("the outbox could not be counted", "error", err)
	}
	open, err := c.Inbox.List(true)
	if err != nil {
		d.log.Error("what came by mail could not be counted", "error", err)
	}
	return counts["held"] + len(open)
}

// recordName is how people call a record: a member's name, a meeting's title; of a consent, whose it is.
func (d *Desktop) recordName(c *app.Carnet, kind store.Kind, id string) string {
	lang := d.words().Lang()
	switch kind {
	case store.KindMember:
		if m, err := store.Get[store.Member](c.Store, id); err == nil {
			return memberName(m)
		}
	case store.KindCommunity:
		if m, err := store.Get[store.Community](c.Store, id); err == nil {
			return pick(lang, m.Name, m.NameFR)
		}
	case store.KindChapter:
		if m, err := store.Get[store.Chapter](c.Store, id); err == nil {
			return pick(lang, m.Name, m.NameFR)
		}
	case store.KindMeeting:
		if m, err := c.Meetings.Get(id); err == nil {
			return pick(lang, m.Title, m.TitleFR)
		}
	case store.KindSeries:
		if s, err := store.Get[store.Series](c.Store, id); err == nil {
			return pick(lang, s.Title, s.TitleFR)
		}
	case store.KindConsent:
		if m, err := store.Get[store.Consent](c.Store, id); err == nil {
			return d.recordName(c, store.KindMember, m.Member)
		}
	case store.KindRegistration:
		if m, err := store.Get[store.Registration](c.Store, id); err == nil {
			return d.recordName(c, store.KindMember, m.Member)
		}
	case store.KindPrepared:
		if p, err := store.Get[store.Prepared](c.Store, id); err == nil {
			return d.recordName(c, store.KindMeeting, p.Meeting)
		}
	case store.KindRequest:
		if m, err := store.Get[store.Request](c.Store, id); err == nil {
			return requestName(m)
		}
	case store.KindIncoming:
		if m, err := store.Get[store.Incoming](c.Store, id); err == nil {
			return firstText(m.Subject, m.From)
		}
	case store.KindTemplate:
		if m, err := store.Get[store.Template](c.Store, id); err == nil {
			return d.wordingName(m.Sort, m.Language)
		}
	case store.KindOffice:
		if m, err := store.Get[store.Office](c.Store, id); err == nil {
			return m.Name
		}
	}
	return id
}

// pick gives the French text to French readers when there is one.
func pick(lang, en, fr string) string {
	if (lang == "fr" && fr != "") || en == "" {
		return fr
	}
	return en
}
