package requests

import (
	"cmp"
	"slices"
	"strings"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// Standing is a request with what helps to decide it.
type Standing struct {
	store.Request
	Match        people.Match // Member and Community are the request's where they are set
	Verdict      audience.Verdict
	Registration store.Registration // of its member for the same; empty when there is none
	Again        []string           // other open requests of the same person for the same
}

// RequestFilter narrows a list of requests; empty fields ask for nothing.
type RequestFilter struct {
	For    string // as Target takes it
	Status string
	Member string // id
}

// Requests lists what came to this office, the oldest first, without candidates: Request has those.
func (r *Requests) Requests(f RequestFilter) ([]Standing, error) {
	target := ""
	if f.For != "" {
		t, err := r.Target(f.For)
		if err != nil {
			return nil, err
		}
		target = t.ID
	}
	var all []Standing
	for q, err := range store.All[store.Request](r.Store) {
		if err != nil {
			return nil, err
		}
		if q.Office == r.Office() && (target == "" || q.For == target) && (f.Status == "" || q.Status == f.Status) && (f.Member == "" || r.Store.Person(q.Member) == r.Store.Person(f.Member)) {
			all = append(all, Standing{Request: q})
		}
	}
	slices.SortFunc(all, func(a, b Standing) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	j := judges{r: r, gates: map[string]*meetings.Gate{}}
	for i := range all {
		if err := j.judge(&all[i]); err != nil {
			return nil, err
		}
	}
	r.again(all)
	return all, nil
}

// Count gives the number of this office's open requests.
func (r *Requests) Count() (n int) {
	for q, err := range store.All[store.Request](r.Store) {
		if err == nil && q.Office == r.Office() && q.Status == Open {
			n++
		}
	}
	return n
}

// Request gives one with everybody it may be. Faults: unknown_id, ambiguous_id, details_elsewhere.
func (r *Requests) Request(id string) (Standing, error) {
	q, err := r.ownRequest(id)
	if err != nil {
		return Standing{}, err
	}
	matcher, err := r.People.Matcher()
	if err != nil {
		return Standing{}, err
	}
	s := Standing{Request: q, Match: matcher.Match(wanted(q))}
	s.Match.Member, s.Match.Community = cmp.Or(q.Member, s.Match.Member), cmp.Or(q.Community, s.Match.Community)
	j := judges{r: r, gates: map[string]*meetings.Gate{}}
	return s, j.judge(&s)
}

func (r *Requests) ownRequest(id string) (store.Request, error) {
	whole, err := r.Store.Resolve(store.KindRequest, id)
	if err != nil {
		return store.Request{}, err
	}
	q, err := store.Get[store.Request](r.Store, whole)
	if err == nil && q.Office != r.Office() {
		err = fault.New("details_elsewhere", "id", q.ID, "office", q.Office)
	}
	return q, err
}

// judges keeps the gates of a list.
type judges struct {
	r     *Requests
	gates map[string]*meetings.Gate
}

func (j *judges) judge(s *Standing) error {
	gate := j.gates[s.For]
	if gate == nil {
		t, err := j.r.Target(s.For)
		if err == nil {
			gate, err = j.r.gate(t)
		}
		if fault.Is(err, "unknown_id") || fault.Is(err, "unknown_chapter") { // the meeting was removed
			s.Verdict = audience.Verdict{Reason: audience.Reason{Code: "target_gone"}}
			return nil
		}
		if err != nil {
			return err
		}
		j.gates[s.For] = gate
	}
	profile := j.profile(s)
	s.Verdict = gate.JudgeRule(&profile)
	if s.Member != "" {
		if g, there := j.r.Meetings.EnrolledAs(s.For, s.Member); there {
			s.Registration = g
		}
	}
	return nil
}

// profile is the member's, or what the request says where nothing else is known.
func (j *judges) profile(s *Standing) directory.Profile {
	m := store.Member{Office: s.Office}
	if id := cmp.Or(s.Member, s.Match.Member); id != "" {
		if known, there := j.r.person(id); there {
			m = known
		}
	}
	m.Role = cmp.Or(m.Role, s.Role)
	m.Community = cmp.Or(m.Community, s.Community, s.Match.Community)
	return j.r.Meetings.ProfileOf(m)
}

// again notes which open requests are of one person for one thing.
func (r *Requests) again(all []Standing) {
	by := map[string][]int{}
	for i, s := range all {
		who := cmp.Or(r.Store.Person(s.Member), directory.Fold(s.Email), directory.Fold(s.Given+" "+s.Family+" "+s.Town))
		if s.Status == Open {
			by[s.For+"\x00"+who] = append(by[s.For+"\x00"+who], i)
		}
	}
	for _, same := range by {
		for _, i := range same {
			for _, other := range same {
				if other != i {
					all[i].Again = append(all[i].Again, all[other].ID)
				}
			}
		}
	}
}

// Match says who a request is: a member by id, its beginning or address; empty for somebody new. Faults of people.Find.
func (r *Requests) Match(id, memberRef string) (store.Request, []store.Ref, error) {
	return r.change(id, func(q *store.Request) error {
		q.Member = ""
		if memberRef == "" {
			return nil
		}
		m, err := r.People.Find(memberRef)
		q.Member = m.ID
		return err
	})
}

// Fields are what a person may correct on a request.
var Fields = []string{"given", "family", "email", "phone", "role", "title", "community", "language"}

// Set corrects a request. A community is an id or a name; others are read as forms are. Faults: bad_field, bad_email and those of
// communities.
func (r *Requests) Set(id string, fields map[string]string) (store.Request, []store.Ref, error) {
	for name := range fields {
		if !slices.Contains(Fields, name) {
			return store.Request{}, nil, fault.New("bad_field", "field", name)
		}
	}
	return r.change(id, func(q *store.Request) error {
		now := map[string]string{"given": q.Given, "family": q.Family, "email": q.Email, "phone": q.Phone, "role": q.Role, "title": q.Title,
			"language": q.Language, "community": q.Town}
		for name, value := range fields {
			now[name] = strings.TrimSpace(value)
		}
		a, err := people.AskingOf(now)
		if err != nil {
			return err
		}
		q.Given, q.Family, q.Email, q.Phone, q.Role, q.Title, q.Language = a.Given, a.Family, a.Email, a.Phone, a.Role, a.Title, a.Language
		town, given := fields["community"]
		if !given {
			return nil
		}
		q.Town, q.Community = a.Town, ""
		if town != "" {
			c, err := r.People.Community(town)
			if err != nil {
				return err
			}
			q.Town, q.Community = cmp.Or(c.Name, c.NameFR), c.ID
		}
		return nil
	})
}

// Dismiss puts requests away that are none; Reopen brings one back.
func (r *Requests) Dismiss(ids []string) ([]store.Ref, error) { return r.setStatus(ids, Dismissed) }

// Reopen makes requests open again.
func (r *Requests) Reopen(ids []string) ([]store.Ref, error) { return r.setStatus(ids, Open) }

func (r *Requests) setStatus(ids []string, status string) ([]store.Ref, error) {
	if err := r.May(store.KindRequest); err != nil {
		return nil, err
	}
	return r.Store.Edit(func(tx *store.Tx) error {
		for _, id := range ids {
			q, err := r.ownRequest(id)
			if err == nil {
				q.Status = status
				_, err = tx.Put(q)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *Requests) change(id string, with func(*store.Request) error) (store.Request, []store.Ref, error) {
	q, err := r.ownRequest(id)
	if err == nil {
		err = r.May(store.KindRequest)
	}
	if err == nil {
		err = with(&q)
	}
	if err != nil {
		return q, nil, err
	}
	refs, err := r.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(q)
		return err
	})
	return q, refs, err
}

// Verdict judges a member for what an id means, by its rule alone.
func (r *Requests) Verdict(forID, member string) (audience.Verdict, error) {
	s := Standing{Request: store.Request{For: forID, Member: member}}
	j := judges{r: r, gates: map[string]*meetings.Gate{}}
	err := j.judge(&s)
	return s.Verdict, err
}
