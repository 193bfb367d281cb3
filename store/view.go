package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

const viewName = "view"

// viewOptions are Badger's for a laptop. Records stay in the LSM tree; the journal, not Badger, makes
// writes durable; checksums are looked at whenever a block is read.
func viewOptions(dir string, key []byte) badger.Options {
	return badger.DefaultOptions(dir).
		WithLogger(nil).
		WithSyncWrites(false).
		WithDetectConflicts(false).
		WithMetricsEnabled(false).
		WithMemTableSize(16 << 20).
		WithNumMemtables(2).
		WithNumCompactors(2).
		WithBlockCacheSize(32 << 20).
		WithIndexCacheSize(16 << 20).
		WithValueThreshold(1 << 20).
		WithValueLogFileSize(16 << 20).
		WithChecksumVerificationMode(options.OnBlockRead).
		WithEncryptionKey(key)
}

// view is the Badger database: rows that follow from journal and local full snapshot, made to be found fast.
type view struct {
	db  *badger.DB
	dir string

	// outFrom is a key below which no outgoing rows are left: those that were published stay in Badger for a while as so
	// many deletions, and whoever began before them would step over each.
	outFrom atomic.Uint64
}

// errView marks what is wrong with the view alone; the remedy is to rebuild it.
var errView = errors.New("the view cannot be read")

// openView opens Badger. Whatever it finds wrong, panics included, comes back as errView.
func openView(dir string, key []byte, light bool) (*view, error) {
	return openWith(dir, weighed(viewOptions(dir, key), light))
}

// weighed spares room where hundreds of stores are open in one process: by Badger's measure every open store, and every table that one of them
// writes, takes megabytes before there is a row in it.
func weighed(o badger.Options, light bool) badger.Options {
	if light {
		o = o.WithMemTableSize(1 << 20).WithBaseTableSize(512 << 10).WithBlockCacheSize(256 << 10).WithIndexCacheSize(256 << 10).WithValueLogFileSize(1 << 20).WithValueThreshold(100 << 10)
	}
	return o
}

// openViewForBuilding opens Badger to be filled by streams and closed. Each stream fills a table of the size of
// those of the lowest level and holds room for two: by Badger's own measure 64 MB each.
func openViewForBuilding(dir string, key []byte, light bool) (*view, error) {
	o := viewOptions(dir, key).WithMemTableSize(8 << 20).WithBlockCacheSize(1 << 20).WithIndexCacheSize(1 << 20)
	o.TableSizeMultiplier = 1
	return openWith(dir, weighed(o, light))
}

// openViewForReading opens Badger so that it writes nothing, which it can do where a view was closed, but not on Windows.
func openViewForReading(dir string, key []byte) (*view, error) {
	return openWith(dir, viewOptions(dir, key).WithReadOnly(true))
}

func openWith(dir string, o badger.Options) (v *view, err error) {
	defer asViewError(&err)
	db, err := badger.Open(o)
	if err != nil {
		if strings.Contains(err.Error(), "Cannot acquire directory lock") {
			return nil, fault.New("home_in_use", "path", filepath.Dir(dir)).Because(err)
		}
		return nil, err
	}
	return &view{db: db, dir: dir}, nil
}

// asViewError turns panics and Badger's errors into errView; faults and our own errors of a callback pass.
func asViewError(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", errView, p)
	}
	var f *fault.Fault
	if *err == nil || errors.Is(*err, errView) || errors.As(*err, &f) || errors.As(*err, new(callbackError)) {
		return
	}
	if durable.Refused(*err) {
		return
	}
	*err = fmt.Errorf("%w: %w", errView, *err)
}

// read runs fn on one consistent state of the view. A page of a damaged file that the system cannot
// bring back is a panic, not the end of the process.
func (v *view) read(fn func(*badger.Txn) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer asViewError(&err)
	txn := v.db.NewTransaction(false)
	defer txn.Discard()
	return fn(txn)
}

// get gives a copy of one row, nil when there is none.
func get(txn *badger.Txn, k []byte) ([]byte, error) {
	item, err := txn.Get(k)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return item.ValueCopy(nil)
}

// walk gives the rows under a prefix in order, from a key on, until each returns false. Key and value hold only during the call.
func walk(txn *badger.Txn, prefix, from []byte, values bool, each func(k, v []byte) (bool, error)) error {
	o := badger.DefaultIteratorOptions
	o.Prefix, o.PrefetchValues = prefix, values
	if from == nil {
		from = prefix
	}
	it := txn.NewIterator(o)
	defer it.Close()
	for it.Seek(from); it.ValidForPrefix(prefix); it.Next() {
		item := it.Item()
		more := true
		step := func(v []byte) (err error) {
			more, err = each(item.Key(), v)
			return err
		}
		var err error
		if values {
			err = item.Value(step)
		} else {
			err = step(nil)
		}
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// settle merges all tables into one level. After a bulk load whoever opens next would otherwise do it, while reading the
// directory: in thrice the memory and thrice the time.
func (v *view) settle() (err error) {
	defer asViewError(&err)
	return v.db.Flatten(1)
}

func (v *view) close() (err error) {
	defer asViewError(&err)
	return v.db.Close()
}
