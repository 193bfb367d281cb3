package directory

import (
	"cmp"
	"hash/maphash"
	"strings"
)

// roll is the table of members. What many members share is held once and numbered.
type roll struct {
	words   *lexicon
	names   *texts // family and given names
	domains *texts // of addresses
	nameKey keys
	towns   *towns
	roles, tongues, offices, titles, begins, terms,
	chapters, zones *pool

	searched           []searched // by slot, as are rows and own
	rows               []row
	own                []string // what is this member's alone, put together; row.cut parts it
	order              order
	local              []uint32 // words of the addresses' local parts, a run a member
	unused             int      // how many of local nobody uses any more
	ids, mails, people chain
}

// searched is what a keystroke reads of one member; numbers are those of the roll's tables. It
// is apart from the rest of the row because less memory to read is a faster keystroke.
type searched struct {
	family, given, domain, town uint32
	localAt, localLen           uint32
}

// row is the rest of what is kept of one member.
type row struct {
	role, tongue, office, title, begins, terms, chapters, zone uint32
	cut                                                        [4]uint32 // ends of id, given, family, email in own; the phone is the rest
}

func newRoll(size int) *roll {
	words := newLexicon(size / 2)
	return &roll{
		words: words, names: newTexts(words), domains: newTexts(words), towns: newTowns(words),
		roles: newPool(), tongues: newPool(), offices: newPool(), titles: newPool(), begins: newPool(), terms: newPool(), chapters: newPool(), zones: newPool(),
		searched: make([]searched, 0, size), rows: make([]row, 0, size), own: make([]string, 0, size),
		ids: newChain(size), mails: newChain(size), people: newChain(size),
	}
}

// slotOf finds a member by its id.
func (r *roll) slotOf(id string) (slot int32, known bool) {
	for slot := range r.ids.each(maphash.String(seed, id)) {
		if r.id(slot) == id {
			return slot, true
		}
	}
	return 0, false
}

func (r *roll) put(c Card) {
	found := searched{family: r.names.number(c.Family), given: r.names.number(c.Given), town: r.towns.number(c)}
	slot, known := r.slotOf(c.ID)
	if known {
		was := r.searched[slot]
		r.unlink(slot)
		if was.family != found.family || was.given != found.given {
			r.drop(slot)
			known = false
		}
	}
	if !known {
		slot = r.slot()
	}
	r.searched[slot] = r.address(found, c.Email)
	r.rows[slot] = r.rowOf(c)
	r.own[slot] = c.ID + c.Given + c.Family + c.Email + c.Phone
	r.link(slot, c)
}

func (r *roll) slot() int32 {
	slot, fresh := r.order.add()
	if fresh {
		r.searched = append(r.searched, searched{})
		r.rows = append(r.rows, row{})
		r.own = append(r.own, "")
	}
	return slot
}

func (r *roll) rowOf(c Card) row {
	made := row{
		role: r.roles.number(c.Role), tongue: r.tongues.number(c.Language), office: r.offices.number(c.Office),
		title: r.titles.number(c.Title), begins: r.begins.number(c.TermStart), terms: r.terms.number(c.TermEnd),
		chapters: r.chapters.number(strings.Join(c.Chapters, separator)), zone: r.zones.number(c.Zone),
	}
	end := 0
	for i, s := range [...]string{c.ID, c.Given, c.Family, c.Email} {
		end += len(s)
		made.cut[i] = uint32(end)
	}
	return made
}

// address notes the words of an e-mail address: the domain is shared, the local part is the member's own.
func (r *roll) address(found searched, email string) searched {
	local, domain, _ := strings.Cut(email, "@")
	found.domain = r.domains.number(domain)
	found.localAt = uint32(len(r.local))
	words, _ := cut(Fold(local))
	for _, w := range words {
		if n := r.words.number(w); !r.named(found, n) {
			r.local = append(r.local, n)
		}
	}
	found.localLen = uint32(len(r.local)) - found.localAt
	return found
}

