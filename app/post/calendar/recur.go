package calendar

import (
	"strings"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store/fault"
)

// parts reads a rule into its parts, in their order. Fault bad_rule.
func parts(rule string) (names []string, values map[string]string, err error) {
	values = map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(strings.ToUpper(oneLine(rule)), "RRULE:"), ";") {
		name, value, ok := strings.Cut(part, "=")
		_, twice := values[name]
		if !ok || twice || name == "" || value == "" || strings.ContainsAny(part, " :\"") {
			return nil, nil, fault.New("bad_rule", "value", rule, "part", rule)
		}
		names, values[name] = append(names, name), value
	}
	if values["FREQ"] == "" {
		return nil, nil, fault.New("bad_rule", "value", rule, "part", rule)
	}
	return names, values, nil
}

// universal writes a rule with its UNTIL in UTC, as calendars want it where the start has a zone; of whole days it is a day.
func universal(rule, zone string, allDay bool) (string, error) {
	names, values, err := parts(rule)
	if err != nil {
		return "", err
	}
	if end, ok := values["UNTIL"]; ok {
		at, err := untilOf(end, zone)
		if err != nil {
			return "", fault.New("bad_rule", "value", rule, "part", rule).Because(err)
		}
		values["UNTIL"] = at.UTC().Format(utcForm)
		if allDay {
			values["UNTIL"] = end[:len(dayForm)]
		}
	}
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(name + "=" + values[name])
	}
	return b.String(), nil
}

// until gives the last moment that a rule may reach, zero for one that does not say.
func until(rule, zone string) (time.Time, error) {
	_, values, err := parts(rule)
	if err != nil || values["UNTIL"] == "" {
		return time.Time{}, err
	}
	at, err := untilOf(values["UNTIL"], zone)
	if err != nil {
		return at, fault.New("bad_rule", "value", rule, "part", rule).Because(err)
	}
	return at, nil
}

// untilOf reads an UNTIL: in UTC, of the zone's clock, or a day, which counts to its end.
func untilOf(value, zone string) (time.Time, error) {
	if at, err := time.Parse(utcForm, value); err == nil {
		return at, nil
	}
	if day, err := time.Parse(dayForm, value); err == nil {
		value = day.Format(dayForm) + "T235959"
	}
	wall, err := time.Parse(localForm, value)
	if err != nil {
		return wall, err
	}
	if zone == "" {
		return wall, nil
	}
	at, _, err := zones.Instant(wall.Format(zones.Layout), zone)
	return at.Add(time.Duration(wall.Second()) * time.Second), err
}
