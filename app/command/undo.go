package command

type undoCmd struct {
	ID     string `arg:"" help:"record_ref"`
	Change string `required:"" placeholder:"STAMP" help:"undo_change"`
}

type undoneDoc struct {
	ID      string   `json:"id"`
	Undone  string   `json:"undone"`
	Changes []string `json:"changes"`
}

func (c *undoCmd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	kind, id, err := carnet.People.Record(c.ID)
	if err != nil {
		return err
	}
	refs, err := carnet.People.Undo(kind, id, c.Change)
	if err != nil {
		return err
	}
	doc := undoneDoc{ID: id, Undone: c.Change, Changes: changes(refs)}
	return r.answer(doc, func() string { return r.words.Say("cli.undone", map[string]string{"change": c.Change, "id": id}) })
}
