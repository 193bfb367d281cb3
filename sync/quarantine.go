package sync

import (
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// mostKept bounds how many refused objects keep their bytes here: whoever keeps the bucket could
// else fill the disk. Above it only name and reason are kept.
const mostKept = 1000

// refusal is why an object was set aside.
type refusal struct {
	_         struct{} `cbor:",toarray"`
	Key       string
	Reason    string
	At        int64
	Dismissed bool   // a person has seen it
	Reader    uint64 // which generation of formats refused it
}

// reader is the generation of formats that this program reads: more by one with each version of a
// kind that is added. What an older program refused as too new is then judged anew.
const reader = 4

// short names a note about an object; keys in a bucket may be longer than the names of notes.
func short(prefix, key string) string {
	hash := signed.HashOf([]byte(key))
	return prefix + hex.EncodeToString(hash[:16])
}

// refuse sets an object aside: its bytes in a file, the decision with the notes of this step.
func (e *Engine) refuse(n notes, key string, data []byte, why error) {
	f := refusal{Key: key, Reason: fault.CodeOf(why), At: e.Now().UnixMilli(), Reader: reader}
	name := short("", key)
	e.Log.Warn("object refused", "key", key, "error", why)
	spoilt := e.isSpoilt(key, data, f.Reason)
	e.look.Lock()
	if was, again := e.refused[name]; again && spoilt && was.Dismissed {
		f.Dismissed = true
	}
	e.refused[name] = f
	e.refusedNow = append(e.refusedNow, Refused{Key: key, Reason: f.Reason})
	e.spoil(n, name, spoilt)
	if _, waited := e.held[key]; waited {
		delete(e.held, key)
		e.heldChanged = true
	}
	count := len(e.refused)
	e.look.Unlock()
	n.set(noteRefused+name, f)
	if data != nil && e.Quarantine != "" && count <= mostKept {
		if err := e.keepAside(n, key, data); err != nil {
			e.Log.Warn("bytes of a refused object could not be kept", "key", key, "error", err)
		}
	}
}

// forgive takes an object off the list that was refused for this reason alone.
func (e *Engine) forgive(n notes, name, reason string) {
	e.look.Lock()
	defer e.look.Unlock()
	if f, refused := e.refused[name]; refused && f.Reason == reason {
		delete(e.refused, name)
		n[noteRefused+name] = nil
		e.refusedNow = slices.DeleteFunc(e.refusedNow, func(x Refused) bool { return x == Refused{Key: f.Key, Reason: reason} })
	}
}

// refuseNow is refuse in a step of its own.
func (e *Engine) refuseNow(key string, data []byte, why error) error {
	n := notes{}
	e.refuse(n, key, data, why)
	_, err := e.keep(nil, n)
	return err
}

// isRefused tells whether an object is refused and not to be fetched again now.
func (e *Engine) isRefused(key string) bool {
	e.look.RLock()
	defer e.look.RUnlock()
	_, refused := e.refused[short("", key)]
	return refused && !e.isDue(short("", key))
}

func (e *Engine) isOnList(key string) bool {
	e.look.RLock()
	defer e.look.RUnlock()
	_, refused := e.refused[short("", key)]
	return refused
}

// Quarantined lists what was set aside and not dismissed, and statements of the roster that did not take effect, in the order of the keys.
func (e *Engine) Quarantined() []Refused {
	e.look.RLock()
	defer e.look.RUnlock()
	list := []Refused{}
	for _, f := range e.refused {
		if !f.Dismissed {
			list = append(list, Refused{Key: f.Key, Reason: f.Reason})
		}
	}
	for _, o := range e.overruled {
		if !o.Dismissed {
			list = append(list, Refused{Key: o.Key, Reason: o.Reason})
		}
	}
	slices.SortFunc(list, func(a, b Refused) int { return strings.Compare(a.Key, b.Key) })
	return list
}

// Dismiss takes an object off the list. Its bytes are let go; it is still never fetched again.
// Fault unknown_object.
func (e *Engine) Dismiss(key string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.dismiss(key)
}

func (e *Engine) dismiss(key string) error {
	if was, err := e.dismissOverruled(key); was || err != nil {
		return err
	}
	name := short("", key)
	f, known := e.refused[name]
	if !known {
		return fault.New("unknown_object", "key", key)
	}
	f.Dismissed = true
	n := notes{}
	n.set(noteRefused+name, f)
	if _, err := e.keep(nil, n); err != nil {
		return err
	}
	e.look.Lock()
	e.refused[name] = f
	e.look.Unlock()
	if e.Quarantine != "" {
		_ = os.Remove(filepath.Join(e.Quarantine, name)) // it may never have been kept
	}
	return nil
}

// pardon forgets refusals that no longer stand, so that those objects are judged anew: of deltas
// from laptops or of keys that the roster has since come to know, of full snapshots whose author may be an admin by now, and of what an older program could not read.
func (e *Engine) pardon(n notes) {
	e.look.Lock()
	defer e.look.Unlock()
	for name, f := range maps.Clone(e.refused) {
		if !e.pardonable(f) {
			continue
		}
		delete(e.refused, name)
		n[noteRefused+name] = nil
		if deviceOf(f.Key) != "" {
			e.held[f.Key] = holding{Reason: "delta_gap", Since: e.Now().UnixMilli()}
			e.noteHeld(n)
		}
	}
}

func (e *Engine) pardonable(f refusal) bool {
	if strings.HasSuffix(f.Reason, "_newer") {
		return f.Reader < reader
	}
	if f.Reason == "full_not_admin" {
		return true
	}
	name, err := snapshot.ParseName(f.Key)
	state := e.State()
	if err != nil || state == nil {
		return false
	}
	l, known := state.Laptop(name.Device)
	switch f.Reason {
	case "delta_device_unknown":
		return known
	case "delta_after_revocation": // another admin's later end holds now, or none
		return known && (!l.Revoked || e.mayBeSought(name.Device, name.Number))
	case "delta_forged": // it may be of a key that was not known then
		return len(l.Keys) > 1 && name.Number >= l.Keys[1].From
	}
	return false
}

// keepBytes writes a file whole or not at all.
func keepBytes(folder, name string, data []byte) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(folder, "unfinished-*")
	if err != nil {
		return err
	}
	if err = durable.WriteTo(temp, data); err == nil {
		err = temp.Sync()
	}
	if errClose := temp.Close(); err == nil {
		err = errClose
	}
	if err == nil {
		err = durable.Rename(temp.Name(), filepath.Join(folder, name))
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}
