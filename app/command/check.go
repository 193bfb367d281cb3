package command

import (
	"strconv"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type checkCmd struct {
	Remote bool `help:"${help_check_remote}"`
}

type problemDoc struct {
	Where string `json:"where"`
	What  string `json:"what"` // for whoever gives support: a code, or what was found
	Text  string `json:"text"`
}

type checkDoc struct {
	OK       bool         `json:"ok"`
	Records  int          `json:"records"`
	Changes  int          `json:"changes"`
	Objects  int          `json:"objects"`
	Problems []problemDoc `json:"problems"`
}

func (c *checkCmd) Run(r *run) error {
	carnet, err := r.openDamaged()
	if err != nil {
		return err
	}
	report, err := carnet.Network.Check(r.context(), c.Remote)
	if err != nil {
		return err
	}
	doc := checkDoc{Records: report.Records, Changes: report.Changes, Objects: report.Objects, Problems: []problemDoc{}}
	for _, p := range report.Problems {
		doc.Problems = append(doc.Problems, problemDoc{Where: p.Where, What: p.What, Text: r.problemText(p)})
	}
	doc.OK = len(doc.Problems) == 0
	if !doc.OK {
		r.attention()
	}
	return r.answer(doc, func() string {
		facts := map[string]string{"records": strconv.Itoa(doc.Records), "changes": strconv.Itoa(doc.Changes), "objects": strconv.Itoa(doc.Objects)}
		lines := []string{r.words.Say("cli.check.ok", facts)}
		if !doc.OK {
			lines[0] = r.words.Say("cli.check.problems", map[string]string{"n": strconv.Itoa(len(doc.Problems))})
		}
		for _, p := range doc.Problems {
			lines = append(lines, p.Where+"\n  "+p.Text)
		}
		return strings.Join(lines, "\n")
	})
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
