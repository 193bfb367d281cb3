package sync

import (
	"context"
	"maps"
	"slices"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
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
		err := e.verify(ctx, o.Key)
		if fault.CodeOf(err) == "unexpected" || strings.HasPrefix(fault.CodeOf(err), "bucket_") {
			return 0, nil, err
		}
		if err != nil {
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
	return fault.New("unknown_object", "key", key)
}

// verifyDelta checks all but the place in the chain, which is what the delta itself says.
func (e *Engine) verifyDelta(key string, data []byte) error {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return err
	}
	d, err := snapshot.Read(data)
	if err != nil {
		return err
	}
	s := e.State()
	if s == nil {
		return nil // who may write is not known here yet
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

// unlisted names the laptops whose newest delta here is not in the bucket any more.
func (e *Engine) unlisted(listed map[string]bool) []Refused {
	there := map[string]uint64{}
	for key := range listed {
		if name, err := snapshot.ParseName(key); err == nil {
			there[name.Device] = max(there[name.Device], name.Number)
		}
	}
	var missing []Refused
	for _, device := range slices.Sorted(maps.Keys(e.heads)) {
		if e.heads[device].Number > there[device] {
			missing = append(missing, Refused{Key: snapshot.Prefix + device, Reason: "object_missing"})
		}
	}
	return missing
}
