package snapshot

import "example.org/carnet/store"

// What one delta is filled with, far enough below the limits that Seal never meets them. A single
// edit that is larger travels alone.
const (
	splitBytes   = 3 << 20
	splitChanges = 100_000
)

// Fill tells how full a delta is while edits are being gathered for it.
type Fill struct{ bytes, changes int }

// Takes counts an edit in and tells whether it still fits; the first always does.
func (f *Fill) Takes(e store.Edit) bool {
	size := 16
	for _, c := range e.Changes {
		size += 8 + len(c.Record) + len(c.Field) + len(c.Value) + 12*(len(c.Replaces)+len(c.Seen))
	}
	if f.changes > 0 && (f.bytes+size > splitBytes || f.changes+len(e.Changes) > splitChanges) {
		return false
	}
	f.bytes, f.changes = f.bytes+size, f.changes+len(e.Changes)
	return true
}
