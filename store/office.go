package store

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
)

// What a member's office alone may read is sealed for it, and the consents of a member with it. When a member goes to another
// office, each such value is cleared in the old office's scope and said again in the new one's. The new change replaces all that
// is known of the field's past, so that whoever reads any of these scopes sees at most one of them: a reader of the old one
// the clearing, a reader of the new one or of both the value.

// follow lets the details and consents of members whose office is written go along.
func (t *Tx) follow() error {
	for _, d := range slices.Clone(t.order) {
		if d.u.st.kind == KindMember && len(d.u.st.fields) > 0 && d.find("office") != nil { // somebody new has left nothing anywhere
			if err := t.carryMember(d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tx) carryMember(d *draft) error {
	ids, err := t.b.consentsOf(d.u.st.id)
	if err != nil {
		return err
	}
	d.carry = true
	for _, id := range ids {
		c, err := t.draft(KindConsent, id)
		if err != nil {
			return err
		}
		c.carry = true
	}
	return nil
}

// MoveDetails brings what stands in another office's scope, or in everybody's, to the office that the member belongs to now:
// for a laptop that can read it, after one that could not has changed the office. moved tells whether there was any.
// Faults unknown_id; details_elsewhere when the office's key is not here.
func (t *Tx) MoveDetails(member string) (moved bool, err error) {
	d, err := t.draft(KindMember, member)
	if err != nil {
		return false, err
	}
	if !d.exists() {
		return false, fault.New("unknown_id", "kind", string(KindMember), "id", member)
	}
	if err := t.carryMember(d); err != nil {
		return false, err
	}
	for _, d := range slices.Clone(t.order) {
		if !d.carry || d.u.st.kind == KindConsent && d.memberID() != member {
			continue
		}
		office, err := t.officeOf(d)
		if err != nil {
			return false, err
		}
		for i := range d.u.st.fields {
			f := &d.u.st.fields[i]
			moved = moved || len(f.elsewhere(t.b.scopeOf(d.u.st.kind, f.name, office))) > 0
		}
		if moved && t.b.shutTo(office) {
			return false, fault.New("details_elsewhere", "id", member, "office", office)
		}
	}
	return moved, nil
}

// consentsOf gives the consents of a member, in the view and in what is on its way there.
func (b *batch) consentsOf(member string) (ids []string, err error) {
	if member == "" || strings.IndexByte(member, 0) >= 0 {
		return nil, nil
	}
	prefix := under(rowLink, string(KindConsent), member)
	err = walk(b.txn, prefix, nil, false, func(k, _ []byte) (bool, error) {
		ids = append(ids, string(k[len(prefix):]))
		return true, nil
	})
	for at := b; at != nil; at = at.under {
		for id := range at.consents {
			if u := at.units[recordID{KindConsent, id}]; u != nil && u.st.text("member") == member {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// officeOf gives the scope of what is private in a record; "" where there is no office, or nothing private.
func (t *Tx) officeOf(d *draft) (office string, err error) {
	switch d.u.st.kind {
	case KindConsent:
		m, err := t.b.unit(KindMember, d.memberID())
		if err != nil {
			return "", err
		}
		if office = m.st.text("office"); t.drafts[recordID{KindMember, m.st.id}] != nil {
			office = textOf(t.drafts[recordID{KindMember, m.st.id}].value("office"))
		}
		return office, checkOffice(office)
	default:
		if schemas[d.u.st.kind] == nil || !schemas[d.u.st.kind].owned {
			return "", nil
		}
		office = textOf(d.value("office"))
		return office, checkOffice(office)
	}
}

// memberID gives the member that a consent is about, also where it was about one until now.
func (d *draft) memberID() string {
	if id := textOf(d.value("member")); id != "" {
		return id
	}
	return d.u.st.text("member")
}

func textOf(value cbor.RawMessage) string {
	if len(value) == 0 {
		return ""
	}
	return (&wireReader{b: value}).text(maxValue)
}

func checkOffice(office string) error {
	if len(office) > maxName || strings.IndexByte(office, 0) >= 0 || !utf8.ValidString(office) {
		return fault.New("bad_change", "field", "office", "what", "name")
	}
	return nil
}

// scopeOf gives for whom a field of a record is.
func (b *batch) scopeOf(kind Kind, path, office string) string {
	if office != "" && IsPrivate(kind, path, !b.meta.hidesCard) {
		return office
	}
	return ""
}

// shutTo tells whether this laptop could not seal anything for a scope. A store that was never given a key is asked nothing.
func (b *batch) shutTo(scope string) bool {
	_, here := b.meta.keys[scope]
	return scope != "" && !here && len(b.meta.keys) > 0
}

// elsewhere gives the scopes other than this one in which a value of the field stands.
func (f *field) elsewhere(scope string) (scopes []string) {
	if f == nil {
		return nil
	}
	for i := range f.live {
		if s := f.live[i].Scope; s != scope && !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return scopes
}
