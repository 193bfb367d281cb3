package command

type networkCmd struct{}
