package desktop

import (
	"slices"

	"example.org/carnet/app"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

// written remembers an edit for undo and says what was done.
func (d *Desktop) written(refs []store.Ref, err error, id, key, name string) (Written, error) {
	if err != nil {
		return Written{}, err
	}
	if len(refs) == 0 {
		return Written{ID: id, Text: d.words().Say("written.nothing", nil)}, nil
	}
	d.remember(refs)
	return Written{ID: id, Text: d.words().Say(key, map[string]string{"name": name})}, nil
}

// writtenFields says the field and its new value when one was written, and how many otherwise.
func (d *Desktop) writtenFields(c *app.Carnet, refs []store.Ref, err error, id, name string) (Written, error) {
	w, err := d.written(refs, err, id, "written.record", name)
	if err != nil || len(refs) != 1 {
		return w, err
	}
	if h, ok := d.changeOf(c, refs[0]); ok {
		w.Text = d.sayField("written.field", h, name, h.To)
	}
	return w, nil
}

// sayField fills the sentence for a field that has a value now, or of its kin .empty.
func (d *Desktop) sayField(key string, h people.Past, name string, value any) string {
	c, err := d.open()
	if err != nil {
		return ""
	}
	text := d.valueText(c, h.Kind, h.Field, value)
	if text == "" {
		key += ".empty"
	}
	return d.words().Say(key, map[string]string{"field": d.fieldName(h.Field), "name": name, "value": text})
}

// changeOf finds one change in the history of its record.
func (d *Desktop) changeOf(c *app.Carnet, ref store.Ref) (people.Past, bool) {
	past, err := c.People.History(ref.Kind, ref.Record)
	if err != nil {
		return people.Past{}, false
	}
	at := slices.IndexFunc(past, func(h people.Past) bool { return h.Change == ref.Change })
	if at < 0 {
		return people.Past{}, false
	}
	return past[at], true
}

// sayUndone names what was taken back: the field and the value of a single change, the record of several,
// and of several records how many.
func (d *Desktop) sayUndone(c *app.Carnet, refs []store.Ref) string {
	records := map[string]bool{}
	for _, ref := range refs {
		records[ref.Record] = true
	}
	first := refs[0]
	name := d.nameThenOrNow(c, first.Kind, first.Record)
	if len(records) > 1 {
		return d.words().Count("undo.many", len(records), nil)
	}
	h, known := d.changeOf(c, first)
	switch {
	case len(refs) == 1 && known && d.inConflict(c, h):
		return d.sayConflict(h, name)
	case len(refs) == 1 && known && h.Field == "~":
		return d.words().Say("undo.back", map[string]string{"record": name})
	case len(refs) == 1 && known:
		return d.sayField("undo.field", h, name, h.From)
	case d.gone(c, first):
		key := "undo.gone"
		if first.Kind == store.KindConsent { // it goes by its member's name, who is still there
			key = "undo.gone.consent"
		}
		return d.words().Say(key, map[string]string{"record": name})
	}
	return d.words().Say("undo.done", map[string]string{"record": name})
}

// inConflict tells whether the field of a change waits for a choice now.
func (d *Desktop) inConflict(c *app.Carnet, h people.Past) bool {
	all, err := c.Store.Conflicts()
	return err == nil && slices.ContainsFunc(all, func(o store.Conflict) bool { return o.Record == h.Record && o.Field == h.Field })
}

func (d *Desktop) sayConflict(h people.Past, name string) string {
	if h.Field == "~" {
		return d.words().Say("undo.conflict.deleted", map[string]string{"name": name})
	}
	return d.words().Say("undo.conflict", map[string]string{"field": d.fieldName(h.Field), "name": name})
}

// gone tells whether a record is not there any more.
func (d *Desktop) gone(c *app.Carnet, ref store.Ref) bool {
	return d.recordName(c, ref.Kind, ref.Record) == ref.Record
}

// nameThenOrNow is a record's name, or the last one it had.
func (d *Desktop) nameThenOrNow(c *app.Carnet, kind store.Kind, id string) string {
	if name := d.recordName(c, kind, id); name != id {
		return name
	}
	past, err := c.People.History(kind, id)
	if err != nil {
		return id
	}
	last := map[string]string{} // the last value of each field
	for _, h := range past {
		for _, value := range []any{h.To, h.From} {
			if text, ok := value.(string); ok && text != "" && last[h.Field] == "" {
				last[h.Field] = text
			}
		}
	}
	if kind == store.KindConsent && last["member"] != "" {
		return d.nameThenOrNow(c, store.KindMember, last["member"])
	}
	for _, name := range []string{memberName(store.Member{Given: last["given"], Family: last["family"]}),
		pick(d.words().Lang(), last["name"], last["name_fr"]), pick(d.words().Lang(), last["title"], last["title_fr"])} {
		if name != "" {
			return name
		}
	}
	return id
}
