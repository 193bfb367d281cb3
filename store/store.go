// Package store keeps the records of one laptop on its disk. The journal and the local full
// snapshot are the truth; Badger is a view that can be rebuilt from them. It merges changes of
// other laptops, keeps every concurrent value, and answers searches from memory.
// It may know of files, CBOR and Badger; it imports nothing of ours but store/fault, and never
// knows of buckets, signatures, screens or languages.
package store

import (
	"iter"
	"time"
)

// Options say how a store opens.
type Options struct {
	Key    [32]byte         // seals everything at rest; from store/strongbox
	Device string           // this laptop's id, author of its edits; empty opens for reading only
	Now    func() time.Time // the clock; nil means time.Now
}

// Store is one laptop's records. All methods may be called from any goroutine.
type Store struct {
	// unexported
}

// Open opens or creates the store in dir, and heals what it can: a view that is behind or damaged
// is rebuilt, what cannot be read is set aside and named by Problems. Faults: home_in_use,
// home_unreadable, wrong_key, disk_full, read_only.
func Open(dir string, o Options) (*Store, error) { panic("skeleton") }

// Close writes what is due (a local full snapshot when the journal has grown) and lets go of the files.
func (s *Store) Close() error { panic("skeleton") }

// NewID gives a new random id of this kind: a three letter prefix and 16 letters, "mem_…".
func NewID(kind Kind) string { panic("skeleton") }

// DerivedID gives the same id for the same source text on every laptop, as for a community of a public list.
func DerivedID(kind Kind, source string) string { panic("skeleton") }

// ---- reading ----

// Get reads one record with its display values. Fault unknown_id when there is none or it is deleted.
func Get[T Record](s *Store, id string) (T, error) { panic("skeleton") }

// All walks the records of one kind that are not deleted, in the order of their ids.
func All[T Record](s *Store) iter.Seq2[T, error] { panic("skeleton") }

// Resolve finds the one record of this kind whose id starts with prefix. Faults: unknown_id, ambiguous_id.
func (s *Store) Resolve(kind Kind, prefix string) (string, error) { panic("skeleton") }

// Count gives the number of records of a kind that are not deleted, without walking them.
func (s *Store) Count(kind Kind) int { panic("skeleton") }

// ScansOf walks the facts of one meeting, in the order of their times.
func (s *Store) ScansOf(meeting string) iter.Seq2[Scan, error] { panic("skeleton") }

// ScansBy walks the facts about one member, in the order of their times.
func (s *Store) ScansBy(member string) iter.Seq2[Scan, error] { panic("skeleton") }

// Past is one line of a record's history.
type Past struct {
	Change
	From, To any // decoded values: string, int64, bool, nil; To is nil for a cleared field
}

// History gives every change of one record, newest first.
func (s *Store) History(kind Kind, id string) ([]Past, error) { panic("skeleton") }

// Conflict is a field with values that nobody had seen when writing the other, or a record that
// one laptop deleted while another edited it (Field "~").
type Conflict struct {
	ID     string // stable: kind, record and field
	Kind   Kind
	Record string
	Field  string
	Was    any    // the last value that all authors had seen, nil when there was none
	Values []Past // newest first
}

// Conflicts lists what waits for a person, in the order of their ids.
func (s *Store) Conflicts() ([]Conflict, error) { panic("skeleton") }

// ---- writing ----

// Ref names one change of one record.
type Ref struct {
	Kind   Kind
	Record string
	Change Dot
}

// Tx collects what one action of a person writes. It reads its own writes.
type Tx struct { /* unexported */
}

// Put compares with what is stored and notes one change for each field that differs.
// It tells whether anything differed.
func (t *Tx) Put(r Record) (changed bool, err error) { panic("skeleton") }

// Delete puts a tombstone that has seen the record's present values.
func (t *Tx) Delete(kind Kind, id string) error { panic("skeleton") }

// Edit runs write and makes its changes durable: journalled and synced to disk, then in the view.
// Nothing is written when write returns an error. The refs name the changes, for undo.
func (s *Store) Edit(write func(*Tx) error) ([]Ref, error) { panic("skeleton") }

// EditEach is Edit for a bulk load: one edit for each step of the sequence, one sync to disk for many.
// It stops at the first error; what came before is kept, and count says how many.
func (s *Store) EditEach(steps iter.Seq[func(*Tx) error]) (count int, err error) { panic("skeleton") }

// Undo writes new changes that put back what these changes replaced.
func (s *Store) Undo(refs []Ref) ([]Ref, error) { panic("skeleton") }

// Settle resolves a conflict with value (string, int64, bool or nil), a change like any other.
// For Field "~", true deletes and false keeps. Fault unknown_conflict.
func (s *Store) Settle(conflict string, value any) ([]Ref, error) { panic("skeleton") }

// ---- for sync ----

// Unpublished walks this laptop's own edits whose changes come after seq, oldest first.
func (s *Store) Unpublished(after uint64) iter.Seq2[Edit, error] { panic("skeleton") }

// MarkPublished forgets the outgoing copies of own edits up to seq, and keeps notes in the same step.
func (s *Store) MarkPublished(seq uint64, notes map[string][]byte) error { panic("skeleton") }

// Apply merges foreign edits and keeps notes, in one durable step. Merging is commutative,
// associative and idempotent. It returns how many changes were new.
func (s *Store) Apply(edits []Edit, notes map[string][]byte) (fresh int, err error) {
	panic("skeleton")
}

// Note reads what sync keeps beside the records (heads, cursor, roster); nil when absent.
func (s *Store) Note(name string) ([]byte, error) { panic("skeleton") }

// Notes walks the names of notes with this prefix.
func (s *Store) Notes(prefix string) ([]string, error) { panic("skeleton") }

// Frontier gives the highest sequence seen of each device, itself included.
func (s *Store) Frontier() Frontier { panic("skeleton") }

// Digest is the same hex text on every laptop whose merged state is the same.
func (s *Store) Digest() string { panic("skeleton") }

// ---- watching and checking ----

// Version grows with every change of any record.
func (s *Store) Version() uint64 { panic("skeleton") }

// Watch calls changed after every edit or apply, from its own goroutine, coalesced. stop ends it.
func (s *Store) Watch(changed func(version uint64)) (stop func()) { panic("skeleton") }

// Problem names something that could not be read, and where it was set aside.
type Problem struct{ Where, What string }

// Problems gives what Open had to heal or set aside, this time or earlier.
func (s *Store) Problems() []Problem { panic("skeleton") }

// CheckReport is what Check read.
type CheckReport struct {
	Records, Changes int
	Problems         []Problem
}

// Check reads and verifies everything: journal, local full snapshots, view.
func (s *Store) Check() (CheckReport, error) { panic("skeleton") }
