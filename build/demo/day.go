package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

const (
	scansInAll = 400
	soloEdits  = 50 // on fields that nobody else touches
	sharedOnes = 5  // fields that two laptops edit without seeing each other: ten edits
)

// ledger is everything that was acknowledged while the network was cut. The proof looks for each of it.
type ledger struct {
	mu    sync.Mutex
	scans []store.Scan
	edits []edit
}

// edit is one acknowledged change of one field.
type edit struct {
	laptop string
	kind   store.Kind
	record string
	field  string
	value  string
	change store.Dot
	office string // the one that alone may read it, with admins; empty when all may
}

// dayWithoutNetwork lives through the forum: three doors on three laptops, and four offices that go on working.
func (d *demo) dayWithoutNetwork(ctx context.Context) error {
	if err := d.bucket.cut(); err != nil {
		return err
	}
	began := time.Now()
	says, err := d.laptop("halifax").offlineSays(ctx)
	if err != nil {
		return err
	}
	d.say("the network is cut; a sync says so after %d ms [%s] and loses nothing", time.Since(began).Milliseconds(), says)
	if err := d.doorsAndEdits(); err != nil {
		return err
	}
	d.say("%d scans at three doors on three laptops, %d edits on four, %d of them on the same fields by two", len(d.made.scans), len(d.made.edits), sharedOnes)
	if err := d.bucket.restore(); err != nil {
		return err
	}
	for _, l := range d.laptops {
		l.requests, l.bytes = zeroRequests, 0
	}
	turns, err := d.settle(ctx)
	if err != nil {
		return err
	}
	d.say("the network is back; quiet after %d turns of four laptops", turns)
	return nil
}

