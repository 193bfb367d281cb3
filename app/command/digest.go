package command

type digestCmd struct{}
