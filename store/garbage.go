package store

import (
	"runtime/debug"
	"sync"
)

// Who fills a whole view leaves much garbage beside little that stays, most of it plain bytes which cost the collector
// nothing to look at: collecting sooner takes little time and saves half the memory. The setting is the whole process's, so it
// counts who wants it.
var thrift struct {
	sync.Mutex
	users, before int
}

const gcThrifty = 25

// thrifty lets garbage be collected sooner until done.
func thrifty() (done func()) {
	thrift.Lock()
	defer thrift.Unlock()
	if thrift.users++; thrift.users == 1 {
		thrift.before = debug.SetGCPercent(gcThrifty)
		if thrift.before >= 0 && thrift.before < gcThrifty {
			debug.SetGCPercent(thrift.before)
		}
	}
	return func() {
		thrift.Lock()
		defer thrift.Unlock()
		if thrift.users--; thrift.users == 0 {
			debug.SetGCPercent(thrift.before)
		}
	}
}
