package sync

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// stale is after how long a delta on its way is given a new time in its name: others list only
// what is named not long before their last look.
const stale = 5 * time.Minute

// ready is an own delta that was sealed and kept before its PUT, so that whatever happens to the
// answer, the very same bytes are sent again.
type ready struct {
	_         struct{} `cbor:",toarray"`
	Number    uint64
	Hash      signed.Hash
	Last      uint64 // sequence of the last change inside or passed over
	Time      int64  // seconds in its name
	Changes   uint64
	Head      head // our head once it is out
	Witnessed map[string]uint64
	data      []byte
}

func (e *Engine) loadReady() error {
	e.ready = nil
	var r ready
	found, err := read(e.Store, noteReady, &r)
	if err != nil || !found {
		return err
	}
	if r.data, err = readLong(e.Store, noteReadyData); err != nil {
		return err
	}
	if signed.HashOf(r.data) == r.Hash {
		e.ready = &r
	}
	return nil
}

// incarnationBit is where a change's sequence counts its laptop's incarnations.
const incarnationBit = 40

// publish sends roster statements, then own edits, one PUT for each object.
func (r *round) publish() error {
	if err := r.sendStatements(); err != nil {
		return err
	}
	if err := r.settle(); err != nil {
		return err
	}
	if r.ready != nil {
		if err := r.send(); err != nil {
			return err
		}
	}
	for {
		if err := stopped(r.ctx); err != nil {
			return err
		}
		more, err := r.prepare()
		if err != nil || !more {
			return err
		}
		if err := r.send(); err != nil {
			return err
		}
	}
}

// sendStatements puts own roster statements where others find them.
func (r *round) sendStatements() error {
	for len(r.unsent) > 0 {
		statement := r.roster.Bytes(r.unsent[0])
		if statement != nil {
			key, object, err := r.member.Cover.Object(statement)
			if err != nil {
				return err
			}
			if err := r.putPage(key, object); err != nil {
				return err
			}
		}
		r.unsent = r.unsent[1:]
		n := notes{}
		r.noteOutgoing(n)
		if _, err := r.keep(nil, n); err != nil {
			return err
		}
	}
	if r.roster != nil {
		r.takeProver()
	}
	return nil
}

// settle decides what became of the delta that was on its way when the last round ended.
func (r *round) settle() error {
	switch {
	case r.ready == nil:
		return nil
	case r.readyArrived:
		return r.sent()
	case r.ready.Number != r.heads[r.device].Number+1:
		// Our chain moved on without it, as after a restored backup: it is sealed anew.
		return r.dropReady(notes{})
	}
	if r.serverTime.Unix()-r.ready.Time > int64(stale/time.Second) {
		// It never arrived, and others no longer look where its name would stand.
		r.ready.Time = r.serverTime.Unix()
		n := notes{}
		n.set(noteReady, r.ready)
		_, err := r.keep(nil, n)
		return err
	}
	return nil
}

func (r *round) dropReady(n notes) error {
	n[noteReady] = nil
	if err := forgetLong(r.Store, n, noteReadyData); err != nil {
		return err
	}
	_, err := r.keep(nil, n)
	if err == nil {
		r.ready = nil
	}
	return err
}

// send puts the delta that is ready.
func (r *round) send() error {
	if r.failed != nil {
		return r.failed // it was tried beside the listing
	}
	if err := r.Bucket.Put(r.ctx, r.readyName(), r.ready.data); err != nil {
		return err
	}
	return r.sent()
}

func (r *round) readyName() string {
	return snapshot.Name{Time: time.Unix(r.ready.Time, 0), Device: r.device, Number: r.ready.Number, Hash: signed.ShortOf(r.ready.Hash)}.String()
}

