package store

import (
	"bytes"
	"crypto/sha256"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/fault"
)

// scopeKeys are the keys with which the leaves of offices' changes are made. The map never changes: with gives another.
type scopeKeys map[string][32]byte

type scopeKey struct {
	scope string
	key   [32]byte
}

func (k scopeKeys) with(one scopeKey) scopeKeys {
	next := maps.Clone(k)
	if next == nil {
		next = scopeKeys{}
	}
	next[one.scope] = one.key
	return next
}

// leaf is a change's part of the digest: the hash of its canonical encoding, after its scope's key unless it is for all, so
// that a sum tells nothing to whoever lacks the key. Where the key is not here it is taken for zeros, and keyed is false.
func (k scopeKeys) leaf(c *Change, scratch []byte) (hash [sha256.Size]byte, keyed bool) {
	if c.Scope == "" {
		return hashChange(c, scratch), true
	}
	key, keyed := k[c.Scope]
	return sha256.Sum256(appendChange(append(scratch[:0], key[:]...), c)), keyed
}

func loadScopeKeys(txn *badger.Txn) (keys scopeKeys, err error) {
	err = walk(txn, []byte{rowScope}, nil, true, func(k, v []byte) (bool, error) {
		if len(v) != 32 {
			return false, errWire
		}
		keys = keys.with(scopeKey{string(k[1:]), [32]byte(v)})
		return true, nil
	})
	return keys, err
}

// SetScopeKey makes the leaves of a scope's changes with this key, which is its blinding key and opens nothing. It is kept in
// the store; to say it again changes nothing. What was summed without it, or with another, is summed anew.
func (s *Store) SetScopeKey(scope string, key [32]byte) error {
	if scope == "" || len(scope) > maxName || strings.IndexByte(scope, 0) >= 0 || !utf8.ValidString(scope) {
		return fault.New("bad_change", "scope", scope, "what", "scope")
	}
	s.write.Lock()
	defer s.write.Unlock()
	if known, here := s.current().keys[scope]; here && known == key {
		return nil
	}
	_, err := s.applyFrame(&frame{keys: []scopeKey{{scope, key}}})
	return err
}

// HasScopeKey tells whether the key of a scope's leaves is here; the whole network needs none.
func (s *Store) HasScopeKey(scope string) bool {
	_, here := s.current().keys[scope]
	return here || scope == ""
}

// takeKey brings a scope's key into the batch, and sums anew what was summed otherwise.
func (b *batch) takeKey(one scopeKey) error {
	m := &b.meta
	before, known := m.keys[one.scope]
	if known && before == one.key {
		return nil
	}
	was, is := m.keys, m.keys.with(one)
	m.keys = is
	if !known && m.unkeyed[one.scope] == 0 {
		return nil
	}
	return eachOfScope(b.txn, one.scope, func(c *Change) {
		leaf, _ := is.leaf(c, b.hash[:0])
		b.rekeyed.add(leaf)
		leaf, _ = was.leaf(c, b.hash[:0])
		b.rekeyed.minus(sumOf(leaf))
	})
}

// eachOfScope walks all changes of one scope, live and past.
func eachOfScope(txn *badger.Txn, scope string, each func(*Change)) error {
	room := new(stateRoom)
	err := walk(txn, []byte{rowRecord}, nil, true, func(k, v []byte) (bool, error) {
		kind, id := splitRecordKey(k)
		st, err := room.read(kind, id, v)
		if err != nil {
			return false, err
		}
		for i := range st.fields {
			for j := range st.fields[i].live {
				if c := &st.fields[i].live[j]; c.Scope == scope {
					each(c)
				}
			}
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return walk(txn, []byte{rowPast}, nil, true, func(_, v []byte) (bool, error) {
		c, err := readChange(bytes.Clone(v))
		if err == nil && c.Scope == scope {
			each(&c)
		}
		return true, err
	})
}

// SumOf gives the sum of these edits' changes; false when the key of one of their scopes is not here.
func (s *Store) SumOf(edits []Edit) (total Sum, whole bool) {
	keys, whole := s.current().keys, true
	var all sum
	var scratch [512]byte
	for i := range edits {
		for j := range edits[i].Changes {
			leaf, keyed := keys.leaf(&edits[i].Changes[j], scratch[:0])
			all.add(leaf)
			whole = whole && keyed
		}
	}
	return Sum(all.bytes()), whole
}

// SetShareCard says whether the network shares the cards of members: names, role, community, chapters. If it does not, only which
// office a member belongs to, and that a member was deleted, is for all. It holds for what is written from now on.
func (s *Store) SetShareCard(share bool) error {
	s.write.Lock()
	defer s.write.Unlock()
	if s.current().hidesCard == !share {
		return nil
	}
	_, err := s.applyFrame(&frame{card: &share})
	return err
}

// SharesCard tells what SetShareCard said last; true when it never did.
func (s *Store) SharesCard() bool { return !s.current().hidesCard }

// IsPrivate tells whether changes of this field, or element of a set, are for the office of their member alone. A deletion of a
// member is always for all, who could not know of it otherwise.
func IsPrivate(kind Kind, field string, shareCard bool) bool {
	name, _, _ := strings.Cut(field, ":")
	switch s := schemas[kind]; {
	case s == nil:
		return false
	case kind == KindConsent:
		return true
	case kind == KindMember && !shareCard:
		return name != "office" && name != tombstone
	default:
		return s.private[name]
	}
}
