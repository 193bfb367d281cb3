package command

type conflictCmd struct{}
