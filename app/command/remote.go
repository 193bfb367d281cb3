package command

type remoteCmd struct{}
