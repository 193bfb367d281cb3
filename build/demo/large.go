package main

import (
	"context"
	"math/rand/v2"
	"strconv"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

const scansAtOnce = 2000 // facts in one edit

// fillLarge fills one laptop alone, for measurements: as many members as asked for, and scans over a year.
func (d *demo) fillLarge() error {
	l := offices()[0]
	d.laptops = []*laptop{l}
	if err := l.create(d); err != nil {
		return err
	}
	if err := d.importCommunities(context.Background()); err != nil {
		return err
	}
	for _, p := range chapterPlans {
		if _, err := l.Store.Edit(func(tx *store.Tx) error {
			_, err := tx.Put(store.Chapter{ID: p.id(), Name: p.name, NameFR: p.nameFR, Kind: p.kind, Audience: p.audience, Zone: p.zone})
			return err
		}); err != nil {
			return err
		}
	}
	members := d.inventEverybody(l)
	if _, err := l.Store.EditEach(steps(members)); err != nil {
		return err
	}
	d.say("%d members", len(members))
	return d.largeYear(l, members)
}

// inventEverybody is inventMembers without parting them by office.
func (d *demo) inventEverybody(l *laptop) []store.Member {
	r := rand.New(rand.NewPCG(seed, 1))
	places, office := l.places(), l.Network.MyOffice()
	members := make([]store.Member, d.members)
	for i := range members {
		members[i] = d.inventMember(r, i, places[weighted(r, len(places))])
		members[i].Office = office
	}
	return members
}

// largeYear spreads the scans over meetings of every day of a year.
func (d *demo) largeYear(l *laptop, members []store.Member) error {
	r := rand.New(rand.NewPCG(seed, 3))
	const days = 250
	step := func(day int) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			start := weekday(d.now().AddDate(0, 0, -360+day*360/days))
			chapter := draw(r, chapterPlans)
			m := store.Meeting{
				ID: store.DerivedID(store.KindMeeting, "large "+strconv.Itoa(day)), Title: chapter.name, TitleFR: chapter.nameFR, Chapter: chapter.id(),
				Start: start.Format(time.DateOnly) + "T13:00", Zone: chapter.zone, Minutes: 60, Mode: "online", Status: "confirmed",
			}
			_, err := tx.Put(m)
			return err
		}
	}
	perDay := d.scans / days
	_, err := l.Store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for day := range days {
			if !yield(step(day)) {
				return
			}
			meeting := store.DerivedID(store.KindMeeting, "large "+strconv.Itoa(day))
			for from := 0; from < perDay; from += scansAtOnce {
				if !yield(func(tx *store.Tx) error {
					return manyScans(tx, r, meeting, members, min(scansAtOnce, perDay-from), d.now().AddDate(0, 0, -360+day*360/days))
				}) {
					return
				}
			}
		}
	})
	if err == nil {
		d.say("%d meetings, %d scans", l.Store.Count(store.KindMeeting), l.Store.Count(store.KindScan))
	}
	return err
}

func manyScans(tx *store.Tx, r *rand.Rand, meeting string, members []store.Member, n int, day time.Time) error {
	for i := range n {
		kind := attendance.In
		if i%2 == 1 {
			kind = attendance.Out
		}
		scan := scanOf(meeting, draw(r, members).ID, kind, day.Add(time.Duration(i)*time.Second), draw(r, doors))
		if _, err := tx.Put(scan); err != nil {
			return err
		}
	}
	return nil
}
