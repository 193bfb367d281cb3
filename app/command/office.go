package command

type officeCmd struct{}
