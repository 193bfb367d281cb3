package phone

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/badge"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

const (
	mostHits    = 8
	mostPasses  = 100
	mostGuests  = 1000 // of one page of the list that a phone keeps for dead spots
	steady      = 2 * time.Second
	mostDelayed = 36 * time.Hour
)

// stateDoc is what surrounds the door.
type stateDoc struct {
	Door    string    `json:"door"` // what a phone noted for another door, or meeting, is not this one's
	Title   string    `json:"title"`
	Station string    `json:"station"`
	Present int       `json:"present"`
	Places  int       `json:"places"`
	Now     time.Time `json:"now"`
	Until   time.Time `json:"until"`
}

// guestDoc is all that a phone learns of a person. Its handle means something at this meeting alone.
type guestDoc struct {
	Handle    string `json:"handle"`
	Name      string `json:"name"`
	Community string `json:"community"`
	Role      string `json:"role"`
	Inside    bool   `json:"inside"`
}

// passDoc is one arrival or departure that a phone noted, perhaps a while ago. Either handle or badge says whose.
type passDoc struct {
	Handle string `json:"handle"`
	Badge  string `json:"badge"`
	Kind   string `json:"kind"` // in, out
	At     int64  `json:"at"`   // milliseconds since 1970 UTC, by the phone's clock
	Nonce  string `json:"nonce"`

	// Of a walk-in, instead of handle and badge.
	Given     string `json:"given"`
	Family    string `json:"family"`
	Community string `json:"community"`
}

// passedDoc answers one: it is on the laptop's disk when done is true, and will never be asked for again.
type passedDoc struct {
	Nonce string    `json:"nonce"`
	Done  bool      `json:"done"`
	Again bool      `json:"again"` // it was noted before
	Tone  string    `json:"tone"`  // in, out, look, unknown, refused
	Looks []string  `json:"looks"` // with look: how somebody is not registered, not_in_chapter, not_eligible; from which fact that follows is for the laptop alone
	Since int64     `json:"since"` // with in: when somebody came who was in before this pass; else 0
	Guest *guestDoc `json:"guest"`
	Crowd string    `json:"crowd"`
}

// asked answers a paired phone. Reasons: path, shape, inside.
func (s *Server) asked(p *phone, at, lang string, raw []byte) (answer any, reason string) {
	switch at {
	case "/api/state":
		return s.state(lang), shaped(strict(raw, &struct{}{}))
	case "/api/search":
		var q struct {
			Text string `json:"text"`
		}
		if !strict(raw, &q) || len(q.Text) > 200 {
			return nil, "shape"
		}
		return s.search(q.Text, lang), ""
	case "/api/list":
		var q struct {
			Offset int `json:"offset"`
		}
		if !strict(raw, &q) || q.Offset < 0 {
			return nil, "shape"
		}
		return s.list(q.Offset, lang)
	case "/api/passes":
		var q struct {
			Now    int64     `json:"now"` // the phone's clock as it asks
			Passes []passDoc `json:"passes"`
		}
		if !strict(raw, &q) || len(q.Passes) > mostPasses {
			return nil, "shape"
		}
		return s.passes(p, lang, q.Now, q.Passes), ""
	}
	return nil, "path"
}

func shaped(ok bool) string {
	if ok {
		return ""
	}
	return "shape"
}

func (s *Server) state(lang string) stateDoc {
	doc := stateDoc{Door: s.doorID(), Title: s.meeting.Title, Station: s.o.Station, Places: s.meeting.Places, Now: s.Now(), Until: s.o.Until}
	if lang == "fr" && s.meeting.TitleFR != "" || doc.Title == "" {
		doc.Title = s.meeting.TitleFR
	}
	if tally, err := s.Door.Tally(s.meeting.ID); err == nil {
		doc.Present, _, _ = tally.Crowd()
	}
	return doc
}

// passes notes what a phone saw, in its order, each exactly once however often it is sent.
func (s *Server) passes(p *phone, lang string, phoneNow int64, list []passDoc) any {
	ahead := time.UnixMilli(phoneNow).Sub(s.Now())
	if ahead.Abs() < steady {
		ahead = 0
	}
	answers := make([]passedDoc, 0, len(list))
	done := 0
	for _, pass := range list {
		answer := s.pass(pass, lang, ahead)
		if answer.Done && !answer.Again && answer.Tone != "unknown" {
			done++
		}
		answers = append(answers, answer)
	}
	s.mu.Lock()
	p.Scans += done
	s.mu.Unlock()
	return struct {
		Passes []passedDoc `json:"passes"`
		State  stateDoc    `json:"state"`
	}{answers, s.state(lang)}
}