// sent notes that the delta is in the bucket: its edits need not be kept for sending any more.
func (r *round) sent() error {
	out := r.ready
	r.keepOwn(r.readyName(), out.data) // before its note goes: the bucket may not have it tomorrow
	if err := r.countTaken(out); err != nil {
		return err
	}
	n := notes{noteReady: nil}
	if err := forgetLong(r.Store, n, noteReadyData); err != nil {
		return err
	}
	r.look.Lock()
	h := out.Head
	h.Told = r.heads[r.device].Told
	r.heads[r.device] = h
	maps.Copy(r.witnessed, out.Witnessed)
	r.notice = false
	r.look.Unlock()
	n.set(noteHead+r.device, h)
	n.set(noteWitnessed, r.witnessed)
	r.learn(n, r.device, out.Number, out.Hash)
	r.noteOutgoing(n)
	r.countAgain(n, out)
	if err := r.Store.MarkPublished(out.Last, n); err != nil {
		return err
	}
	if r.copies != nil {
		r.copyNamed(r.readyName())
	}
	r.ready, r.failed = nil, nil
	if err := r.recount(); err != nil {
		return err
	}
	r.report.Pushed.Snapshots++
	r.report.Pushed.Changes += int(out.Changes)
	return r.tellSent()
}

// tellSent reports in changes how far publishing has come.
func (r *round) tellSent() error {
	if r.Progress == nil {
		return nil
	}
	left, err := r.Waiting(math.MaxInt)
	if err == nil {
		r.tell("publish", int64(r.report.Pushed.Changes), int64(r.report.Pushed.Changes+left))
	}
	return err
}

// prepare seals the next delta and keeps it; false when there is nothing to say.
func (r *round) prepare() (bool, error) {
	r.claiming.Lock()
	defer r.claiming.Unlock()
	if err := r.bringClaims(); err != nil {
		return false, err
	}
	if err := r.judgeAgain(); err != nil { // what is set aside may rest on what was just written here, and others will have it with that
		return false, err
	}
	edits, last, err := r.gather()
	if err == nil && r.isBehindRoster() {
		edits, last, err = nil, r.heads[r.device].Last, r.holdBack()
	}
	if err != nil || len(edits) == 0 && !r.notice || r.belowFloor() {
		return false, err
	}
	before := r.heads[r.device]
	var w snapshot.Witness
	partial := before.Partial || r.report.Withheld > 0
	if err := r.judgeAgain(); err != nil {
		return false, err
	}
	if !partial { // else others cannot have what we keep back, and there is nothing to compare
		w.Frontier, w.Digest = r.frontier()
	}
	if dark, err := r.inTheDark(); err != nil {
		return false, err
	} else if dark {
		w = snapshot.Witness{}
	}
	told := mostNews
	if len(edits) > 0 {
		told = someNews
	}
	state := r.State()
	h := snapshot.Header{Network: state.Network, Device: r.device, Incarnation: max(r.Identity.Incarnation, before.Incarnation, last>>incarnationBit),
		Number: before.Number + 1, Previous: before.Hash, Wall: r.Now().UnixMilli(), Roster: state.Version, RosterHead: signed.ShortOf(state.Head),
		Heads: r.news(told), Wants: r.calls(before.Number+1, r.asksForPages(before.Number+1, r.wants()))}
	sections, err := r.sections(edits)
	if err != nil {
		return false, err
	}
	signer, err := r.signer(h.Number)
	if err != nil {
		return false, err
	}
	data, err := snapshot.Seal(signer, h, w, sections, r.ring.Find)
	if err != nil {
		return false, err
	}
	out := &ready{Number: h.Number, Hash: signed.HashOf(data), Last: last, Time: r.serverTime.Unix(), Changes: uint64(changes(edits)), data: data,
		Head: head{Number: h.Number, Hash: signed.HashOf(data), Incarnation: h.Incarnation, Last: last, Wall: h.Wall,
			Frontier: w.Frontier, Digest: w.Digest, Partial: partial}, Witnessed: map[string]uint64{}}
	for _, told := range h.Heads {
		out.Witnessed[told.Device] = told.Number
	}
	n := notes{}
	n.set(noteReady, out)
	n.long(noteReadyData, data)
	n.set(noteSealed, last)
	if _, err := r.keep(nil, n); err != nil {
		return false, err
	}
	r.ready, r.sealed = out, last
	return true, nil
}

