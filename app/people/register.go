package people

import (
	"context"
	"io"
	"slices"
	"strings"

	"example.org/carnet/app/people/table"
	"example.org/carnet/store"
)

// RegisterFields are the columns of the register of consents, in this order for good. What it says of today is reckoned, never stored.
var RegisterFields = []string{"member", "given", "family", "email", "office", "basis", "source", "date", "expires", "withdrawn", "state", "renewed", "since"}

// ExportConsents writes the register of consents as csv or xlsx: who, on what basis, from which source, since when, until when, and when it
// was withdrawn. Members are in the order of their names. It tells how many consents. Faults: bad_format, and those of the disk.
func (p *People) ExportConsents(ctx context.Context, path, format string) (int, error) {
	return wholeFile(path, func(to io.Writer) (int, error) { return p.writeRegister(ctx, to, format) })
}

func (p *People) writeRegister(ctx context.Context, to io.Writer, format string) (n int, err error) {
	w, err := table.NewWriter(to, format, RegisterFields)
	if err != nil {
		return 0, err
	}
	members, err := p.consenting()
	if err != nil {
		return 0, err
	}
	offices := map[string]string{}
	for o, err := range store.All[store.Office](p.Store) {
		if err != nil {
			return 0, err
		}
		offices[o.ID] = o.Name
	}
	for i, m := range members {
		if i%256 == 0 && ctx.Err() != nil {
			return n, ctx.Err()
		}
		rows, err := p.registerRows(m, nameOr(offices, m.Office))
		if err != nil {
			return n, err
		}
		for _, row := range rows {
			if err := w.Row(row); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, w.Close()
}

// consenting gives the members of whom a consent is recorded, those who were merged as those who were kept.
func (p *People) consenting() (members []store.Member, err error) {
	seen := map[string]bool{}
	for c, err := range store.All[store.Consent](p.Store) {
		if err != nil {
			return nil, err
		}
		m, err := p.Find(c.Member)
		if err != nil { // of nobody that is here
			m = store.Member{ID: c.Member}
		}
		if !seen[m.ID] {
			seen[m.ID] = true
			members = append(members, m)
		}
	}
	key := func(m store.Member) string { return folded(m.Family) + "\x00" + folded(m.Given) + "\x00" + m.ID }
	slices.SortFunc(members, func(a, b store.Member) int { return strings.Compare(key(a), key(b)) })
	return members, nil
}

func (p *People) registerRows(m store.Member, office string) (rows [][]string, err error) {
	all, err := p.consentsOf(m)
	if err != nil {
		return nil, err
	}
	today := p.today()
	renewals, err := p.renewalsOf(m, all, today)
	if err != nil {
		return nil, err
	}
	withdrew := lastWithdrawal(all, today).Withdrawn
	for _, c := range all {
		s := renewals.standingOf(c, today, withdrew)
		if s.State != ConsentGiven && withdrew != "" {
			s = Standing{State: ConsentWithdrawn, Until: s.Until}
		}
		rows = append(rows, []string{m.ID, m.Given, m.Family, m.Email, office, c.Basis, c.Source, c.Date, s.Until, c.Withdrawn, s.State, s.Renewed, s.Since})
	}
	return rows, nil
}
