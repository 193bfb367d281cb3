package roster

import (
	"hash/maphash"
	"iter"
)

// table is a sorted map that never changes: set gives another one that shares all but a few nodes
// with it. Thousands of states, each one statement from the next, so cost little more than one.
// It is a treap whose priorities follow from the keys.
type table[T any] struct {
	root *node[T]
	size int
}

type node[T any] struct {
	key         string
	value       T
	priority    uint64
	left, right *node[T]
}

var seed = maphash.MakeSeed()

func (t table[T]) get(key string) (value T, known bool) {
	for n := t.root; n != nil; {
		switch {
		case key < n.key:
			n = n.left
		case key > n.key:
			n = n.right
		default:
			return n.value, true
		}
	}
	return value, false
}

func (t table[T]) has(key string) bool { _, known := t.get(key); return known }

func (t table[T]) set(key string, value T) table[T] {
	if !t.has(key) {
		t.size++
	}
	t.root = t.root.with(key, value)
	return t
}

func (n *node[T]) with(key string, value T) *node[T] {
	if n == nil {
		return &node[T]{key: key, value: value, priority: maphash.String(seed, key)}
	}
	c := *n
	switch {
	case key < n.key:
		c.left = n.left.with(key, value)
		if l := c.left; l.priority > c.priority { // fresh nodes both, so they may be turned in place
			c.left, l.right = l.right, &c
			return l
		}
	case key > n.key:
		c.right = n.right.with(key, value)
		if r := c.right; r.priority > c.priority {
			c.right, r.left = r.left, &c
			return r
		}
	default:
		c.value = value
	}
	return &c
}

// all gives the values in the order of their keys.
func (t table[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) { t.root.walk(yield) }
}

func (n *node[T]) walk(yield func(T) bool) bool {
	return n == nil || n.left.walk(yield) && yield(n.value) && n.right.walk(yield)
}

func (t table[T]) list() []T {
	list := make([]T, 0, t.size)
	for v := range t.all() {
		list = append(list, v)
	}
	return list
}
