package sync

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// write runs one roster write and keeps what it said, for the next round to send.
func (e *Engine) write(say func(r *roster.Roster) ([]byte, error)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.say(say)
}

func (e *Engine) say(say func(r *roster.Roster) ([]byte, error)) error {
	return e.sayWith(notes{}, say)
}

// sayWith keeps notes in the same durable step.
func (e *Engine) sayWith(n notes, say func(r *roster.Roster) ([]byte, error)) error {
	if e.roster == nil {
		return fault.New("not_admitted")
	}
	data, err := say(e.roster)
	if err != nil {
		return err
	}
	unsent, notice := e.unsent, e.notice
	e.unsent, e.notice = append(slices.Clone(unsent), signed.HashOf(data)), true
	e.noteStatements(n, [][]byte{data})
	e.noteOutgoing(n)
	if _, err := e.keep(nil, n); err != nil {
		// What is not on the disk was never said.
		e.unsent, e.notice = unsent, notice
		if errLoad := e.loadRoster(); errLoad != nil {
			e.Log.Error("roster could not be read again", "error", errLoad)
		}
		return err
	}
	e.refresh()
	return nil
}

// AddOffice opens an office. Faults: not_admitted, roster_not_admin, roster_invalid.
func (e *Engine) AddOffice(o roster.Office) error {
	return e.write(func(r *roster.Roster) ([]byte, error) { return r.AddOffice(e.Identity, o, e.Now()) })
}

// Invite opens a seat and gives the invitation, whose remote the caller fills in, and its secret.
// Faults: not_admitted, roster_not_admin, unknown_office.
func (e *Engine) Invite(office string, role roster.Role, coordinator string, expires time.Time) (invitation.Invitation, invitation.Secret, error) {
	return e.invite(office, role, coordinator, expires, false)
}

func (e *Engine) invite(office string, role roster.Role, coordinator string, expires time.Time, approve bool) (invitation.Invitation, invitation.Secret, error) {
	i := invitation.Invitation{ID: invitation.NewID(), Network: e.member.Network, NetworkName: e.Name(), Founding: e.member.Founding,
		Cover: e.member.Cover, Office: office, Role: string(role), Coordinator: coordinator, Expires: expires.UnixMilli(), Approve: approve}
	s := invitation.NewSecret()
	err := e.write(func(r *roster.Roster) ([]byte, error) {
		o, known := r.State().Office(office)
		if !known {
			return nil, fault.New("unknown_office", "office", office)
		}
		i.OfficeName = o.Name
		return r.Invite(e.Identity, roster.Invitation{ID: i.ID, Proof: s.Proof(i.ID), Office: office, Role: role,
			Coordinator: coordinator, Expires: i.Expires, Approve: approve}, e.Now())
	})
	return i, s, err
}

// Withdraw closes a seat that nobody took. Faults: not_admitted, roster_not_admin,
// invitation_unknown, invitation_used.
func (e *Engine) Withdraw(id string) error {
	return e.write(func(r *roster.Roster) ([]byte, error) { return r.Withdraw(e.Identity, id, e.Now()) })
}

// Revoke shuts a laptop out after what is here of it. Faults: not_admitted, roster_not_admin,
// unknown_laptop, last_admin.
func (e *Engine) Revoke(device string) error {
	return e.write(func(r *roster.Roster) ([]byte, error) {
		return e.shutOut(r, e.Identity, device)
	})
}

func (e *Engine) shutOut(r *roster.Roster, id *signed.Identity, device string) ([]byte, error) {
	return r.Revoke(id, device, e.Now(), e.endsOf(device)...)
}

// lookUp brings in the roster statements of the bucket, once a round.
func (r *round) lookUp() error {
	if r.sawRoster {
		return nil
	}
	r.sawRoster, r.sawWith = true, r.listedAt
	page, err := r.list(roster.Prefix, "")
	if err != nil {
		return err
	}
	return r.takePages(page)
}

// takePages takes in what is new in a listing of statements, and names what has another's name.
func (r *round) takePages(page bucket.Page) error {
	var fresh [][]byte
	for _, o := range page.Objects {
		version, hash, err := roster.ParseName(o.Key)
		if r.isBarred(o) || err == nil && r.roster != nil && r.roster.IsNamed(version, hash) {
			continue
		}
		statement, err := r.fetchStatement(o.Key)
		if err != nil {
			return err
		}
		if statement != nil {
			fresh = append(fresh, statement)
		}
	}
	return r.takeStatements(fresh)
}

// fetchStatement gets one statement; nil for an object that was refused or has gone.
func (r *round) fetchStatement(key string) ([]byte, error) {
	object, err := r.Bucket.Get(r.ctx, key, roster.MaxObject)
	switch {
	case fault.Is(err, "object_missing"):
		return nil, nil
	case fault.Is(err, "object_too_large"):
		return nil, r.refuseNow(key, nil, fault.New("roster_unreadable"))
	case err != nil:
		return nil, err
	}
	statement, err := r.member.Cover.Open(key, object)
	if err != nil {
		return nil, r.refuseNow(key, object, err)
	}
	return statement, nil
}

