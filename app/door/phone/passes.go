package phone

import (
	"strings"
	"sync"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/badge"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
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
	Title   string    `json:"title"`
	Station string    `json:"station"`
	Present int       `json:"present"`
	Places  int       `json:"places"`
	Now     time.Time `json:"now"`
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
	Guest *guestDoc `json:"guest"`
	Crowd string    `json:"crowd"`
}

// asked answers a paired phone. Reasons: path, shape, inside.
func (s *Server) asked(p *phone, at string, raw []byte) (answer any, reason string) {
	switch at {
	case "/api/state":
		return s.state(), shaped(strict(raw, &struct{}{}))
	case "/api/search":
		var q struct {
			Text string `json:"text"`
		}
		if !strict(raw, &q) || len(q.Text) > 200 {
			return nil, "shape"
		}
		return s.search(q.Text), ""
	case "/api/list":
		var q struct {
			Offset int `json:"offset"`
		}
		if !strict(raw, &q) || q.Offset < 0 {
			return nil, "shape"
		}
		return s.list(q.Offset)
	case "/api/passes":
		var q struct {
			Now    int64     `json:"now"` // the phone's clock as it asks
			Passes []passDoc `json:"passes"`
		}
		if !strict(raw, &q) || len(q.Passes) > mostPasses {
			return nil, "shape"
		}
		return s.passes(p, q.Now, q.Passes), ""
	}
	return nil, "path"
}

func shaped(ok bool) string {
	if ok {
		return ""
	}
	return "shape"
}

func (s *Server) state() stateDoc {
	doc := stateDoc{Title: s.meeting.Title, Station: s.o.Station, Places: s.meeting.Places, Now: s.Now()}
	if s.o.Lang == "fr" && s.meeting.TitleFR != "" || doc.Title == "" {
		doc.Title = s.meeting.TitleFR
	}
	if tally, err := s.Door.Tally(s.meeting.ID); err == nil {
		doc.Present = len(tally.Inside())
	}
	return doc
}

// guest reads of a card what may leave the laptop.
func (s *Server) guest(card directory.Card, tally *door.Tally) guestDoc {
	g := guestDoc{Handle: door.RowCode(s.meeting.ID, card.ID), Name: strings.TrimSpace(card.Given + " " + card.Family), Community: card.Community, Role: card.Role}
	if s.o.Lang == "fr" && card.CommunityFR != "" {
		g.Community = card.CommunityFR
	}
	if tally != nil {
		g.Inside = tally.IsInside(card.ID)
	}
	return g
}

type guestsDoc struct {
	Items []guestDoc `json:"items"`
	Total int        `json:"total"`
}

// search finds people by the letters of their name or community, never by address.
func (s *Server) search(text string) guestsDoc {
	doc := guestsDoc{Items: []guestDoc{}}
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsRune(text, '@') {
		return doc
	}
	list, _ := s.Store.Directory()
	tally, _ := s.Door.Tally(s.meeting.ID)
	cards, _ := list.Members(directory.Query{Text: text, Lang: s.o.Lang, Limit: 4 * mostHits})
	for _, card := range cards {
		if named(card, text) && len(doc.Items) < mostHits {
			doc.Items = append(doc.Items, s.guest(card, tally))
		}
	}
	doc.Total = len(doc.Items)
	return doc
}

// named tells whether the letters stand in what the phone may know, so that an address is not guessed letter by letter.
func named(card directory.Card, text string) bool {
	known := directory.Fold(strings.Join([]string{card.Given, card.Family, card.Community, card.CommunityFR}, " "))
	for word := range strings.FieldsSeq(directory.Fold(text)) {
		if !strings.Contains(known, word) {
			return false
		}
	}
	return true
}

// list gives who is expected, for dead spots, a page at a time.
func (s *Server) list(offset int) (any, string) {
	expected, err := s.Door.Expected(s.meeting.Meeting)
	if err != nil {
		return nil, "inside"
	}
	doc := guestsDoc{Items: []guestDoc{}, Total: len(expected)}
	tally, _ := s.Door.Tally(s.meeting.ID)
	cards, _ := s.Store.Directory()
	for i := offset; i < len(expected) && len(doc.Items) < mostGuests; i++ {
		if card, ok := cards.Member(expected[i]); ok {
			doc.Items = append(doc.Items, s.guest(card, tally))
		} else {
			doc.Items = append(doc.Items, guestDoc{}) // gone; kept so that pages add up
		}
	}
	return doc, ""
}

// passes notes what a phone saw, in its order, each exactly once however often it is sent.
func (s *Server) passes(p *phone, phoneNow int64, list []passDoc) any {
	ahead := time.UnixMilli(phoneNow).Sub(s.Now())
	if ahead.Abs() < steady {
		ahead = 0
	}
	answers := make([]passedDoc, 0, len(list))
	done := 0
	for _, pass := range list {
		answer := s.pass(pass, ahead)
		if answer.Done && !answer.Again && answer.Tone != "unknown" {
			done++
		}
		answers = append(answers, answer)
	}
	s.mu.Lock()
	p.scans += done
	s.mu.Unlock()
	return struct {
		Passes []passedDoc `json:"passes"`
		State  stateDoc    `json:"state"`
	}{answers, s.state()}
}

// fits: what cannot be noted is refused, and the phone shows it to its person.
func (s *Server) fits(pass passDoc, ahead time.Duration) bool {
	right := time.UnixMilli(pass.At).Add(-ahead)
	late := s.Now().Sub(right)
	plain := strings.Trim(pass.Nonce, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
	return (pass.Kind == attendance.In || pass.Kind == attendance.Out) && len(pass.Nonce) >= 16 && len(pass.Nonce) <= 64 && plain &&
		late < mostDelayed && late > -time.Minute
}

func (s *Server) pass(pass passDoc, ahead time.Duration) passedDoc {
	answer := passedDoc{Nonce: clip(pass.Nonce, 64), Tone: "refused"}
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
	answer.Tone = s.tone(noted)
	if cards, _ := s.Store.Directory(); cards != nil {
		if card, ok := cards.Member(s.Door.Person(member)); ok {
			tally, _ := s.Door.Tally(s.meeting.ID)
			g := s.guest(card, tally)
			answer.Guest = &g
		}
	}
	return answer
}

// tone says how the phone greets: why somebody is to be looked at stays on the laptop.
func (s *Server) tone(noted door.Noted) string {
	if noted.Scan.Fact.Kind == attendance.Out {
		return "out"
	}
	m, err := store.Get[store.Member](s.Store, noted.Scan.Fact.Member)
	if err != nil {
		return "in"
	}
	if looks, err := s.Door.Looks(s.Meetings, s.meeting.Meeting, m); err == nil && len(looks) > 0 {
		return "look"
	}
	return "in"
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

// handles finds members by the handles that phones know them by; made when first asked, and again when there are other members.
type handles struct {
	mu    sync.Mutex
	count int
	known map[string]string
}

func (h *handles) find(s *Server, handle string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if id := h.known[handle]; id != "" {
		return id
	}
	if n := s.Store.Count(store.KindMember); h.known == nil || n != h.count {
		h.count, h.known = n, map[string]string{}
		for profile := range s.Store.WaitDirectory().Profiles() {
			h.known[door.RowCode(s.meeting.ID, profile.ID)] = profile.ID
		}
	}
	return h.known[handle]
}
