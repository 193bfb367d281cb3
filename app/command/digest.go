package command

import (
	"example.org/carnet/store"
)

type digestCmd struct{}

type digestDoc struct {
	Digest   string         `json:"digest"`
	Frontier store.Frontier `json:"frontier"`
}

func (c *digestCmd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	doc := digestDoc{Digest: carnet.Store.Digest(), Frontier: carnet.Store.Frontier()}
	if doc.Frontier == nil {
		doc.Frontier = store.Frontier{}
	}
	return r.answer(doc, func() string { return doc.Digest })
}
