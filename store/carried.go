package store

import (
	"bytes"
	"slices"
)

// What was carried from one scope to another has two changes that say one thing; here they are told from two opinions.

// left tells whether a change clears a value only because it is said to others from now on. Who does not see those, as a reader
// of the old office alone, is not to be asked between the clearing and a value that somebody there wrote meanwhile.
func left(c *Change) bool { return len(c.Value) == 0 && len(c.Seen) > 0 && c.Field != tombstone }

// contested tells whether a person must choose between the values of a field.
func (f *field) contested() bool {
	if !f.split() {
		return false
	}
	var first *Change
	for i := range f.live {
		c := &f.live[i]
		switch {
		case left(c):
		case first == nil:
			first = c
		case !bytes.Equal(first.Value, c.Value):
			return true
		}
	}
	return false
}

// besideInScope tells whether two changes say something of one field in one edit, to different readers.
func besideInScope(a, b *Change) bool {
	return a.Scope != b.Scope && a.Field == b.Field && a.Device == b.Device && a.Wall == b.Wall && a.Logical == b.Logical
}

// movedOnly tells whether a change clears for some what its edit says to others, or says again to others what was there.
func movedOnly(all []Change, c *Change) bool {
	if left(c) {
		return true
	}
	beside := slices.DeleteFunc(slices.Clone(all), func(o Change) bool { return !besideInScope(&o, c) })
	if len(beside) == 0 {
		return false
	}
	were, are := allReplacedBy(all, c), []Change{*c}
	for i := range all {
		if besideInEdit(&all[i], c) {
			are = append(are, all[i])
		}
	}
	return len(were) > 0 && sameValues(were, are)
}

// sameValues tells whether two lists hold the same values, in any order and as often as may be.
func sameValues(a, b []Change) bool {
	in := func(list []Change) func(Change) bool {
		return func(c Change) bool {
			return !slices.ContainsFunc(list, func(o Change) bool { return bytes.Equal(o.Value, c.Value) })
		}
	}
	return !slices.ContainsFunc(a, in(b)) && !slices.ContainsFunc(b, in(a))
}

// carriedFrom gives the place of the change that this one said again to other readers, -1 for one that said something itself.
func carriedFrom(all []Change, c *Change) (at int) {
	if len(c.Value) == 0 || !movedOnly(all, c) {
		return -1
	}
	were := allReplacedBy(all, c)
	return slices.IndexFunc(all, func(o Change) bool { return bytes.Equal(o.Value, c.Value) && containsChange(were, &o) })
}
