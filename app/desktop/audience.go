package desktop

import (
	"slices"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
)

// Audience reads a rule, says it in words and counts whom it lets come to a meeting, or on no day in particular.
func (r *Requests) Audience(rule string, of string) (AudienceView, error) {
	return ask(r.d, func(c *app.Carnet) (AudienceView, error) {
		read, err := audience.Parse(rule)
		if err != nil {
			return AudienceView{}, err
		}
		return r.d.audienceView(c, read, of)
	})
}

// AudienceOf does the same for a rule in parts, as an editor has it.
func (r *Requests) AudienceOf(nodes []AudienceNode, of string) (AudienceView, error) {
	return ask(r.d, func(c *app.Carnet) (AudienceView, error) {
		top, _ := treeOf(nodes, 0)
		var node *audience.Node
		switch len(top) {
		case 0:
		case 1:
			node = &top[0]
		default:
			node = &audience.Node{Op: "all", Of: top}
		}
		rule, err := audience.From(node)
		if err != nil {
			return AudienceView{}, err
		}
		return r.d.audienceView(c, rule, of)
	})
}

// AudienceChoices gives what rules can be made of.
func (r *Requests) AudienceChoices() (AudienceChoices, error) {
	return ask(r.d, r.d.audienceChoices)
}

// treeOf reads parts at a depth, and gives how many it took.
func treeOf(nodes []AudienceNode, depth int) (kids []audience.Node, taken int) {
	for taken < len(nodes) && nodes[taken].Depth >= depth {
		n := nodes[taken]
		kid := audience.Node{Op: n.Op, Name: n.Name, Values: n.Values}
		taken++
		if n.Op != "" {
			var more int
			kid.Of, more = treeOf(nodes[taken:], depth+1)
			taken += more
			if len(kid.Of) == 0 {
				continue
			}
		}
		kids = append(kids, kid)
	}
	return kids, taken
}

func flat(n *audience.Node, depth int) []AudienceNode {
	if n == nil {
		return []AudienceNode{}
	}
	list := []AudienceNode{{Depth: depth, Op: n.Op, Name: n.Name, Values: append([]string{}, n.Values...)}}
	for i := range n.Of {
		list = append(list, flat(&n.Of[i], depth+1)...)
	}
	return list
}

func (d *Desktop) audienceView(c *app.Carnet, rule audience.Rule, of string) (AudienceView, error) {
	v := AudienceView{Rule: rule.String(), Text: d.audienceText(c, rule.String()), Preset: audience.PresetOf(rule), Nodes: flat(rule.Tree(), 0)}
	gate := meetings.NewGate(rule, c.Now().Format("2006-01-02")+"/", "", c.Network.Holds)
	meeting, chapter := store.Meeting{}, ""
	if of != "" {
		t, err := c.Requests.Target(of)
		if err != nil {
			return v, err
		}
		meeting, chapter = t.Meeting, t.Meeting.Chapter+t.Series.Chapter
	}
	if len(meeting.Start) >= len("2006-01-02") {
		gate = meetings.NewGate(rule, meeting.Start[:len("2006-01-02")], chapter, c.Network.Holds)
	} else if chapter != "" {
		gate = meetings.NewGate(rule, c.Now().Format("2006-01-02")+"/", chapter, c.Network.Holds)
	}
	list, ready := c.Store.Directory()
	if !ready {
		d.askAgain(c)
		return v, nil
	}
	for p := range list.Profiles() {
		switch gate.Judge(p).Answer {
		case audience.Eligible:
			v.Eligible++
		case audience.NotEligible:
			v.NotEligible++
		default:
			v.Unknown++
		}
	}
	w := d.words()
	v.Said = w.Count("audience.said.eligible", v.Eligible, nil)
	if v.Unknown > 0 {
		v.Said += ", " + w.Count("audience.said.unknown", v.Unknown, nil)
	}
	return v, nil
}

// audienceText says a rule in words.
func (d *Desktop) audienceText(c *app.Carnet, text string) string {
	w := d.words()
	rule, err := audience.Parse(text)
	switch {
	case err != nil:
		return text
	case rule.Everybody():
		return w.Say("chapters.everybody", nil)
	}
	if preset := audience.PresetOf(rule); preset != "" {
		return w.Say("audience.preset."+preset, nil)
	}
	return d.nodeText(c, rule.Tree(), true)
}