func (r *roll) link(slot int32, c Card) {
	r.ids.add(maphash.String(seed, c.ID), slot)
	if c.Email != "" { // all who have none would be one long chain
		r.mails.add(mailHash(c.Email), slot)
	}
	r.people.add(r.nameHash(slot), slot)
}

func (r *roll) nameHash(slot int32) uint64 {
	w := r.searched[slot]
	return nameHash(r.names.plain[w.given], r.names.plain[w.family])
}

// named tells whether the member's name has the word already; finding it there is never worse.
func (r *roll) named(made searched, word uint32) bool {
	for _, name := range [...]uint32{made.family, made.given} {
		for _, n := range r.names.wordsOf(name) {
			if n == word {
				return true
			}
		}
	}
	return false
}

func (r *roll) unlink(slot int32) {
	c := r.card(slot)
	r.ids.remove(maphash.String(seed, c.ID), slot)
	if c.Email != "" {
		r.mails.remove(mailHash(c.Email), slot)
	}
	r.people.remove(r.nameHash(slot), slot)
	r.unused += int(r.searched[slot].localLen)
	r.searched[slot].localLen = 0
}

func (r *roll) remove(id string) {
	if slot, known := r.slotOf(id); known {
		r.unlink(slot)
		r.drop(slot)
	}
}

func (r *roll) drop(slot int32) {
	r.order.drop(slot)
	r.own[slot] = ""
}

func (r *roll) rename(p Place) { r.towns.rename(p) }

// card puts a row together again.
func (r *roll) card(slot int32) Card {
	w, own := r.rows[slot], r.own[slot]
	t := r.towns.list[r.searched[slot].town]
	c := Card{
		ID: own[:w.cut[0]], Given: own[w.cut[0]:w.cut[1]], Family: own[w.cut[1]:w.cut[2]],
		Email: own[w.cut[2]:w.cut[3]], Phone: own[w.cut[3]:],
		Title: r.titles.values[w.title], Role: r.roles.values[w.role], Language: r.tongues.values[w.tongue],
		CommunityID: t.id, Community: t.name, CommunityFR: t.nameFR, Province: t.province, Kind: t.kind, Country: t.country,
		Office: r.offices.values[w.office], TermStart: r.begins.values[w.begins], TermEnd: r.terms.values[w.terms],
		Zone: r.zones.values[w.zone],
	}
	if set := r.chapters.values[w.chapters]; set != "" {
		c.Chapters = strings.Split(set, separator)
	}
	return c
}

func (r *roll) id(slot int32) string { return r.own[slot][:r.rows[slot].cut[0]] }

// settle sorts in what is new, and gives back the room of old addresses when they are the most.
func (r *roll) settle() {
	if r.order.settled() {
		return
	}
	r.nameKey.extend(r.names.written)
	r.order.settle(r)
	if r.unused > len(r.local)/2 {
		r.pack()
	}
}

func (r *roll) pack() {
	packed := make([]uint32, 0, len(r.local)-r.unused)
	for slot := range r.searched {
		w := &r.searched[slot]
		at := uint32(len(packed))
		packed = append(packed, r.local[w.localAt:w.localAt+w.localLen]...)
		w.localAt = at
	}
	r.local, r.unused = packed, 0
}

// sortPair gives the two names by which a row stands in order.
func (w searched) sortPair() (first, second uint32) {
	if w.family == 0 {
		return w.given, 0
	}
	return w.family, w.given
}

func (r *roll) compare(lang int, a, b int32) int {
	made := r.nameKey[lang]
	a1, a2 := r.searched[a].sortPair()
	b1, b2 := r.searched[b].sortPair()
	return cmp.Or(compareKeys(made, a1, b1), compareKeys(made, a2, b2), strings.Compare(r.id(a), r.id(b)))
}

func (r *roll) rank(lang int) func(slot int32) uint64 {
	rank := ranks(r.nameKey[lang])
	return func(slot int32) uint64 {
		first, second := r.searched[slot].sortPair()
		return uint64(rank[first])<<32 | uint64(rank[second])
	}
}
