package command

type duplicatesCmd struct{}
