package people

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Bases are the reasons for which Canada's anti-spam law (CASL, section 10) lets an office write to a member.
var Bases = []string{express, "implied-membership", "implied-attendance"}

const express = "express"

// impliedYears is how long an implied consent lasts from the day it rests on; an express one has no end.
const impliedYears = 2

// The states of a Standing.
const (
	ConsentGiven     = "given"
	ConsentEnded     = "ended" // recorded, and not in force on the day: it lapsed, or begins later
	ConsentWithdrawn = "withdrawn"
	ConsentUnknown   = "unknown" // nothing is recorded
)

// Standing is whether a member may be written to on a day, and why.
type Standing struct {
	State   string
	Until   string        // last day that it stands, or stood; empty for one without an end
	Consent store.Consent // the record that decides; empty when nothing is recorded

	Renewed string // what an implied consent was renewed by: membership, attendance; empty for none
	Since   string // and on which day, from which it lasts
}

// ConsentExpires gives the last day on which a consent stands, empty for one without an end.
func ConsentExpires(c store.Consent) string {
	day, err := time.Parse(time.DateOnly, c.Date)
	if c.Basis == express || err != nil {
		return ""
	}
	end := day.AddDate(impliedYears, 0, 0)
	if end.Day() != day.Day() { // 29 February
		end = end.AddDate(0, 0, -end.Day())
	}
	return end.Format(time.DateOnly)
}

// Consents gives what is recorded of a member, newest first, with what was recorded of those merged into them.
func (p *People) Consents(ref string) (store.Member, []store.Consent, error) {
	m, err := p.Find(ref)
	if err != nil {
		return m, nil, err
	}
	all, err := p.consentsOf(m)
	return m, all, err
}

