package command

type memberCmd struct{}
