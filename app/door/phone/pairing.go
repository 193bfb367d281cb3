package phone

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

const (
	codeLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength  = 8
	codeLasts   = 5 * time.Minute
	wrongBurst  = 10 // codes that may be tried at once; then one each two seconds
	wrongVoids  = 20 // wrong tries after which the code shown is void
	mostPhones  = 50
	tokenBytes  = 32
	stateLimit  = 1 << 20
)

// pairing is the code that is shown now.
type pairing struct {
	code    string
	expires time.Time
	wrong   int
}

// phone is one that was paired. Its token is not kept, only its hash.
type phone struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Hash    string    `json:"hash"`
	Paired  time.Time `json:"paired"`
	Revoked bool      `json:"revoked"`
	Seen    time.Time `json:"seen"`
	Scans   int       `json:"scans"`

	pace *rate.Limiter
}

// Phone is a paired phone, for the laptop's screen.
type Phone struct {
	ID, Name     string
	Paired, Seen time.Time
	Scans        int
	Revoked      bool
}

// Pair makes the code that the next phone types; the one before it is void. It serves once, for five minutes.
func (s *Server) Pair() (code string, expires time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code = pairing{code: newCode(), expires: s.Now().Add(codeLasts)}
	return s.code.code, s.code.expires
}

// Code gives the code that a phone may type now; empty when it was used, tried in vain too often, or ran out.
func (s *Server) Code() (code string, expires time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.code.code == "" || !s.Now().Before(s.code.expires) {
		return "", time.Time{}
	}
	return s.code.code, s.code.expires
}

func newCode() string {
	code := make([]byte, 0, codeLength)
	for len(code) < codeLength {
		var b [1]byte
		_, _ = rand.Read(b[:]) // never fails
		if int(b[0]) < 256/len(codeLetters)*len(codeLetters) {
			code = append(code, codeLetters[int(b[0])%len(codeLetters)])
		}
	}
	return string(code)
}

// pair answers a phone that typed a code. Reasons: pace, code.
func (s *Server) pair(code, name string) (token string, p *phone, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	code = strings.ToUpper(strings.TrimSpace(code))
	if s.code.code == "" || !s.Now().Before(s.code.expires) || len(s.phones) >= mostPhones {
		return "", nil, "code"
	}
	if subtle.ConstantTimeCompare([]byte(code), []byte(s.code.code)) != 1 {
		if !s.wrong.Allow() {
			return "", nil, "pace"
		}
		if s.code.wrong++; s.code.wrong >= wrongVoids {
			s.code = pairing{}
		}
		return "", nil, "code"
	}
	s.code = pairing{}
	var raw [tokenBytes]byte
	_, _ = rand.Read(raw[:])
	token = base64.RawURLEncoding.EncodeToString(raw[:])
	p = &phone{ID: newCode(), Name: clip(name, 40), Hash: hashOf(token), Paired: s.Now(), Seen: s.Now(), pace: newPace()}
	s.phones[p.Hash] = p
	if err := s.keep(); err != nil {
		s.Log.Error("paired phones could not be kept", "error", err)
	}
	return token, p, ""
}

func newPace() *rate.Limiter { return rate.NewLimiter(rate.Limit(phonePace), phoneBurst) }

func hashOf(token string) string {
	sum := sha256.Sum256([]byte("carnet phone 1\x00" + token))
	return hex.EncodeToString(sum[:])
}

func clip(text string, most int) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most])
	}
	return text
}

// of gives the phone of a token. Reasons: token, revoked, pace.
func (s *Server) of(token string) (*phone, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.phones[hashOf(token)]
	switch {
	case p == nil:
		return nil, "token"
	case p.Revoked:
		return nil, "revoked"
	case !p.pace.Allow():
		return nil, "pace"
	}
	p.Seen = s.Now()
	return p, ""
}

// Phones lists those that were paired, the last first.
func (s *Server) Phones() []Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Phone, 0, len(s.phones))
	for _, p := range s.phones {
		list = append(list, Phone{ID: p.ID, Name: p.Name, Paired: p.Paired, Seen: p.Seen, Scans: p.Scans, Revoked: p.Revoked})
	}
	slices.SortFunc(list, func(a, b Phone) int { return cmp.Or(b.Paired.Compare(a.Paired), cmp.Compare(a.ID, b.ID)) })
	return list
}

// Revoke shuts a phone out, now and after a restart. Fault phone_unknown.
func (s *Server) Revoke(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.phones {
		if p.ID == id {
			p.Revoked = true
			return s.keep()
		}
	}
	return fault.New("phone_unknown", "phone", id)
}

// kept is what the state's file holds. It serves for the same meeting, door and day alone.
type kept struct {
	Meeting string    `json:"meeting"`
	Station string    `json:"station"`
	Until   time.Time `json:"until"`
	Phones  []*phone  `json:"phones"`
}

// keep writes it; the lock is held.
func (s *Server) keep() error {
	if s.o.State == "" {
		return nil
	}
	k := kept{Meeting: s.meeting.ID, Station: s.o.Station, Until: s.o.Until}
	for _, p := range s.phones {
		k.Phones = append(k.Phones, p)
	}
	raw, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return durable.Write(s.o.State, raw)
}

// remember takes up the phones of before a restart. What cannot be read, or is another door's, is forgotten: phones pair again.
func (s *Server) remember() error {
	if s.o.State == "" {
		return nil
	}
	raw, err := durable.Read(s.o.State, stateLimit)
	if err != nil {
		return nil
	}
	var k kept
	if json.Unmarshal(raw, &k) != nil || k.Meeting != s.meeting.ID || k.Station != s.o.Station || !k.Until.Equal(s.o.Until) || len(k.Phones) > mostPhones {
		return nil
	}
	for _, p := range k.Phones {
		if p != nil && len(p.Hash) == 2*sha256.Size {
			p.pace = newPace()
			s.phones[p.Hash] = p
		}
	}
	return nil
}
