package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/ristretto/v2/z"
)

const (
	buildingName  = "view-building"
	otherFormName = "view-other-form" // of another version, while its successor is built
)

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
	v, err := openViewForBuilding(path, s.keys.view, s.o.Light)
	if err != nil {
		return diskFault(path, err)
	}
	if base > 0 {
		err = s.load(v, base, lenient)
	}
	return errors.Join(err, v.close())
}

// builder streams rows into the tables of a fresh view, past memtables and logs, and counts and sums what they
// hold. Each family of rows is a stream of its own, in the order of its keys.
type builder struct {
	rows  *badger.StreamWriter
	buf   *z.Buffer
	other *z.Buffer       // that is being handed to Badger, or empty
	taken chan error      // what became of it; nil when it is empty
	last  map[byte][]byte // key that was last in each family
	index pile            // rows that follow from records: they come out of order, and are written last
	row   []byte          // room for one
	key   []byte          // likewise
	kv    *pb.KV          // likewise
	lone  lone            // a record of one change
	sums  map[string]*sum // of each scope's changes, where they are asked for
	meta  meta
}

// lone is room for a record of one change, which most are.
type lone struct {
	state  state
	fields [1]field
}

// streamBytes is how much is handed to Badger at once.
const streamBytes = 1 << 20

func (s *Store) load(v *view, base uint64, lenient bool) (err error) {
	defer func() {
		if !errors.Is(err, errFull) {
			asViewError(&err)
		}
	}()
	b := newBuilder(v)
	defer b.release()
	if err := b.rows.Prepare(); err != nil {
		return err
	}
	r, err := s.readFull(base, lenient, b.take)
	if err == nil {
		err = b.finish()
	}
	if err != nil {
		b.cancel()
		return err
	}
	m := b.meta
	if r.meta.seq > 0 { // the last part was there: its clock and numbering hold
		m = r.meta
		if m.digest != b.meta.digest || m.changes != b.meta.changes {
			s.note(Problem{Where: fullName(base), What: fmt.Sprintf("its digest is not that of its %d changes", b.meta.changes)})
		}
		m.digest, m.changes, m.counts, m.unkeyed = b.meta.digest, b.meta.changes, b.meta.counts, b.meta.unkeyed
	} else {
		m.seq = base
		m.next = nextIncarnation(m.frontier[s.o.Device])
	}
	return v.set([]byte{rowMeta}, appendMeta(nil, &m)) // what was taken out is read with the rows
}

// set hands one row on; Badger ends the process on keys out of order, so they are looked at here.
func (b *builder) set(k, v []byte) error {
	if bytes.Compare(k, b.last[k[0]]) <= 0 {
		return errFull
	}
	b.last[k[0]] = append(b.last[k[0]][:0], k...)
	b.kv.Key, b.kv.Value, b.kv.Version, b.kv.StreamId = k, v, 1, uint32(k[0])
	badger.KVToBuffer(b.kv, b.buf)
	if b.buf.LenNoPadding() < streamBytes {
		return nil
	}
	return b.flush()
}

// flush hands over what is there, beside the filling of another buffer.
func (b *builder) flush() error {
	if err := b.settle(); err != nil {
		return err
	}
	b.buf, b.other = b.other, b.buf
	b.taken = make(chan error, 1)
	go func(full *z.Buffer, taken chan<- error) { taken <- b.hand(full) }(b.other, b.taken)
	return nil
}

func (b *builder) hand(full *z.Buffer) (err error) {
	defer asViewError(&err)
	defer full.Reset()
	return b.rows.Write(full)
}

// settle waits until Badger has what was handed over.
func (b *builder) settle() error {
	if b.taken == nil {
		return nil
	}
	err := <-b.taken
	b.taken = nil
	return err
}

func (b *builder) cancel() {
	_ = b.settle() // something else went wrong before
	b.rows.Cancel()
}

func (b *builder) release() {
	_, _ = b.buf.Release(), b.other.Release()
}

func newBuilder(v *view) *builder {
	return &builder{rows: v.db.NewStreamWriter(), buf: z.NewBuffer(2*streamBytes, "building"), other: z.NewBuffer(2*streamBytes, "building"),
		kv: new(pb.KV), meta: newMeta(), last: map[byte][]byte{}}
}

// finish writes the index rows and ends the streams.
func (b *builder) finish() error {
	for k := range b.index.sorted() {
		if err := b.set(k, nil); err != nil {
			return err
		}
	}
	if err := errors.Join(b.flush(), b.settle()); err != nil {
		return err
	}
	return b.rows.Flush()
}

// take writes one row of a full and keeps the index rows that follow from it.
func (b *builder) take(k, v []byte) error {
	if len(k) == 0 || !slices.Contains(fullFamilies, k[0]) {
		return errFull
	}
	if err := b.set(k, v); err != nil {
		return err
	}
	switch k[0] {
	case rowScope:
		if len(v) != 32 {
			return errFull
		}
		b.meta.keys = b.meta.keys.with(scopeKey{string(k[1:]), [32]byte(v)})
	case rowClosed:
		if len(k) < 10 || len(v) != 32 {
			return errFull
		}
	case rowDropped:
		return b.meta.countDropped(k, v)
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
		b.countState(st)
		b.index.add(st.derive().rows)
	}
	return nil
}

// countState takes a record into digest and counts.
func (b *builder) countState(st *state) {
	for i := range st.fields {
		for j := range st.fields[i].live {
			b.count(&st.fields[i].live[j])
		}
	}
	if st.visible() {
		b.meta.counts[st.kind]++
	}
}

func (b *builder) count(c *Change) {
	var scratch [512]byte
	leaf, keyed := b.meta.keys.leaf(c, scratch[:0])
	b.meta.digest.add(leaf)
	if !keyed {
		b.meta.unkeyed[c.Scope]++
	}
	if b.sums != nil {
		if b.sums[c.Scope] == nil {
			b.sums[c.Scope] = new(sum)
		}
		b.sums[c.Scope].add(leaf)
	}
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
