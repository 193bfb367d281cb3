package sync

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// What sync keeps in the store beside the records. Everything that a decision rests on is kept in
// the same durable step as the decision, so that a round may be cut off at any point.
const (
	noteMember     = "sync/member"
	noteLed        = "sync/led"      // address of the bucket, where there is one
	notePlaces     = "sync/places"   // places in use
	notePlaceAt    = "sync/at/"      // <place>: where we stand with it
	noteLacks      = "sync/lacks/"   // <place>/<object>: what is here and not there
	noteAsked      = "sync/asked"    // the request for a seat is in the bucket
	noteCursor     = "sync/cursor"   // last contact with any place
	noteHeld       = "sync/waiting"  // objects that wait
	noteSplit      = "sync/split/"   // <branch>: chains beside a laptop's own
	noteLeaves     = "sync/leaves/"  // <branch>: where it parts from another chain
	noteLowered    = "sync/lowered/" // <statement>: how far what a laptop wrote was judged anew by it
	noteBeyond     = "sync/beyond/"  // <statement>: more of somebody is here than counts by it, and cannot be judged
	noteCounted    = "sync/counted"  // statement at the end of the chain by which all that is here was judged
	noteRecount    = "sync/recount"  // records of which something is gone that roles rested on
	noteSought     = "sync/sought"   // deltas that others saw and that are not here
	noteAsking     = "sync/asking"   // when we last asked for some
	noteWord       = "sync/word/"    // <device>: when it was last heard of
	noteWatch      = "sync/watch"    // since when this laptop looks regularly
	noteAcked      = "sync/acked"    // how far others see our chain
	noteSentAt     = "sync/sent-at"  // the oldest own delta that nobody told of yet
	noteSeesUs     = "sync/sees-us/" // <device>: number of our last delta that it told of
	noteWitnessed  = "sync/witnessed"
	noteOutgoing   = "sync/outgoing"    // statements to send, and whether others must be told
	noteReady      = "sync/ready"       // own delta that is on its way
	noteReadyData  = "sync/ready-data/" // its bytes, in parts
	noteWanted     = "sync/wanted"      // hash of a statement that must exist, of the version before
	notePages      = "sync/pages"       // statements that must exist and are not here
	noteHead       = "sync/head/"       // <device>
	noteChain      = "sync/chain/"      // <device>/<block>: hashes of what is here
	noteRoster     = "sync/roster/"     // <version>-<hash>/<part>: statements
	noteGiven      = "sync/given/"      // <hash>: statements that lost and whose keys were handed to those whom they left out
	noteReissued   = "sync/reissued/"   // <hash>: statements that lost and were judged: said again, pointless, or to be told of
	noteOverruled  = "sync/overruled/"  // <hash>: statements that lost and are not said again
	noteRefused    = "sync/refused/"    // <key>
	noteDamaged    = "sync/damaged/"    // <key>: refused objects that may come whole another time
	noteSkipped    = "sync/skipped/"    // <key>: deltas with sections whose keys were not here
	noteSilenced   = "sync/silenced/"   // <key>: erased records of which an object speaks that was set aside; its bytes are not kept
	noteDoubted    = "sync/doubted/"    // <key>: what of an object was set aside for its author's role
	noteAside      = "sync/aside/"      // <device>/<block>: what was set aside, and its sums
	noteShut       = "sync/shut/"       // <device>/<block>: sections that are counted by their sums
	noteRing       = "sync/ring"        // ids of the keys for which closed sections were looked through
	noteKept       = "sync/keptback"    // own edits that were passed over and never go out
	noteGens       = "sync/gens"        // full snapshots that may be relied on
	noteOrigin     = "sync/origin"      // the full snapshot that the state began from
	notePlan       = "sync/plan"        // the generation that is being written
	noteLost       = "sync/lost"        // the full snapshot that was relied on and is lost
	noteFloor      = "sync/floor"       // the last full snapshot before which nothing may lie any more, since records were erased
	noteFullAt     = "sync/full-at/"    // <place>: the last generation that stood there
	noteSegments   = "sync/segments/"   // <place>: own bundles of deltas that were put there
	noteShown      = "sync/shown/"      // <place>: erase orders and own receipts that stood there
	noteOrder      = "sync/order/"      // <key>: erase orders
	noteBack       = "sync/back"        // records that come back with the next full snapshot, since the order counts no more
	noteForget     = "sync/forget"      // bytes of refused deltas are to be let go of, since records were erased
	noteOrderBytes = "sync/order-data/" // <key>/<part>: their objects
	noteSaw        = "sync/saw/"        // <device>: what it told of the others' chains
	noteUnsent     = "sync/unsent/"     // what was never sent before a long silence
	noteAnswered   = "sync/answered/"   // <key>: requests of laptops that were admitted
	noteClaim      = "sync/claim/"      // <task>: own claims, and what became of them
	noteSealed     = "sync/sealed"      // sequence of the last own change that was ever sealed for others
)

