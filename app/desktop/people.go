package desktop

import (
	"example.org/carnet/app"
	"example.org/carnet/store/fault"
)

// Members gives one stretch of the list; it must answer within a frame.
func (p *People) Members(q MemberQuery) (MemberPage, error) {
	return ask(p.d, func(c *app.Carnet) (answer MemberPage, err error) { return answer, fault.New("not_built") })
}

// Member gives the pane beside the list.
func (p *People) Member(id string) (MemberDetail, error) {
	return ask(p.d, func(c *app.Carnet) (answer MemberDetail, err error) { return answer, fault.New("not_built") })
}

// AddMember makes a member; field names are those of the command line.
func (p *People) AddMember(fields map[string]string, chapters []string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// SetMember writes the fields named and leaves the others.
func (p *People) SetMember(id string, fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// SetChapters writes the chapters a member belongs to.
func (p *People) SetChapters(id string, chapters []string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// RemoveMember deletes a member; the history stays.
func (p *People) RemoveMember(id string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// MergeMembers says that two members are one person.
func (p *People) MergeMembers(keep string, other string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// UndoChange puts back what one line of a history replaced.
func (p *People) UndoChange(kind string, id string, change string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// Duplicates lists members that may be one person.
func (p *People) Duplicates() ([]DuplicatePair, error) {
	return ask(p.d, func(c *app.Carnet) (answer []DuplicatePair, err error) { return answer, fault.New("not_built") })
}

// CopyMembers gives rows as tab-separated text with headings.
func (p *People) CopyMembers(ids []string) (string, error) {
	return ask(p.d, func(c *app.Carnet) (answer string, err error) { return answer, fault.New("not_built") })
}

// PreviewMembers reads an uploaded list without writing; mapping is heading to field.
func (p *People) PreviewMembers(upload string, mapping map[string]string, office string) (ImportPreview, error) {
	return ask(p.d, func(c *app.Carnet) (answer ImportPreview, err error) { return answer, fault.New("not_built") })
}

// ImportMembers starts the job and gives its id; its result is an ImportPreview that is done.
func (p *People) ImportMembers(upload string, mapping map[string]string, office string) (string, error) {
	return ask(p.d, func(c *app.Carnet) (answer string, err error) { return answer, fault.New("not_built") })
}

// PreviewCommunities and ImportCommunities do the same for communities.
func (p *People) PreviewCommunities(upload string) (ImportPreview, error) {
	return ask(p.d, func(c *app.Carnet) (answer ImportPreview, err error) { return answer, fault.New("not_built") })
}

func (p *People) ImportCommunities(upload string) (string, error) {
	return ask(p.d, func(c *app.Carnet) (answer string, err error) { return answer, fault.New("not_built") })
}

// ExportMembers asks where to save csv, xlsx or vcf, and gives the path; empty when the person changed their mind.
func (p *People) ExportMembers(q MemberQuery, format string) (string, error) {
	return ask(p.d, func(c *app.Carnet) (answer string, err error) { return answer, fault.New("not_built") })
}

// Communities gives one stretch of the list; of the query it uses Text, Province, Offset, Limit.
func (p *People) Communities(q MemberQuery) (CommunityPage, error) {
	return ask(p.d, func(c *app.Carnet) (answer CommunityPage, err error) { return answer, fault.New("not_built") })
}

// Community gives the pane beside it.
func (p *People) Community(id string) (CommunityDetail, error) {
	return ask(p.d, func(c *app.Carnet) (answer CommunityDetail, err error) { return answer, fault.New("not_built") })
}

// AddCommunity and SetCommunity write a community.
func (p *People) AddCommunity(fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

func (p *People) SetCommunity(id string, fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// Chapters lists them all.
func (p *People) Chapters() ([]ChapterRow, error) {
	return ask(p.d, func(c *app.Carnet) (answer []ChapterRow, err error) { return answer, fault.New("not_built") })
}

// Chapter gives the pane beside the list.
func (p *People) Chapter(id string) (ChapterDetail, error) {
	return ask(p.d, func(c *app.Carnet) (answer ChapterDetail, err error) { return answer, fault.New("not_built") })
}

// AddChapter and SetChapter write a chapter.
func (p *People) AddChapter(fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

func (p *People) SetChapter(id string, fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// Conflicts lists what two people wrote without seeing each other.
func (p *People) Conflicts() ([]ConflictRow, error) {
	return ask(p.d, func(c *app.Carnet) (answer []ConflictRow, err error) { return answer, fault.New("not_built") })
}

// Settle keeps one of the values, by its place in the row.
func (p *People) Settle(conflict string, choice int) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// SettleWith writes a third value.
func (p *People) SettleWith(conflict string, text string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}

// SettleAll settles every conflict by mine, theirs or newest, as one step for undo.
func (p *People) SettleAll(rule string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (answer Written, err error) { return answer, fault.New("not_built") })
}
