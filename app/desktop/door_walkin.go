package desktop

import (
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/post"
	"example.org/carnet/store"
)

// WalkIn writes down a person who is not on the list, judges, and lets them in; who gave an address is sent a confirmation where the rule
// means them.
func (o *Door) WalkIn(meeting string, station string, arrival DoorArrival) (DoorResult, error) {
	return ask(o.d, func(c *app.Carnet) (DoorResult, error) {
		at, err := o.d.at(c, meeting, station)
		if err != nil {
			return DoorResult{}, err
		}
		given, family := splitName(arrival.Name)
		noted, known, err := at.walkIn(door.WalkIn{Meeting: at.meeting.ID, Given: given, Family: family, Community: arrival.Community, Role: arrival.Role,
			Email: strings.TrimSpace(arrival.Email), Station: at.station, Nonce: arrival.Nonce})
		if err != nil {
			return DoorResult{}, err
		}
		member, err := at.person(noted.Scan.Fact.Member)
		if err != nil {
			return DoorResult{}, err
		}
		return at.arrived(member, noted, known)
	})
}

func (a *doorAt) walkIn(w door.WalkIn) (door.Noted, bool, error) {
	if a.practice != nil {
		return a.practice.WalkIn(w)
	}
	return a.c.Door.WalkIn(w)
}

// arrived answers a walk-in: the verdict with its reason, that it is provisional, and what becomes of a confirmation.
func (a *doorAt) arrived(member store.Member, noted door.Noted, known bool) (DoorResult, error) {
	w := a.d.words()
	verdict, err := a.provisional(member)
	if err != nil {
		return DoorResult{}, err
	}
	result := a.result("in", "door.said.welcome", member, noted.Scan.ID)
	result.Badge = a.practice == nil && !known
	reason := verdict.Reason.Say(w.Say, a.c.Meetings.NameOf(w.Lang()))
	switch verdict.Answer {
	case audience.NotEligible:
		result.Tone, result.Title = "look", w.Say("door.said.look", nil)
		result.Why, result.Advice = reason, w.Say("door.advice.verdict", nil)
	case audience.Unknown:
		result.Why = dotted(w.Say("door.said.not_known", nil), reason)
	default:
		result.Why = dotted(w.Say("door.said.eligible", nil), reason)
	}
	result.Notes = append(a.crowding(noted), w.Say("door.said.provisional", nil))
	if known {
		result.Notes[len(result.Notes)-1] = w.Say("door.said.known", nil)
	}
	if a.practice == nil && verdict.Answer == audience.Eligible && member.Email != "" {
		result.Notes = append(result.Notes, a.confirm(member))
	}
	return result, nil
}

// provisional judges a walk-in and notes the decision as the door's; in a rehearsal it only judges.
func (a *doorAt) provisional(member store.Member) (audience.Verdict, error) {
	if a.practice != nil {
		return a.c.Door.JudgeAlone(a.meeting.Meeting, member)
	}
	return a.c.Door.Provisional(a.meeting.Meeting, member.ID)
}

// confirm queues a confirmation, by the same rules as any mail, and says what became of it. No door waits for it: what cannot be queued
// here, the office finds among those who wait for an answer.
func (a *doorAt) confirm(member store.Member) string {
	w := a.d.words()
	plan, err := a.c.Post.Plan(post.Order{Sort: post.Confirmation, For: a.forum(), To: []string{member.ID}})
	if err != nil {
		return w.Say("door.mail.not_here", map[string]string{"why": w.Error(err).Text})
	}
	if len(plan.Messages) == 0 {
		why := post.SkipNoAddress
		if len(plan.Recipients) > 0 {
			why = plan.Recipients[0].Skip
		}
		return w.Say("door.mail.skipped", map[string]string{"why": w.Say("mail.skip."+why, nil)})
	}
	if _, err := a.c.Post.Queue(plan); err != nil {
		return w.Say("door.mail.not_here", map[string]string{"why": w.Error(err).Text})
	}
	return w.Say("door.mail.queued", map[string]string{"address": member.Email})
}

// splitName takes the last word for the family name; a single word is a family name.
func splitName(name string) (given, family string) {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "", ""
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}
