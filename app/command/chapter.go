package command

type chapterCmd struct{}
