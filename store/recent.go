package store

// Recent gives the values in force that other laptops wrote at since (milliseconds since 1970 UTC, by their
// clocks) or later, of records of these kinds. It reads every such record: for screens that can wait.
func (s *Store) Recent(since int64, kinds ...Kind) (found []Change, err error) {
	for _, kind := range kinds {
		err := s.eachState(kind, func(st *state) (bool, error) {
			for _, f := range st.fields {
				for _, c := range f.live {
					if c.Wall >= since && c.Device != s.o.Device && !left(&c) {
						found = append(found, c)
					}
				}
			}
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
