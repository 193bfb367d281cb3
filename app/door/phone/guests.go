package phone

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"

	"example.org/carnet/app/door"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// doorID names this door of this meeting to phones, and tells them nothing else.
func (s *Server) doorID() string {
	sum := sha256.Sum256([]byte("carnet door 1\x00" + s.meeting.ID + "\x00" + s.o.Station))
	return hex.EncodeToString(sum[:8])
}

// guest reads of a card what may leave the laptop.
func (s *Server) guest(card directory.Card, tally *door.Tally, lang string) guestDoc {
	g := guestDoc{Handle: door.RowCode(s.meeting.ID, card.ID), Name: strings.TrimSpace(card.Given + " " + card.Family), Community: card.Community, Role: card.Role}
	if lang == "fr" && card.CommunityFR != "" {
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
func (s *Server) search(text, lang string) guestsDoc {
	doc := guestsDoc{Items: []guestDoc{}}
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsRune(text, '@') {
		return doc
	}
	list, _ := s.Store.Directory()
	tally, _ := s.Door.Tally(s.meeting.ID)
	cards, _ := list.Members(directory.Query{Text: text, Lang: lang, Limit: 4 * mostHits})
	for _, card := range cards {
		if named(card, text) && len(doc.Items) < mostHits {
			doc.Items = append(doc.Items, s.guest(card, tally, lang))
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
func (s *Server) list(offset int, lang string) (any, string) {
	expected, err := s.Door.Expected(s.meeting.Meeting)
	if err != nil {
		return nil, "inside"
	}
	doc := guestsDoc{Items: []guestDoc{}, Total: len(expected)}
	tally, _ := s.Door.Tally(s.meeting.ID)
	cards, _ := s.Store.Directory()
	for i := offset; i < len(expected) && len(doc.Items) < mostGuests; i++ {
		if card, ok := cards.Member(expected[i]); ok {
			doc.Items = append(doc.Items, s.guest(card, tally, lang))
		} else {
			doc.Items = append(doc.Items, guestDoc{}) // gone; kept so that pages add up
		}
	}
	return doc, ""
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
			for _, id := range s.Store.Records(profile.ID) { // a phone may have the list of before two were found to be one
				h.known[door.RowCode(s.meeting.ID, id)] = profile.ID
			}
		}
	}
	return h.known[handle]
}