func (d *Desktop) nodeText(c *app.Carnet, n *audience.Node, top bool) string {
	w := d.words()
	if n.Op == "" {
		if len(n.Values) == 0 {
			return w.Say("audience.is."+n.Name, nil)
		}
		if audience.IsBound(n.Name) {
			return w.Say("audience.is."+boundKey(n.Name), map[string]string{"day": d.dayText(n.Values[0])})
		}
		var values []string
		for _, value := range n.Values {
			values = append(values, d.audienceValue(c, n.Name, value))
		}
		return strings.Join(values, w.Say("audience.or", nil))
	}
	var kids []string
	for i := range n.Of {
		kids = append(kids, d.nodeText(c, &n.Of[i], false))
	}
	text := strings.Join(kids, w.Say("audience.join."+n.Op, nil))
	switch {
	case n.Op == "none":
		return w.Say("audience.not", map[string]string{"rule": text})
	case !top && len(kids) > 1:
		return "(" + text + ")"
	}
	return text
}

// boundKey is under what the words for a condition on the days of a mandate stand: mandate_start.from, mandate_end.to.
func boundKey(name string) string {
	return strings.NewReplacer(">", ".from", "<", ".to").Replace(name)
}

func (d *Desktop) audienceValue(c *app.Carnet, name, value string) string {
	prefix := map[string]string{"role": "role.", "community": "community.kind.", "province": "province."}[name]
	if prefix != "" && d.words().Has(prefix+value) {
		return d.words().Say(prefix+value, nil)
	}
	return c.Meetings.NameOf(d.words().Lang())(value)
}

func (d *Desktop) audienceChoices(c *app.Carnet) (AudienceChoices, error) {
	w := d.words()
	v := AudienceChoices{Presets: []AudiencePreset{}, Conditions: []AudienceCondition{}}
	for _, p := range audience.Presets() {
		rule := audience.Read(p.Rule)
		v.Presets = append(v.Presets, AudiencePreset{Name: p.Name, Title: w.Say("audience.preset."+p.Name, nil), Rule: rule.String(), Nodes: flat(rule.Tree(), 0)})
	}
	lists := map[string][]Named{"role": d.under("role."), "province": d.under("province."), "community": d.kindsHere(c), "country": {{ID: "CA", Name: w.Say("audience.country.CA", nil)}}}
	for chapter, err := range store.All[store.Chapter](c.Store) {
		if err != nil {
			return v, err
		}
		lists["chapter"] = append(lists["chapter"], Named{ID: chapter.ID, Name: pick(w.Lang(), chapter.Name, chapter.NameFR)})
	}
	for office, err := range store.All[store.Office](c.Store) {
		if err != nil {
			return v, err
		}
		lists["office"] = append(lists["office"], Named{ID: office.ID, Name: office.Name})
	}
	for _, name := range []string{"role", "mandate", "mandate_start>", "mandate_start<", "mandate_end>", "mandate_end<", "chapter", "province", "community", "indigenous", "rural", "country", "office", "invited"} {
		values := append([]Named{}, lists[name]...)
		if name != "role" {
			slices.SortFunc(values, func(a, b Named) int { return strings.Compare(a.Name, b.Name) })
		}
		v.Conditions = append(v.Conditions, AudienceCondition{Name: name, Title: w.Say("audience.condition."+boundKey(name), nil), Values: values,
			People: name == "invited", Day: audience.IsBound(name)})
	}
	return v, nil
}

// under lists codes with their words.
func (d *Desktop) under(prefix string) []Named {
	var list []Named
	for code, text := range d.words().Under(prefix) {
		if prefix != "role." || slices.Contains(audience.Roles, code) {
			list = append(list, Named{ID: code, Name: text})
		}
	}
	slices.SortFunc(list, func(a, b Named) int {
		return slices.Index(audience.Roles, a.ID) - slices.Index(audience.Roles, b.ID)
	})
	return list
}

// kindsHere lists the kinds that communities of this network are of.
func (d *Desktop) kindsHere(c *app.Carnet) []Named {
	seen, list := map[string]bool{}, []Named{}
	for community, err := range store.All[store.Community](c.Store) {
		if err != nil {
			return list
		}
		if kind := community.Kind; kind != "" && !seen[kind] {
			seen[kind] = true
			name := kind
			if d.words().Has("community.kind." + kind) {
				name = d.words().Say("community.kind."+kind, nil) + " (" + kind + ")"
			}
			list = append(list, Named{ID: kind, Name: name})
		}
	}
	return list
}
