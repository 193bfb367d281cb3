package command

type syncCmd struct{}
