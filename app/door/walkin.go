package door

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// WalkIn is a person who stands at the door and is not on the list.
type WalkIn struct {
	Meeting       string // whole id
	Given, Family string
	Community     string // id of a community, or its name
	Role          string
	Email         string
	At            time.Time
	Station       string
	Nonce         string // the same again is the same person and scan
}

// WalkIn writes the person down and lets them in, in one step. Somebody of that name and community who is
// known already is let in instead, so that two doors do not make two of one person.
func (d *Door) WalkIn(w WalkIn) (n Noted, known bool, err error) {
	if err := d.checkWalkIn(&w); err != nil {
		return Noted{}, false, err
	}
	pass := Pass{Meeting: w.Meeting, Kind: attendance.In, At: w.At, Station: w.Station, Nonce: w.Nonce}
	if pass.Nonce == "" {
		pass.Nonce = store.NewID(store.KindScan)
	}
	member, err := d.walkedIn(w)
	if err != nil {
		return Noted{}, false, err
	}
	if id := d.sameName(w, member); id != "" {
		pass.Member = id
		n, err := d.Scan(pass)
		return n, true, err
	}
	n, err = d.noteWith(member, pass)
	if fault.Is(err, "record_erased") { // somebody of this name asked to be forgotten, and comes all the same
		member.ID = store.DerivedID(store.KindMember, strings.Join([]string{"walk-in", w.Meeting, pass.Nonce}, "\x00"))
		n, err = d.noteWith(member, pass)
	}
	return n, false, err
}

// noteWith writes a new member and their arrival in one edit.
func (d *Door) noteWith(member store.Member, pass Pass) (Noted, error) {
	tally, err := d.Tally(pass.Meeting)
	if err != nil {
		return Noted{}, err
	}
	pass.Member = member.ID
	return d.note(tally, d.fact(pass), func(tx *store.Tx) error {
		_, err := tx.Put(member)
		return err
	})
}

func (d *Door) checkWalkIn(w *WalkIn) error {
	// Who may note scans may write down whom they let in; the roster judges the rest.
	if err := d.May(store.KindScan); err != nil {
		return err
	}
	for _, text := range []*string{&w.Given, &w.Family, &w.Community, &w.Role, &w.Email, &w.Station, &w.Nonce} {
		*text = strings.TrimSpace(*text)
		if len(*text) > wordLimit || !utf8.ValidString(*text) {
			return fault.New("bad_field", "field", "name")
		}
	}
	if w.Given == "" && w.Family == "" {
		return fault.New("name_missing")
	}
	if roles := []string{"", "elected", "staff", "indigenous-staff", "partner"}; !slices.Contains(roles, w.Role) {
		return fault.New("bad_choice", "field", "role", "value", w.Role, "choices", strings.Join(roles[1:], ", "))
	}
	if w.Email != "" && !looksLikeEmail(w.Email) {
		return fault.New("bad_email", "value", w.Email)
	}
	return nil
}

// looksLikeEmail asks only for what every address has; the door is no place for more.
func looksLikeEmail(text string) bool {
	local, domain, ok := strings.Cut(text, "@")
	return ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(text, " \t,;<>")
}

// walkedIn is the new member. A community that is not on the list stays readable in the notes. The id follows from forum, name and
// community alone, so that two doors that do not hear of each other write down one person, not two.
func (d *Door) walkedIn(w WalkIn) (m store.Member, err error) {
	meeting, err := d.Meetings.Get(w.Meeting)
	if err != nil {
		return m, err
	}
	m = store.Member{Given: w.Given, Family: w.Family, Email: w.Email, Role: w.Role, Office: d.Office(), WalkIn: w.Meeting}
	m.Community, err = d.community(w.Community)
	place := m.Community
	if place == "" {
		m.Notes, place = w.Community, letters(w.Community)
	}
	m.ID = store.DerivedID(store.KindMember, strings.Join([]string{"walk-in", badgeMeeting(meeting), letters(w.Given + " " + w.Family), place}, "\x00"))
	return m, err
}

// community gives the id of the one community with this id or name; empty when there is none or several of
// the name. Faults for an id: unknown_id, ambiguous_id.
func (d *Door) community(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if strings.HasPrefix(text, "com_") {
		return d.Store.Resolve(store.KindCommunity, text)
	}
	wanted := letters(text)
	var found []string
	places, _ := d.Store.WaitDirectory().Places(directory.Query{Text: strings.Join(strings.FieldsFunc(text, notLetter), " "), Limit: 20})
	for _, p := range places {
		if letters(p.Name) == wanted || letters(p.NameFR) == wanted {
			found = append(found, p.ID)
		}
	}
	if len(found) != 1 {
		return "", nil
	}
	return found[0], nil
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// letters folds a name and drops hyphens and dashes, which nobody types at a door as they are written.
func letters(name string) string {
	return strings.Join(strings.FieldsFunc(directory.Fold(name), notLetter), " ")
}

// sameName finds the one member with this name in this community. Without a community on the list, only a person who walked in at
// this very forum counts, and was said to be from the same place.
func (d *Door) sameName(w WalkIn, m store.Member) string {
	if known, err := store.Get[store.Member](d.Store, m.ID); err == nil {
		return d.Person(known.ID)
	}
	list := d.Store.WaitDirectory()
	if m.Community != "" {
		if ids := list.ByName(w.Given, w.Family, m.Community); len(ids) == 1 {
			return d.Person(ids[0])
		}
	}
	for _, id := range list.ByName(w.Given, w.Family, "") {
		known, err := store.Get[store.Member](d.Store, id)
		if err == nil && known.WalkIn == w.Meeting && known.Community == m.Community && letters(known.Notes) == letters(m.Notes) {
			return d.Person(id)
		}
	}
	return ""
}
