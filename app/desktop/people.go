package desktop

import (
	"context"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

// Members gives one stretch of the list; it must answer within a frame.
func (p *People) Members(q MemberQuery) (MemberPage, error) {
	return ask(p.d, func(c *app.Carnet) (MemberPage, error) { return p.d.memberPage(c, q) })
}

// Member gives the pane beside the list.
func (p *People) Member(id string) (MemberDetail, error) {
	return ask(p.d, func(c *app.Carnet) (MemberDetail, error) { return p.d.memberDetail(c, id) })
}

// AddMember makes a member; field names are those of the command line.
func (p *People) AddMember(fields map[string]string, chapters []string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		all := map[string]string{"chapters": strings.Join(chapters, ";")}
		for name, value := range fields {
			all[name] = value
		}
		m, refs, err := c.People.AddMember(all)
		return p.d.written(refs, err, m.ID, "members.written.added", memberName(m))
	})
}

// SetMember writes the fields named and leaves the others.
func (p *People) SetMember(id string, fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.SetMember(id, fields)
		return p.d.writtenFields(c, refs, err, m.ID, memberName(m))
	})
}

// SetChapters writes the chapters a member belongs to.
func (p *People) SetChapters(id string, chapters []string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.SetMember(id, map[string]string{"chapters": strings.Join(chapters, ";")})
		return p.d.written(refs, err, m.ID, "members.written.chapters", memberName(m))
	})
}

// RemoveMember deletes a member; the history stays.
func (p *People) RemoveMember(id string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.RemoveMember(id)
		return p.d.written(refs, err, m.ID, "members.written.removed", memberName(m))
	})
}

// MergeMembers says that two members are one person.
func (p *People) MergeMembers(keep string, other string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.Merge(keep, other)
		return p.d.written(refs, err, m.ID, "members.written.merged", memberName(m))
	})
}

// UndoChange puts back what one line of a history replaced.
func (p *People) UndoChange(kind string, id string, change string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		refs, err := c.People.Undo(store.Kind(kind), id, change)
		return p.d.writtenFields(c, refs, err, id, p.d.recordName(c, store.Kind(kind), id))
	})
}

// Duplicates lists members that may be one person, at most 200 pairs.
func (p *People) Duplicates() ([]DuplicatePair, error) {
	return ask(p.d, func(c *app.Carnet) ([]DuplicatePair, error) {
		pairs := c.People.Duplicates()
		answer := make([]DuplicatePair, 0, min(len(pairs), fewRows))
		for _, pair := range pairs[:min(len(pairs), fewRows)] {
			a, errA := store.Get[store.Member](c.Store, pair.A.ID)
			b, errB := store.Get[store.Member](c.Store, pair.B.ID)
			if errA == nil && errB == nil {
				answer = append(answer, DuplicatePair{A: p.d.memberFacts(c, a), B: p.d.memberFacts(c, b), Why: p.d.words().Say("duplicate."+pair.Why, nil)})
			}
		}
		return answer, nil
	})
}

// CopyMembers gives rows as tab-separated text with headings.
func (p *People) CopyMembers(ids []string) (string, error) {
	return ask(p.d, func(c *app.Carnet) (string, error) { return p.d.copyMembers(c, ids) })
}

// PreviewMembers reads an uploaded list without writing; mapping is heading to field.
func (p *People) PreviewMembers(upload string, mapping map[string]string, office string) (ImportPreview, error) {
	return ask(p.d, func(c *app.Carnet) (ImportPreview, error) {
		return p.d.preview(c, upload, people.ImportOptions{Office: office, Columns: mapping}, (*people.People).ImportMembers)
	})
}

// ImportMembers starts the job and gives its id; its result is an ImportPreview that is done.
func (p *People) ImportMembers(upload string, mapping map[string]string, office string) (string, error) {
	return ask(p.d, func(c *app.Carnet) (string, error) {
		return p.d.importList(c, upload, people.ImportOptions{Office: office, Columns: mapping}, (*people.People).ImportMembers)
	})
}

// PreviewCommunities and ImportCommunities do the same for communities.
func (p *People) PreviewCommunities(upload string) (ImportPreview, error) {
	return ask(p.d, func(c *app.Carnet) (ImportPreview, error) {
		return p.d.preview(c, upload, people.ImportOptions{}, (*people.People).ImportCommunities)
	})
}

func (p *People) ImportCommunities(upload string) (string, error) {
	return ask(p.d, func(c *app.Carnet) (string, error) {
		return p.d.importList(c, upload, people.ImportOptions{}, (*people.People).ImportCommunities)
	})
}

