package sync

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// Of what admins say at the same moment one chain holds. Who lost says it again by itself; what it may not say again, or what others said
// otherwise, people are told of, so that nobody relies on a revocation that does not hold.

// overruled is a statement of the roster that lost and is not said again.
type overruled struct {
	_         struct{} `cbor:",toarray"`
	Key       string   // of its page
	Reason    string
	By, Of    string // laptops: whose it is, and of which it speaks, where it speaks of one
	ByName    string // whose laptops these are
	OfName    string
	At        int64
	Dismissed bool // a person has seen it
}

// mostOverruled bounds how many are told of: somebody who was revoked can go on writing beside the chain.
const mostOverruled = 200

// reasons are the codes by which people are told, by what a statement wanted.
var reasons = map[string]string{
	roster.WishRevoke: "overruled_revocation", roster.WishPlace: "overruled_role", roster.WishAdmit: "overruled_admission",
	roster.WishVoid: "overruled_withdrawal", roster.WishRecover: "overruled_recovery", roster.WishOther: "overruled_other",
}

// sayAgain repeats own statements that lost, once each, where they are still wanted. The keys that one brought go to those who may hold them since.
func (r *round) sayAgain() error {
	if r.isBehindRoster() {
		return nil // it may give keys to somebody, and what is missing may say that it won
	}
	for _, hash := range r.roster.Lost(r.device) {
		if err := r.once(noteReissued, hash, func(n notes) error { return r.repeat(n, hash) }); err != nil {
			return err
		}
	}
	if err := r.giveLostKeys(); err != nil { // after that: whom a revocation meant that holds again may not have them
		return err
	}
	return r.tellOverruled()
}

// giveLostKeys hands on the keys that lost statements brought to who could not hold them when it was said, once to each in a round.
func (r *round) giveLostKeys() error {
	given := map[string]bool{}
	for _, hash := range r.roster.LostKeys() {
		if w, _ := r.roster.Wish(hash); !r.isHeirOf(w.Author) {
			continue
		}
		err := r.once(noteGiven, hash, func(notes) error {
			for _, device := range r.roster.LeftOut(hash) {
				if !given[device] {
					r.give(device)
				}
				given[device] = true
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// isHeirOf tells whether it is up to this laptop to hand on what another brought: its own it is, and that of who is away or revoked is the first admin's.
func (r *round) isHeirOf(author string) bool {
	return author == r.device || r.mayWriteRoster() && r.turn() == 0 && !slices.Contains(slices.Concat(r.inUse(), r.newcomers()), author)
}

// once does something for a lost statement, and notes under a prefix that it is done.
func (r *round) once(prefix string, hash signed.Hash, do func(notes) error) error {
	name := prefix + hex.EncodeToString(hash[:])
	if done, err := r.Store.Note(name); err != nil || len(done) > 0 {
		return err
	}
	n := notes{}
	if err := do(n); err != nil {
		return err
	}
	n.set(name, true)
	_, err := r.keep(nil, n)
	return err
}

// repeat says one again, unless what it wanted holds. What is refused is told of.
func (r *round) repeat(n notes, hash signed.Hash) error {
	if r.roster.Holds(hash) {
		return nil
	}
	err := r.say(func(ro *roster.Roster) ([]byte, error) { return ro.Reissue(r.Identity, hash, r.Now()) })
	if err == nil {
		return nil
	}
	code := fault.CodeOf(err)
	if !isVerdict(code) {
		return err
	}
	r.Log.Info("a lost statement is not said again", "error", err)
	r.overrule(n, hash)
	return nil
}

// isVerdict tells a refusal by what the roster says from a failure of this machine.
func isVerdict(code string) bool {
	return strings.HasPrefix(code, "roster_") || strings.HasPrefix(code, "invitation_") || strings.HasPrefix(code, "unknown_") || code == "last_admin"
}

// tellOverruled notes what nobody may say again, what others revoked on admins' laptops alone, and lets go of what came to hold after all.
func (r *round) tellOverruled() error {
	for _, hash := range r.roster.Silenced(r.device, r.Now()) {
		if w, _ := r.roster.Wish(hash); w.Author != r.device && !r.mayWriteRoster() {
			continue
		}
		if err := r.once(noteReissued, hash, func(n notes) error { r.overrule(n, hash); return nil }); err != nil {
			return err
		}
	}
	n := notes{}
	r.look.Lock()
	for hash := range r.overruled {
		if raw, err := hex.DecodeString(hash); err == nil && len(raw) == len(signed.Hash{}) && r.roster.Holds(signed.Hash(raw)) {
			delete(r.overruled, hash)
			n[noteOverruled+hash] = nil
		}
	}
	r.look.Unlock()
	if len(n) == 0 {
		return nil
	}
	_, err := r.keep(nil, n)
	return err
}

// overrule puts a statement on the list of what needs a person.
func (r *round) overrule(n notes, hash signed.Hash) {
	w, known := r.roster.Wish(hash)
	if !known || r.roster.Holds(hash) || len(r.overruled) >= mostOverruled {
		return
	}
	o := overruled{Key: roster.Name(w.Version, hash), Reason: reasons[w.What], By: w.Author, ByName: w.ByName, Of: w.Of, OfName: w.OfName, At: r.Now().UnixMilli()}
	r.look.Lock()
	r.overruled[hex.EncodeToString(hash[:])] = o
	r.look.Unlock()
	n.set(noteOverruled+hex.EncodeToString(hash[:]), o)
	r.Log.Warn("a statement of the roster did not take effect", "key", o.Key, "device", w.Author, "wanted", w.What)
}

// Overruled is a statement of the roster that did not take effect.
type Overruled struct {
	By, ByName string // laptop that said it, and whose that is
	Of, OfName string // laptop that it speaks of, empty where it speaks of none
	At         time.Time
}

// Overruled tells of a statement on the list; false when none has this key. It does not wait for a round.
func (e *Engine) Overruled(key string) (Overruled, bool) {
	e.look.RLock()
	defer e.look.RUnlock()
	for _, o := range e.overruled {
		if o.Key == key {
			return Overruled{By: o.By, ByName: o.ByName, Of: o.Of, OfName: o.OfName, At: time.UnixMilli(o.At).UTC()}, true
		}
	}
	return Overruled{}, false
}

// dismissOverruled takes one off the list; false when none has this key.
func (e *Engine) dismissOverruled(key string) (bool, error) {
	for hash, o := range e.overruled {
		if o.Key != key {
			continue
		}
		o.Dismissed = true
		n := notes{}
		n.set(noteOverruled+hash, o)
		_, err := e.keep(nil, n)
		if err == nil {
			e.look.Lock()
			e.overruled[hash] = o
			e.look.Unlock()
		}
		return true, err
	}
	return false, nil
}
