package command

type inviteCmd struct{}
