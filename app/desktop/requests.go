package desktop

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/requests"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Requests lists this office's requests, the oldest first; empty texts ask for all.
func (r *Requests) Requests(of string, status string) ([]RequestRow, error) {
	return ask(r.d, func(c *app.Carnet) ([]RequestRow, error) {
		all, err := c.Requests.Requests(requests.RequestFilter{For: of, Status: status})
		rows := make([]RequestRow, 0, len(all))
		titles := map[string]string{}
		for _, one := range all {
			if titles[one.For] == "" {
				titles[one.For] = r.d.targetTitle(c, one.For)
			}
			rows = append(rows, r.d.requestRow(c, one, titles[one.For]))
		}
		return rows, err
	})
}

// Request gives one with everybody it may be.
func (r *Requests) Request(id string) (RequestDetail, error) {
	return ask(r.d, func(c *app.Carnet) (RequestDetail, error) { return r.d.requestDetail(c, id) })
}

// DecideRequests decides requests: approved, declined, asked, waitlisted.
func (r *Requests) DecideRequests(ids []string, status string, reason string, over bool) (Written, error) {
	return ask(r.d, func(c *app.Carnet) (Written, error) {
		o, err := c.Requests.Decide(ids, requests.Decision{Status: status, Reason: reason, Over: over})
		return r.d.decided(c, o, err)
	})
}

// DismissRequests puts away what is no request; ReopenRequests brings it back.
func (r *Requests) DismissRequests(ids []string) (Written, error) {
	return ask(r.d, func(c *app.Carnet) (Written, error) {
		refs, err := c.Requests.Dismiss(ids)
		return r.d.requestsSaid(refs, err, "request.said.dismissed", len(ids))
	})
}

func (r *Requests) ReopenRequests(ids []string) (Written, error) {
	return ask(r.d, func(c *app.Carnet) (Written, error) {
		refs, err := c.Requests.Reopen(ids)
		return r.d.requestsSaid(refs, err, "request.said.reopened", len(ids))
	})
}

// MatchRequest says who a request is; empty for somebody new.
func (r *Requests) MatchRequest(id string, member string) (Written, error) {
	return ask(r.d, func(c *app.Carnet) (Written, error) {
		q, refs, err := c.Requests.Match(id, member)
		key := "request.said.matched"
		if member == "" {
			key = "request.said.new"
		}
		return r.d.written(refs, err, q.ID, key, requestName(q))
	})
}

// SetRequest corrects what somebody wrote.
func (r *Requests) SetRequest(id string, fields map[string]string) (Written, error) {
	return ask(r.d, func(c *app.Carnet) (Written, error) {
		q, refs, err := c.Requests.Set(id, fields)
		return r.d.written(refs, err, q.ID, "written.record", requestName(q))
	})
}

// AddRequest takes in one request, field by field.
func (r *Requests) AddRequest(of string, fields map[string]string) (Written, error) {
	return ask(r.d, func(c *app.Carnet) (Written, error) {
		q, refs, err := c.Requests.Add(of, fields, "")
		return r.d.written(refs, err, q.ID, "request.said.added", requestName(q))
	})
}

// TakeRequests reads a list that was dropped (its upload) or pasted; dry writes nothing.
func (r *Requests) TakeRequests(of string, upload string, text string, dry bool) (Intake, error) {
	return ask(r.d, func(c *app.Carnet) (Intake, error) {
		o := requests.IntakeOptions{DryRun: dry, Source: r.d.words().Say("request.source.pasted", nil)}
		var in *requests.Intake
		if upload != "" {
			file, err := r.d.uploads.find(upload)
			if err != nil {
				return Intake{}, err
			}
			o.Source = file.name
			in, err = c.Requests.ImportFile(file.path, of, o)
			return r.d.intake(in, err)
		}
		in, err := c.Requests.ImportText(text, of, o)
		return r.d.intake(in, err)
	})
}

// Targets lists what people may ask for: programmes and chapters, series, and meetings to come.
func (r *Requests) Targets() ([]RequestTarget, error) {
	return ask(r.d, func(c *app.Carnet) ([]RequestTarget, error) { return r.d.targets(c) })
}

func (d *Desktop) requestsSaid(refs []store.Ref, err error, key string, n int) (Written, error) {
	w, err := d.written(refs, err, "", key+".one", "")
	if err == nil && len(refs) > 0 {
		w.Text = d.words().Count(key, n, nil)
	}
	return w, err
}

