package roster

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// A story tells in one line how a roster grows, step by step, " -> " between two:
//
//	F                       laptop F founds the network with the office "home"
//	+B coordinator          admits laptop B in that role (at the office "home")
//	+B door @away           the same, at another office
//	+B door by I            the same, on invitation I
//	-B                      revokes laptop B
//	office away             opens an office
//	invite I door           opens a seat; "invite I door late" one that has expired
//	void I                  withdraws it
//	rotate away             new keys for an office; without one, for all
//	policy closed           admins do not read the offices; "policy open" that they do again
//	promote B admin @away   another role, at the office "home" or another
//	B: rekey 7              the laptop gets new keys after its delta 7
//	B: grant C              hands on keys
//	recovery                sets a new recovery, by the name P as the first one
//	A: …                    the step is laptop A's; else it is F's
//	… !code                 the step is refused with this fault
//	x B role | gone | none  no step: B now is in that role, revoked, or unknown
type story struct {
	t       *testing.T
	roster  *Roster
	laptops map[string]*signed.Identity
	now     time.Time
}

var dawn = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func tell(t *testing.T, text string) *story {
	t.Helper()
	s := &story{t: t, laptops: map[string]*signed.Identity{}, now: dawn}
	return s.tell(text)
}

func (s *story) tell(text string) *story {
	s.t.Helper()
	for _, step := range strings.Split(text, " -> ") {
		step, want, _ := strings.Cut(strings.TrimSpace(step), " !")
		if strings.HasPrefix(step, "x ") {
			s.check(step[2:])
			continue
		}
		s.now = s.now.Add(time.Minute)
		_, err := s.step(step)
		if want == "" && err != nil || want != "" && !fault.Is(err, want) {
			s.t.Fatalf("%q at %q: got %v, want %q", text, step, err, want)
		}
	}
	return s
}

func (s *story) id(name string) *signed.Identity {
	if s.laptops[name] == nil {
		id, err := signed.NewIdentity()
		if err != nil {
			s.t.Fatal(err)
		}
		s.laptops[name] = id
	}
	return s.laptops[name]
}

func (s *story) card(name, role, office string) Card {
	id := s.id(name)
	return Card{Device: id.Device(), SignKey: id.SignKey(), Recipient: id.Recipient(), Office: office, Role: Role(role), Coordinator: "Camille Exemple"}
}

func (s *story) seat(name, role string, expires time.Time) Invitation {
	return Invitation{ID: name, Proof: s.id("proof of " + name).SignKey(), Office: "home", Role: Role(role), Coordinator: "Camille Exemple", Expires: expires.UnixMilli()}
}

func (s *story) step(step string) ([]byte, error) {
	by, rest, found := strings.Cut(step, ": ")
	if !found {
		by, rest = "F", step
	}
	author, words := s.id(by), strings.Fields(rest)
	switch {
	case rest == "F":
		var err error
		var recovery Recovery
		s.roster, recovery, err = Found(author, Founder{Name: "Réseau d'essai", Office: Office{ID: "home", Name: "Toronto"}, Coordinator: "Alex Invention"}, s.now)
		s.laptops["P"] = identityOf(s.t, recovery)
		return nil, err
	case words[0] == "rotate":
		return s.roster.Rotate(author, s.now, words[1:]...)
	case words[0] == "policy":
		return s.roster.SetPolicy(author, Policy{ShareCard: true, AdminsRead: words[1] == "open"}, s.now)
	case words[0] == "promote":
		office := "home"
		if len(words) > 3 {
			office = words[3][1:]
		}
		return s.roster.Promote(author, s.id(words[1]).Device(), Role(words[2]), office, s.now)
	case words[0] == "grant":
		return s.roster.Grant(author, s.id(words[1]).Device(), s.now)
	case words[0] == "rekey":
		return s.rekey(by, words[1])
	case words[0] == "recovery":
		fresh := NewRecovery()
		data, err := s.roster.SetRecovery(author, fresh, s.now)
		if err == nil {
			s.laptops["P"] = identityOf(s.t, fresh)
		}
		return data, err
	case words[0] == "office":
		return s.roster.AddOffice(author, Office{ID: words[1], Name: words[1]}, s.now)
	case words[0] == "void":
		return s.roster.Withdraw(author, words[1], s.now)
	case words[0] == "invite":
		expires := s.now.Add(time.Hour)
		if len(words) > 3 {
			expires = s.now
		}
		return s.roster.Invite(author, s.seat(words[1], words[2], expires), s.now)
	case strings.HasPrefix(rest, "-"):
		return s.roster.Revoke(author, s.id(rest[1:]).Device(), s.now, End{Number: 7, LastSeq: 70})
	case strings.HasPrefix(rest, "+"):
		office, invitation := "home", ""
		for i, word := range words {
			if strings.HasPrefix(word, "@") {
				office = word[1:]
			}
			if word == "by" {
				invitation = words[i+1]
			}
		}
		return s.roster.Admit(author, s.card(words[0][1:], words[1], office), invitation, s.now)
	}
	return nil, fmt.Errorf("no such step %q", step)
}

func identityOf(t *testing.T, r Recovery) *signed.Identity {
	t.Helper()
	id, err := r.Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *story) rekey(name, last string) ([]byte, error) {
	s.t.Helper()
	number, err := strconv.ParseUint(last, 10, 64)
	if err != nil {
		return nil, err
	}
	fresh, err := s.id(name).Rekeyed()
	if err != nil {
		return nil, err
	}
	data, err := s.roster.Rekey(s.id(name), fresh, number, s.now)
	if err == nil {
		s.laptops[name] = fresh
	}
	return data, err
}

func (s *story) check(claim string) {
	s.t.Helper()
	name, want, _ := strings.Cut(claim, " ")
	got := "none"
	if l, known := s.roster.State().Laptop(s.id(name).Device()); known {
		got = string(l.Role)
		if l.Revoked {
			got = "gone"
		}
	}
	if got != want {
		s.t.Fatalf("%s is %s, not %s", name, got, want)
	}
}

// fork tells two stories on top of this one, neither knowing of the other.
func (s *story) fork(left, right string) (l, r *story) {
	s.t.Helper()
	branch := func(text string) *story {
		again, err := Load(s.roster.State().Founding, s.roster.All())
		if err != nil {
			s.t.Fatal(err)
		}
		return (&story{t: s.t, roster: again, laptops: s.laptops, now: s.now}).tell(text)
	}
	return branch(left), branch(right)
}
