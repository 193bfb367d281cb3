package door

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// What a person may make of a note. None of them changes a fact.
const (
	Seen  = "seen"
	Right = "right" // the facts are as it was
	Wrong = "wrong" // they are not; whoever corrects them does so by scans of their own
)

// LookAt is a note on an attendance with what a person made of it.
type LookAt struct {
	ID      string // by which it is settled; the same on every laptop
	Member  string // empty for a note on a door
	Note    attendance.Note
	Reason  audience.Reason // with not_eligible
	Settled string          // Seen, Right, Wrong; empty while it waits
}

// Notes gives what a person should look at, those that wait first, then by time. Besides those that attendance finds: not_eligible, for who was there
// though the meeting's rule did not mean them, and clock_off, for a door whose clock was wrong (facts: door, minutes, source).
func (d *Door) Notes(meeting string) (list []LookAt, err error) {
	m, err := d.Meetings.Get(meeting)
	if err != nil {
		return nil, err
	}
	a, err := d.Attendance(m.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range a.People {
		for _, note := range p.Notes {
			list = append(list, LookAt{Member: p.Member, Note: note})
		}
	}
	not, err := d.notEligible(m, a)
	if err != nil {
		return nil, err
	}
	off, err := d.clockNotes(m)
	if err != nil {
		return nil, err
	}
	return d.settledOf(m, slices.Concat(list, not, off))
}

// notEligible judges those who were there by the meeting's rule.
func (d *Door) notEligible(m store.Meeting, a attendance.Attendance) (list []LookAt, err error) {
	gate, err := d.Meetings.Gate(m)
	if err != nil {
		return nil, err
	}
	came := make(map[string]time.Time, len(a.People))
	for _, p := range a.People {
		came[p.Member] = p.FirstIn
	}
	for profile := range d.Store.WaitDirectory().Profiles() {
		first, was := came[profile.ID]
		if !was {
			continue
		}
		if v := gate.JudgeRule(profile); v.Answer == audience.NotEligible {
			note := attendance.Note{Code: "not_eligible", At: first, Subject: v.Reason.Code}
			list = append(list, LookAt{Member: profile.ID, Note: note, Reason: v.Reason})
		}
	}
	return list, nil
}

func (d *Door) clockNotes(m store.Meeting) (list []LookAt, err error) {
	clocks, err := d.Clocks(m.ID)
	for _, c := range clocks {
		minutes := int((time.Duration(c.Ahead) * time.Millisecond).Round(time.Minute).Minutes())
		list = append(list, LookAt{Note: attendance.Note{Code: "clock_off", Subject: c.Station + " " + strconv.Itoa(c.Ahead),
			Facts: map[string]string{"door": c.Station, "minutes": strconv.Itoa(minutes), "source": c.Source}}})
	}
	return list, err
}

// settledOf says of each note what was made of it, and puts them in order.
func (d *Door) settledOf(m store.Meeting, list []LookAt) ([]LookAt, error) {
	all, err := store.Linked[store.Settled](d.Store, m.ID)
	if err != nil {
		return nil, err
	}
	as := make(map[string]string, len(all))
	for _, one := range all {
		as[one.ID] = one.As
	}
	for i := range list {
		list[i].ID = store.SettledID(m.ID, list[i].Member, list[i].Note.Code, list[i].Note.Subject)
		list[i].Settled = as[list[i].ID]
		if _, said := as[list[i].ID]; !said && list[i].Member != "" {
			list[i].Settled = d.settledBefore(m, list[i], as)
		}
	}
	slices.SortStableFunc(list, func(a, b LookAt) int {
		return cmp.Or(cmp.Compare(min(len(a.Settled), 1), min(len(b.Settled), 1)), a.Note.At.Compare(b.Note.At), cmp.Compare(a.Member, b.Member), cmp.Compare(a.Note.Code, b.Note.Code))
	})
	return list, nil
}

// settledBefore gives what was made of a note while it was of a member who was merged into this one.
func (d *Door) settledBefore(m store.Meeting, l LookAt, as map[string]string) string {
	for _, id := range d.Store.Records(l.Member)[1:] {
		if made := as[store.SettledID(m.ID, id, l.Note.Code, l.Note.Subject)]; made != "" {
			return made
		}
	}
	return ""
}

// Settle notes what a person made of notes; empty opens them again. Every laptop sees it; no fact changes. Faults: unknown_id, bad_choice,
// note_unknown, role_forbids.
func (d *Door) Settle(meeting string, notes []string, as string) (settled []LookAt, refs []store.Ref, err error) {
	if err := d.May(store.KindSettled); err != nil {
		return nil, nil, err
	}
	if !slices.Contains([]string{"", Seen, Right, Wrong}, as) {
		return nil, nil, fault.New("bad_choice", "field", "as", "value", as, "choices", Seen+", "+Right+", "+Wrong)
	}
	list, err := d.Notes(meeting)
	if err != nil {
		return nil, nil, err
	}
	m, err := d.Meetings.Get(meeting)
	if err != nil {
		return nil, nil, err
	}
	for _, note := range notes {
		at := slices.IndexFunc(list, func(l LookAt) bool { return l.ID == note })
		if at < 0 {
			return nil, nil, fault.New("note_unknown", "note", note)
		}
		list[at].Settled = as
		settled = append(settled, list[at])
	}
	refs, err = d.Store.Edit(func(tx *store.Tx) error {
		for _, one := range settled {
			if _, err := tx.Put(store.Settled{ID: one.ID, Meeting: m.ID, Member: one.Member, Code: one.Note.Code, Subject: one.Note.Subject, As: as}); err != nil {
				return err
			}
		}
		return nil
	})
	return settled, refs, err
}

// profileOf finds a card in memory; the zero one for who is not there.
func profileOf(list *directory.Directory, id string) directory.Card {
	card, _ := list.Member(id)
	return card
}
