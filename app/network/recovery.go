package network

import (
	"context"

	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
)

// NewRecovery makes new words for the paper and gives them, once; those before are worth nothing from
// then on. With the words before, anyone may, and they are shut out wherever else they were used: that is
// for a paper that was stolen. Without, an admin. Faults: role_forbids, laptop_pending,
// recovery_bad_words, recovery_wrong.
func (n *Network) NewRecovery(before string) (words string, err error) {
	engine, stolen, err := n.recoverer(before)
	if err != nil {
		return "", err
	}
	fresh, err := engine.NewRecovery(stolen)
	if err != nil {
		return "", err
	}
	n.changed()
	return fresh.Words(), nil
}

// recoverer gives the engine to an admin, or to whoever has the words.
func (n *Network) recoverer(before string) (*carnetsync.Engine, *roster.Recovery, error) {
	if before == "" {
		engine, err := n.administrator()
		return engine, nil, err
	}
	words, err := roster.ParseRecoveryWords(before)
	if err != nil {
		return nil, nil, err
	}
	engine, err := n.exchange()
	if err == nil {
		err = standsIn(engine)
	}
	return engine, &words, err
}

// Recover makes this laptop an administrator's with the words on paper, and revokes those that were lost
// (starts of their identifiers). Faults: recovery_bad_words, recovery_wrong, laptop_revoked,
// unknown_laptop, ambiguous_id.
func (n *Network) Recover(words string, lost []string) (About, error) {
	secret, err := roster.ParseRecoveryWords(words)
	if err != nil {
		return About{}, err
	}
	engine, err := n.exchange()
	if err != nil {
		return About{}, err
	}
	if engine.State() == nil {
		return About{}, fault.New("laptop_pending")
	}
	devices := make([]string, len(lost))
	for i, text := range lost {
		l, err := findLaptop(engine.State(), text)
		if err != nil {
			return About{}, err
		}
		devices[i] = l.Device
	}
	if err := engine.Recover(secret, devices); err != nil {
		return About{}, err
	}
	n.changed()
	return n.About()
}

// changed has the others told of what the roster says now.
func (n *Network) changed() {
	n.loop.edited()
	n.tell()
}

// Regaining is a network that words opened in a bucket.
type Regaining struct {
	Network string // its name
	remote  bucket.Remote
	found   *carnetsync.Beginning
}

// OpenRecovery looks for the network of these words in a bucket, before a home is made for it. Faults:
// recovery_bad_words, recovery_unknown, recovery_unreadable, recovery_newer, recovery_wrong,
// roster_missing and those of the bucket.
func OpenRecovery(ctx context.Context, remote bucket.Remote, words string) (Regaining, error) {
	secret, err := roster.ParseRecoveryWords(words)
	if err != nil {
		return Regaining{}, err
	}
	if remote.Kind == bucket.LAN {
		return Regaining{}, fault.New("recovery_not_lan")
	}
	b, err := bucket.Open(withEnvironment(remote).Remote)
	if err != nil {
		return Regaining{}, err
	}
	defer func() { _ = b.Close() }() // only idle connections
	found, err := carnetsync.OpenBeginning(ctx, b, secret)
	if err != nil {
		return Regaining{}, err
	}
	return Regaining{Network: found.Network(), remote: remote, found: found}, nil
}

// Regain takes up a network in this empty home as an administrator's laptop. The next round brings all
// that the bucket has; only then are lost laptops to be revoked, with Recover or Revoke, so that nothing
// of theirs is lost. Faults: network_exists, name_needed.
func (n *Network) Regain(r Regaining, coordinator string) (About, error) {
	if err := n.unattached(); err != nil {
		return About{}, err
	}
	coordinator, err := cleanName("coordinator", coordinator)
	if err != nil {
		return About{}, err
	}
	engine, err := carnetsync.Regain(n.options(), r.found, coordinator)
	if err != nil {
		return About{}, err
	}
	n.mu.Lock()
	n.engine = engine
	n.mu.Unlock()
	if err := n.keepRemote(r.remote); err != nil {
		return About{}, err
	}
	n.tell()
	return n.About()
}
