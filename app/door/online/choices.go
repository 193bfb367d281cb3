package online

import (
	"slices"
	"strings"

	"example.org/carnet/store/fault"
)

// dayNames are the orders of day and month as a person names them.
var dayNames = []string{MonthFirst: "month", DayFirst: "day", YearFirst: "year"}

// String names the order: month, day or year, by what comes first.
func (d Days) String() string { return dayNames[d] }

// ReadDays reads an order's name. Fault bad_choice.
func ReadDays(name string) (*Days, error) {
	at := slices.Index(dayNames, name)
	if at < 0 {
		return nil, fault.New("bad_choice", "field", "days", "value", name, "choices", strings.Join(dayNames, ", "))
	}
	order := Days(at)
	return &order, nil
}

// fieldNames are what a column may hold.
var fieldNames = []string{"name", "email", "join", "leave", "minutes"}

// Fields lists them.
func Fields() []string { return slices.Clone(fieldNames) }

// PlacesOf gives the columns by what each of them holds; empty for one that is not read.
func PlacesOf(fields []string) Places {
	at := func(name string) int { return slices.Index(fields, name) }
	return Places{Name: at("name"), Email: at("email"), Join: at("join"), Leave: at("leave"), Minutes: at("minutes")}
}

// Field says what a column holds; empty for one that is not read.
func (p Places) Field(column int) string {
	at := slices.Index([]int{p.Name, p.Email, p.Join, p.Leave, p.Minutes}, column)
	if at < 0 {
		return ""
	}
	return fieldNames[at]
}
