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

// editAlone changes fields of members that no other laptop touches.
func (d *demo) editAlone(l *laptop, number int) error {
	r := rand.New(rand.NewPCG(seed, 200+uint64(number)))
	n := soloEdits / len(d.laptops)
	if number < soloEdits%len(d.laptops) {
		n++
	}
	for i := range n {
		id := memberNumber(number + 4*i)
		field := []string{"phone", "title", "notes"}[i%3]
		value := map[string]string{
			"phone": fmt.Sprintf("%d 555-01%02d", 900+number, i), "title": fmt.Sprintf("Climate lead, team %d", r.IntN(90)+10), "notes": fmt.Sprintf("Called back, case %d-%d", number, i),
		}[field]
		if err := d.edit(l, id, field, value); err != nil {
			return err
		}
	}
	return nil
}

func memberNumber(i int) string {
	return store.DerivedID(store.KindMember, "demonstration "+strconv.Itoa(i))
}

// editTheSame has two laptops write the same five fields, each without seeing the other.
func (d *demo) editTheSame() error {
	shared := []struct{ field, one, other string }{
		{"phone", "450 555-0102", "450 555-0199"}, {"title", "Préfecture", "Préfecture suppléante"}, {"phone", "416 555-0110", "416 555-0111"},
		{"title", "Senior planner", "Principal planner"}, {"notes", "Prefers mornings", "Préfère l’après-midi"},
	}
	for i, s := range shared {
		id := memberNumber(300 + i)
		one, other := d.laptops[i%len(d.laptops)], d.laptops[(i+1)%len(d.laptops)]
		if err := d.edit(one, id, s.field, s.one); err != nil {
			return err
		}
		if err := d.edit(other, id, s.field, s.other); err != nil {
			return err
		}
	}
	return nil
}

// edit writes one field through the use case and notes it once it is acknowledged.
func (d *demo) edit(l *laptop, member, field, value string) error {
	_, refs, err := l.People.SetMember(member, map[string]string{field: value})
	if err != nil {
		return fmt.Errorf("%s, %s of %s: %w", l.office, field, member, err)
	}
	if len(refs) != 1 {
		return fmt.Errorf("%s, %s of %s: %d changes instead of one", l.office, field, member, len(refs))
	}
	d.made.mu.Lock()
	defer d.made.mu.Unlock()
	d.made.edits = append(d.made.edits, edit{l.name, store.KindMember, member, field, value, refs[0].Change})
	return nil
}