func (d *Desktop) intake(in *requests.Intake, err error) (Intake, error) {
	if err != nil {
		return Intake{}, err
	}
	d.remember(in.Refs)
	v := Intake{Rows: in.Rows, Created: in.Created, Unchanged: in.Unchanged, Matched: in.Matched, Refused: []RefusedRow{}, RefusedAll: len(in.Refused)}
	v.Text = d.words().Count("request.said.taken", in.Created, nil)
	for _, f := range in.Refused[:min(len(in.Refused), fewRows)] {
		v.Refused = append(v.Refused, RefusedRow{Row: f.Row, Name: f.Name, Reason: d.words().Error(f.Reason).Text})
	}
	return v, nil
}

func requestName(q store.Request) string {
	return cmp.Or(strings.TrimSpace(q.Given+" "+q.Family), q.Email)
}

func (d *Desktop) requestRow(c *app.Carnet, s requests.Standing, title string) RequestRow {
	row := RequestRow{ID: s.ID, For: s.For, ForTitle: title, Status: s.Status, Source: s.Source, Name: requestName(s.Request), Email: s.Email, Role: s.Role,
		Community: s.Town, Member: s.Member, Registration: s.Registration.Status, Again: len(s.Again)}
	if at, err := time.Parse(time.RFC3339, s.At); err == nil {
		row.When = d.when(c, at)
	}
	row.Verdict, row.Why = d.verdict(c, s.Verdict)
	community := cmp.Or(s.Community, s.Match.Community)
	if m, err := store.Get[store.Member](c.Store, s.Member); s.Member != "" && err == nil {
		row.MemberName, row.Role, community = memberName(m), cmp.Or(m.Role, s.Role), cmp.Or(m.Community, community)
	}
	if community != "" {
		row.Community, row.Placed = d.recordName(c, store.KindCommunity, community), true
	}
	return row
}

func (d *Desktop) requestDetail(c *app.Carnet, id string) (RequestDetail, error) {
	s, err := c.Requests.Request(id)
	if err != nil {
		return RequestDetail{}, err
	}
	v := RequestDetail{Row: d.requestRow(c, s, d.targetTitle(c, s.For)), Given: s.Given, Family: s.Family, Phone: s.Phone, Title: s.Title, Language: s.Language,
		Town: s.Town, Text: s.Text, Reason: s.Registration.Reason, Candidates: []RequestCandidate{}, Towns: []Named{}}
	if v.State, err = d.registered(c, s.For); fault.Is(err, "unknown_id") {
		err = nil
	}
	for _, one := range s.Match.Candidates {
		m := one.Card
		v.Candidates = append(v.Candidates, RequestCandidate{Member: m.ID, Name: strings.TrimSpace(m.Given + " " + m.Family), Email: m.Email,
			Community: pick(d.words().Lang(), m.Community, m.CommunityFR), Why: d.words().Say("request.candidate."+one.Why, nil), Chosen: m.ID == s.Member})
	}
	for _, town := range s.Match.Towns {
		name := pick(d.words().Lang(), town.Name, town.NameFR)
		if town.Province != "" {
			name += " (" + town.Province + ")"
		}
		v.Towns = append(v.Towns, Named{ID: town.ID, Name: name})
	}
	return v, err
}

func (d *Desktop) targets(c *app.Carnet) ([]RequestTarget, error) {
	lang, open := d.words().Lang(), map[string]int{}
	list := []RequestTarget{}
	for q, err := range store.All[store.Request](c.Store) {
		if err != nil {
			return nil, err
		}
		if q.Status == requests.Open && q.Office == c.Network.MyOffice() {
			open[q.For]++
		}
	}
	add := func(id, title, detail string) {
		list = append(list, RequestTarget{ID: id, Title: title, Detail: detail, Open: open[id]})
	}
	for chapter, err := range store.All[store.Chapter](c.Store) {
		if err != nil {
			return nil, err
		}
		add(chapter.ID, pick(lang, chapter.Name, chapter.NameFR), d.words().Say("chapter.kind."+cmp.Or(chapter.Kind, "regional"), nil))
	}
	slices.SortFunc(list, func(a, b RequestTarget) int { return cmp.Compare(a.Title, b.Title) })
	series, err := c.Meetings.AllSeries()
	if err != nil {
		return nil, err
	}
	for _, s := range series {
		if _, coming := c.Meetings.Next(s); coming && s.Status != "cancelled" {
			add(s.ID, pick(lang, s.Title, s.TitleFR), d.ruleText(s))
		}
	}
	coming, err := c.Meetings.Coming()
	if err != nil {
		return nil, err
	}
	seen := map[string]int{}
	for _, p := range coming {
		if seen[p.Series]++; p.Series == "" || seen[p.Series] <= 2 || open[p.ID] > 0 {
			add(p.ID, pick(lang, p.Title, p.TitleFR), d.meetingWhen(meetings.Plan(p.Meeting)))
		}
	}
	return list, nil
}
