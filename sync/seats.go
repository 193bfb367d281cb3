package sync

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// A seat may be given only after an admin has compared fingerprints with whoever asks for it. Until
// then a request waits, on every admin's laptop that has seen it.

const noteRequest = "sync/request/" // <key>: laptops that wait for an admin's yes

// Request is a laptop that asks for a seat and waits for an admin's yes.
type Request struct {
	Device      string
	Fingerprint string
	Seat        roster.Seat
	At          time.Time // when it was first seen here
}

type requestNote struct {
	_         struct{} `cbor:",toarray"`
	Key       string
	SignKey   []byte
	Recipient string
	Seat      string
	At        int64
}

// InviteToApprove is Invite for a seat that an admin gives after comparing fingerprints.
func (e *Engine) InviteToApprove(office string, role roster.Role, coordinator string, expires time.Time) (invitation.Invitation, invitation.Secret, error) {
	return e.invite(office, role, coordinator, expires, true)
}

// waitForYes keeps a request until an admin decides.
func (r *round) waitForYes(key string, q invitation.Request) error {
	n := notes{}
	n.set(short(noteRequest, key), requestNote{Key: key, SignKey: q.SignKey, Recipient: q.Recipient, Seat: q.Invitation, At: r.Now().UnixMilli()})
	_, err := r.keep(nil, n)
	return err
}

// Requests lists the laptops that wait for an admin's yes, the oldest first.
func (e *Engine) Requests() ([]Request, error) {
	waiting, err := e.requests()
	list := make([]Request, 0, len(waiting))
	for _, q := range waiting {
		seat, _ := e.State().Seat(q.Seat)
		list = append(list, Request{Device: signed.DeviceOf(q.SignKey), Fingerprint: e.print(q.SignKey, q.Recipient, q.Seat),
			Seat: seat, At: time.UnixMilli(q.At).UTC()})
	}
	slices.SortStableFunc(list, func(a, b Request) int { return a.At.Compare(b.At) })
	return list, err
}

// requests reads those whose seat is still open.
func (e *Engine) requests() ([]requestNote, error) {
	s := e.State()
	if s == nil {
		return nil, nil
	}
	all := map[string]requestNote{}
	if err := each(e.Store, noteRequest, all); err != nil {
		return nil, err
	}
	var list []requestNote
	for _, q := range all {
		if seat, known := s.Seat(q.Seat); known && seat.Open(e.Now().UnixMilli()) {
			list = append(list, q)
		}
	}
	slices.SortFunc(list, func(a, b requestNote) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}

// Approve lets a laptop in that waits. Faults: request_unknown, not_admitted, roster_not_admin, roster_behind and those
// of an admission.
func (e *Engine) Approve(device string) error {
	q, err := e.requestOf(device)
	if err != nil {
		return err
	}
	seat, _ := e.State().Seat(q.Seat)
	card := roster.Card{Device: device, SignKey: q.SignKey, Recipient: q.Recipient, Office: seat.Office, Role: seat.Role, Coordinator: seat.Coordinator}
	return e.write(func(r *roster.Roster) ([]byte, error) {
		if err := e.mayGive(); err != nil {
			return nil, err
		}
		return r.Admit(e.Identity, card, q.Seat, e.Now())
	})
}

// Refuse turns a laptop away that waits. Its invitation is closed: whoever else holds it may be the one
// who should not. Fault request_unknown and those of Withdraw.
func (e *Engine) Refuse(device string) error {
	q, err := e.requestOf(device)
	if err != nil {
		return err
	}
	return e.Withdraw(q.Seat)
}

func (e *Engine) requestOf(device string) (requestNote, error) {
	waiting, err := e.requests()
	for _, q := range waiting {
		if signed.DeviceOf(q.SignKey) == device {
			return q, nil
		}
	}
	if err == nil {
		err = fault.New("request_unknown", "device", device)
	}
	return requestNote{}, err
}

// Fingerprint is what people compare of a laptop that came on an invitation, this one included; empty for
// one that came without. The first time it costs some milliseconds.
func (e *Engine) Fingerprint(device string) string {
	s := e.State()
	if device == e.device && e.member.Seat != "" && e.Standing() == Pending {
		return e.print(e.Identity.SignKey(), e.Identity.Recipient(), e.member.Seat)
	}
	if s == nil {
		return ""
	}
	l, known := s.Laptop(device)
	if !known {
		return ""
	}
	for _, seat := range s.Seats() {
		if seat.Device == device {
			return e.print(l.SignKey, l.Recipient, seat.ID)
		}
	}
	return ""
}

// print remembers what was asked for once.
func (e *Engine) print(signKey []byte, recipient, seat string) string {
	of := seat + " " + recipient + " " + string(signKey)
	if known, done := e.prints.Load(of); done {
		return known.(string)
	}
	fingerprint := invitation.Fingerprint(signKey, recipient, seat)
	e.prints.Store(of, fingerprint)
	return fingerprint
}
