package store

import "example.org/carnet/store/directory"

// Directory gives lists and searches of members and communities, from memory. While it is still
// being read after Open (ready is false), FirstMembers answers from the disk.
func (s *Store) Directory() (d *directory.Directory, ready bool) { panic("skeleton") }

// WaitDirectory returns when the directory is complete.
func (s *Store) WaitDirectory() *directory.Directory { panic("skeleton") }

// FirstMembers reads the first cards in the language's order from the index on disk.
func (s *Store) FirstMembers(lang string, limit int) ([]directory.Card, error) { panic("skeleton") }
