package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/dgraph-io/badger/v4"
)

const buildingName = "view-building"

// buildView makes a new view from the newest full that can be read, in a folder beside, and swaps it in. What the
// journals hold since is replayed afterwards.
func (s *Store) buildView(t truth) error {
	for _, base := range slices.Backward(t.fulls) {
		err := s.buildFrom(base, false)
		if err == nil {
			return s.swapIn()
		}
		if !errors.Is(err, errFull) && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if base != t.fulls[0] || t.connects(0) { // something else to start from
			if err := s.setAside(fullName(base), err.Error()); err != nil {
				return err
			}
			t.fulls = t.fulls[:len(t.fulls)-1]
		}
	}
	if len(t.fulls) == 0 || t.connects(0) {
		if err := s.buildFrom(0, true); err != nil {
			return err
		}
		return s.swapIn()
	}
	newest := t.fulls[len(t.fulls)-1]
	s.note(Problem{Where: fullName(newest), What: "no local full snapshot can be read whole: what could be read of this one was kept"})
	if err := s.buildFrom(newest, true); err != nil {
		return err
	}
	return s.swapIn()
}

// buildFrom fills a fresh folder with the rows of a full and what follows from them. A base of 0 is the
// empty beginning.
func (s *Store) buildFrom(base uint64, lenient bool) error {
	path := s.path(buildingName)
	if err := os.RemoveAll(path); err != nil {
		return diskFault(path, err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		return diskFault(path, err)
	}
	v, err := openView(path, s.keys.view)
	if err != nil {
		return diskFault(path, err)
	}
	if base > 0 {
		err = s.load(v, base, lenient)
	}
	return errors.Join(err, v.close())
}

// builder writes rows as they come, and counts and sums what they hold.
type builder struct {
	rows *badger.WriteBatch
	meta meta
}

func (s *Store) load(v *view, base uint64, lenient bool) (err error) {
	defer func() {
		if !errors.Is(err, errFull) {
			asViewError(&err)
		}
	}()
	b := builder{rows: v.db.NewWriteBatch(), meta: newMeta()}
	defer b.rows.Cancel()
	r, err := s.readFull(base, lenient, b.take)
	if err != nil {
		return err
	}
	m := b.meta
	if r.meta.seq > 0 { // the last part was there: its clock and numbering hold
		m = r.meta
		if m.digest != b.meta.digest || m.changes != b.meta.changes {
			s.note(Problem{Where: fullName(base), What: fmt.Sprintf("its digest is not that of its %d changes", b.meta.changes)})
		}
		m.digest, m.changes, m.counts = b.meta.digest, b.meta.changes, b.meta.counts
	} else {
		m.seq = base
		m.next = nextIncarnation(m.frontier[s.o.Device])
	}
	if err := b.rows.Set([]byte{rowMeta}, appendMeta(nil, &m)); err != nil {
		return err
	}
	return b.rows.Flush()
}

// take writes one row of a full and the index rows that follow from it.
func (b *builder) take(k, v []byte) error {
	k, v = slices.Clone(k), slices.Clone(v)
	if len(k) == 0 || !slices.Contains(fullFamilies, k[0]) {
		return errFull
	}
	if err := b.rows.Set(k, v); err != nil {
		return err
	}
	switch k[0] {
	case rowPast:
		c, err := readChange(v)
		if err != nil {
			return err
		}
		b.count(&c)
	case rowRecord:
		kind, id := splitRecordKey(k)
		st, err := readState(kind, id, v)
		if err != nil {
			return err
		}
		return b.takeRecord(st)
	}
	return nil
}

func (b *builder) takeRecord(st *state) error {
	for i := range st.fields {
		for j := range st.fields[i].live {
			b.count(&st.fields[i].live[j])
		}
	}
	d := st.derive()
	if d.visible {
		b.meta.counts[st.kind]++
	}
	for _, k := range d.rows {
		if err := b.rows.Set(k, nil); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) count(c *Change) {
	var scratch [512]byte
	b.meta.digest.add(hashChange(c, scratch[:]))
	b.meta.changes++
	if c.Seq > b.meta.frontier[c.Device] {
		b.meta.frontier[c.Device] = c.Seq
	}
	if c.Wall > b.meta.wall {
		b.meta.wall, b.meta.logical = c.Wall, c.Logical
	}
}

// swapIn vouches for the new view's files and gives the folder its name. A view that is in the way was set aside before.
func (s *Store) swapIn() error {
	if err := os.Rename(s.path(buildingName), s.path(viewName)); err != nil {
		return diskFault(s.path(viewName), err)
	}
	s.dropProof()
	sums, err := s.sumView(nil, func(string) bool { return true })
	if err == nil {
		err = s.writeProof(openProofName, sums)
	}
	return diskFault(s.path(viewName), errors.Join(err, syncDir(s.dir)))
}