// doorsAndEdits runs the three doors and the four offices at the same time.
func (d *demo) doorsAndEdits() error {
	guests := d.laptop("montreal").membersOf(planOf("forum").id())
	work := []func() error{}
	for i, name := range []string{"montreal", "toronto", "halifax"} {
		work = append(work, func() error { return d.door(d.laptop(name), i, guests) })
	}
	for i, l := range d.laptops {
		work = append(work, func() error { return d.editAlone(l, i) })
	}
	work = append(work, d.editTheSame)
	errs := make(chan error, len(work))
	for _, each := range work {
		go func() { errs <- each() }()
	}
	for range work {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// door notes arrivals and departures at one door: most in, some out again, a few walk-ins, retries of a scan.
func (d *demo) door(l *laptop, number int, guests []string) error {
	r := rand.New(rand.NewPCG(seed, 100+uint64(number)))
	n := scansInAll / len(doors)
	if number == 0 {
		n += scansInAll % len(doors)
	}
	began := d.now().Add(-forumBegan)
	for i := range n {
		at := began.Add(time.Duration(i) * forumBegan / time.Duration(n))
		noted, err := d.onePass(l, r, number, i, at, guests)
		if err != nil {
			return fmt.Errorf("door %s: %w", doors[number], err)
		}
		d.made.mu.Lock()
		d.made.scans = append(d.made.scans, noted.Scan)
		d.made.mu.Unlock()
	}
	return nil
}

func (d *demo) onePass(l *laptop, r *rand.Rand, number, i int, at time.Time, guests []string) (door.Noted, error) {
	station, nonce := doors[number], fmt.Sprintf("%s-%d", doors[number], i)
	if i%30 == 29 {
		p := invent(r, "QC", false)
		noted, _, err := l.Door.WalkIn(door.WalkIn{
			Meeting: d.forum, Given: p.given, Family: p.family + " " + strconv.Itoa(number+1), Community: "Laval", Role: "partner", At: at, Station: station, Nonce: nonce,
		})
		return noted, err
	}
	// Each door has its own guests; who leaves came in by this door before, or now and then by another.
	kind, guest := attendance.In, guests[(number+len(doors)*i)%len(guests)]
	if i%5 == 4 {
		kind, guest = attendance.Out, guests[(number+len(doors)*(i-1-r.IntN(4)))%len(guests)]
	}
	if i%17 == 16 {
		guest = guests[(number+1+len(doors)*r.IntN(i))%len(guests)]
	}
	pass := door.Pass{Meeting: d.forum, Member: guest, Kind: kind, At: at, Station: station, Nonce: nonce}
	noted, err := l.Door.Scan(pass)
	if err != nil || i%40 != 39 {
		return noted, err
	}
	again, err := l.Door.Scan(pass) // a scanner that sends twice
	if err == nil && !again.Again {
		err = fmt.Errorf("a retry became a second scan")
	}
	return noted, err
}

// editAlone changes details of own members, which no other office touches.
func (d *demo) editAlone(l *laptop, number int) error {
	r := rand.New(rand.NewPCG(seed, 200+uint64(number)))
	n := soloEdits / len(d.laptops)
	if number < soloEdits%len(d.laptops) {
		n++
	}
	own := l.ownMembers(d)
	for i := range n {
		field := []string{"phone", "title", "notes"}[i%3]
		value := map[string]string{
			"phone": fmt.Sprintf("%d 555-01%02d", 900+number, i), "title": fmt.Sprintf("Climate lead, team %d", r.IntN(90)+10), "notes": fmt.Sprintf("Called back, case %d-%d", number, i),
		}[field]
		if err := d.edit(l, own[i], field, value); err != nil {
			return err
		}
	}
	return nil
}

// ownMembers gives the members of a laptop's office, in the order of their numbers.
func (l *laptop) ownMembers(d *demo) []string {
	var own []string
	for i := range d.members {
		m, err := store.Get[store.Member](l.Store, memberNumber(i))
		if err == nil && m.Office == l.Network.MyOffice() {
			own = append(own, m.ID)
		}
	}
	return own
}

func memberNumber(i int) string {
	return store.DerivedID(store.KindMember, "demonstration "+strconv.Itoa(i))
}

// editTheSame has two laptops write the same five fields, each without seeing the other: three of members, by their office and
// by an admin, and two of meetings, which all offices share. All of them are fields that every office may read.
func (d *demo) editTheSame() error {
	toronto := d.laptop("toronto")
	for i, s := range []struct{ office, field, one, other string }{
		{"montreal", "family", "Clairmont", "Clairmont-Savard"}, {"vancouver", "given", "Kimberlé", "Kim-Anne"}, {"halifax", "given", "Jo", "Joanne"},
	} {
		l := d.laptop(s.office)
		own := l.ownMembers(d)
		id := own[len(own)-1-i]
		if err := d.edit(l, id, s.field, s.one); err != nil {
			return err
		}
		if err := d.edit(toronto, id, s.field, s.other); err != nil {
			return err
		}
	}
	for i, s := range []struct{ one, other, title, another string }{
		{"montreal", "halifax", "Heat and health", "Heat, health and homes"}, {"vancouver", "toronto", "Wildfire smoke", "Living with smoke"},
	} {
		coming, err := d.laptop(s.one).Meetings.Coming()
		if err != nil {
			return err
		}
		id := coming[len(coming)-1-i].ID
		if err := d.editMeeting(d.laptop(s.one), id, s.title); err != nil {
			return err
		}
		if err := d.editMeeting(d.laptop(s.other), id, s.another); err != nil {
			return err
		}
	}
	return nil
}

// edit writes one field of a member through the use case and notes it once it is acknowledged.
func (d *demo) edit(l *laptop, member, field, value string) error {
	m, refs, err := l.People.SetMember(member, map[string]string{field: value})
	if err != nil {
		return fmt.Errorf("%s, %s of %s: %w", l.office, field, member, err)
	}
	return d.note(l, edit{kind: store.KindMember, record: member, field: field, value: value, office: m.Office}, refs)
}

func (d *demo) editMeeting(l *laptop, meeting, title string) error {
	_, refs, err := l.Meetings.Set(meeting, map[string]string{"title": title}, nil)
	if err != nil {
		return fmt.Errorf("%s, title of %s: %w", l.office, meeting, err)
	}
	return d.note(l, edit{kind: store.KindMeeting, record: meeting, field: "title", value: title}, refs)
}

func (d *demo) note(l *laptop, e edit, refs []store.Ref) error {
	if len(refs) != 1 {
		return fmt.Errorf("%s, %s of %s: %d changes instead of one", l.office, e.field, e.record, len(refs))
	}
	e.laptop, e.change = l.name, refs[0].Change
	if !store.IsPrivate(e.kind, e.field, true) {
		e.office = ""
	}
	d.made.mu.Lock()
	defer d.made.mu.Unlock()
	d.made.edits = append(d.made.edits, e)
	return nil
}
