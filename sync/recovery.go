package sync

import (
	"bytes"
	"context"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// The words on paper take up a network again whose admins' laptops are lost. Beside the roster lies an
// object in every place that lets a new laptop begin with the words alone; see roster.Recovery.

const (
	noteSafeguard = "sync/safeguard" // what lets a laptop begin with the words alone
	noteSafeAt    = "sync/safe-at/"  // <place>: of which words it has that
)

// safeguard is that object, as this laptop keeps it for places that lack it. Only whoever has the words
// can read it, or make it.
type safeguard struct {
	_      struct{} `cbor:",toarray"`
	Key    string
	Object []byte
}

// Found begins a network with this laptop as its first admin, and gives the secret whose words people
// write on paper now; it is kept nowhere. Fault network_exists.
func Found(o Options, f roster.Founder) (*Engine, roster.Recovery, error) {
	if err := unattached(o.Store); err != nil {
		return nil, roster.Recovery{}, err
	}
	e := bare(o)
	r, words, err := roster.Found(o.Identity, f, e.Now())
	if err != nil {
		return nil, roster.Recovery{}, err
	}
	e.roster, e.unsent, e.notice = r, []signed.Hash{r.State().Founding}, true
	e.member = membership{Founding: r.State().Founding, Cover: roster.NewCover(), Network: r.State().Network, Name: f.Name}
	n := notes{}
	if err := e.noteSafeguard(n, words); err != nil {
		return nil, roster.Recovery{}, err
	}
	return e, words, e.settleIn(n)
}

// settleIn keeps a new membership, and takes it up.
func (e *Engine) settleIn(n notes) error {
	n.set(noteMember, e.member)
	e.noteStatements(n, e.roster.All())
	e.noteOutgoing(n)
	if _, err := e.Store.Apply(nil, n); err != nil {
		return err
	}
	e.refresh()
	return nil
}

// noteSafeguard keeps what a laptop begins with, sealed to these words.
func (e *Engine) noteSafeguard(n notes, words roster.Recovery) error {
	key, object, err := words.Object(roster.Beginning{Founding: e.member.Founding, Cover: e.member.Cover, Name: e.Name()})
	if err == nil {
		n.set(noteSafeguard, safeguard{Key: key, Object: object})
	}
	return err
}

// NewRecovery makes new words. Those before are worth nothing from then on. Said with them (before is not
// nil), they are shut out wherever else they spoke too: for a paper that was stolen, not just lost.
// Faults: not_admitted, roster_not_admin, recovery_wrong.
func (e *Engine) NewRecovery(before *roster.Recovery) (roster.Recovery, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	speaker, fresh, n := e.Identity, roster.NewRecovery(), notes{}
	if before != nil {
		var err error
		if speaker, err = e.speaker(*before); err != nil {
			return fresh, err
		}
	}
	if err := e.noteSafeguard(n, fresh); err != nil {
		return fresh, err
	}
	return fresh, e.sayWith(n, func(r *roster.Roster) ([]byte, error) { return r.SetRecovery(speaker, fresh, e.Now()) })
}

// speaker gives the keys of the words, when they are those in force. Fault recovery_wrong.
func (e *Engine) speaker(words roster.Recovery) (*signed.Identity, error) {
	s := e.State()
	if s == nil {
		return nil, fault.New("not_admitted")
	}
	return speakerIn(s, words)
}

func speakerIn(s *roster.State, words roster.Recovery) (*signed.Identity, error) {
	id, err := words.Identity()
	if err != nil {
		return nil, err
	}
	card, there := s.Recovery()
	if !there || !bytes.Equal(card.SignKey, id.SignKey()) || card.Recipient != id.Recipient() {
		return nil, fault.New("recovery_wrong", "network", s.Name)
	}
	return id, nil
}

// Recover makes this laptop an admin with the words, which gives it all keys that admins hold, and
// shuts out those that were lost, each after what is here of it. Said twice it does no harm. Faults:
// recovery_wrong, unknown_laptop, laptop_revoked, roster_invalid.
func (e *Engine) Recover(words roster.Recovery, lost []string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	id, err := e.speaker(words)
	if err != nil {
		return err
	}
	for _, device := range lost {
		if _, known := e.State().Laptop(device); !known || device == e.device {
			return fault.New("unknown_laptop", "device", device)
		}
	}
	if err := e.rise(id); err != nil {
		return err
	}
	for _, device := range lost {
		if l, _ := e.State().Laptop(device); l.Revoked {
			continue
		}
		if err := e.say(func(r *roster.Roster) ([]byte, error) { return e.shutOut(r, id, device) }); err != nil {
			return err
		}
	}
	return nil
}

// rise makes this laptop an admin in the words' name.
func (e *Engine) rise(id *signed.Identity) error {
	self := e.Self()
	switch e.Standing() {
	case Revoked:
		return fault.New("laptop_revoked", "device", e.device)
	case Pending:
		self.Role = roster.Admin
		return e.say(func(r *roster.Roster) ([]byte, error) { return r.Admit(id, self.Card, "", e.Now()) })
	}
	if self.Role == roster.Admin {
		return nil
	}
	return e.say(func(r *roster.Roster) ([]byte, error) {
		return r.Promote(id, e.device, roster.Admin, self.Office, e.Now(), e.endsOf(e.device)...)
	})
}

// Beginning is what words opened in a bucket: the network as its roster there has it.
type Beginning struct {
	words      roster.Recovery
	beginning  roster.Beginning
	statements [][]byte
	safe       safeguard
	roster     *roster.Roster
}

// Network is the name of the network.
func (b *Beginning) Network() string { return b.roster.State().Name }

// OpenBeginning reads a network's roster with nothing but the words and a bucket. Faults:
// recovery_unknown (no network here has these words), recovery_unreadable, recovery_newer,
// recovery_wrong (they were replaced), roster_missing and those of the bucket.
func OpenBeginning(ctx context.Context, b bucket.Bucket, words roster.Recovery) (*Beginning, error) {
	key, err := words.Key()
	if err != nil {
		return nil, err
	}
	object, err := b.Get(ctx, key, roster.MaxRecovery)
	switch {
	case fault.Is(err, "object_missing"):
		return nil, fault.New("recovery_unknown").Because(err)
	case fault.Is(err, "object_too_large"):
		return nil, fault.New("recovery_unreadable").Because(err)
	case err != nil:
		return nil, err
	}
	found := &Beginning{words: words, safe: safeguard{Key: key, Object: object}}
	if found.beginning, err = words.Open(key, object); err != nil {
		return nil, err
	}
	return found, found.readRoster(ctx, b)
}

// readRoster believes what follows from the founding statement that the words vouch for; what else lies
// there is passed over.
func (b *Beginning) readRoster(ctx context.Context, from bucket.Bucket) error {
	page, err := from.List(ctx, roster.Prefix, "")
	if err != nil {
		return err
	}
	for _, o := range page.Objects {
		object, err := from.Get(ctx, o.Key, roster.MaxObject)
		if fault.Is(err, "object_missing") || fault.Is(err, "object_too_large") {
			continue
		}
		if err != nil {
			return err
		}
		if statement, err := b.beginning.Cover.Open(o.Key, object); err == nil {
			b.statements = append(b.statements, statement)
		}
	}
	if b.roster, err = roster.Load(b.beginning.Founding, b.statements); err != nil {
		return err
	}
	_, err = speakerIn(b.roster.State(), b.words)
	return err
}

// Regain takes up a network in a home that has none, as an admin's laptop of the office in which its
// first admin is. Faults: network_exists, roster_invalid.
func Regain(o Options, found *Beginning, coordinator string) (*Engine, error) {
	if err := unattached(o.Store); err != nil {
		return nil, err
	}
	e := bare(o)
	id, err := speakerIn(found.roster.State(), found.words)
	if err != nil {
		return nil, err
	}
	s := found.roster.State()
	card := roster.Card{Device: e.device, SignKey: o.Identity.SignKey(), Recipient: o.Identity.Recipient(),
		Office: seat(s), Role: roster.Admin, Coordinator: coordinator}
	statement, err := found.roster.Admit(id, card, "", e.Now())
	if err != nil {
		return nil, err
	}
	e.roster, e.unsent, e.notice = found.roster, []signed.Hash{signed.HashOf(statement)}, true
	e.member = membership{Founding: s.Founding, Cover: found.beginning.Cover, Network: s.Network, Name: s.Name,
		Office: card.Office, Role: string(card.Role), Coordinator: coordinator}
	n := notes{}
	n.set(noteSafeguard, found.safe)
	return e, e.settleIn(n)
}

// seat gives the office of the admin that has been one for longest.
func seat(s *roster.State) string {
	var first roster.Laptop
	for _, l := range s.Laptops() {
		if l.Role == roster.Admin && (first.Device == "" || l.Since < first.Since) {
			first = l
		}
	}
	return first.Office
}

// safeguarded gives the object of the words in force, when this laptop has it.
func (e *Engine) safeguarded() (safe safeguard, found bool, err error) {
	card, there := e.State().Recovery()
	if !there {
		return safe, false, nil
	}
	found, err = read(e.Store, noteSafeguard, &safe)
	return safe, found && safe.Key == roster.RecoveryPrefix+card.Device(), err
}

// carrySafeguard sees to it that a place has the object of the words in force: at once when it is new
// here, then once a day. An admin's laptop that lacks it takes it from there, for other places.
func (r *round) carrySafeguard() error {
	if r.Standing() != Active {
		return nil
	}
	safe, here, err := r.safeguarded()
	if err != nil || !here && (!r.compare || !r.mayWriteRoster()) {
		return err
	}
	if !here {
		return r.fetchSafeguard()
	}
	var there string
	if _, err := read(r.Store, noteSafeAt+r.here.id, &there); err != nil || there == safe.Key && !r.compare || r.isRefused(safe.Key) {
		return err
	}
	if there == safe.Key {
		data, err := r.Bucket.Get(r.ctx, safe.Key, roster.MaxRecovery)
		switch {
		case err == nil && bytes.Equal(data, safe.Object):
			return nil
		case err == nil || fault.Is(err, "object_too_large"):
			return r.refuseNow(safe.Key, data, fault.New("recovery_altered"))
		case !fault.Is(err, "object_missing"):
			return err
		}
	}
	return r.putSafeguard(safe)
}

func (r *round) putSafeguard(safe safeguard) error {
	err := r.Bucket.Put(r.ctx, safe.Key, safe.Object)
	if fault.Is(err, "object_exists") {
		return r.refuseNow(safe.Key, nil, fault.New("recovery_altered"))
	}
	if err != nil {
		return err
	}
	n := notes{}
	n.set(noteSafeAt+r.here.id, safe.Key)
	_, err = r.keep(nil, n)
	return err
}

func (r *round) fetchSafeguard() error {
	card, there := r.State().Recovery()
	if !there {
		return nil
	}
	key := roster.RecoveryPrefix + card.Device()
	object, err := r.Bucket.Get(r.ctx, key, roster.MaxRecovery)
	if fault.Is(err, "object_missing") || fault.Is(err, "object_too_large") {
		return nil
	}
	if err != nil {
		return err
	}
	n := notes{}
	n.set(noteSafeguard, safeguard{Key: key, Object: object})
	n.set(noteSafeAt+r.here.id, key)
	_, err = r.keep(nil, n)
	return err
}

// verifySafeguard holds one that lies in a bucket against the one that is kept here; others' cannot be judged
// without their words.
func (e *Engine) verifySafeguard(key string, data []byte) error {
	if e.State() == nil {
		return nil
	}
	safe, here, err := e.safeguarded()
	if err == nil && here && (safe.Key == key) != bytes.Equal(data, safe.Object) { // altered, or the same under another's name
		err = fault.New("recovery_altered")
	}
	return err
}
