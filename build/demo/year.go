package main

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// seriesPlan is a chain of meetings of one chapter.
type seriesPlan struct {
	chapter, title, titleFR string
	every                   int // days
	offset                  int // days from today to the next one
	clock                   string
	minutes                 int
	share                   int // of a chapter's members who come, in percent
}

var seriesPlans = []seriesPlan{
	{"electeds", "Electeds-only call", "Appel des élus", 14, 11, "11:00", 60, 12},
	{"caucus", "All-caucus call", "Appel de tout le caucus", 28, 9, "14:00", 60, 14},
	{"bc", "British Columbia chapter", "Section de la Colombie-Britannique", 91, 20, "11:00", 75, 28},
	{"qc", "Québec chapter (in French)", "Section du Québec", 84, 6, "12:00", 60, 26},
	{"on", "Ontario chapter", "Section de l’Ontario", 77, 24, "15:00", 60, 24},
	{"north", "Northern chapter", "Section du Nord", 91, 34, "13:00", 60, 40},
	{"atlantic", "Atlantic chapter", "Section de l’Atlantique", 91, 47, "12:30", 60, 26},
	{"rural", "Rural and small communities", "Milieux ruraux et petites collectivités", 61, 16, "13:30", 75, 24},
	{"peers", "Peer network: misinformation at the local level", "Réseau de pairs : désinformation à l’échelle locale", 98, 4, "13:00", 60, 26},
}

func planOf(chapter string) chapterPlan {
	at := slices.IndexFunc(chapterPlans, func(p chapterPlan) bool { return p.key == chapter })
	return chapterPlans[at]
}

// fillYear plans meetings from a year ago to a quarter ahead, and notes who came to those that are over.
func (d *demo) fillYear() error {
	r := rand.New(rand.NewPCG(seed, 2))
	for _, s := range seriesPlans {
		chapter := planOf(s.chapter)
		l := d.laptop(chapter.laptop)
		people := l.membersOf(chapter.id())
		for days := s.offset - 364/s.every*s.every; days <= 90; days += s.every {
			m := s.meeting(chapter, d.now().AddDate(0, 0, days))
			if err := l.writeMeeting(m, s.facts(r, meetings.Plan(m), people, d.now())); err != nil {
				return err
			}
		}
	}
	return d.planForum()
}

func (s seriesPlan) meeting(chapter chapterPlan, day time.Time) store.Meeting {
	loc, err := zones.Load(chapter.zone)
	if err != nil {
		panic(err)
	}
	date := weekday(day.In(loc)).Format(time.DateOnly)
	return store.Meeting{
		ID: store.DerivedID(store.KindMeeting, "demonstration "+s.chapter+date), Title: s.title, TitleFR: s.titleFR, Chapter: chapter.id(),
		Start: date + "T" + s.clock, Zone: chapter.zone, Minutes: s.minutes, Mode: "online", URL: "https://example.org/room/" + s.chapter,
		Audience: chapter.audience, Status: "confirmed",
	}
}

// weekday moves a day off weekends and the end of the year.
func weekday(day time.Time) time.Time {
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || day.Month() == time.December && day.Day() > 22 || day.YearDay() == 1 {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

func (l *laptop) membersOf(chapter string) []string {
	var ids []string
	for m, err := range store.All[store.Member](l.Store) {
		if err == nil && slices.Contains(m.Chapters, chapter) {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// facts invents arrivals and departures of a meeting that is over; late arrivals and early leavers are welcome.
func (s seriesPlan) facts(r *rand.Rand, p meetings.Planned, people []string, now time.Time) []store.Scan {
	var scans []store.Scan
	over := p.Ended(now)
	for _, id := range people {
		if comes := r.IntN(100) < s.share; !comes || !over {
			continue
		}
		in := p.Start.Add(time.Duration(r.IntN(18)-6) * time.Minute)
		out := p.End.Add(-time.Duration(max(0, r.IntN(40)-25)) * time.Minute)
		scans = append(scans, scanOf(p.ID, id, attendance.In, in, ""), scanOf(p.ID, id, attendance.Out, out, ""))
	}
	return scans
}

func scanOf(meeting, member, kind string, at time.Time, station string) store.Scan {
	fact := store.ScanFact{Meeting: meeting, Member: member, Kind: kind, At: at.UnixMilli(), Station: station, Nonce: "demonstration " + strconv.FormatInt(at.Unix(), 36)}
	return store.Scan{ID: store.ScanID(fact), Fact: fact}
}

func (l *laptop) writeMeeting(m store.Meeting, scans []store.Scan) error {
	_, err := l.Store.Edit(func(tx *store.Tx) error {
		if _, err := tx.Put(m); err != nil {
			return err
		}
		for _, scan := range scans {
			if _, err := tx.Put(scan); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

var doors = []string{"A", "B", "C"}

// forumBegan is how long ago the forum's doors opened when the demonstration's network is cut.
const forumBegan = 3 * time.Hour

// planForum plans the forum of today in Montréal, with three doors, and a meeting whose date is to be set.
func (d *demo) planForum() error {
	l := d.laptop("montreal")
	chapter := planOf("forum")
	loc, err := zones.Load(chapter.zone)
	if err != nil {
		return err
	}
	start := d.now().Add(-forumBegan).In(loc).Truncate(30 * time.Minute)
	m := store.Meeting{
		ID: store.DerivedID(store.KindMeeting, "demonstration forum"), Title: "Climate forum, Montréal", TitleFR: "Forum climat, Montréal", Chapter: chapter.id(),
		Start: start.Format(zones.Layout), Zone: chapter.zone, Minutes: 480, Mode: "on-site", Place: "Marché Bonsecours, Montréal", Status: "confirmed", Stations: doors,
	}
	d.forum = m.ID
	if err := l.writeMeeting(m, nil); err != nil {
		return err
	}
	atlantic := planOf("atlantic")
	return d.laptop("halifax").writeMeeting(store.Meeting{
		ID: store.DerivedID(store.KindMeeting, "demonstration to be set"), Title: "Atlantic chapter: storm season", TitleFR: "Section de l’Atlantique : saison des tempêtes",
		Chapter: atlantic.id(), Zone: atlantic.zone, Minutes: 60, Mode: "online", Status: "tentative",
	}, nil)
}
