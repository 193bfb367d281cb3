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
	"example.org/carnet/app/people"
	"example.org/carnet/store"
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
