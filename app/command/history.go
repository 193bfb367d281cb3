package command

type historyCmd struct{}
