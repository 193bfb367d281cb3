package audience

import "slices"

// askBound asks whether a mandate begins or ends on a day or later, or on a day or earlier. A day that nobody wrote down
// gives no verdict: it may be right.
func (n *Node) askBound(p *Person) Verdict {
	day, code := p.TermStart, "mandate_start"
	if n.Name == endFrom || n.Name == endTo {
		day, code = p.TermEnd, "mandate_end"
	}
	wanted := n.Values[0]
	switch later := n.Name == startFrom || n.Name == endFrom; {
	case day == "":
		return n.noDay(p, code)
	case later && day < wanted:
		return no(code+"_before", day, wanted)
	case !later && day > wanted:
		return no(code+"_after", day, wanted)
	}
	return yes(code, day, wanted)
}

func (n *Node) noDay(p *Person, code string) Verdict {
	switch some := p.TermStart != "" || p.TermEnd != ""; {
	case some:
		return unknown(code+"_unrecorded", "", n.wanted)
	case p.Role != "" && p.Role != "elected":
		return no("role_other", p.Role, "elected")
	case p.Closed:
		return unknown("details_elsewhere", p.Office, "")
	case p.Role == "":
		return unknown("role_unknown", "", "elected")
	}
	return unknown("mandate_unrecorded", "", "")
}

// IsBound tells whether a condition is one on the days of a mandate.
func IsBound(name string) bool { return slices.Contains(Bounds, name) }
