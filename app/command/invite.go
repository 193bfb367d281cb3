package command

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/network"
	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

type inviteCmd struct {
	Create inviteCreate `cmd:"" help:"invite_create"`
	Accept inviteAccept `cmd:"" help:"invite_accept"`
}

type inviteCreate struct {
	Office      string `required:"" help:"invite_office"`
	Coordinator string `required:"" help:"invite_coordinator"`
	Role        string `default:"coordinator" help:"invite_role" placeholder:"admin|coordinator|door|reader"`
	Expires     string `default:"7d" help:"invite_expires" placeholder:"7d"`
	Words       bool   `help:"invite_words"`
	Approve     bool   `help:"invite_approve"`
	Out         string `required:"" type:"path" help:"invite_out" placeholder:"FILE"`
}

type invitationDoc struct {
	ID          string  `json:"id"`
	Office      string  `json:"office"`
	OfficeName  string  `json:"office_name"`
	Coordinator string  `json:"coordinator"`
	Role        string  `json:"role"`
	Expires     *string `json:"expires"`
	File        string  `json:"file"`
	Words       string  `json:"words,omitempty"`
	Approve     bool    `json:"approve"`
}

func (c *inviteCreate) Run(r *run) error {
	valid, err := parseSpan(c.Expires)
	if err != nil {
		return err
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	file, err := newFile(c.Out) // first, so that no seat is kept for an invitation that cannot be written
	if err != nil {
		return err
	}
	invitation, err := carnet.Network.Invite(network.NewInvitation{
		Office: c.Office, Coordinator: c.Coordinator, Role: c.Role, Valid: valid, Words: c.Words, Approve: c.Approve,
	})
	if err != nil {
		return errors.Join(err, file.Close(), os.Remove(c.Out))
	}
	if err := writeNew(file, invitation.File); err != nil {
		return err
	}
	doc := invitationDoc{
		ID: invitation.ID, Office: invitation.Office, OfficeName: invitation.OfficeName, Coordinator: invitation.Coordinator,
		Role: invitation.Role, Expires: instant(invitation.Expires), File: c.Out, Words: invitation.Words, Approve: invitation.Approve,
	}
	return r.answer(doc, func() string {
		key := "cli.invite.created"
		if doc.Approve {
			key = "cli.invite.asks"
		}
		text := r.words.Say(key, map[string]string{"coordinator": doc.Coordinator, "file": c.Out, "expires": *doc.Expires})
		if doc.Words != "" {
			text += "\n" + r.words.Say("cli.invite.words", map[string]string{"words": doc.Words})
		}
		return text
	})
}

// newFile begins a file that will hold a secret, and never over another. Faults: file_exists,
// disk_full, read_only, file_not_written.
func newFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fault.New("file_exists", "file", path)
	}
	if err != nil {
		return nil, unwritten(path, err)
	}
	return file, nil
}

func unwritten(path string, err error) error {
	if durable.Refused(err) {
		return durable.Fault(path, err)
	}
	return fault.New("file_not_written", "file", path).Because(err)
}

func writeNew(file *os.File, body []byte) error {
	_, err := file.Write(body)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(file.Name()) // half an invitation is of no use
		return unwritten(file.Name(), err)
	}
	return nil
}

// parseSpan reads 7d, 36h or 90m.
func parseSpan(text string) (time.Duration, error) {
	days, inDays := strings.CutSuffix(text, "d")
	if n, err := strconv.Atoi(days); inDays && err == nil && n > 0 && n <= 366 {
		return time.Duration(n) * 24 * time.Hour, nil
	}
	if span, err := time.ParseDuration(text); err == nil && span > 0 && span <= 366*24*time.Hour {
		return span, nil
	}
	return 0, fault.New("bad_span", "value", text)
}

type inviteAccept struct {
	File  string `arg:"" type:"path" help:"invite_file"`
	Words string `help:"invite_words_given" placeholder:"\"…\""`
}

func (c *inviteAccept) Run(r *run) error {
	body, err := readSmall(c.File, network.MaxInvitation)
	if err != nil {
		return err
	}
	ticket, err := network.ReadInvitation(body, c.Words, r.now())
	if err != nil {
		return err
	}
	carnet, err := r.openBare(true)
	if err != nil {
		return err
	}
	about, err := carnet.Network.Accept(ticket)
	if err != nil {
		return err
	}
	doc := aboutOf(about)
	return r.answer(doc, func() string { return r.words.Say("cli.invite.accepted", doc.facts()) + r.fingerprint(doc.Fingerprint) })
}

// readSmall reads a file that somebody else may have made.
func readSmall(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fault.New("file_not_read", "file", path).Because(err)
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, fault.New("invitation_unreadable", "file", filepath.Base(path))
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New("file_not_read", "file", path).Because(err)
	}
	return body, nil
}
