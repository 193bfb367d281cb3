package sync

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"maps"
	"slices"
	"strings"
	"sync"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Check reads and verifies every object of the bucket, and changes nothing. It gives how many there
// are, and what is wrong with which, in the order of their keys. Faults: those of the bucket.
func (e *Engine) Check(ctx context.Context) (objects int, problems []Refused, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.Bucket == nil {
		return 0, nil, fault.New("no_remote")
	}
	page, err := e.Bucket.List(ctx, "", "")
	if err != nil {
		return 0, nil, err
	}
	alarm := &round{Engine: e, ctx: ctx}
	if err := alarm.diverged(); err != nil {
		return 0, nil, err
	}
	var replay *replay
	if len(alarm.report.Diverged) > 0 {
		replay = newReplay()
	}
	verdicts, parts := make([]error, len(page.Objects)), &partsNamed{}
	var wait sync.WaitGroup
	slots := make(chan struct{}, inFlight)
	for i, o := range page.Objects {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			verdicts[i] = e.verify(ctx, o.Key, replay, parts)
		})
	}
	wait.Wait()
	for i, o := range page.Objects {
		switch err := verdicts[i]; {
		case err == nil:
		case fault.Is(err, "unexpected"), strings.HasPrefix(fault.CodeOf(err), "bucket_"):
			return 0, nil, err
		default:
			problems = append(problems, Refused{Key: o.Key, Reason: fault.CodeOf(err)})
		}
	}
	differ, err := e.differing(ctx, alarm.report.Diverged, replay)
	if err != nil {
		return 0, nil, err
	}
	listed := map[string]bool{}
	for _, o := range page.Objects {
		listed[o.Key] = true
	}
	return len(page.Objects), slices.Concat(problems, e.unlisted(listed), e.hiddenPages(), parts.unlisted(listed), differ), nil
}

// partsNamed gathers what manifests that were verified say must be there.
type partsNamed struct {
	sync.Mutex
	keys []string
}

func (p *partsNamed) add(m *snapshot.Manifest) {
	p.Lock()
	defer p.Unlock()
	for i := range m.Parts {
		p.keys = append(p.keys, m.PartKey(i))
	}
}

func (p *partsNamed) unlisted(listed map[string]bool) (missing []Refused) {
	slices.Sort(p.keys)
	for _, key := range slices.Compact(p.keys) {
		if !listed[key] {
			missing = append(missing, Refused{Key: key, Reason: "object_missing"})
		}
	}
	return missing
}

// verify judges one object by itself, whatever was decided about it before.
func (e *Engine) verify(ctx context.Context, key string, replay *replay, parts *partsNamed) error {
	data, err := e.Bucket.Get(ctx, key, snapshot.MaxObject)
	if err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(key, roster.Prefix):
		_, err = e.member.Cover.Open(key, data)
		return err
	case strings.HasPrefix(key, snapshot.Prefix):
		return e.verifyDelta(key, data, replay)
	case strings.HasPrefix(key, invitation.Prefix):
		return e.verifyRequest(key, data)
	case isOfFulls(key):
		return e.verifyFull(key, data, parts)
	case strings.HasPrefix(key, snapshot.ClaimPrefix):
		return e.verifyClaim(key, data)
	case roster.IsRecoveryKey(key):
		return e.verifySafeguard(key, data)
	}
	return fault.New("object_foreign", "key", key)
}

// verifyDelta checks all but the place in the chain, which is what the delta itself says.
func (e *Engine) verifyDelta(key string, data []byte, replay *replay) error {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return err
	}
	s := e.State()
	if s == nil {
		_, err := snapshot.Read("", name, data)
		return err // who may write is not known here yet
	}
	d, err := snapshot.Read(s.Network, name, data)
	if err != nil {
		return err
	}
	if _, err = snapshot.Open(name, data, snapshot.Expect{Network: s.Network, SignKey: func(device string) (ed25519.PublicKey, bool) { return s.SignKey(device, name.Number) },
		Link: func(string) snapshot.Link {
			return snapshot.Link{Number: d.Number - 1, Hash: d.Previous, Incarnation: d.Incarnation}
		}}); err != nil {
		return err
	}
	if l, _ := s.Laptop(name.Device); l.Revoked && name.Number > l.Last {
		return fault.New("delta_after_revocation", "device", l.Device)
	}
	return e.verifyContent(name, d, replay)
}

// verifyContent opens what this laptop can open, and holds each section against its sum.
func (e *Engine) verifyContent(name snapshot.Name, d *snapshot.Delta, replay *replay) error {
	content, err := d.Contents(e.ring.Find)
	if err != nil {
		return err
	}
	s := &step{round: &round{Engine: e}}
	scopes := map[string]bool{}
	for i := range content.Parts {
		p := &content.Parts[i]
		if wrong := s.enter(p, scopes, d); wrong != nil || !p.Open {
			p.Edits = nil
			err = cmp.Or(err, wrong)
		}
	}
	if replay != nil {
		replay.add(e, name, d, &content)
	}
	return err
}

func (e *Engine) verifyRequest(key string, data []byte) error {
	s := e.State()
	if s == nil {
		return nil
	}
	id, _ := invitation.InvitationOf(key)
	seat, known := s.Seat(id)
	if !known {
		return fault.New("invitation_unknown")
	}
	_, err := invitation.Verify(key, data, s.Network, seat.Proof)
	return err
}

// unlisted names what must be in the bucket, by what was seen of it, and is not there any more: of
// each laptop's deltas the first of every run of missing ones, and pages of the roster.
func (e *Engine) unlisted(listed map[string]bool) []Refused {
	there := map[string]map[uint64]bool{}
	for key := range listed {
		name, err := snapshot.ParseName(key)
		if err != nil || !e.knows(name) {
			continue // whoever keeps the bucket may write any number into a name
		}
		if there[name.Device] == nil {
			there[name.Device] = map[uint64]bool{}
		}
		there[name.Device][name.Number] = true
	}
	var missing []Refused
	for _, device := range slices.Sorted(maps.Keys(e.heads)) {
		before := true
		for number := uint64(1); number <= e.heads[device].Number; number++ {
			now := there[device][number]
			if before && !now && !e.covered(device, number) && !e.isOld(device, number) {
				missing = append(missing, Refused{Key: snapshot.Pattern(device, number), Reason: "object_missing"})
			}
			before = now
		}
	}
	return append(missing, e.unlistedPages(listed)...)
}

// hiddenPages names statements that others went by and that are not here.
func (e *Engine) hiddenPages() (list []Refused) {
	for _, p := range e.missingPages() {
		list = append(list, Refused{Key: p.Key, Reason: p.Reason})
	}
	return list
}

// unlistedPages leaves out pages that are still to be sent.
func (e *Engine) unlistedPages(listed map[string]bool) []Refused {
	if e.roster == nil {
		return nil
	}
	var missing []Refused
	for _, statement := range e.roster.All() {
		key, _, err := e.member.Cover.Object(statement)
		if err == nil && !listed[key] && !slices.Contains(e.unsent, signed.HashOf(statement)) {
			missing = append(missing, Refused{Key: key, Reason: "object_missing"})
		}
	}
	return missing
}