// ExportMembers asks where to save csv, xlsx or vcf, and gives the path; empty when the person changed their mind.
func (p *People) ExportMembers(q MemberQuery, format string) (string, error) {
	return ask(p.d, func(c *app.Carnet) (string, error) {
		path, err := p.d.shell.SaveFile(p.d.words().Say("members.export.file", nil) + "." + format)
		if err != nil || path == "" {
			return "", err
		}
		_, err = c.People.ExportFile(context.WithoutCancel(p.d.ctx), path, format, p.d.directoryQuery(c, q))
		return path, err
	})
}

// Communities gives one stretch of the list; of the query it uses Text, Province, Offset, Limit.
func (p *People) Communities(q MemberQuery) (CommunityPage, error) {
	return ask(p.d, func(c *app.Carnet) (CommunityPage, error) { return p.d.communityPage(c, q), nil })
}

// Community gives the pane beside it.
func (p *People) Community(id string) (CommunityDetail, error) {
	return ask(p.d, func(c *app.Carnet) (CommunityDetail, error) { return p.d.communityDetail(c, id) })
}

// AddCommunity and SetCommunity write a community.
func (p *People) AddCommunity(fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.AddCommunity(fields)
		return p.d.written(refs, err, m.ID, "communities.written.added", pick(p.d.words().Lang(), m.Name, m.NameFR))
	})
}

func (p *People) SetCommunity(id string, fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.SetCommunity(id, fields)
		return p.d.writtenFields(c, refs, err, m.ID, pick(p.d.words().Lang(), m.Name, m.NameFR))
	})
}

// Chapters lists them all.
func (p *People) Chapters() ([]ChapterRow, error) {
	return ask(p.d, func(c *app.Carnet) ([]ChapterRow, error) { return p.d.chapterRows(c) })
}

// Chapter gives the pane beside the list.
func (p *People) Chapter(id string) (ChapterDetail, error) {
	return ask(p.d, func(c *app.Carnet) (ChapterDetail, error) { return p.d.chapterDetail(c, id) })
}

// AddChapter and SetChapter write a chapter.
func (p *People) AddChapter(fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.AddChapter(fields)
		return p.d.written(refs, err, m.ID, "chapters.written.added", pick(p.d.words().Lang(), m.Name, m.NameFR))
	})
}

func (p *People) SetChapter(id string, fields map[string]string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		m, refs, err := c.People.SetChapter(id, fields)
		return p.d.writtenFields(c, refs, err, m.ID, pick(p.d.words().Lang(), m.Name, m.NameFR))
	})
}

// Conflicts lists what two people wrote without seeing each other.
func (p *People) Conflicts() ([]ConflictRow, error) {
	return ask(p.d, func(c *app.Carnet) ([]ConflictRow, error) { return p.d.conflictRows(c) })
}

// Settle keeps one of the values, by its place in the row.
func (p *People) Settle(conflict string, choice int) (Written, error) {
	return p.settle(conflict, func(c *app.Carnet, found people.Conflict) ([]store.Ref, error) { return c.People.Choose(found, choice) })
}

// SettleWith writes a third value.
func (p *People) SettleWith(conflict string, text string) (Written, error) {
	return p.settle(conflict, func(c *app.Carnet, found people.Conflict) ([]store.Ref, error) { return c.People.Write(found, text) })
}

func (p *People) settle(conflict string, write func(*app.Carnet, people.Conflict) ([]store.Ref, error)) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		found, err := c.People.Conflict(conflict)
		if err != nil {
			return Written{}, err
		}
		refs, err := write(c, found)
		return p.d.written(refs, err, found.Record, "conflicts.written", p.d.recordName(c, found.Kind, found.Record))
	})
}

// SettleAll settles every conflict by mine, theirs or newest, as one step for undo.
func (p *People) SettleAll(rule string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		settled, refs, err := c.People.SettleAll(rule, p.d.device(c))
		p.d.remember(refs) // also of those settled before a fault
		return Written{Text: p.d.words().Count("conflicts.written.all", settled, nil)}, err
	})
}

// SettleSome settles these conflicts by mine, theirs, newest or author, as one step for undo. With author it keeps what
// was written on that laptop, and leaves the conflicts in which it wrote nothing.
func (p *People) SettleSome(conflicts []string, rule string, author string) (Written, error) {
	return ask(p.d, func(c *app.Carnet) (Written, error) {
		device := p.d.device(c)
		if rule == "author" {
			device = author
		}
		settled, refs, err := c.People.SettleSome(conflicts, rule, device)
		p.d.remember(refs)
		return Written{Text: p.d.words().Count("conflicts.written.all", settled, nil)}, err
	})
}
