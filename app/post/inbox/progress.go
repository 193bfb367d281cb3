package inbox

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/emersion/go-imap/v2"

	"example.org/carnet/store/durable"
)

const (
	progressFile  = "inbox.json"
	progressLimit = 64 << 10
)

// progress is up to where a mailbox was read. Losing it does no harm: mails are known by their ids.
type progress struct {
	path, key string
}

// reached is the UID of the last mail that was taken in, under the number by which the server says that UIDs still mean the same.
type reached struct {
	Validity uint32 `json:"validity"`
	UID      uint32 `json:"uid"`
}

func (i *Inbox) progressOf(m Mailbox) *progress {
	return &progress{filepath.Join(i.Home, progressFile), m.Key()}
}

func (p *progress) read() map[string]reached {
	all := map[string]reached{}
	raw, err := durable.Read(p.path, progressLimit)
	if err != nil || json.Unmarshal(raw, &all) != nil || all == nil {
		return map[string]reached{}
	}
	return all
}

func (p *progress) last(validity uint32) imap.UID {
	if at := p.read()[p.key]; at.Validity == validity {
		return imap.UID(at.UID)
	}
	return 0
}

func (p *progress) reached(validity uint32, uid imap.UID) error {
	all := p.read()
	all[p.key] = reached{validity, uint32(uid)}
	raw, err := json.Marshal(all)
	if err == nil {
		err = durable.Write(p.path, raw)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
