package sync

import (
	"context"
	"maps"
	"slices"
	"strings"

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
	for _, o := range page.Objects {
		switch err := e.verify(ctx, o.Key); {
		case err == nil:
		case fault.Is(err, "unexpected"), strings.HasPrefix(fault.CodeOf(err), "bucket_"):
			return 0, nil, err
		default:
			problems = append(problems, Refused{Key: o.Key, Reason: fault.CodeOf(err)})
		}
	}
	listed := map[string]bool{}
	for _, o := range page.Objects {
		listed[o.Key] = true
	}
	return len(page.Objects), append(problems, e.unlisted(listed)...), nil
}

// verify judges one object by itself, whatever was decided about it before.
func (e *Engine) verify(ctx context.Context, key string) error {
	data, err := e.Bucket.Get(ctx, key, snapshot.MaxObject)
	if err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(key, roster.Prefix):
		_, err = e.member.Cover.Open(key, data)
		return err
	case strings.HasPrefix(key, snapshot.Prefix):
		return e.verifyDelta(key, data)
	case strings.HasPrefix(key, invitation.Prefix):
		return e.verifyRequest(key, data)
	}
	return fault.New("object_foreign", "key", key)
}

// verifyDelta checks all but the place in the chain, which is what the delta itself says.
func (e *Engine) verifyDelta(key string, data []byte) error {
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
	if _, err = snapshot.Open(name, data, snapshot.Expect{Network: s.Network, SignKey: (&round{Engine: e}).signKey,
		Link: func(string) snapshot.Link {
			return snapshot.Link{Number: d.Number - 1, Hash: d.Previous, Incarnation: d.Incarnation}
		}}); err != nil {
		return err
	}
	if l, _ := s.Laptop(name.Device); l.Revoked && name.Number > l.Last {
		return fault.New("delta_after_revocation", "device", l.Device)
	}
	return nil
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
			if before && !now {
				missing = append(missing, Refused{Key: snapshot.Pattern(device, number), Reason: "object_missing"})
			}
			before = now
		}
	}
	return append(missing, e.unlistedPages(listed)...)
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
