package command

import (
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

type chapterCmd struct {
	Add  chapterAdd  `cmd:"" help:"chapter_add"`
	List chapterList `cmd:"" help:"chapter_list"`
	Show chapterShow `cmd:"" help:"chapter_show"`
	Set  chapterSet  `cmd:"" help:"chapter_set"`
}

type chapterDoc struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	NameFR   string   `json:"name_fr"`
	Kind     string   `json:"kind"`
	Audience string   `json:"audience"`
	Zone     string   `json:"zone"`
	Members  int      `json:"members"`
	Changes  []string `json:"changes,omitempty"`
}

func (r *run) chapterDoc(c store.Chapter) chapterDoc {
	_, members := r.carnet.Store.WaitDirectory().Members(directory.Query{Chapter: c.ID, Limit: 1})
	return chapterDoc{ID: c.ID, Name: c.Name, NameFR: c.NameFR, Kind: c.Kind, Audience: c.Audience, Zone: c.Zone, Members: members}
}

func (r *run) wroteChapter(key string, c store.Chapter, refs []store.Ref) error {
	doc := r.chapterDoc(c)
	doc.Changes = changes(refs)
	return r.answer(doc, func() string {
		return r.words.Say(key, map[string]string{"name": r.inLang(doc.Name, doc.NameFR), "id": doc.ID})
	})
}

type chapterAdd struct {
	Name     string `help:"chapter_name"`
	NameFR   string `name:"name-fr" help:"chapter_name_fr"`
	Kind     string `help:"chapter_kind" placeholder:"regional|working-group|caucus|programme"`
	Audience string `help:"chapter_audience"`
	Zone     string `help:"chapter_zone"`
}

func (c *chapterAdd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	chapter, refs, err := carnet.People.AddChapter(given("name", c.Name, "name_fr", c.NameFR, "kind", c.Kind, "audience", c.Audience, "zone", c.Zone))
	if err != nil {
		return err
	}
	return r.wroteChapter("cli.chapter.added", chapter, refs)
}

type chapterList struct{}

func (c *chapterList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	chapters, err := carnet.People.Chapters(r.words.Lang())
	if err != nil {
		return err
	}
	items := make([]chapterDoc, len(chapters))
	for i, chapter := range chapters {
		items[i] = r.chapterDoc(chapter)
	}
	headings := []string{"field.name", "field.kind", "cli.heading.members", "field.zone", "field.id"}
	return answerRows(r, items, len(items), headings, func(d chapterDoc) []string {
		return []string{r.inLang(d.Name, d.NameFR), r.word("chapter.kind.", d.Kind), r.words.Number(d.Members), d.Zone, d.ID}
	})
}

type chapterShow struct {
	ID string `arg:"" help:"chapter_ref"`
}

func (c *chapterShow) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	chapter, err := carnet.People.Chapter(c.ID)
	if err != nil {
		return err
	}
	doc := r.chapterDoc(chapter)
	return r.answer(doc, func() string {
		say := r.words.Say
		return aligned([][]string{{say("field.id", nil), doc.ID}, {say("field.name", nil), doc.Name}, {say("field.name_fr", nil), doc.NameFR},
			{say("field.kind", nil), r.word("chapter.kind.", doc.Kind)}, {say("field.audience", nil), doc.Audience},
			{say("field.zone", nil), doc.Zone}, {say("cli.heading.members", nil), r.words.Number(doc.Members)}})
	})
}

type chapterSet struct {
	ID     string   `arg:"" help:"chapter_ref"`
	Fields []string `arg:"" help:"fields"`
}

func (c *chapterSet) Run(r *run) error {
	fields, err := assignments(c.Fields)
	if err != nil {
		return err
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	chapter, refs, err := carnet.People.SetChapter(c.ID, fields)
	if err != nil {
		return err
	}
	return r.wroteChapter("cli.chapter.set", chapter, refs)
}
