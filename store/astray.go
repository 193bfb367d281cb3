package store

import (
	"maps"
	"slices"
)

// Astray gives the members for whom MoveDetails has something to do on this laptop, in the order of their ids: somebody changed
// the office who could not read the details, or wrote them while the member left, or they are from before details were sealed
// for an office. It reads every member and consent.
func (s *Store) Astray() (members []string, err error) {
	m := s.current()
	b := &batch{meta: m}
	offices, found := map[string]string{}, map[string]bool{}
	err = s.eachState(KindMember, func(st *state) (bool, error) {
		if st.visible() {
			offices[st.id] = st.text("office")
			b.findAstray(st, st.id, offices[st.id], found)
		}
		return true, nil
	})
	if err == nil {
		err = s.eachState(KindConsent, func(st *state) (bool, error) {
			if member := st.text("member"); st.visible() && member != "" {
				b.findAstray(st, member, offices[member], found)
			}
			return true, nil
		})
	}
	return slices.Sorted(maps.Keys(found)), err
}

func (b *batch) findAstray(st *state, member, office string, found map[string]bool) {
	if checkOffice(office) != nil || b.shutTo(office) {
		return
	}
	for i := range st.fields {
		f := &st.fields[i]
		if len(f.elsewhere(b.scopeOf(st.kind, f.name, office))) > 0 {
			found[member] = true
			return
		}
	}
}