// notePart is the size in bytes in which long notes are cut; the store takes half a megabyte.
const notePart = 256 << 10

// notes gathers what one durable step keeps; nil forgets.
type notes map[string][]byte

func (n notes) set(name string, v any) { n[name] = signed.Encode(v) }

// long cuts data into parts under a prefix.
func (n notes) long(prefix string, data []byte) {
	for part := 0; part == 0 || len(data) > 0; part++ {
		size := min(len(data), notePart)
		n[fmt.Sprintf("%s%03d", prefix, part)] = data[:size]
		data = data[size:]
	}
}

func readLong(s *store.Store, prefix string) ([]byte, error) {
	names, err := s.Notes(prefix)
	var data []byte
	for _, name := range names {
		part, err := s.Note(name)
		if err != nil {
			return nil, err
		}
		data = append(data, part...)
	}
	return data, err
}

// forgetLong forgets every part under a prefix.
func forgetLong(s *store.Store, n notes, prefix string) error {
	names, err := s.Notes(prefix)
	for _, name := range names {
		n[name] = nil
	}
	return err
}

// membership says which network this home belongs to, and what it asked for before it was admitted.
type membership struct {
	_           struct{} `cbor:",toarray"`
	Founding    signed.Hash
	Cover       roster.Cover
	Network     string
	Name        string
	Seat        string // invitation; empty on the founder's laptop
	Office      string
	OfficeName  string
	Role        string
	Coordinator string
	Expires     int64
	RequestKey  string
	Request     []byte
}

// head is how far one laptop's chain is here.
type head struct {
	_           struct{} `cbor:",toarray"`
	Number      uint64
	Hash        signed.Hash
	Incarnation uint64
	Last        uint64
	Wall        int64
	Frontier    []byte
	Digest      []byte
	Told        uint64 // of the first version
	Partial     bool   // not all of what it wrote was applied here, so its digests do not compare
}

func (h head) link() snapshot.Link {
	return snapshot.Link{Number: h.Number, Hash: h.Hash, Incarnation: h.Incarnation, Last: h.Last}
}

type cursor struct {
	_       struct{} `cbor:",toarray"`
	Server  int64    // of the first version, like Full
	Contact int64    // milliseconds since 1970 by our clock
	Full    int64
	Stale   int64 // since when something is known to be missing; 0 when nothing is
}

// holding is an object that waits for one before it.
type holding struct {
	_      struct{} `cbor:",toarray"`
	Reason string
	Since  int64
	Place  string // where it was listed; empty when that is not known
}

type heldNote struct {
	_       struct{} `cbor:",toarray"`
	Key     string
	Holding holding
}

type outgoing struct {
	_      struct{} `cbor:",toarray"`
	Unsent []signed.Hash
	Notice bool
}

func (e *Engine) noteOutgoing(n notes) {
	n.set(noteOutgoing, outgoing{Unsent: e.unsent, Notice: e.notice})
}

func (e *Engine) noteStatements(n notes, statements [][]byte) {
	for _, data := range statements {
		hash := signed.HashOf(data)
		n.long(noteRoster+hex.EncodeToString(hash[:])+"/", data)
		if key, _, err := e.member.Cover.Object(data); err == nil {
			e.owe(n, key, false)
		}
	}
}

// mostHeld bounds the note of what waits. What is beyond it is found again by listing everything,
// which a gap brings about anyway.
const mostHeld = 1000

func (e *Engine) noteHeld(n notes) {
	keys := slices.Sorted(maps.Keys(e.held))
	list := []heldNote{}
	for _, key := range keys[:min(len(keys), mostHeld)] {
		list = append(list, heldNote{Key: key, Holding: e.held[key]})
	}
	n.set(noteHeld, list)
}

// read fills v from a note; false when there is none.
func read(s *store.Store, name string, v any) (bool, error) {
	data, err := s.Note(name)
	if err != nil || len(data) == 0 {
		return false, err
	}
	if err := signed.Decode(data, v); err != nil {
		return false, fault.New("home_unreadable", "path", name).Because(err)
	}
	return true, nil
}

// loadMember reads what never changes once a home belongs to a network. Fault no_network.
func (e *Engine) loadMember() error {
	found, err := read(e.Store, noteMember, &e.member)
	if err == nil && !found {
		err = fault.New("no_network")
	}
	return err
}

