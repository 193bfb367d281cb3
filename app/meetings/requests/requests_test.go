package requests

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// desk is one office's laptop with a programme, a meeting of it, one without a chapter, and two members.
type desk struct {
	*Requests
	t   *testing.T
	now time.Time
}

const (
	peers  = "chp_peers"
	call   = "mtg_call"  // of the programme, on 2 December
	past   = "mtg_past"  // of the programme, on 1 November
	forum  = "mtg_forum" // two places, for staff
	elise  = "mem_elise" // staff of Laval
	walter = "mem_walter"
)

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)}
	now := func() time.Time { return d.now }
	s, err := store.Open(t.TempDir(), store.Options{Device: "laptop", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	may, office := func(store.Kind) error { return nil }, func() string { return "off_here" }
	ours := func(office string) bool { return office == "off_here" }
	p := people.New(people.Deps{Store: s, Now: now, May: may, Office: office, Reads: ours})
	m := meetings.New(meetings.Deps{Store: s, Now: now, May: may, Reads: ours})
	d.Requests = New(Deps{Store: s, Now: now, May: may, Ours: ours, Office: office, People: p, Meetings: m})
	meeting := func(id, start, chapter, audience string, places int) store.Meeting {
		return store.Meeting{ID: id, Title: id, Chapter: chapter, Start: start, Zone: "America/Toronto", Minutes: 60, Audience: audience, Places: places, Status: "confirmed"}
	}
	d.put(
		store.Office{ID: "off_here", Name: "Toronto"}, store.Office{ID: "off_there", Name: "Halifax"},
		store.Community{ID: "com_laval", Name: "Laval", Kind: "V", Province: "QC", Country: "CA"}, store.Community{ID: "com_lyon", Name: "Lyon", Country: "FR"},
		store.Chapter{ID: peers, Name: "Peer network", NameFR: "Réseau de pairs", Kind: "programme", Audience: "all(role=staff|indigenous-staff, country=CA)"},
		meeting(call, "2026-12-02T13:00", peers, "", 0), meeting(past, "2026-11-01T13:00", peers, "", 0), meeting(forum, "2027-05-02T09:00", "", "staff", 2),
		store.Member{ID: elise, Given: "Élise", Family: "Tremblay", Email: "elise@example.org", Role: "staff", Community: "com_laval", Office: "off_here"},
		store.Member{ID: walter, Given: "Walter", Family: "Abel", Role: "elected", TermEnd: "2026-10-19", Office: "off_there"},
	)
	return d
}

func (d *desk) put(records ...store.Record) {
	d.t.Helper()
	if _, err := d.Store.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) must(o Outcome, err error) Outcome {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// who says who counts for a meeting, as "elise approved".
func (d *desk) who(meeting string) string {
	d.t.Helper()
	m, err := d.Meetings.Get(meeting)
	if err != nil {
		d.t.Fatal(err)
	}
	all, err := d.RegisteredFor(m)
	if err != nil {
		d.t.Fatal(err)
	}
	var said []string
	for _, g := range all {
		said = append(said, strings.TrimPrefix(g.Person, "mem_")+" "+g.Status)
		if g.Place > 0 {
			said[len(said)-1] += fmt.Sprint(" ", g.Place)
		}
	}
	return strings.Join(said, ", ")
}

func (d *desk) list(text string) string {
	d.t.Helper()
	path := filepath.Join(d.t.TempDir(), "requests.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

func (d *desk) open() (ids []string) {
	d.t.Helper()
	all, err := d.Requests.Requests(RequestFilter{Status: Open})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, s := range all {
		ids = append(ids, s.ID)
	}
	return ids
}

const form = "Name,Email,Municipality,Role\nElise Tremblay,elise@example.org,Laval,staff\nNoah Roy,noah@example.org,Ville de Laval,staff\nMia Lo,mia@example.org,Lyon,staff\nIda Cyr,,Nowhere,mayor\n,,Laval,staff\n"

func TestAListOfRequestsIsTakenInOnceAndMatched(t *testing.T) {
	d := newDesk(t)
	path := d.list(form)
	if in, err := d.ImportFile(path, peers, IntakeOptions{DryRun: true}); err != nil || in.Created != 4 || len(d.open()) != 0 {
		t.Fatalf("%+v %v", in, err)
	}
	in, err := d.ImportFile(path, "Réseau de pairs", IntakeOptions{})
	if err != nil || in.Rows != 5 || in.Created != 4 || in.Matched != 1 || len(in.Refused) != 1 {
		t.Fatalf("%+v %v", in, err)
	}
	version := d.Store.Version()
	if in, err := d.ImportFile(path, peers, IntakeOptions{}); err != nil || in.Created != 0 || in.Unchanged != 4 || d.Store.Version() != version {
		t.Errorf("again: %+v %v", in, err)
	}
	all, err := d.Requests.Requests(RequestFilter{For: peers})
	if err != nil || len(all) != 4 {
		t.Fatal(all, err)
	}
	want := []string{"Elise eligible role mem_elise com_laval", "Noah eligible role  com_laval", "Mia not-eligible country_other  com_lyon", "Ida not-eligible role_other  "}
	for i, s := range all {
		if got := strings.Join([]string{s.Given, s.Verdict.Answer.String(), s.Verdict.Reason.Code, s.Member, s.Community}, " "); got != want[i] {
			t.Errorf("%q, want %q", got, want[i])
		}
	}
	if one, err := d.Request(all[0].ID[:12]); err != nil || one.Source != "requests.csv" || !strings.Contains(one.Text, "Municipality: Laval") {
		t.Errorf("%+v %v", one, err)
	}
}

func TestADecisionMakesMemberRegistrationAndConsentInOneStep(t *testing.T) {
	d := newDesk(t)
	if _, err := d.ImportText("Noah Roy; noah@example.org; Laval; staff", peers, IntakeOptions{Source: "mail"}); err != nil {
		t.Fatal(err)
	}
	before := d.Store.Count(store.KindMember)
	o := d.must(d.Decide(d.open(), Decision{Status: Approved}))
	if len(o.Created) != 1 || len(o.Registrations) != 1 || len(d.open()) != 0 {
		t.Fatalf("%+v", o)
	}
	m, err := d.People.Find("noah@example.org")
	if err != nil || m.Role != "staff" || m.Community != "com_laval" || m.Office != "off_here" || !slices.Equal(m.Chapters, []string{peers}) {
		t.Errorf("%+v %v", m, err)
	}
	if s, err := d.People.Consent(m.ID, ""); err != nil || s.State != people.ConsentGiven || s.Consent.Source != "Peer network" {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := d.UndoAll(o.Refs); err != nil {
		t.Fatal(err)
	}
	if d.Store.Count(store.KindMember) != before || d.Store.Count(store.KindRegistration) != 0 || d.Store.Count(store.KindConsent) != 0 || len(d.open()) != 1 {
		t.Error("undoing left something")
	}
	d.must(d.Decide(d.open(), Decision{Status: Declined, Reason: "For staff of Québec only"}))
	all, _ := d.List(Filter{Status: Declined})
	if len(all) != 1 || all[0].Reason == "" || len(d.open()) != 0 {
		t.Errorf("%+v", all)
	}
	if _, err := d.Undo(all[0].ID); err != nil {
		t.Fatal(err)
	}
	if d.Store.Count(store.KindMember) != before || d.Store.Count(store.KindRegistration) != 0 || len(d.open()) != 1 {
		t.Error("undoing one left something")
	}
}

func TestManyAreDecidedAtOnceAndTakenBackAtOnce(t *testing.T) {
	d := newDesk(t)
	var list strings.Builder
	for i := range 200 {
		fmt.Fprintf(&list, "Person%c%c Family%d, p%d@example.org, Laval, staff\n", 'a'+i%26, 'a'+i/26, i, i)
	}
	if in, err := d.ImportText(list.String(), peers, IntakeOptions{}); err != nil || in.Created != 200 {
		t.Fatalf("%+v %v", in, err)
	}
	before := d.Store.Count(store.KindMember)
	o := d.must(d.Decide(d.open(), Decision{Status: Approved}))
	if len(o.Created) != 200 || d.Store.Count(store.KindMember) != before+200 {
		t.Fatal(len(o.Created))
	}
	if _, err := d.UndoAll(o.Refs); err != nil || d.Store.Count(store.KindMember) != before || len(d.open()) != 200 {
		t.Error(err, d.Store.Count(store.KindMember), len(d.open()))
	}
}

func TestDecisionsThatCannotBe(t *testing.T) {
	d := newDesk(t)
	d.put(store.Meeting{ID: "mtg_off", Title: "Off", Status: "cancelled"}, store.Request{ID: "req_theirs", Office: "off_there", For: call, Status: Open})
	if _, err := d.ImportText("no.name1@example.org", call, IntakeOptions{}); err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		code string
		err  func() error
	}{
		{"reason_missing", func() error { _, err := d.Register(call, elise, Decision{Status: Declined}); return err }},
		{"bad_choice", func() error { _, err := d.Register(call, elise, Decision{Status: "maybe"}); return err }},
		{"unknown_id", func() error { _, err := d.Register("mtg_none", elise, Decision{Status: Approved}); return err }},
		{"unknown_chapter", func() error { _, err := d.Register("Nothing", elise, Decision{Status: Approved}); return err }},
		{"meeting_cancelled", func() error { _, err := d.Register("mtg_off", elise, Decision{Status: Approved}); return err }},
		{"name_missing", func() error { _, err := d.Decide(d.open(), Decision{Status: Approved}); return err }},
		{"details_elsewhere", func() error { _, err := d.Decide([]string{"req_theirs"}, Decision{Status: Approved}); return err }},
	}
	for _, row := range rows {
		if err := row.err(); !fault.Is(err, row.code) {
			t.Errorf("%v, want %s", err, row.code)
		}
	}
	if n := d.Store.Count(store.KindRegistration); n != 0 {
		t.Error(n, "were written")
	}
	id := d.open()[0]
	if _, _, err := d.Set(id, map[string]string{"given": "Noé", "community": "laval", "role": "conseiller municipal"}); err != nil {
		t.Fatal(err)
	}
	if s, err := d.Request(id); err != nil || s.Given != "Noé" || s.Role != "elected" || s.Community != "com_laval" {
		t.Errorf("%+v %v", s, err)
	}
	d.must(d.Decide([]string{id}, Decision{Status: Asked, Reason: "Which town?"}))
	if len(d.open()) != 1 {
		t.Error("what was asked back is still to be decided")
	}
	d.must(d.Decide([]string{id}, Decision{Status: Approved}))
	if _, err := d.Decide([]string{id}, Decision{Status: Approved}); !fault.Is(err, "request_done") {
		t.Error(err)
	}
}

func TestAFullMeetingHasAWaitingListInTheOrderOfAsking(t *testing.T) {
	d := newDesk(t)
	if _, err := d.ImportText("Ana Au, a@example.org\nBo Bu, b@example.org\nCy Cu, c@example.org\nDi Du, d@example.org", forum, IntakeOptions{}); err != nil {
		t.Fatal(err)
	}
	ids := d.open()
	slices.Reverse(ids)
	o := d.must(d.Decide(ids, Decision{Status: Approved}))
	if len(o.Full) != 2 {
		t.Fatalf("%+v", o.Full)
	}
	target, _ := d.Target(forum)
	full, err := d.Occupancy(target)
	if err != nil || full.Taken != 2 || full.Free != 0 || len(full.Waiting) != 2 {
		t.Fatalf("%+v %v", full, err)
	}
	name := func(id string) string { m, _ := d.People.Find(id); return m.Given }
	if name(full.Waiting[0].Person) != "Cy" || name(full.Waiting[1].Person) != "Di" {
		t.Error("the order of asking was lost")
	}
	if o := d.must(d.Promote(forum)); len(o.Registrations) != 0 {
		t.Error("somebody was promoted to a place that is not free")
	}
	d.must(d.Decide([]string{o.Registrations[0].ID}, Decision{Status: Withdrawn}))
	if o := d.must(d.Promote(forum)); len(o.Registrations) != 1 || name(o.Registrations[0].Member) != "Cy" || o.Registrations[0].Status != Approved {
		t.Errorf("%+v", o.Registrations)
	}
	if o := d.must(d.Register(forum, elise, Decision{Status: Approved})); o.Registrations[0].Status != Waitlisted {
		t.Error("a place was given that is not there")
	}
	if o := d.must(d.Register(forum, elise, Decision{Status: Approved, Over: true})); o.Registrations[0].Status != Approved {
		t.Error("a person may let somebody in beyond the places")
	}
	if full, _ := d.Occupancy(target); full.Taken != 3 || full.Free != 0 {
		t.Errorf("%+v", full)
	}
}

func TestAProgrammeRegistersForWhatRemains(t *testing.T) {
	d := newDesk(t)
	d.must(d.Register(peers, elise, Decision{Status: Approved}))
	if d.who(call) != "elise approved" || d.who(past) != "" || d.who(forum) != "" {
		t.Error(d.who(call), d.who(past), d.who(forum))
	}
	d.must(d.Register(call, elise, Decision{Status: Withdrawn}))
	if d.who(call) != "elise withdrawn" {
		t.Error(d.who(call))
	}
	all, _ := d.List(Filter{For: call})
	if _, err := d.Undo(all[0].ID); err != nil || d.who(call) != "elise approved" {
		t.Error(err, d.who(call))
	}
	d.now = d.now.AddDate(0, 1, 0) // the call is over; who was in it stays so
	if d.who(call) != "elise approved" {
		t.Error(d.who(call))
	}
	d.must(d.Register(peers, walter, Decision{Status: Approved}))
	if d.who(call) != "elise approved" {
		t.Error("a late joiner is in what is over:", d.who(call))
	}
	if m, _ := d.People.Find(elise); !slices.Contains(m.Chapters, peers) {
		t.Error("the programme's list lacks who was accepted")
	}
	if m, _ := d.People.Find(walter); len(m.Chapters) != 0 {
		t.Error("another office's member was changed")
	}
	d.must(d.Register(peers, elise, Decision{Status: Withdrawn}))
	if m, _ := d.People.Find(elise); slices.Contains(m.Chapters, peers) {
		t.Error("who left the programme is still on its list")
	}
}

func TestMembersOfAProgrammeAreDecidedForOneMeetingInOneEdit(t *testing.T) {
	d := newDesk(t)
	d.put(store.Member{ID: "mem_zoe", Given: "Zoé", Family: "Paquet", Role: "staff", Office: "off_here"})
	for _, who := range []string{elise, "mem_zoe"} {
		d.now = d.now.Add(time.Second)
		d.must(d.Register(peers, who, Decision{Status: Approved}))
	}
	if _, err := d.DecideFor(call, []string{elise, "mem_nobody"}, Decision{Status: Withdrawn}); err == nil || d.who(call) != "elise approved, zoe approved" {
		t.Fatal("half of a decision was written:", err, d.who(call))
	}
	o := d.must(d.DecideFor(call, []string{elise, "mem_zoe", elise}, Decision{Status: Withdrawn}))
	if len(o.Registrations) != 2 || d.who(call) != "elise withdrawn, zoe withdrawn" && d.who(call) != "zoe withdrawn, elise withdrawn" {
		t.Fatal(o, d.who(call))
	}
	if _, err := d.UndoAll(o.Refs); err != nil || d.who(call) != "elise approved, zoe approved" {
		t.Error(err, d.who(call))
	}
	if same := d.must(d.DecideFor(call, []string{elise}, Decision{Status: Approved})); len(same.Registrations) != 0 {
		t.Error("who comes through the programme got a registration that says the same:", same)
	}
}

func TestMembersMergedIntoOneHaveOneRegistration(t *testing.T) {
	d := newDesk(t)
	d.must(d.Register(call, elise, Decision{Status: Requested}))
	d.put(store.Member{ID: "mem_twin", Given: "E", Family: "T", Office: "off_here"})
	d.must(d.Register(call, "mem_twin", Decision{Status: Approved}))
	if _, _, err := d.People.Merge(elise, "mem_twin"); err != nil {
		t.Fatal(err)
	}
	if d.who(call) != "elise approved" {
		t.Error(d.who(call))
	}
}

func TestWhatIsKnownBeforeSendingIsCounted(t *testing.T) {
	d := newDesk(t)
	d.put(store.Member{ID: "mem_ok", Given: "O", Family: "K", Email: "ok@example.org", Role: "staff", Office: "off_here"},
		store.Member{ID: "mem_bounced", Given: "B", Family: "B", Email: "b@example.org", Bounced: "b@example.org", Role: "staff", Office: "off_here"},
		store.Member{ID: "mem_none", Given: "N", Family: "N", Office: "off_here"},
		store.Consent{ID: "con_ok", Member: "mem_ok", Basis: "express", Source: "form", Date: "2026-01-01"})
	for _, id := range []string{elise, walter, "mem_ok", "mem_bounced", "mem_none"} {
		d.must(d.Register(forum, id, Decision{Status: Approved, Over: true}))
	}
	if _, err := d.ImportText("Noah Roy, noah@example.org, Laval, staff", forum, IntakeOptions{}); err != nil {
		t.Fatal(err)
	}
	d.must(d.Decide(d.open(), Decision{Status: Approved, Over: true}))
	meeting, _ := d.Meetings.Get(forum)
	s, err := d.Before(meeting, "registered", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(len(s.Recipients), s.Eligible, s.NotEligible, s.Unknown, s.NoConsent, s.NoAddress, s.OtherOffices, s.Sendable)
	if got != "6 4 1 1 3 2 1 2" {
		t.Error(got)
	}
	s, err = d.Before(meeting, "eligible", nil)
	if err != nil || len(s.Recipients) != 4 || s.Eligible != 4 || s.NotEligible != 1 || s.Unknown != 1 {
		t.Errorf("%+v %v", s, err)
	}
	if s, err := d.Before(meeting, "", []string{"elise@example.org"}); err != nil || len(s.Recipients) != 1 || s.NoConsent != 1 {
		t.Errorf("%+v %v", s, err)
	}
	not, err := d.PresentNotEligible(meeting, []string{elise, walter, "mem_gone"})
	if err != nil || len(not) != 1 || not[0].Member != walter || not[0].Reason.Code != "role_other" || not[0].Answer != audience.NotEligible {
		t.Errorf("%+v %v", not, err)
	}
}

func TestWhoIsRegisteredBelongsAtTheDoorOfAChaptersMeeting(t *testing.T) {
	d := newDesk(t)
	meeting, _ := d.Meetings.Get(call)
	verdict := func() string {
		all, err := d.Meetings.Verdicts(meeting)
		at := slices.IndexFunc(all, func(v meetings.Judged) bool { return v.Member == walter })
		if err != nil || at < 0 {
			t.Fatal(err)
		}
		return all[at].Reason.Code
	}
	if got := verdict(); got != "not_in_chapter" {
		t.Error(got)
	}
	d.must(d.Register(peers, walter, Decision{Status: Approved})) // of another office, so no chapter of ours is written
	if got := verdict(); got != "role_other" {
		t.Error(got)
	}
}

func TestRequestsArePutAwayAndMatchedByHand(t *testing.T) {
	d := newDesk(t)
	q, _, err := d.Add(call, map[string]string{"given": "Elyse", "family": "Tremblay", "community": "Laval"}, "phone")
	if err != nil || q.Member != "" || q.Source != "phone" {
		t.Fatalf("%+v %v", q, err)
	}
	if s, err := d.Request(q.ID); err != nil || len(s.Match.Candidates) != 1 || s.Match.Candidates[0].Card.ID != elise {
		t.Fatalf("%+v %v", s.Match, err)
	}
	if _, _, err := d.Match(q.ID, "elise@example.org"); err != nil {
		t.Fatal(err)
	}
	d.must(d.Register(call, elise, Decision{Status: Requested}))
	if s, err := d.Request(q.ID); err != nil || s.Member != elise || s.Registration.Status != Requested {
		t.Errorf("%+v %v", s, err)
	}
	again, _, err := d.Add(call, map[string]string{"email": "elise@example.org", "given": "Élise", "family": "Tremblay"}, "phone")
	if err != nil {
		t.Fatal(err)
	}
	all, _ := d.Requests.Requests(RequestFilter{Status: Open})
	if len(all) != 2 || !slices.Equal(all[0].Again, []string{all[1].ID}) {
		t.Errorf("%+v", all)
	}
	if _, err := d.Dismiss([]string{again.ID}); err != nil || d.Count() != 1 {
		t.Error(err, d.Count())
	}
	if _, err := d.Reopen([]string{again.ID}); err != nil || d.Count() != 2 {
		t.Error(err, d.Count())
	}
	if _, err := d.Undo(again.ID); err != nil || d.Count() != 1 {
		t.Error(err, d.Count())
	}
}

func TestAnOccurrenceOfASeriesIsHeldWhenSomebodyIsRegistered(t *testing.T) {
	d := newDesk(t)
	series, _, err := d.Meetings.AddSeries(map[string]string{"title": "Call", "chapter": peers, "start": "2026-11-25T13:00", "zone": "America/Toronto", "minutes": "60", "rule": "FREQ=WEEKLY;INTERVAL=2"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	first, second := store.OccurrenceID(series.ID, "2026-11-25T13:00"), store.OccurrenceID(series.ID, "2026-12-09T13:00")
	stored := d.Store.Count(store.KindMeeting)
	o := d.must(d.Register(second, elise, Decision{Status: Approved}))
	if d.Store.Count(store.KindMeeting) != stored+1 || d.who(second) != "elise approved" || d.who(first) != "" {
		t.Error(d.who(first), d.who(second))
	}
	if _, err := d.UndoAll(o.Refs); err != nil || d.Store.Count(store.KindMeeting) != stored || d.who(second) != "" {
		t.Error(err, d.who(second))
	}
	d.must(d.Register(series.ID, elise, Decision{Status: Approved}))
	d.must(d.Register(first, elise, Decision{Status: Withdrawn}))
	if d.who(first) != "elise withdrawn" || d.who(second) != "elise approved" {
		t.Error(d.who(first), d.who(second))
	}
	all, err := d.Meetings.Verdicts(store.Meeting{ID: second, Series: series.ID, Start: "2026-12-09T13:00"})
	at := slices.IndexFunc(all, func(v meetings.Judged) bool { return v.Member == elise })
	if err != nil || all[at].Answer != audience.Eligible {
		t.Error(all, err)
	}
}

func TestWhoIsRegisteredForASeriesIsForWhatFollowsWhenItMoves(t *testing.T) {
	d := newDesk(t)
	series, _, err := d.Meetings.AddSeries(map[string]string{"title": "Call", "chapter": peers, "start": "2026-11-25T13:00", "zone": "America/Toronto", "minutes": "60", "rule": "FREQ=WEEKLY;INTERVAL=2"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.must(d.Register(series.ID, elise, Decision{Status: Approved}))
	second := store.OccurrenceID(series.ID, "2026-12-09T13:00")
	if _, _, err := d.Meetings.SetReaching(second, meetings.Following, map[string]string{"start": "2026-12-09T15:00"}, nil); err != nil {
		t.Fatal(err)
	}
	coming, err := d.Meetings.Coming()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(coming, func(p meetings.Planned) bool { return p.Meeting.Start == "2026-12-23T15:00" })
	if at < 0 || coming[at].Series == series.ID {
		t.Fatal("the series did not go on as another")
	}
	if who := d.who(coming[at].ID); who != "elise approved" {
		t.Errorf("registered for what follows: %q", who)
	}
}