func (p *People) consentsOf(m store.Member) (all []store.Consent, err error) {
	for _, id := range p.Store.RecordsOf(m) {
		some, err := store.Linked[store.Consent](p.Store, id)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b store.Consent) int {
		return cmp.Or(cmp.Compare(told(b), told(a)), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// told is the day of the last thing known of a consent.
func told(c store.Consent) string { return cmp.Or(c.Withdrawn, c.Date) }

// Consent tells how a member stands on a day, as 2026-12-02; empty means today.
func (p *People) Consent(ref, day string) (Standing, error) {
	day, err := checkDate(day)
	if err != nil {
		return Standing{}, err
	}
	m, err := p.Find(ref)
	if err != nil {
		return Standing{}, err
	}
	return p.StandingOf(m, cmp.Or(day, p.today()))
}

// StandingOf tells how a member who was read already stands on a day.
func (p *People) StandingOf(m store.Member, day string) (Standing, error) {
	all, err := p.consentsOf(m)
	if err != nil {
		return Standing{}, err
	}
	renewals, err := p.renewalsOf(m, all, day)
	return StandingWith(all, day, renewals), err
}

// MayWrite tells whether the office may write to a member on a day, as 2026-12-02, and why; empty means today. An answer to what a member
// asked needs no consent, and is not asked about here.
func (p *People) MayWrite(ref, day string) (bool, Standing, error) {
	s, err := p.Consent(ref, day)
	return err == nil && s.State == ConsentGiven, s, err
}

func (p *People) today() string { return p.Now().In(zones.Here()).Format(time.DateOnly) }

// StandingWith tells what these consents of one member mean on a day. Who withdrew is not written to again for what is
// implied: only an express consent of that day or later counts then.
func StandingWith(all []store.Consent, day string, renewals Renewals) Standing {
	last := lastWithdrawal(all, day)
	decides := Standing{State: ConsentUnknown}
	for _, c := range all {
		if s := renewals.standingOf(c, day, last.Withdrawn); rank(s) > rank(decides) {
			decides = s
		}
	}
	if decides.State != ConsentGiven && last.Withdrawn != "" {
		return Standing{State: ConsentWithdrawn, Until: last.Withdrawn, Consent: last}
	}
	return decides
}

// ConsentKey is the key under a prefix of the words that say why; they may take basis, source, date, until and renewed.
func ConsentKey(prefix string, s Standing) string {
	switch {
	case s.State == ConsentGiven && s.Renewed != "":
		return prefix + "renewed." + s.Renewed
	case s.State == ConsentGiven && s.Until != "":
		return prefix + "until"
	case s.State == ConsentEnded && s.Until == "":
		return prefix + "later"
	}
	return prefix + s.State
}

func lastWithdrawal(all []store.Consent, day string) (last store.Consent) {
	for _, c := range all {
		if c.Withdrawn != "" && c.Withdrawn <= day && c.Withdrawn > last.Withdrawn {
			last = c
		}
	}
	return last
}

// standingOf is what one consent alone gives, when the member withdrew last on the day given.
func (r Renewals) standingOf(c store.Consent, day, withdrew string) Standing {
	s := Standing{State: ConsentEnded, Until: ConsentExpires(c), Consent: c}
	if s.Until != "" {
		r.renew(&s, day)
	}
	begun := c.Date != "" && c.Date <= day
	taken := c.Withdrawn != "" && c.Withdrawn <= day || withdrew != "" && (c.Basis != express || c.Date < withdrew)
	known := slices.Contains(Bases, c.Basis)
	if begun && known && !taken && (s.Until == "" || day <= s.Until) {
		s.State = ConsentGiven
	}
	if !known { // a withdrawal alone, or of a later version of Carnet
		s.State = ConsentUnknown
	}
	return s
}

// rank orders standings by how much they give: an express consent most, then the one that lasts longest.
func rank(s Standing) string {
	order := map[string]string{ConsentUnknown: "0", ConsentEnded: "1", ConsentGiven: "2"}[s.State]
	switch {
	case order == "0":
		return ""
	case s.Until == "":
		return order + "express"
	}
	return order + s.Until
}

// RecordConsent keeps a consent of a member. Without a date it was given today. The same one again changes nothing.
// Faults: unknown_id, bad_basis, consent_source_missing, bad_date, consent_ahead.
func (p *People) RecordConsent(ref string, fields map[string]string) (store.Consent, []store.Ref, error) {
	m, err := p.Find(ref)
	if err != nil {
		return store.Consent{}, nil, err
	}
	c := store.Consent{ID: store.NewID(store.KindConsent), Member: m.ID}
	if err := p.writeConsent(&c, fields); err != nil {
		return c, nil, err
	}
	all, err := p.consentsOf(m)
	if err != nil {
		return c, nil, err
	}
	for _, there := range all {
		if there.Basis == c.Basis && there.Source == c.Source && there.Date == c.Date && there.Withdrawn == "" {
			return there, nil, nil
		}
	}
	refs, err := p.put(c)
	return c, refs, err
}

func (p *People) writeConsent(c *store.Consent, fields map[string]string) error {
	var err error
	for _, field := range []struct {
		name string
		to   *string
	}{{"basis", &c.Basis}, {"source", &c.Source}, {"date", &c.Date}} {
		if *field.to, err = checkConsent(field.name, fields[field.name]); err != nil {
			return err
		}
	}
	c.Date = cmp.Or(c.Date, p.today())
	switch {
	case c.Basis == "":
		return fault.New("bad_basis", "value", "", "allowed", strings.Join(Bases, ", "))
	case c.Source == "":
		return fault.New("consent_source_missing")
	case c.Date > p.today():
		return fault.New("consent_ahead", "value", c.Date)
	}
	return nil
}

// checkConsent reads one field. Faults: bad_field, bad_basis, bad_date.
func checkConsent(field, value string) (string, error) {
	value, err := tidy(field, value)
	if err != nil {
		return "", err
	}
	switch field {
	case "basis":
		return oneOf("bad_basis", value, Bases)
	case "date", "withdrawn":
		return checkDate(value)
	}
	return value, nil
}

// WithdrawConsent ends every consent of a member from today on, as one edit. Where none is recorded, that the member
// does not want to be written to is what is recorded. Who withdrew already has nothing left to withdraw.
func (p *People) WithdrawConsent(ref string) (store.Member, []store.Ref, error) {
	m, err := p.Find(ref)
	if err != nil {
		return m, nil, err
	}
	withdraw, err := p.Withdrawal(m)
	if err != nil {
		return m, nil, err
	}
	refs, err := p.Store.Edit(withdraw)
	return m, refs, err
}

// Withdrawal is WithdrawConsent as a part of another edit.
func (p *People) Withdrawal(m store.Member) (func(*store.Tx) error, error) {
	all, err := p.consentsOf(m)
	if err == nil {
		err = p.May(store.KindConsent)
	}
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		all = []store.Consent{{ID: store.DerivedID(store.KindConsent, "withdrawn\x00"+m.ID), Member: m.ID}}
	}
	return func(tx *store.Tx) error {
		for _, c := range all {
			if c.Withdrawn != "" {
				continue
			}
			c.Withdrawn = p.today()
			if _, err := tx.Put(c); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
