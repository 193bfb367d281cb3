package command

type meetingCmd struct{}
