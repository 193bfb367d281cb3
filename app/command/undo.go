package command

type undoCmd struct{}