// load reads all other notes but the hashes of chains, which are read when they are asked for.
func (e *Engine) load() error {
	e.asked = false
	if _, err := read(e.Store, noteAsked, &e.asked); err != nil {
		return err
	}
	if err := e.loadRoster(); err != nil {
		return err
	}
	if _, err := read(e.Store, noteCursor, &e.cursor); err != nil {
		return err
	}
	if err := e.loadPlaces(); err != nil {
		return err
	}
	if err := e.loadWatch(); err != nil {
		return err
	}
	if err := e.loadPages(); err != nil {
		return err
	}
	if err := e.loadReady(); err != nil {
		return err
	}
	if _, err := read(e.Store, noteWitnessed, &e.witnessed); err != nil {
		return err
	}
	var held []heldNote
	if _, err := read(e.Store, noteHeld, &held); err != nil {
		return err
	}
	for _, h := range held {
		e.held[h.Key] = h.Holding
	}
	if err := each(e.Store, noteHead, e.heads); err != nil {
		return err
	}
	if err := e.loadClaims(); err != nil {
		return err
	}
	if err := each(e.Store, noteSplit, e.split); err != nil {
		return err
	}
	if err := e.loadGens(); err != nil {
		return err
	}
	if err := each(e.Store, noteDoubted, e.doubts); err != nil {
		return err
	}
	if err := e.loadKept(); err != nil {
		return err
	}
	if err := each(e.Store, noteDamaged, e.damaged); err != nil {
		return err
	}
	if err := each(e.Store, noteOverruled, e.overruled); err != nil {
		return err
	}
	return each(e.Store, noteRefused, e.refused)
}

// loadPlaces takes up again what is known of the places in use.
func (e *Engine) loadPlaces() error {
	if _, err := read(e.Store, noteLed, &e.led); err != nil {
		return err
	}
	for _, p := range e.places {
		if err := e.loadPlace(p); err != nil {
			return err
		}
	}
	return nil
}

// loadWatch takes up what tells that something is hidden.
func (e *Engine) loadWatch() error {
	e.asking, e.watching, e.acked, e.sentAt = asking{}, watch{}, acknowledged{}, sentFirst{}
	for name, into := range map[string]any{noteAsking: &e.asking, noteWatch: &e.watching, noteAcked: &e.acked, noteSentAt: &e.sentAt} {
		if _, err := read(e.Store, name, into); err != nil {
			return err
		}
	}
	if err := e.loadSought(); err != nil {
		return err
	}
	if err := each(e.Store, noteSeesUs, e.seesUs); err != nil {
		return err
	}
	return each(e.Store, noteWord, e.words)
}

// reload takes up what is on the disk again, after a step that could not be kept.
func (e *Engine) reload() {
	e.look.Lock()
	clear(e.heads)
	clear(e.witnessed)
	clear(e.held)
	clear(e.refused)
	clear(e.overruled)
	clear(e.damaged)
	clear(e.mended)
	clear(e.blocks)
	clear(e.split)
	clear(e.sought)
	clear(e.words)
	clear(e.seesUs)
	clear(e.doubts)
	e.pages, e.cursor, e.heldChanged = nil, cursor{}, false
	err := e.load()
	e.look.Unlock()
	if err != nil {
		e.Log.Error("what sync keeps could not be read again", "error", err)
	}
}

// each reads all notes under a prefix into a map by the rest of their names.
func each[T any](s *store.Store, prefix string, into map[string]T) error {
	names, err := s.Notes(prefix)
	for _, name := range names {
		var v T
		if _, err := read(s, name, &v); err != nil {
			return err
		}
		into[strings.TrimPrefix(name, prefix)] = v
	}
	return err
}

func (e *Engine) loadRoster() error {
	var out outgoing
	if _, err := read(e.Store, noteOutgoing, &out); err != nil {
		return err
	}
	e.unsent, e.notice = out.Unsent, out.Notice
	statements, err := e.statements()
	if err != nil || len(statements) == 0 {
		return err
	}
	known, err := roster.Load(e.member.Founding, statements)
	if err != nil {
		return err
	}
	e.roster = known
	e.refresh()
	return nil
}

func (e *Engine) statements() ([][]byte, error) {
	names, err := e.Store.Notes(noteRoster)
	if err != nil {
		return nil, err
	}
	var all [][]byte
	last := ""
	for _, name := range names {
		part, err := e.Store.Note(name)
		if err != nil {
			return nil, err
		}
		hash, _, _ := strings.Cut(strings.TrimPrefix(name, noteRoster), "/")
		if hash == last {
			all[len(all)-1] = append(all[len(all)-1], part...)
			continue
		}
		all, last = append(all, part), hash
	}
	return all, nil
}