// fits: what cannot be noted is refused, and the phone shows it to its person.
func (s *Server) fits(pass passDoc, ahead time.Duration) bool {
	right := time.UnixMilli(pass.At).Add(-ahead)
	late := s.Now().Sub(right)
	plain := strings.Trim(pass.Nonce, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
	return (pass.Kind == attendance.In || pass.Kind == attendance.Out) && len(pass.Nonce) >= 16 && len(pass.Nonce) <= 64 && plain &&
		late < mostDelayed && late > -time.Minute
}

func (s *Server) pass(pass passDoc, lang string, ahead time.Duration) passedDoc {
	answer := passedDoc{Nonce: clip(pass.Nonce, 64), Tone: "refused", Looks: []string{}}
	if !s.fits(pass, ahead) {
		s.refuse("pass")
		return answer
	}
	at, nonce := time.UnixMilli(pass.At), "phone "+pass.Nonce
	var noted door.Noted
	member, err := "", error(nil)
	if pass.Given != "" || pass.Family != "" {
		// The walk-in's own facts take the right time: they have no place for a correction.
		noted, _, err = s.Door.WalkIn(door.WalkIn{Meeting: s.meeting.ID, Given: pass.Given, Family: pass.Family, Community: pass.Community, At: at.Add(-ahead), Station: s.o.Station, Nonce: nonce})
		member = noted.Scan.Fact.Member
		if err == nil {
			s.decide(member)
		}
	} else if member, err = s.whose(pass); err == nil {
		noted, err = s.Door.Scan(door.Pass{Meeting: s.meeting.ID, Member: member, Kind: pass.Kind, At: at, Ahead: ahead, Station: s.o.Station, Nonce: nonce})
	}
	switch {
	case fault.Is(err, "badge_unknown"), fault.Is(err, "badge_other_meeting"):
		answer.Tone, answer.Done = "unknown", true // asking again changes nothing
		return answer
	case err != nil:
		s.refuse("pass")
		return answer
	}
	answer.Done, answer.Again, answer.Crowd = true, noted.Again, noted.Crowd()
	answer.Tone, answer.Looks = s.tone(noted)
	if before := noted.Before; answer.Tone != "out" && !noted.Again && before.Present && len(before.Intervals) > 0 {
		answer.Since = before.Intervals[len(before.Intervals)-1].From.UnixMilli()
	}
	if cards, _ := s.Store.Directory(); cards != nil {
		if card, ok := cards.Member(s.Door.Person(member)); ok {
			tally, _ := s.Door.Tally(s.meeting.ID)
			g := s.guest(card, tally, lang)
			answer.Guest = &g
		}
	}
	return answer
}

// decide notes what the door decided of somebody who was written down, for the office to look at. The scan stands whether it can or not.
func (s *Server) decide(member string) {
	if _, err := s.Door.Provisional(s.meeting.Meeting, member); err != nil {
		s.Log.Warn("what a door decided of a visitor could not be noted", "error", err)
	}
}

// tone says how the phone greets, and of what sort the reasons for a second look are: which facts they follow from stays on the laptop.
func (s *Server) tone(noted door.Noted) (tone string, kinds []string) {
	kinds = []string{}
	if noted.Scan.Fact.Kind == attendance.Out {
		return "out", kinds
	}
	m, err := store.Get[store.Member](s.Store, noted.Scan.Fact.Member)
	if err != nil {
		return "in", kinds
	}
	looks, err := s.Door.Looks(s.Meetings, s.meeting.Meeting, m)
	if err != nil || len(looks) == 0 {
		return "in", kinds
	}
	for _, look := range looks {
		kind := look.Code
		if kind == "mandate_ended" || kind == "not_in_audience" || kind == "verdict" {
			kind = "not_eligible"
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return "look", kinds
}

// whose gives the member of a badge's code, which is verified, or of a handle. An id is not taken.
func (s *Server) whose(pass passDoc) (string, error) {
	if pass.Badge != "" {
		if !badge.Is(pass.Badge) {
			return "", fault.New("badge_unknown")
		}
		return s.Door.ReadCode(s.meeting.Meeting, pass.Badge)
	}
	if id := s.handles.find(s, pass.Handle); id != "" {
		return id, nil
	}
	return "", fault.New("badge_unknown")
}
