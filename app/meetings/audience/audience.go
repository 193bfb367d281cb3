// Package audience says who may attend: a rule as data, and the verdict on one person on one day, with its reason.
// It is pure: it knows roles, mandates, communities and chapters as texts, never a store, a file or a screen.
package audience

import (
	"slices"
	"strings"
)

// Rule is who may attend. The zero Rule says nothing: it is for everybody where nothing above it says more.
type Rule struct {
	top        *Node
	open       bool // for everybody, whatever a rule above it says
	unreadable bool
}

// everybody is the one form of a rule that says so.
const everybody = opAll + "()"

// Node is one part of a rule: a condition, or several parts under one word.
type Node struct {
	Op     string   // all, any, none; empty for a condition
	Name   string   // of a condition: role, mandate, one of Bounds, community, indigenous, rural, province, country, chapter, office, invited
	Values []string // any of which fits; none for mandate, indigenous and rural
	Of     []Node   // what all, any or none is about

	wanted string // Values in one text
}

// The words that put parts together.
const (
	opAll  = "all"
	opAny  = "any"
	opNone = "none"
)

// The conditions in their canonical order, which is also the order in which they are asked: what people look at first.
var conditions = []string{"role", "mandate", startFrom, startTo, endFrom, endTo, "invited", "chapter", "office", "indigenous", "rural", "community", "province", "country"}

// The conditions on the days of a mandate: it begins or ends on a day or later, or on a day or earlier. As text they
// are mandate_start>=2025-11-01 and so on.
const (
	startFrom = "mandate_start>"
	startTo   = "mandate_start<"
	endFrom   = "mandate_end>"
	endTo     = "mandate_end<"
)

// Bounds lists the conditions whose one value is a day.
var Bounds = []string{startFrom, startTo, endFrom, endTo}

// flags are conditions without values.
var flags = []string{"mandate", "indigenous", "rural"}

// Roles are the values of role in their canonical order.
var Roles = []string{"elected", "staff", "indigenous-staff", "partner"}

var provinces = []string{"AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"}

// Everybody tells whether the rule asks for nothing.
func (r Rule) Everybody() bool { return r.top == nil && !r.unreadable }

// Tree gives the rule's parts, for a screen that edits it; nil for everybody.
func (r Rule) Tree() *Node { return r.top }

// Asks tells whether a condition of this name stands anywhere in the rule.
func (r Rule) Asks(name string) bool { return r.top != nil && r.top.asks(name) }

// Standing is the rule where other members stand for those whom it invites by name: for somebody who was merged into another, that other.
func (r Rule) Standing(stands func(member string) string) Rule {
	if r.Asks("invited") {
		top := r.top.standing(stands)
		r.top = &top
	}
	return r
}

func (n Node) standing(stands func(member string) string) Node {
	if n.Name == "invited" {
		n.Values = slices.Clone(n.Values)
		for i, id := range n.Values {
			n.Values[i] = stands(id)
		}
		slices.Sort(n.Values)
		n.Values = slices.Compact(n.Values)
		n.wanted = strings.Join(n.Values, "|")
	}
	n.Of = slices.Clone(n.Of)
	for i := range n.Of {
		n.Of[i] = n.Of[i].standing(stands)
	}
	return n
}

func (n *Node) asks(name string) bool {
	return n.Name == name || slices.ContainsFunc(n.Of, func(kid Node) bool { return kid.asks(name) })
}

// String is the rule's one form, which Parse reads: empty when it says nothing, "all()" for everybody, roles alone with commas, else as
// "all(role=elected, province=ON|QC)".
func (r Rule) String() string {
	switch {
	case r.open:
		return everybody
	case r.top == nil:
		return ""
	case r.top.Name == "role":
		return strings.Join(r.top.Values, ", ")
	}
	return r.top.String()
}

func (n *Node) String() string {
	if n.Op == "" {
		if len(n.Values) == 0 {
			return n.Name
		}
		return n.Name + "=" + strings.Join(n.Values, "|")
	}
	kids := make([]string, len(n.Of))
	for i := range n.Of {
		kids[i] = n.Of[i].String()
	}
	return n.Op + "(" + strings.Join(kids, ", ") + ")"
}

// From makes a rule of parts, in its one form. Fault bad_audience.
func From(n *Node) (Rule, error) {
	if n == nil {
		return Rule{}, nil
	}
	return Parse(n.String())
}

// Canonical gives a rule's one form. Fault bad_audience.
func Canonical(text string) (string, error) {
	rule, err := Parse(text)
	return rule.String(), err
}

// Read is Parse for a rule that is stored already: one that this version cannot read judges nobody, and every
// verdict says so.
func Read(text string) Rule {
	rule, err := Parse(text)
	if err != nil {
		return Rule{unreadable: true}
	}
	return rule
}
