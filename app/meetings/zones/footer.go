package zones

import (
	"bytes"

	"example.org/carnet/store/fault"
)

// Footer gives the rule by which a zone's clock goes on after all the changes that its data names, as "EST5EDT,M3.2.0,M11.1.0"
// (RFC 9636, 3.3). Fault bad_zone.
func Footer(name string) (string, error) {
	d := inUse()
	target := d.target(name)
	if target == "" {
		return "", fault.New("bad_zone", "zone", name, "suggestion", d.suggest(name))
	}
	raw, err := readEntry(d.files[target])
	if err != nil {
		return "", err
	}
	return footerOf(raw), nil
}

// footerOf finds the last line of a compiled zone; empty for data of before version 2, which has none.
func footerOf(raw []byte) string {
	raw, ok := bytes.CutSuffix(raw, []byte("\n"))
	if !ok {
		return ""
	}
	return string(raw[bytes.LastIndexByte(raw, '\n')+1:])
}
