package store

import (
	"errors"
	"iter"
	"maps"
	"os"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/fault"
)

// Beginning is everything up to a frontier, as a full snapshot tells it.
type Beginning struct {
	Changes []iter.Seq2[Change, error] // of each scope that is read here, in the order of ChangesUpTo
	UpTo    Frontier
	Closed  Sum       // of the changes of all scopes that are not read here
	Dropped []Dropped // records that were taken out before
	Notes   map[string][]byte
	Prove   func(sums map[string]Sum) error // asked before anything is kept whether the sums of the scopes' changes are right; nil asks nobody
}

// Bootstrap puts a beginning in place of all records. Own edits that are not published yet are made again on top of it; notes
// that Beginning does not name, keys and numbering stay. Until it returns, readers see the store as it was; stopped
// anywhere, the store is as it was. Faults: bad_change and those of the disk.
func (s *Store) Bootstrap(with Beginning) error {
	list, err := cleanNotes(with.Notes)
	if err != nil {
		return err
	}
	s.write.Lock()
	defer s.write.Unlock()
	if !s.o.Light {
		defer thrifty()()
	}
	if err := s.leaveReading(); err != nil {
		return err
	}
	own, err := s.ownBeyond(with.UpTo[s.o.Device])
	if err != nil {
		return err
	}
	if err := s.buildBeginning(&with, append(list, unsentNotes(own)...)); err != nil {
		return s.healed(err)
	}
	if err := s.takeBeginning(); err != nil {
		return err
	}
	if err := s.bringUnsent(); err != nil {
		return err
	}
	return nil
}

// ownBeyond gives own edits that are not published.
func (s *Store) ownBeyond(seq uint64) (own []Edit, err error) {
	for e, err := range s.Unpublished(seq) {
		if err != nil {
			return nil, err
		}
		own = append(own, e)
	}
	return own, nil
}

// buildBeginning fills a folder beside with a view that has the beginning and what stays.
func (s *Store) buildBeginning(with *Beginning, notes []note) error {
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
	err = s.fillBeginning(v, with, notes)
	err = errors.Join(err, v.close())
	if err != nil {
		_ = os.RemoveAll(path)
	}
	return err
}

func (s *Store) fillBeginning(v *view, with *Beginning, notes []note) (err error) {
	defer asViewError(&err)
	was := s.current()
	b := newBuilder(v)
	b.meta.keys, b.sums = was.keys, map[string]*sum{}
	defer b.release()
	if err := b.rows.Prepare(); err != nil {
		return err
	}
	err = b.begin(s, with, notes)
	if err == nil {
		err = b.finish()
	}
	if err != nil {
		b.cancel()
		return err
	}
	m := b.meta
	m.seq, m.closed, m.hidesCard = was.seq+1, sumOf(with.Closed), was.hidesCard
	m.next = max(was.next, with.UpTo[s.o.Device]+1)
	if was.wall > m.wall {
		m.wall, m.logical = was.wall, was.logical
	}
	for device, seq := range with.UpTo {
		m.frontier[device] = max(m.frontier[device], seq)
	}
	return v.set([]byte{rowMeta}, appendMeta(nil, &m))
}

// begin writes what stays, what was taken out, and every record.
func (b *builder) begin(s *Store, with *Beginning, notes []note) error {
	for _, scope := range slices.Sorted(maps.Keys(b.meta.keys)) {
		key32 := b.meta.keys[scope]
		if err := b.set(key(rowScope, scope), key32[:]); err != nil {
			return err
		}
	}
	out := slices.SortedFunc(slices.Values(with.Dropped), func(x, y Dropped) int {
		return compareRecords(recordID{x.Kind, x.ID}, recordID{y.Kind, y.ID})
	})
	for _, d := range out {
		k, row := key(rowDropped, string(d.Kind), d.ID), appendParts(nil, d.Parts)
		if err := errors.Join(b.meta.countDropped(k, row), b.set(k, row)); err != nil {
			return err
		}
	}
	if err := b.keepNotes(s, notes); err != nil {
		return err
	}
	if err := eachMerged(with.Changes, func(all []Change) error { return b.record(with.UpTo, all) }); err != nil || with.Prove == nil {
		return err
	}
	sums := make(map[string]Sum, len(b.sums))
	for scope, total := range b.sums {
		sums[scope] = Sum(total.bytes())
	}
	return with.Prove(sums)
}

