package privacy

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"time"

	"example.org/carnet/app/locale"
	"example.org/carnet/app/people"
	"example.org/carnet/app/post"
	"example.org/carnet/store"
	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

// document is a dossier for machines. Its names never change their meaning.
type document struct {
	Made       string            `json:"made"`
	Member     map[string]any    `json:"member"`
	Merged     []map[string]any  `json:"merged"`
	Consents   []consentDocument `json:"consents"`
	Requests   []asked           `json:"requests"`
	Registered []registered      `json:"registrations"`
	Mails      []mailed          `json:"mails"`
	Incoming   []received        `json:"incoming"`
	Attendance []attended        `json:"attendance"`
	Noticed    []noticed         `json:"settled_notes"`
	History    []changed         `json:"history"`
	Elsewhere  string            `json:"kept_elsewhere_by"` // an office whose details this laptop does not read
}

type consentDocument struct {
	ID        string `json:"id"`
	Basis     string `json:"basis"`
	Source    string `json:"source"`
	Date      string `json:"date"`
	Withdrawn string `json:"withdrawn"`
}

type asked struct {
	ID       string `json:"id"`
	For      string `json:"for"`
	Status   string `json:"status"`
	At       string `json:"at"`
	Source   string `json:"source"`
	Given    string `json:"given"`
	Family   string `json:"family"`
	Email    string `json:"email"`
	Phone    string `json:"phone"`
	Role     string `json:"role"`
	Title    string `json:"title"`
	Town     string `json:"town"`
	Language string `json:"language"`
	Text     string `json:"text"`
}

type registered struct {
	ID     string `json:"id"`
	For    string `json:"for"`
	Status string `json:"status"`
	Reason string `json:"reason"`
	At     string `json:"at"`
	Source string `json:"source"`
	Answer string `json:"answer"`
	Said   string `json:"said"`
}

type mailed struct {
	ID       string   `json:"id"`
	Sort     string   `json:"sort"`
	For      string   `json:"for"`
	At       string   `json:"at"`
	To       string   `json:"to"`
	Name     string   `json:"name"`
	Language string   `json:"language"`
	Subject  string   `json:"subject"` // with placeholders
	State    string   `json:"state"`
	Events   []string `json:"events"`
}

type received struct {
	ID      string `json:"id"`
	Sort    string `json:"sort"`
	At      string `json:"at"`
	From    string `json:"from"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	What    string `json:"what"`
}

type attended struct {
	Meeting string `json:"meeting"`
	Title   string `json:"title"`
	Start   string `json:"start"`
	FirstIn string `json:"first_in"`
	LastOut string `json:"last_out"`
	Minutes int    `json:"minutes"`
}

// noticed is what somebody made of a note on the person's attendance.
type noticed struct {
	ID      string `json:"id"`
	Meeting string `json:"meeting"`
	Code    string `json:"code"`
	Subject string `json:"subject"`
	As      string `json:"as"` // seen, right, wrong; empty when it was opened again
	At      string `json:"at"`
	By      string `json:"by"`
}

type changed struct {
	Record      string `json:"record"`
	Field       string `json:"field"`
	From        any    `json:"from"`
	To          any    `json:"to"`
	At          string `json:"at"`
	Device      string `json:"device"`
	Coordinator string `json:"coordinator"`
	Office      string `json:"office"`
}

func documentOf(d Deps, found Dossier) document {
	doc := document{Made: stamp(d.Now()), Member: memberOf(&found.Member), Merged: []map[string]any{}, Consents: []consentDocument{},
		Requests: []asked{}, Registered: []registered{}, Mails: []mailed{}, Incoming: []received{}, Attendance: []attended{}, Noticed: []noticed{}, History: []changed{}, Elsewhere: found.Elsewhere}
	for i := range found.Merged {
		doc.Merged = append(doc.Merged, memberOf(&found.Merged[i]))
	}
	for _, c := range found.Consents {
		doc.Consents = append(doc.Consents, consentDocument{c.ID, c.Basis, c.Source, c.Date, c.Withdrawn})
	}
	doc.addDealings(found.Dealings)
	for _, a := range found.Attended {
		doc.Attendance = append(doc.Attendance, attended{a.Meeting.ID, a.Meeting.Title, stamp(a.Meeting.Start), stamp(a.Presence.FirstIn),
			stamp(a.Presence.LastOut), a.Minutes})
	}
	for _, h := range found.Past {
		doc.History = append(doc.History, changed{h.Record, h.Field, h.From, h.To, stamp(h.At), h.Device, h.Coordinator, h.Office})
	}
	return doc
}

func (doc *document) addDealings(found Dealings) {
	for _, q := range found.Requests {
		doc.Requests = append(doc.Requests, asked{q.ID, q.For, q.Status, q.At, q.Source, q.Given, q.Family, q.Email, q.Phone, q.Role, q.Title, q.Town, q.Language, q.Text})
	}
	for _, g := range found.Registrations {
		doc.Registered = append(doc.Registered, registered{g.ID, g.For, g.Status, g.Reason, g.At, g.Source, g.Answer, g.Said})
	}
	for _, m := range found.Mails {
		doc.Mails = append(doc.Mails, mailed{m.ID, m.Of.Sort, m.Of.For, m.Of.At, m.To, m.Name, m.Language, m.subject(), post.FateOf(m.Events).State, append([]string{}, m.Events...)})
	}
	for _, in := range found.Incoming {
		doc.Incoming = append(doc.Incoming, received{in.ID, in.Sort, in.At, in.From, in.Subject, in.Text, in.What})
	}
	for _, n := range found.Noticed {
		doc.Noticed = append(doc.Noticed, noticed{n.ID, n.Meeting, n.Code, n.Subject, n.As, n.At, n.Who})
	}
}

func memberOf(m *store.Member) map[string]any {
	doc := map[string]any{"id": m.ID, "chapters": append([]string{}, m.Chapters...), "merged": append([]string{}, m.Merged...), "aliases": append([]string{}, m.Aliases...), "merged_into": m.MergedInto, "walk_in": m.WalkIn}
	for field, text := range people.MemberTexts(m) {
		doc[field] = text
	}
	return doc
}

// stamp writes a moment; empty for none.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// Write puts a dossier into a zip file: access.txt for people, in their language, and access.json for machines.
// Faults: file_unwritable, disk_full, read_only.
func Write(d Deps, found Dossier, words *locale.Words, path string) error {
	var content bytes.Buffer
	z := zip.NewWriter(&content)
	machine, err := json.MarshalIndent(documentOf(d, found), "", "  ")
	if err != nil {
		return err
	}
	for name, body := range map[string][]byte{"access.txt": []byte("\ufeff" + PageOf(d, found, words).Text(words)), "access.json": machine} {
		entry, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.Now()})
		if err != nil {
			return err
		}
		if _, err := entry.Write(body); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	if err := durable.Write(path, content.Bytes()); durable.Refused(err) {
		return err
	} else if err != nil {
		return fault.New("file_unwritable", "file", path).Because(err)
	}
	return nil
}
