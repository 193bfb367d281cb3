package store

import "github.com/fxamacker/cbor/v2"

// SetGuard names who may refuse an own edit before it is written, as for a laptop's role. A refusal is what Edit then
// returns, and nothing is written. guard must not write to the store; it may read it.
func (s *Store) SetGuard(guard func(Edit) error) { s.guard.Store(&guard) }

func (s *Store) guarded(e *Edit) error {
	if guard := s.guard.Load(); guard != nil && *guard != nil && len(e.Changes) > 0 {
		return (*guard)(*e)
	}
	return nil
}

// Adopt notes the value of a change that another laptop wrote and that was not merged, as this transaction's own. It
// tells whether anything differed.
func (t *Tx) Adopt(kind Kind, record, field string, value cbor.RawMessage) (changed bool, err error) {
	c := Change{Kind: kind, Record: record, Field: field, Value: value, Stamp: Stamp{Dot: Dot{Device: t.b.device, Seq: 1}}}
	if err := c.check(); err != nil {
		return false, err
	}
	d, err := t.draft(kind, record)
	if err != nil || isFact(kind) && d.exists() {
		return false, err
	}
	if field == tombstone && len(value) > 0 {
		if !d.exists() {
			return false, nil
		}
		d.force(tombstone, setTrue)
		return true, nil
	}
	return d.set(field, value), nil
}
