package command

type zonesCmd struct{}
