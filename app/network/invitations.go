package network

import (
	"sort"
	"strings"
	"time"
	"unicode"

	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
)

// MaxInvitation is the size in bytes above which a file is not taken for an invitation.
const MaxInvitation = invitation.MaxFile

const (
	defaultValid = 7 * 24 * time.Hour
	maxValid     = 366 * 24 * time.Hour
)

// NewInvitation is what an invitation is to say.
type NewInvitation struct {
	Office      string        // name or id; a name that is not there yet is added
	Coordinator string        // name of the person
	Role        string        // admin, coordinator, door, reader
	Valid       time.Duration // 0 means a week
	Words       bool          // keep the secret out of the file
	Approve     bool          // let the laptop in only after somebody compared fingerprints
}

// Invitation is a seat that waits for a laptop.
type Invitation struct {
	ID          string
	Office      string // id
	OfficeName  string
	Coordinator string
	Role        string
	State       string // open, used, expired, closed
	Approve     bool   // an administrator says yes first
	Expires     time.Time
	File        []byte // to hand over; only when just made
	Name        string // suggested file name
	Words       string // to say by telephone; empty when the secret is in the file
}

// Invite opens a seat for one laptop and gives the file to hand over: it holds the bucket's address
// and credentials, sealed. Faults: role_forbids, laptop_pending, name_needed, bad_role, bad_span.
func (n *Network) Invite(want NewInvitation) (Invitation, error) {
	engine, err := n.administrator()
	if err != nil {
		return Invitation{}, err
	}
	if want, err = want.checked(); err != nil {
		return Invitation{}, err
	}
	office, err := n.officeFor(engine, want.Office)
	if err != nil {
		return Invitation{}, err
	}
	open := engine.Invite
	if want.Approve {
		open = engine.InviteToApprove
	}
	made, secret, err := open(office.ID, roster.Role(want.Role), want.Coordinator, n.Now().Add(want.Valid))
	if err != nil {
		return Invitation{}, err
	}
	n.loop.edited()
	if remote := n.Remote(); remote.Kind != "" {
		made.Remote = remote.Shared().String()
		made.AccessKey, made.SecretKey, made.SessionToken = remote.Credentials.AccessKey, remote.Credentials.SecretKey, remote.Credentials.SessionToken
	}
	file, err := invitation.Write(made, secret, !want.Words)
	if err != nil {
		return Invitation{}, err
	}
	given := Invitation{
		ID: made.ID, Office: office.ID, OfficeName: office.Name, Coordinator: made.Coordinator, Role: made.Role,
		State: "open", Approve: made.Approve, Expires: made.Until(), File: file, Name: fileName(made.Coordinator),
	}
	if want.Words {
		given.Words = secret.Words()
	}
	return given, nil
}

func (w NewInvitation) checked() (NewInvitation, error) {
	var err error
	if w.Coordinator, err = cleanName("coordinator", w.Coordinator); err != nil {
		return w, err
	}
	if w.Office, err = cleanName("office", w.Office); err != nil {
		return w, err
	}
	if w.Role == "" {
		w.Role = string(roster.Coordinator)
	}
	if !roster.IsRole(w.Role) {
		return w, fault.New("bad_role", "role", w.Role)
	}
	if w.Valid == 0 {
		w.Valid = defaultValid
	}
	if w.Valid < 0 || w.Valid > maxValid {
		return w, fault.New("bad_span", "value", w.Valid.String())
	}
	return w, nil
}

// officeFor finds the office of this name or id, and adds one of a new name.
func (n *Network) officeFor(engine *carnetsync.Engine, text string) (Office, error) {
	office, err := n.FindOffice(text)
	if fault.Is(err, "unknown_office") && !strings.HasPrefix(text, "off_") {
		return n.addOffice(engine, text)
	}
	return office, err
}

// fileName turns a person's name into one that every system takes.
func fileName(coordinator string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		case unicode.IsSpace(r), r == '-':
			return '-'
		}
		return -1
	}, coordinator)
	return "carnet-" + strings.Trim(name, "-") + ".carnet"
}

// Invitations lists all seats, open ones first, the newest first.
func (n *Network) Invitations() ([]Invitation, error) {
	engine, err := n.exchange()
	if err != nil {
		return nil, err
	}
	s := engine.State()
	if s == nil {
		return nil, nil
	}
	now := n.Now().UnixMilli()
	var list []Invitation
	for _, seat := range s.Seats() {
		office, _ := s.Office(seat.Office)
		list = append(list, Invitation{
			ID: seat.ID, Office: seat.Office, OfficeName: office.Name, Coordinator: seat.Coordinator, Role: string(seat.Role),
			State: seatState(seat, now), Approve: seat.Approve, Expires: seat.Until(),
		})
	}
	sort.SliceStable(list, func(i, j int) bool {
		if open := list[i].State == "open"; open != (list[j].State == "open") {
			return open
		}
		return list[i].Expires.After(list[j].Expires)
	})
	return list, nil
}

func seatState(seat roster.Seat, now int64) string {
	switch {
	case seat.Device != "":
		return "used"
	case seat.Void:
		return "closed"
	case seat.Open(now):
		return "open"
	}
	return "expired"
}

// CloseInvitation makes an open invitation void. Faults: role_forbids, invitation_unknown, invitation_used.
func (n *Network) CloseInvitation(id string) error {
	engine, err := n.administrator()
	if err != nil {
		return err
	}
	if err := engine.Withdraw(id); err != nil {
		return err
	}
	n.loop.edited()
	n.tell()
	return nil
}

// Ticket is an invitation that was read and found good.
type Ticket struct {
	invitation invitation.Invitation
	secret     invitation.Secret
}

// ReadInvitation checks a file before a home is made for it. Faults: invitation_unreadable,
// invitation_needs_words, bad_words, invitation_altered, invitation_newer, invitation_expired.
func ReadInvitation(file []byte, words string, now time.Time) (Ticket, error) {
	i, secret, err := invitation.Open(file, words)
	if err != nil {
		return Ticket{}, err
	}
	return Ticket{i, secret}, i.Check(now)
}

// Accept joins the network that the ticket leads to. The laptop is pending until the inviter's next
// round. Fault network_exists.
func (n *Network) Accept(t Ticket) (About, error) {
	if err := n.unattached(); err != nil {
		return About{}, err
	}
	engine, err := carnetsync.Join(n.options(), t.invitation, t.secret)
	if err != nil {
		return About{}, err
	}
	n.mu.Lock()
	n.engine = engine
	n.mu.Unlock()
	if err := n.keepSeat(t); err != nil {
		return About{}, err
	}
	if err := n.takeRemote(t.invitation); err != nil {
		return About{}, err
	}
	n.loop.atOnce()
	n.tell()
	return n.About()
}

// takeRemote keeps the bucket that the invitation names. An address that this system cannot use, as
// a Windows drive on a Mac, is left for a person to choose.
func (n *Network) takeRemote(i invitation.Invitation) error {
	remote, err := bucket.ParseRemote(i.Remote)
	if err != nil {
		n.Log.Info("the invitation's bucket is of no use here", "error", err)
		return nil
	}
	remote = remote.Shared() // nobody else names this laptop's files
	remote.Credentials = bucket.Credentials{AccessKey: i.AccessKey, SecretKey: i.SecretKey, SessionToken: i.SessionToken}
	return n.keepRemote(remote)
}