// keepNotes writes the notes that stay and those that come.
func (b *builder) keepNotes(s *Store, fresh []note) error {
	all := map[string][]byte{}
	err := s.lookOnce(func(txn *badger.Txn) error {
		return walk(txn, []byte{rowNote}, nil, true, func(k, v []byte) (bool, error) {
			all[string(k[1:])] = slices.Clone(v)
			return true, nil
		})
	})
	for _, n := range fresh {
		if all[n.name] = n.value; n.value == nil {
			delete(all, n.name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err == nil {
			err = b.set(key(rowNote, name), all[name])
		}
	}
	return err
}

// record makes one record of all its changes and writes it, its past and what follows.
func (b *builder) record(upTo Frontier, all []Change) error {
	at := recordID{all[0].Kind, all[0].Record}
	if b.meta.drops[at] {
		return fault.New("bad_change", "kind", string(at.kind), "record", at.id, "what", "taken out")
	}
	for i := range all {
		c := &all[i]
		if err := c.check(); err != nil {
			return err
		}
		if c.Seq > upTo[c.Device] {
			return fault.New("bad_change", "change", c.String(), "what", "beyond the frontier")
		}
		b.count(c)
	}
	if len(all) == 1 && len(all[0].Replaces) == 0 { // as every scan is
		b.lone.fields[0] = field{name: all[0].Field, live: all}
		b.lone.state = state{kind: at.kind, id: at.id, fields: b.lone.fields[:]}
		return b.write(&b.lone.state, nil)
	}
	made, past, whole, err := fromChanges(&state{kind: at.kind, id: at.id}, all)
	if err == nil && !whole {
		err = fault.New("bad_change", "kind", string(at.kind), "record", at.id, "what", "twice")
	}
	if err != nil {
		return err
	}
	return b.write(made, past)
}

// write gives a record its rows: its past, itself and what follows.
func (b *builder) write(made *state, past []Change) error {
	if made.visible() {
		b.meta.counts[made.kind]++
	}
	var keys map[string]*Change
	if len(past) > 0 {
		keys = make(map[string]*Change, len(past))
	}
	for i := range past {
		keys[string(pastKey(&past[i], appendChange(nil, &past[i])))] = &past[i]
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if err := b.set([]byte(k), appendPast(nil, keys[k])); err != nil {
			return err
		}
	}
	if !b.indexScan(made) {
		b.index.add(made.derive().rows)
	}
	b.row = appendState(b.row[:0], made)
	b.key = append(append(append(append(b.key[:0], rowRecord), made.kind...), 0), made.id...)
	return b.set(b.key, b.row)
}

// indexScan is what derive says of a scan as nearly all of them are, without the strings that nobody keeps.
func (b *builder) indexScan(st *state) bool {
	if st != &b.lone.state || st.kind != KindScan || st.fields[0].name != "fact" || !st.visible() {
		return false
	}
	meeting, member, at, ok := placesOfFact(st.fields[0].shown())
	if !ok {
		return false
	}
	for _, row := range []struct {
		family byte
		of     []byte
	}{{rowMeeting, meeting}, {rowMember, member}} {
		b.key = append(append(append(b.key[:0], row.family), row.of...), 0)
		b.key = append(appendTime(b.key, at), st.id...)
		b.index.addOne(b.key)
	}
	return true
}

// eachMerged goes along several rows of changes at once and gives all changes of one record after the other. Rows that are not
// in order are refused.
func eachMerged(rows []iter.Seq2[Change, error], each func(all []Change) error) error {
	heads := make([]head, len(rows))
	for i, row := range rows {
		next, stop := readBeside(row)
		defer stop()
		heads[i].next = next
		if err := heads[i].advance(); err != nil {
			return err
		}
	}
	var all []Change
	for {
		var at *recordID
		for i := range heads {
			if h := &heads[i]; h.there && (at == nil || compareRecords(h.at, *at) < 0) {
				at = &h.at
			}
		}
		if at == nil {
			return nil
		}
		record := *at
		all = all[:0]
		for i := range heads {
			for h := &heads[i]; h.there && h.at == record; {
				all = append(all, h.change)
				if err := h.advance(); err != nil {
					return err
				}
			}
		}
		if err := each(all); err != nil {
			return err
		}
	}
}

// readAtOnce is how many changes travel together from who reads them.
const readAtOnce = 512

// readBeside lets a row of changes be read by a goroutine of its own, a little ahead.
func readBeside(row iter.Seq2[Change, error]) (next func() (Change, error, bool), stop func()) {
	full, empty, quit := make(chan []Change, 4), make(chan []Change, 4), make(chan struct{})
	var failed error // holds once full is closed
	go func() {
		defer close(full)
		batch := make([]Change, 0, readAtOnce)
		for c, err := range row {
			if failed = err; err != nil {
				break
			}
			if batch = append(batch, c); len(batch) < readAtOnce {
				continue
			}
			select {
			case full <- batch:
			case <-quit:
				return
			}
			select {
			case batch = <-empty:
			default:
				batch = make([]Change, 0, readAtOnce)
			}
		}
		select {
		case full <- batch:
		case <-quit:
		}
	}()
	var batch []Change
	at := 0
	next = func() (Change, error, bool) {
		for at == len(batch) {
			if batch != nil {
				clear(batch)
				select {
				case empty <- batch[:0]:
				default:
				}
			}
			more, open := <-full
			if !open {
				batch, at = nil, 0
				return Change{}, failed, false
			}
			batch, at = more, 0
		}
		at++
		return batch[at-1], nil, true
	}
	return next, func() {
		close(quit)
		for range full {
		}
	}
}

// head is where one row of changes is read.
type head struct {
	next   func() (Change, error, bool)
	change Change
	at     recordID
	there  bool
}

func (h *head) advance() error {
	before, began := h.at, h.there
	c, err, there := h.next()
	if err != nil {
		return err
	}
	h.change, h.at, h.there = c, recordID{c.Kind, c.Record}, there
	if there && began && compareRecords(h.at, before) < 0 {
		return fault.New("bad_change", "kind", string(c.Kind), "record", c.Record, "what", "out of order")
	}
	return nil
}

// takeBeginning exchanges the view and begins journal and local full anew. Once the view is exchanged the rest can be made
// good from it at the next Open, should the power go.
func (s *Store) takeBeginning() error {
	s.lockView()
	err := s.exchange()
	s.viewMu.Unlock()
	if err != nil {
		s.fail()
		return err
	}
	if err := s.relist(); err != nil {
		return err
	}
	if s.lists.Load() != nil { // people search first; the rest is only for the next start
		s.WaitDirectory()
	}
	base := s.current().seq
	if err := s.writeFull(base); err != nil {
		return err
	}
	if err := s.journal.close(); err != nil {
		return diskFault(s.journal.path, err)
	}
	if err := s.openJournalAt(base, 0); err != nil {
		return err
	}
	return errors.Join(s.writeMark(base), s.removeBefore(base))
}

// exchange puts the view that was built beside in place of the old one.
func (s *Store) exchange() error {
	err := s.view.close()
	s.dropProof()
	if err = errors.Join(err, os.RemoveAll(s.path(viewName))); err != nil {
		return diskFault(s.path(viewName), err)
	}
	if err := s.swapIn(); err != nil {
		return err
	}
	if s.view, err = openView(s.path(viewName), s.keys.view, s.o.Light); err != nil {
		return diskFault(s.path(viewName), err)
	}
	m, err := s.view.loadMeta()
	if err == nil {
		s.become(m)
	}
	return err
}
