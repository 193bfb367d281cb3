package command

type attendanceCmd struct{}
