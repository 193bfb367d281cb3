package post

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"example.org/carnet/store"
)

// Two laptops that have not heard of each other may have queued the same for the same person. So what is said is claimed too, with
// those to whom it is said: whoever finds that another reached for the same holds it for a person.

// isSaidOnce tells whether a mailing says what a person is to hear once: all but what somebody wrote freely.
func isSaidOnce(m store.Mailing) bool { return m.Sort != Free && m.For != "" }

// mayRepeat tells of a sort that says the same again when somebody asks for it; which time it is, is part of what is said.
func mayRepeat(sort string) bool { return answers(sort) || sort == Reminder || sort == Digest }

// sayingTask names what a mailing says, alike on all laptops. Who was invited is not invited again, whatever changed since.
func sayingTask(network string, m store.Mailing) string {
	f := factsOf(m)
	text := "carnet saying 1\x00" + network + "\x00" + m.Sort + "\x00" + m.For
	switch m.Sort {
	case Update:
		text += "\x00" + strconv.Itoa(f.Occasion.Sequence) + "\x00" + f.Laws
	case Cancellation:
		text += "\x00" + strconv.Itoa(f.Occasion.Sequence)
	}
	sum := sha256.Sum256([]byte(text))
	return "say-" + hex.EncodeToString(sum[:16])
}

// sayingWhom names one to whom something is said, and which time.
func sayingWhom(m store.Message) string { return m.Member + "\x00" + strconv.Itoa(personalOf(m).Nth) }

func personalOf(m store.Message) (own Personal) {
	_ = readJSON(cmp.Or(m.Facts, "{}"), &own) // what cannot be read is not composed either
	return own
}

// say claims what a job's group says, to all of it that is to go out.
func (r *run) say(j job) (taken map[string][]string, err error) {
	messages, err := store.Linked[store.Message](r.Store, j.mailing.ID)
	if err != nil {
		return nil, err
	}
	part := groupOf(j.message)
	var whom []string
	for _, m := range messages {
		if m.Member == "" || groupOf(m) != part || FateOf(m.Events).State != Queued {
			continue
		}
		why, err := r.hindrance(job{mailing: j.mailing, message: m})
		if err != nil {
			return nil, err
		}
		if why == "" || m.ID == j.message.ID {
			whom = append(whom, sayingWhom(m))
		}
	}
	network, _ := r.Network()
	slices.Sort(whom)
	return r.Claims.Say(r.ctx, sayingTask(network, j.mailing), j.mailing.ID, fmt.Sprintf("%s-%d", j.mailing.ID, part), whom, j.first)
}

// reachedElsewhere tells whether a mailing of another laptop may have said the same: but for one that is known here, and did not.
// What a person asked for alone is asked no more.
func (r *run) reachedElsewhere(j job, g *group) (bool, error) {
	if !isSaidOnce(j.mailing) || j.message.Member == "" || again(j.message.Events) > 0 {
		return false, nil
	}
	g.saying.Do(func() {
		g.taken, g.unsaid = r.say(j)
		r.step("said")
	})
	return slices.ContainsFunc(g.taken[sayingWhom(j.message)], func(mailing string) bool {
		if mailing == "" {
			return true
		}
		m, err := store.Get[store.Message](r.Store, messageID(mailing, j.message.Member))
		if err != nil {
			return true // not known yet
		}
		state := FateOf(m.Events).State
		return state != Failed && state != Stopped
	}), g.unsaid
}

func messageID(mailing, member string) string {
	return store.DerivedID(store.KindMessage, mailing+"\x00"+member)
}

// times counts how often members were told something of a sort that may be said again; answers count together.
func (p *Post) times(sort, of string) (map[string]int, error) {
	if of == "" || !mayRepeat(sort) {
		return nil, nil
	}
	mailings, err := store.Linked[store.Mailing](p.Store, of)
	if err != nil {
		return nil, err
	}
	mailings = slices.DeleteFunc(mailings, func(m store.Mailing) bool { return m.Sort != sort && (!answers(sort) || !answers(m.Sort)) })
	times := map[string]int{}
	return times, p.toldBy(mailings, func(_ store.Mailing, one brief) { times[one.member]++ })
}
