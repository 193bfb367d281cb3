package command

type mailCmd struct {
	Read     mailRead     `cmd:"" help:"${help_mail_read}"`
	Incoming mailIncoming `cmd:"" help:"${help_mail_incoming}"`
	Done     mailDone     `cmd:"" help:"${help_mail_done}"`
}
