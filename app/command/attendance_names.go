package command

import (
	"slices"

	"example.org/carnet/app/door"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

type attendanceNames struct{}

// aliasDoc is a name that platforms show of a member, as a person once said.
type aliasDoc struct {
	Name       string `json:"name"`
	Member     string `json:"member"`
	MemberName string `json:"member_name"`
}

func (c *attendanceNames) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	known, err := carnet.Door.Aliases()
	if err != nil {
		return err
	}
	items := []aliasDoc{}
	for _, one := range known {
		items = append(items, aliasDoc{one.Name, one.Member, memberName(carnet, one.Member)})
	}
	return answerRows(r, items, len(items), []string{"field.name", "cli.heading.member", "field.id"}, func(a aliasDoc) []string {
		return []string{a.Name, a.MemberName, a.Member}
	})
}

type attendanceForget struct {
	Name   string `arg:"" help:"attendance_name"`
	Member string `help:"attendance_name_member"`
}

// forgottenDoc is a name that is not known any more.
type forgottenDoc struct {
	aliasDoc
	Changes []string `json:"changes"`
}

func (c *attendanceForget) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	var of store.Member
	if c.Member != "" {
		if of, err = carnet.People.Find(c.Member); err != nil {
			return err
		}
	}
	known, err := carnet.Door.Aliases()
	if err != nil {
		return err
	}
	found := slices.DeleteFunc(known, func(a door.Alias) bool {
		return directory.Fold(a.Name) != directory.Fold(c.Name) || of.ID != "" && a.Member != of.ID
	})
	switch {
	case len(found) == 0:
		return fault.New("name_not_learned", "name", c.Name)
	case len(found) > 1:
		return fault.New("name_of_several", "name", c.Name)
	}
	refs, err := carnet.Door.Forget(found[0])
	if err != nil {
		return err
	}
	doc := forgottenDoc{aliasDoc{found[0].Name, found[0].Member, memberName(carnet, found[0].Member)}, changes(refs)}
	return r.answer(doc, func() string {
		return r.words.Say("cli.attendance.forgotten", map[string]string{"name": doc.Name, "member": doc.MemberName})
	})
}
