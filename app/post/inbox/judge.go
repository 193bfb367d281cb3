package inbox

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// The states of an Incoming record.
const (
	statusOpen = "open"
	statusDone = "done"
)

// round is one reading: what it found out so far.
type round struct {
	*Inbox
	network, office string
	seen    map[string]bool     // Incoming ids of this round
	answers map[string]mark     // the newest answer by registration id
	read    map[string]bool     // members whose earlier answers are in answers
	mailed  map[string][]string // members by the address that a message went to; nil until it is needed
	regs    map[string]overlay  // registrations that this round makes or changes
	bounced map[string]string   // members whose address this round marks
}

// overlay is a registration as the store will have it.
type overlay struct{ store.Registration }

func (i *Inbox) begin() *round {
	return &round{Inbox: i, network: i.Network(), office: i.Office(), seen: map[string]bool{}, answers: map[string]mark{}, read: map[string]bool{}, regs: map[string]overlay{}, bounced: map[string]string{}}
}

// known tells whether this very mail was taken in, before or just now.
func (r *round) known(id string) bool {
	if r.seen[id] {
		return true
	}
	r.seen[id] = true
	_, err := store.Get[store.Incoming](r.Store, id)
	return err == nil || fault.Is(err, "record_erased") || r.Store.IsDropped(store.KindIncoming, id)
}

// outcome is what one mail leads to.
type outcome struct {
	store.Incoming
	writes  []func(*store.Tx) error
	counts  []func(*Report)
	refused bool
}

func (o *outcome) write(tx *store.Tx) error {
	for _, write := range o.writes {
		if err := write(tx); err != nil {
			return err
		}
	}
	_, err := tx.Put(o.Incoming)
	return err
}

// refuse leaves of an outcome only the mail itself, for a person.
func (o *outcome) refuse(err error) {
	o.writes, o.refused = nil, true
	o.counts = []func(*Report){func(r *Report) { r.NotApplied++ }}
	o.Status = statusOpen
	o.note("refused", fault.CodeOf(err))
}

func (o *outcome) count(r *Report) {
	for _, count := range o.counts {
		count(r)
	}
	if o.Status == statusOpen {
		r.Waiting++
	}
}

func (o *outcome) counting(count func(*Report)) { o.counts = append(o.counts, count) }

// note says what was done or why it was not: a code and its facts, a line each (docs/CALENDAR.md).
func (o *outcome) note(code string, facts ...string) {
	line := strings.TrimSpace(code + " " + strings.Join(facts, " "))
	if o.What != "" {
		line = o.What + "\n" + line
	}
	o.What = cut(line, 1500)
}

// ask leaves the mail for a person, and says why.
func (o *outcome) ask(code string, facts ...string) {
	o.Status = statusOpen
	o.note(code, facts...)
}

// judge finds out what a mail means. It writes nothing.
func (r *round) judge(l letter) *outcome {
	o := &outcome{Incoming: store.Incoming{ID: l.id, Office: r.office, Sort: "unreadable", Status: statusDone, From: l.from, Subject: l.subject, Text: l.text}}
	if !l.at.IsZero() {
		o.At = l.at.Format(time.RFC3339)
	}
	if len(l.messages) > 0 {
		o.Message = l.messages[len(l.messages)-1]
	}
	switch {
	case l.why != "":
		r.unreadable(o, l.why)
	case len(l.report) > 0:
		r.bounce(l, o)
	case l.reports:
		r.unreadable(o, "report")
	case l.calendar != nil:
		r.reply(l, o)
	case wantsOut(l):
		r.unsubscribe(l, o)
	default:
		r.unreadable(o, "words")
	}
	return o
}

// unreadable keeps a mail for a person. Who wrote it is noted when that is known.
func (r *round) unreadable(o *outcome, why string) {
	o.Sort = "unreadable"
	if members := r.membersAt(o.From); len(members) == 1 {
		o.Member = members[0].ID
	}
	o.ask("unreadable", why)
	o.counting(func(r *Report) { r.Unreadable++ })
}

// membersAt gives the members of an address: those who have it now or, if there are none, those whom a message of ours went to there.
func (r *round) membersAt(address string) (members []store.Member) {
	if address == "" {
		return nil
	}
	ids := r.Store.WaitDirectory().ByEmail(address)
	if len(ids) == 0 {
		ids = r.mailedTo(address)
	}
	for _, id := range ids {
		m, err := r.People.Find(id) // who was merged is who was kept
		if err == nil && !slices.ContainsFunc(members, func(other store.Member) bool { return other.ID == m.ID }) {
			members = append(members, m)
		}
	}
	return members
}

func (r *round) mailedTo(address string) []string {
	if r.mailed == nil {
		r.mailed = map[string][]string{}
		for m, err := range store.All[store.Message](r.Store) {
			if to := strings.ToLower(m.To); err == nil && m.Member != "" && !slices.Contains(r.mailed[to], m.Member) {
				r.mailed[to] = append(r.mailed[to], m.Member)
			}
		}
	}
	return r.mailed[address]
}

// writable tells whether this laptop may write a member's record; if not, another office's must.
func (r *round) writable(m store.Member) bool { return r.MayMembersOf(m.Office) == nil }
