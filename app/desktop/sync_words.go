package desktop

import (
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
)

// syncState puts the state of the exchange into the words at the foot of the rail.
func (d *Desktop) syncState(c *app.Carnet) Sync {
	return saySync(d.words(), c.Network.State(), c.Now())
}

func saySync(w *locale.Words, s network.State, now time.Time) Sync {
	said := Sync{State: s.Name, Tone: "wait", Detail: lastContact(w, s, now)}
	switch s.Name {
	case network.StateNone, network.StatePending:
		said.Title, said.Detail = w.Say("rail.sync."+s.Name, nil), w.Say("rail.sync."+s.Name+".detail", nil)
	case network.StateSyncing:
		said.Title = w.Say("rail.sync.syncing", nil)
		if s.Beginning.Total > 0 {
			said.Title, said.Detail = sayBeginning(w, s.Beginning, time.Now())
			said.Begins, said.Percent = true, percentOf(s.Beginning)
		}
	case network.StateStopped:
		said.Title, said.Detail = w.Say("rail.sync.stopped", nil), w.Say("rail.sync.stopped.detail", nil)
	case network.StateWaiting:
		said.Title = w.Count("rail.sync.waiting", s.Waiting, nil)
		if s.Pages > 0 {
			said.Detail = w.Say("rail.sync.pages", nil)
		}
	case network.StateOffline:
		said.Title, said.Detail = sayOffline(w, s), w.Say("rail.sync.offline.detail", nil)
	case network.StatePerson:
		said.Tone = "bad"
		said.Title, said.Detail = sayPerson(w, s, said.Detail)
	case network.StateAllSent:
		if s.LastRound.IsZero() { // as just after it was admitted: nothing was received yet, so nothing is claimed
			said.Title, said.Detail = w.Say("rail.sync.never", nil), w.Say("rail.sync.never.detail", nil)
			break
		}
		said.Tone = "good"
		said.Title = w.Say("rail.sync.all-sent", nil)
		if since, err := time.Parse(time.RFC3339, s.StaleSince); err == nil {
			said.Tone, said.Detail = "wait", w.Say("rail.sync.stale", map[string]string{"day": w.Date(since.Local(), locale.DayMonth)})
		} else if waits := placeThatWaits(w, s); waits != "" {
			said.Tone, said.Detail = "wait", waits
		}
	}
	return said
}

// placeThatWaits names the first of several places that still lacks something.
func placeThatWaits(w *locale.Words, s network.State) string {
	for _, p := range s.Places {
		if len(s.Places) > 1 && p.Waiting > 0 {
			return w.Count("rail.sync.place-waits", p.Waiting, map[string]string{"name": p.Name})
		}
	}
	return ""
}

func sayOffline(w *locale.Words, s network.State) string {
	since := map[string]string{"time": w.Clock(s.OfflineSince.Local())}
	if s.Waiting == 0 {
		return w.Say("rail.sync.offline", since)
	}
	return w.Count("rail.sync.offline-waiting", s.Waiting, since)
}

func sayPerson(w *locale.Words, s network.State, detail string) (string, string) {
	switch {
	case s.Diverged > 0:
		return w.Say("rail.sync.person.diverged", nil), detail
	case len(s.Split) > 0:
		return w.Say("rail.sync.person.split", nil), w.Say("rail.sync.person.split.detail", map[string]string{"device": s.Split[0]})
	case s.Refused > 0:
		return w.Count("rail.sync.person", s.Refused, nil), detail
	case s.Problem != nil:
		return w.Say("rail.sync.person.problem", nil), w.Error(s.Problem).Text
	}
	return w.Say("rail.sync.person.problem", nil), w.Error(fault.New("laptop_revoked")).Text
}

// lastContact says when the bucket last answered, and how many laptops there are.
func lastContact(w *locale.Words, s network.State, now time.Time) string {
	if s.LastRound.IsZero() {
		return w.Say("rail.sync.never", nil)
	}
	last := s.LastRound.Local()
	key, facts := "rail.sync.last", map[string]string{"time": w.Clock(last), "day": w.Date(last, locale.DayMonth)}
	if !sameDay(last, now.Local()) {
		key = "rail.sync.last-day"
	}
	text := w.Say(key, facts)
	if s.Laptops > 1 {
		text += "\u00a0· " + w.Count("rail.sync.laptops", s.Laptops, nil) // a line ends after the dot, never within
	}
	return text
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// sayWhen writes a moment of this laptop's day: the day and the time.
func sayWhen(w *locale.Words, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.Local()
	return w.Say("network.when", map[string]string{"day": w.Date(t, locale.DayMonth), "time": w.Clock(t)})
}

// describe fills what the window shows of an open home.
func (d *Desktop) describe(s Start) Start {
	s.State = "ready"
	c, err := d.open()
	if err != nil {
		return s
	}
	if warning := c.Box.Warning(); warning != nil {
		s.Warning = d.words().Error(warning).Text
	}
	if !c.Network.Exists() {
		s.State = "new"
		return s
	}
	about, err := c.Network.About()
	if err != nil {
		said := d.words().Error(err)
		s.State, s.Error = "failed", &Failure{Code: said.Code, Text: said.Text}
		return s
	}
	if about.State == "pending" {
		s.State = "pending"
	}
	s.Fingerprint = about.Fingerprint
	s.Network, s.Office, s.Coordinator, s.Role = about.Name, about.OfficeName, about.Coordinator, about.Role
	return s
}

func percentOf(b network.Beginning) int { return int(min(100, 100*b.Done/b.Total)) }

// sayBeginning says how far a full copy of the network has come, and about how long the rest takes.
func sayBeginning(w *locale.Words, b network.Beginning, now time.Time) (title, detail string) {
	percent := map[string]string{"percent": w.Number(percentOf(b))}
	title = w.Say("rail.sync.beginning", percent)
	switch left := b.Left(now); {
	case left <= 0:
		return title, w.Say("rail.sync.beginning.usable", nil)
	case left < time.Minute:
		return title, w.Say("rail.sync.beginning.soon", nil)
	default:
		return title, w.Count("rail.sync.beginning.left", int((left+time.Minute-1)/time.Minute), nil)
	}
}
