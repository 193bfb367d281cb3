package inbox

import (
	"bytes"
	"regexp"
	"strings"
)

// verdict is what a delivery report (RFC 3464) says of one recipient.
type verdict struct {
	addresses []string // that the mail was for, and that it was passed on to, in lower case
	action    string   // failed, delayed, delivered, relayed, expanded
	status    string   // as 5.1.1
	words     string   // of the server
}

const maxRecipients = 50

// readReport reads the fields of a delivery report, a block for each recipient.
func readReport(raw []byte) (all []verdict) {
	for _, block := range blocks(raw, maxRecipients+1) {
		v := verdict{action: strings.ToLower(strings.TrimSpace(block["action"])), status: statusOf(block["status"])}
		for _, field := range []string{"original-recipient", "final-recipient"} {
			if address := typed(block[field]); address != "" {
				v.addresses = append(v.addresses, strings.ToLower(strings.Trim(address, "<> ")))
			}
		}
		v.words = cut(oneLine(typed(block["diagnostic-code"])), 300)
		if len(v.addresses) > 0 && v.action != "" {
			all = append(all, v)
		}
	}
	return all
}

var statuses = regexp.MustCompile(`[245]\.\d{1,3}\.\d{1,3}`)

func statusOf(value string) string { return statuses.FindString(value) }

// typed gives what follows "rfc822;", "utf-8;" or "smtp;".
func typed(value string) string {
	if _, after, ok := strings.Cut(value, ";"); ok {
		value = after
	}
	return strings.TrimSpace(value)
}

// hard tells whether an address will not take mail any more. A mailbox that is full, a message that is too large, and a server that
// refuses us by its policy say nothing of the address.
func (v verdict) hard() bool {
	if v.action != "failed" || !strings.HasPrefix(v.status, "5.") {
		return false
	}
	return !strings.HasPrefix(v.status, "5.7.") && v.status != "5.2.2" && v.status != "5.2.3" && !strings.HasPrefix(v.status, "5.3.")
}

// bad tells whether the mail did not arrive, or not yet.
func (v verdict) bad() bool { return v.action == "failed" || v.action == "delayed" }

// blocks reads header-like fields, names in lower case, the first of a name; an empty line ends a block.
func blocks(raw []byte, limit int) (all []map[string]string) {
	raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	block, last := map[string]string{}, ""
	for line := range bytes.SplitSeq(append(bytes.TrimSpace(raw), "\n\n"...), []byte("\n")) {
		text := string(line)
		switch name, value, ok := strings.Cut(text, ":"); {
		case strings.TrimSpace(text) == "":
			if len(block) > 0 {
				all = append(all, block)
			}
			if len(all) == limit {
				return all
			}
			block, last = map[string]string{}, ""
		case text[0] == ' ' || text[0] == '\t':
			if last != "" {
				block[last] += " " + strings.TrimSpace(text)
			}
		case ok:
			last = strings.ToLower(strings.TrimSpace(name))
			if _, twice := block[last]; twice {
				last = ""
				continue
			}
			block[last] = strings.TrimSpace(value)
		}
	}
	return all
}
