package audience

// Preset is a rule with a name, for the audiences that most meetings have. Its words are audience.preset.<Name>.
type Preset struct{ Name, Rule string }

var presets = []Preset{
	{"elected", "elected"},
	{"community-staff", "all(role=staff|indigenous-staff, country=CA)"},
	{"rural", "all(role=elected|staff|indigenous-staff, rural)"},
}

// Presets lists them in the order in which they are offered.
func Presets() []Preset { return append([]Preset(nil), presets...) }

// PresetOf gives the name of the preset that a rule is, empty when it is none.
func PresetOf(r Rule) string {
	for _, one := range presets {
		if Read(one.Rule).String() == r.String() {
			return one.Name
		}
	}
	return ""
}