// sections parts edits by whom they are for. The network's section is always there; its edits come first.
func (r *round) sections(edits []store.Edit) ([]snapshot.Section, error) {
	state := r.State()
	by := map[string][]store.Edit{"": nil}
	for _, e := range edits {
		for _, scope := range scopesOf(&e) {
			by[scope] = append(by[scope], within(e, scope)...)
		}
	}
	var list []snapshot.Section
	for _, scope := range slices.Sorted(maps.Keys(by)) {
		s := snapshot.Section{Key: state.CurrentKey(scope), Edits: by[scope]}
		if scope != "" {
			sum, ok := r.Store.SumOf(s.Edits)
			if !ok {
				return nil, fault.New("missing_key", "key", s.Key)
			}
			s.Sum = sum
		}
		list = append(list, s)
	}
	return list, nil
}

// gather collects own edits for one delta. Those that our role does not allow stay here, since every
// reader would refuse them, and whole so do those of which we cannot seal a part: half of a move
// would be a loss. What is passed over is counted for good.
func (r *round) gather() (edits []store.Edit, last uint64, err error) {
	var fill snapshot.Fill
	kept := r.passedOver
	r.report.Withheld = len(kept)
	last = r.heads[r.device].Last
	for e, err := range r.Store.Unpublished(last) {
		if err != nil {
			return nil, 0, err
		}
		why := r.keepsBack(&e, kept)
		if why == "missing_key" && r.Self().Wanting {
			return edits, last, r.keepBack(kept) // its office will hand the key on
		}
		if why != "" {
			if p := (passed{First: e.First, Last: e.Changes[len(e.Changes)-1].Seq}); !slices.Contains(kept, p) {
				r.Log.Warn("an own edit is kept back", "first", e.First, "why", why)
				kept = append(kept, p)
			}
			r.report.Withheld = len(kept)
			continue
		}
		for _, piece := range pieces(r.notAlike(e), last) {
			if r.isApart(last, piece.First, len(edits) > 0) || !fill.Takes(piece) {
				return edits, last, r.keepBack(kept)
			}
			edits = append(edits, piece)
			last = piece.First + uint64(len(piece.Changes)) - 1
		}
	}
	return edits, last, r.keepBack(kept)
}

// mostTogether is how many changes of one edit travel in one piece. Only a bulk load done as a
// single action is cut, and then it arrives in parts.
const mostTogether = 50_000

// pieces cuts an edit where its sequence has holes, left by changes that the disk lost, and where
// it is too large. What went out already, up to sent, is left out.
func pieces(e store.Edit, sent uint64) []store.Edit {
	var list []store.Edit
	rest := e.Changes
	for len(rest) > 0 && rest[0].Seq <= sent {
		rest = rest[1:]
	}
	for len(rest) > 0 {
		n := 1
		for n < len(rest) && n < mostTogether && rest[n].Seq == rest[n-1].Seq+1 {
			n++
		}
		piece := e
		piece.First, piece.Changes = rest[0].Seq, rest[:n]
		list, rest = append(list, piece), rest[n:]
	}
	return list
}

// How many heads one delta tells of; the rest wait for the next. A delta with edits stays small however many laptops there are:
// what it does not tell others do, and whoever says nothing else for a day tells of all.
const (
	mostNews = 500
	someNews = 10
)

// news lists what was newly seen of others since our last delta, at most so much of it; which, goes round with the number of the delta.
func (r *round) news(most int) []snapshot.Head {
	var list []snapshot.Head
	for _, device := range slices.Sorted(maps.Keys(r.heads)) {
		if h := r.heads[device]; device != r.device && h.Number > r.witnessed[device] && h.Hash != (signed.Hash{}) {
			list = append(list, snapshot.Head{Device: device, Number: h.Number, Hash: signed.ShortOf(h.Hash)})
		}
	}
	if len(list) <= most {
		return list
	}
	from := int(r.heads[r.device].Number%uint64(len(list))) * most % len(list)
	list = append(list[from:len(list):len(list)], list[:from]...)[:most]
	slices.SortFunc(list, func(a, b snapshot.Head) int { return strings.Compare(a.Device, b.Device) })
	return list
}
