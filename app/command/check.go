package command

import (
	"strconv"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type checkCmd struct {
	Remote bool `help:"check_remote"`
	Forget bool `help:"check_forget"`
}

type problemDoc struct {
	Where string `json:"where"`
	What  string `json:"what"` // for whoever gives support: a code, or what was found
	Text  string `json:"text"`
}

type checkDoc struct {
	OK        bool         `json:"ok"`
	Records   int          `json:"records"`
	Changes   int          `json:"changes"`
	Objects   int          `json:"objects"`
	Problems  []problemDoc `json:"problems"`
	Forgotten []problemDoc `json:"forgotten,omitempty"`
	KeptIn    string       `json:"kept_in,omitempty"` // the text below the home that names what was forgotten
}

func (c *checkCmd) Run(r *run) error {
	carnet, err := r.openDamaged()
	if err != nil {
		return err
	}
	doc := checkDoc{}
	if c.Forget {
		if err := r.forget(carnet, &doc); err != nil {
			return err
		}
	}
	report, err := carnet.Network.Check(r.context(), c.Remote)
	if err != nil {
		return err
	}
	doc.Records, doc.Changes, doc.Objects, doc.Problems = report.Records, report.Changes, report.Objects, r.problems(report.Problems)
	doc.OK = len(doc.Problems) == 0
	if !doc.OK {
		r.attention()
	}
	return r.answer(doc, func() string { return r.checkText(&doc) })
}

// forget takes what was healed and named off the list. A home whose network lies under damaged/ keeps its list:
// without it, it would pass for a new one.
func (r *run) forget(carnet *app.Carnet, doc *checkDoc) error {
	if _, err := carnet.Network.About(); fault.Is(err, "home_damaged") {
		return err
	}
	forgotten, where, err := carnet.Store.Forget()
	if err != nil {
		return err
	}
	doc.Forgotten, doc.KeptIn = r.problems(forgotten), where
	return nil
}

func (r *run) problems(found []store.Problem) []problemDoc {
	docs := []problemDoc{}
	for _, p := range found {
		docs = append(docs, problemDoc{Where: p.Where, What: p.What, Text: r.problemText(p)})
	}
	return docs
}

func (r *run) checkText(doc *checkDoc) string {
	facts := map[string]string{"records": strconv.Itoa(doc.Records), "changes": strconv.Itoa(doc.Changes), "objects": strconv.Itoa(doc.Objects)}
	lines := []string{r.words.Say("cli.check.ok", facts)}
	if !doc.OK {
		lines[0] = r.words.Say("cli.check.problems", map[string]string{"n": strconv.Itoa(len(doc.Problems))})
	}
	for _, p := range doc.Problems {
		lines = append(lines, p.Where+"\n  "+p.Text)
	}
	if doc.KeptIn != "" {
		lines = append(lines, r.words.Say("cli.check.forgotten", map[string]string{"n": strconv.Itoa(len(doc.Forgotten)), "path": doc.KeptIn}))
	}
	return strings.Join(lines, "\n")
}

// problemText says what a problem means: an object of the bucket by the code of its fault, a file of
// the home by what it is for.
func (r *run) problemText(p store.Problem) string {
	if r.words.Has("error." + p.What) {
		return r.words.Error(fault.New(p.What, "key", p.Where)).Text
	}
	for _, part := range []string{"journal", "full", "view"} {
		if strings.HasPrefix(p.Where, part) {
			return r.words.Say("cli.check.damaged."+part, nil)
		}
	}
	return r.words.Say("cli.check.damaged.file", nil)
}
