package snapshot

import (
	"iter"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

const maxPartChanges = 1 << 17

func isName(s string) bool { return s != "" }

func writeFull(of Whole, key string, keys Keys, changes iter.Seq2[store.Change, error], yield func(FullPart, error) bool) {
	yield(FullPart{}, fault.New("full_unreadable"))
}

func sumFull(changes iter.Seq2[store.Change, error]) ([]PartSum, error) {
	return nil, fault.New("full_unreadable")
}

func readFull(m *Manifest, keys Keys, get func(key string) ([]byte, error), yield func(store.Change, error) bool) {
	yield(store.Change{}, fault.New("full_unreadable"))
}
