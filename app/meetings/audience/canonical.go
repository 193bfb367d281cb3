package audience

import (
	"cmp"
	"slices"
	"strings"
)

// canonical gives a part in its one form: no word around a single part, no word inside of the same one, values and
// parts in order and each once.
func canonical(n Node) *Node {
	if n.Op == "" {
		n.settle()
		return &n
	}
	var kids []Node
	for i := range n.Of {
		kids = n.absorb(kids, *canonical(n.Of[i]))
	}
	if n.Op != opAll {
		kids = united(kids)
	}
	slices.SortFunc(kids, compareNodes)
	kids = slices.CompactFunc(kids, func(a, b Node) bool { return compareNodes(a, b) == 0 })
	switch {
	case n.Op != opNone && len(kids) == 1:
		return &kids[0]
	case n.Op == opNone && len(kids) == 1 && kids[0].Op == opNone: // not none of them: any of them
		return canonical(Node{Op: opAny, Of: kids[0].Of})
	}
	return &Node{Op: n.Op, Of: kids}
}

// absorb adds a part, or what it holds where it says the same word; none of any of them is none of them.
func (n *Node) absorb(kids []Node, kid Node) []Node {
	if kid.Op != "" && (kid.Op == n.Op && n.Op != opNone || n.Op == opNone && kid.Op == opAny) {
		return append(kids, kid.Of...)
	}
	return append(kids, kid)
}

// united joins the conditions of one name, of which any fits.
func united(kids []Node) (joined []Node) {
	for _, kid := range kids {
		at := slices.IndexFunc(joined, func(n Node) bool { return kid.Op == "" && n.Op == "" && n.Name == kid.Name })
		if at < 0 {
			joined = append(joined, kid)
			continue
		}
		joined[at].Values = append(slices.Clone(joined[at].Values), kid.Values...)
		joined[at].settle()
	}
	return joined
}

// settle puts a condition's values in order.
func (n *Node) settle() {
	n.Values = slices.Clone(n.Values)
	slices.SortFunc(n.Values, func(a, b string) int {
		if n.Name == "role" {
			return cmp.Compare(slices.Index(Roles, a), slices.Index(Roles, b))
		}
		return cmp.Compare(a, b)
	})
	n.Values = slices.Compact(n.Values)
	switch n.Name { // of several days, any of which fits, the widest says all
	case startFrom, endFrom:
		n.Values = n.Values[:1]
	case startTo, endTo:
		n.Values = n.Values[len(n.Values)-1:]
	}
	n.wanted = strings.Join(n.Values, "|")
}

// compareNodes puts conditions first, as they are asked, and groups behind them.
func compareNodes(a, b Node) int {
	rank := func(n Node) int {
		if n.Op != "" {
			return len(conditions)
		}
		return slices.Index(conditions, n.Name)
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.String(), b.String()))
}
