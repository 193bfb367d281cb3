package post

import (
	"slices"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Why a message is held or stopped; their words stand in events and never change. People read held.<word> and stopped.<word>.
const (
	whyInterrupted = "interrupted" // this laptop ended while it was being sent
	whyLost        = "lost"        // the connection ended while the server had it
	whyClaimed     = "claimed"     // another laptop reached for it
	whyRestored    = "restored"    // this laptop was restored from a backup since
	whySaid        = "said"        // another laptop reached for the same to say to the same person
	whyByHand      = "by-hand"
	whyTwice       = "twice"      // somebody else's mailing says the same
	whyConsent     = "no-consent" // it was withdrawn since
	whyGone        = "gone"       // the member is no more
	whyBounced     = "bounced"
	whyMoved       = "moved" // the address is another one now
)

// hindrance says why a message that was queued in good faith is not to go out now; empty when it is.
func (r *run) hindrance(j job) (string, error) {
	if j.message.Member == "" {
		return "", nil
	}
	m, err := store.Get[store.Member](r.Store, j.message.Member)
	if fault.Is(err, "unknown_id") {
		return whyGone, nil
	}
	if err == nil && m.MergedInto != "" {
		m, err = r.People.Find(m.ID)
	}
	if err != nil {
		return "", err
	}
	if m.Bounced != "" && m.Bounced == j.message.To {
		return whyBounced, nil
	}
	if !answers(j.mailing.Sort) {
		s, err := r.People.StandingOf(m, r.Now().In(zones.Here()).Format(time.DateOnly))
		if err != nil || s.State != people.ConsentGiven {
			return whyConsent, err
		}
	}
	return r.saidElsewhere(j)
}

// saidElsewhere looks whether another mailing, as of a laptop that was offline too, says the same to the same member.
func (r *run) saidElsewhere(j job) (string, error) {
	return r.twin(j, func(state, mailing string) bool {
		return state == Sent || state == Sending || state == Held || state == Queued && mailing < j.mailing.ID
	})
}

// wasSaid tells of a message that is held since another laptop reached for the same, and for nothing else, whether that is known to
// have said it.
func (r *run) wasSaid(j job) (string, error) {
	if j.fate.State != Held || j.mailing.Laptop != r.Device() || slices.ContainsFunc(j.fate.open, func(e event) bool { return e.what != evHeld || e.words != whySaid }) {
		return "", nil
	}
	return r.twin(j, func(state, _ string) bool { return state == Sent })
}

// twin gives whyTwice when a message of another mailing says the same and is in a state that counts.
func (r *run) twin(j job, counts func(state, mailing string) bool) (string, error) {
	if !isSaidOnce(j.mailing) {
		return "", nil
	}
	others, err := store.Linked[store.Message](r.Store, j.message.Member)
	if err != nil {
		return "", err
	}
	for _, o := range others {
		if o.Mailing == j.mailing.ID {
			continue
		}
		m, err := store.Get[store.Mailing](r.Store, o.Mailing)
		if err != nil || m.Sort != j.mailing.Sort || m.For != j.mailing.For || sayingTask("", m) != sayingTask("", j.mailing) || personalOf(o).Nth != personalOf(j.message).Nth {
			continue
		}
		if counts(FateOf(o.Events).State, m.ID) {
			return whyTwice, nil
		}
	}
	return "", nil
}
