package post

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"example.org/carnet/store"
)

// groupSize is how many messages of a mailing are claimed at once.
const groupSize = 50

// group is up to 50 messages of one mailing that one laptop sends.
type group struct {
	once sync.Once
	won  bool
	why  string // they are held, and why
	err  error  // it is open, and why

	saying sync.Once
	taken  map[string][]string // of whom others reached for with the same to say, and with which mailings
	unsaid error               // why that is not known
}

// job is one message that is due.
type job struct {
	mailing store.Mailing
	message store.Message
	fate    Fate
	first   uint64 // own change by which others learn of the mailing
}

// due lists what this laptop has to send now.
func (r *run) due() (jobs []job, err error) {
	first := map[string]uint64{}
	err = r.each(func(mailing store.Mailing, m store.Message, f Fate) error {
		if mailing.Laptop != r.Device() || f.State != Queued {
			return nil
		}
		if f.Next.After(r.Now()) {
			r.waits(f.Next)
			return nil
		}
		if _, known := first[mailing.ID]; !known {
			first[mailing.ID] = r.firstOf(mailing.ID)
		}
		jobs = append(jobs, job{mailing, m, f, first[mailing.ID]})
		return nil
	})
	if r.limit > 0 && len(jobs) > r.limit {
		r.report.Waiting += len(jobs) - r.limit
		jobs = jobs[:r.limit]
	}
	return jobs, err
}

func (r *run) waits(until time.Time) {
	r.report.Waiting++
	if r.report.Next.IsZero() || until.Before(r.report.Next) {
		r.report.Next = until
	}
}

// firstOf gives the own change by which others learn of a mailing; 0 when another laptop queued it.
func (p *Post) firstOf(mailing string) (first uint64) {
	past, err := p.Store.History(store.KindMailing, mailing)
	if err != nil {
		return 0
	}
	for _, line := range past {
		if line.Device != p.Device() && line.Field == "sort" {
			return 0
		}
		if line.Device == p.Device() && (first == 0 || line.Seq < first) {
			first = line.Seq
		}
	}
	return first
}

func groupOf(m store.Message) int { return (max(m.Number, 1)-1)/groupSize + 1 }

// claimed asks once for the group that a job belongs to.
func (r *run) claimed(j job) *group {
	name := fmt.Sprintf("%s-%d", j.mailing.ID, groupOf(j.message))
	if n := again(j.message.Events); n > 0 { // a person asked for this one alone
		name = fmt.Sprintf("%s-%d", j.message.ID, n)
	}
	r.mu.Lock()
	g := r.groups[name]
	if g == nil {
		g = &group{}
		r.groups[name] = g
	}
	r.mu.Unlock()
	g.once.Do(func() {
		var others []string
		g.won, others, g.err = r.Claims.Claim(r.ctx, name, j.first)
		g.why = whyClaimed
		if slices.Equal(others, []string{r.Device()}) {
			g.why = whyRestored
		}
		r.step("claimed")
	})
	return g
}
