package command

type importCmd struct{}