// takeStatements merges and keeps statements, and says again what lost against another admin's.
func (r *round) takeStatements(fresh [][]byte) error {
	if len(fresh) == 0 {
		return nil
	}
	var refusals []roster.Refusal
	if r.roster == nil {
		first, err := roster.Load(r.member.Founding, fresh)
		if fault.Is(err, "roster_missing") {
			return nil // the founder has not been here yet
		}
		if err != nil {
			return err
		}
		r.roster = first
	} else {
		refusals = r.roster.Merge(fresh)
	}
	n := notes{}
	for _, refusal := range refusals {
		for _, data := range fresh {
			if signed.HashOf(data) == refusal.Hash {
				key, object, err := r.member.Cover.Object(data)
				if err != nil {
					continue
				}
				r.refuse(n, key, object, refusal.Err)
			}
		}
	}
	for _, data := range fresh {
		if r.roster.Has(signed.ShortOf(signed.HashOf(data))) {
			r.noteStatements(n, [][]byte{data})
		}
	}
	r.refresh()
	r.pardon(n)
	if _, err := r.keep(nil, n); err != nil {
		return err
	}
	return r.obey()
}

// obey does what the roster as it is now asks for. It is asked anew in every round: a laptop may have stopped between
// learning of a statement and this.
func (r *round) obey() error {
	if err := r.sayAgain(); err != nil { // first, since the rest goes by what holds with it
		return err
	}
	if err := r.retract(); err != nil {
		return err
	}
	if err := r.recount(); err != nil {
		return err
	}
	if err := r.eraseAgain(); err != nil {
		return err
	}
	if err := r.forgetBytes(); err != nil {
		return err
	}
	if err := r.finishRekey(); err != nil {
		return err
	}
	r.handOn()
	return nil
}

// join asks for the seat that this laptop was invited to, and looks whether it was admitted.
func (r *round) join() error {
	if err := r.lookUp(); err != nil {
		return err
	}
	if r.Standing() != Pending {
		return nil
	}
	if err := r.turnedAway(); err != nil {
		return err
	}
	if r.asked {
		return nil
	}
	if err := r.Bucket.Put(r.ctx, r.member.RequestKey, r.member.Request); err != nil {
		return err
	}
	r.asked = true
	n := notes{}
	n.set(noteAsked, true)
	_, err := r.keep(nil, n)
	return err
}

// turnedAway says why a pending laptop will not be admitted any more.
func (r *round) turnedAway() error {
	if r.member.Seat == "" {
		// It came by the words on paper, and what others said at that moment won.
		return fault.New("recovery_overtaken")
	}
	now := r.Now().UnixMilli()
	if s := r.State(); s != nil {
		if _, known := s.Seat(r.member.Seat); known {
			return s.Takeable(r.member.Seat, now)
		}
	}
	return invitation.Invitation{Expires: r.member.Expires}.Check(r.Now())
}

// seats lets in laptops that ask for one, while this laptop is an admin's and seats are open.
func (r *round) seats() error {
	if r.isBehindRoster() || !r.mayWriteRoster() || !slices.ContainsFunc(r.State().Seats(), func(s roster.Seat) bool { return s.Open(r.Now().UnixMilli()) }) {
		return nil
	}
	page, err := r.list(invitation.Prefix, "")
	if err != nil {
		return err
	}
	for _, o := range page.Objects {
		answered, err := r.Store.Note(short(noteAnswered, o.Key))
		if err != nil {
			return err
		}
		waiting, err := r.Store.Note(short(noteRequest, o.Key))
		if err != nil {
			return err
		}
		if len(answered)+len(waiting) > 0 || r.isBarred(o) {
			continue
		}
		if err := r.answer(o.Key); err != nil {
			return err
		}
	}
	return nil
}

// answer judges one request.
func (r *round) answer(key string) error {
	object, err := r.Bucket.Get(r.ctx, key, invitation.MaxRequest)
	switch {
	case fault.Is(err, "object_missing"):
		return nil
	case fault.Is(err, "object_too_large"):
		return r.refuseNow(key, nil, fault.New("invitation_altered"))
	case err != nil:
		return err
	}
	device, err := r.admit(key, object)
	if code := fault.CodeOf(err); strings.HasPrefix(code, "invitation_") || code == "roster_invalid" {
		return r.refuseNow(key, object, err)
	}
	if err != nil || device == "" {
		return err
	}
	n := notes{}
	n.set(short(noteAnswered, key), device)
	_, err = r.keep(nil, n)
	return err
}

// admit lets the requesting laptop in, and names it; where an admin is asked first, it waits. Faults: invitation_unknown, invitation_used,
// invitation_expired, invitation_altered.
func (r *round) admit(key string, object []byte) (device string, err error) {
	id, ok := invitation.InvitationOf(key)
	seat, known := r.State().Seat(id)
	if !ok || !known {
		return "", fault.New("invitation_unknown")
	}
	request, err := invitation.Verify(key, object, r.State().Network, seat.Proof)
	if err != nil {
		return "", err
	}
	device = signed.DeviceOf(request.SignKey)
	if seat.Device == device {
		return device, nil
	}
	if seat.Approve && seat.Open(r.Now().UnixMilli()) {
		return "", r.waitForYes(key, request)
	}
	card := roster.Card{Device: device, SignKey: request.SignKey, Recipient: request.Recipient,
		Office: seat.Office, Role: seat.Role, Coordinator: seat.Coordinator}
	err = r.say(func(ro *roster.Roster) ([]byte, error) { return ro.Admit(r.Identity, card, id, r.Now()) })
	if err == nil {
		r.report.Admitted = append(r.report.Admitted, device)
	}
	return device, err
}
