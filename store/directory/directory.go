// Package directory is the in-memory copy of what coordinators search: one card a member, one
// line a community, with case and accents folded, in the collation of both languages.
// It may know of letters and order; it never reads a disk and never knows of changes or merges.
package directory

// Card is one row of the member list.
type Card struct {
	ID, Given, Family, Email, Phone, Title, Role, Language string
	CommunityID, Community, CommunityFR, Province          string
	Office, TermEnd                                        string
	Chapters                                               []string
}

// Place is one row of the community list.
type Place struct {
	ID, Name, NameFR, Kind, Province, Zone string
}

// Query asks for rows. Zero fields ask for nothing.
type Query struct {
	Text                                                       string // letters of name, e-mail or community; accents and case do not count
	Chapter, Community, Role, Province, Office, Language, Kind string
	TermEndsFrom, TermEndsBefore                               string // YYYY-MM-DD, from inclusive, before exclusive
	Lang                                                       string // en or fr: the order of names
	Offset, Limit                                              int    // Limit 0 means 50
}

// Directory answers lists and searches. All methods may be called from any goroutine.
type Directory struct { /* unexported */
}

// New gives an empty directory.
func New() *Directory { panic("skeleton") }

// PutMember adds or replaces a card; RemoveMember forgets it.
func (d *Directory) PutMember(c Card)       { panic("skeleton") }
func (d *Directory) RemoveMember(id string) { panic("skeleton") }
func (d *Directory) PutPlace(p Place)       { panic("skeleton") }
func (d *Directory) RemovePlace(id string)  { panic("skeleton") }

// Load replaces everything at once, for the start; much faster than one by one.
func (d *Directory) Load(cards []Card, places []Place) { panic("skeleton") }

// Members lists by family name, then given name, in the language's collation, or, with a text, those that match
// all of its words: start of family or given name first, then start of another word, then part of a word.
func (d *Directory) Members(q Query) (page []Card, total int) { panic("skeleton") }

// Places lists communities by name in the language, with the same rules.
func (d *Directory) Places(q Query) (page []Place, total int) { panic("skeleton") }

// ByEmail gives the ids of the members with this address, case folded. ByName gives those with this
// folded name and community; an empty community matches any.
func (d *Directory) ByEmail(email string) []string                   { panic("skeleton") }
func (d *Directory) ByName(given, family, community string) []string { panic("skeleton") }

// SortKey gives bytes that order names as Members does, for an index on disk. Lang is en or fr.
func SortKey(lang, family, given string) []byte { panic("skeleton") }

// Fold folds case and accents (NFKD, marks removed, simple case folding; œ and æ are spelled out).
func Fold(text string) string { panic("skeleton") }
