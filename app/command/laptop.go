package command

type laptopCmd struct{}
