package people_test

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"example.org/carnet/app/people"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

func TestAnExportReadAgainChangesNothing(t *testing.T) {
	p := office(t)
	town(t, p, "Laval", "QC")
	town(t, p, "Sainte-Anne", "MB")
	twin := town(t, p, "Sainte-Anne", "QC")
	other := town(t, p, "Sainte-Anne", "QC")
	for _, name := range []string{"Ontario", "Outdoor; rural", "Québec"} {
		if _, _, err := p.AddChapter(map[string]string{"name": name}); err != nil {
			t.Fatal(err)
		}
	}
	add(t, p, map[string]string{"given": "Élise", "family": "Tremblay", "email": "elise@example.org", "phone": "+1 450 555-0102", "role": "elected", "title": "=cmd()",
		"community": "Laval", "language": "fr", "chapters": "Ontario;Québec", "term_start": "2025-11-07", "term_end": "2029-11-04", "zone": "America/Toronto", "notes": "a, \"b\"\nc; d"})
	add(t, p, map[string]string{"given": "Élise", "family": "Tremblay", "email": "elise@example.org", "community": twin})
	add(t, p, map[string]string{"given": "Zed", "community": other})
	for _, format := range []string{"csv", "xlsx", "vcf"} {
		t.Run(format, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out."+format)
			if n, err := p.ExportFile(context.Background(), path, format, directory.Query{}); n != 3 || err != nil {
				t.Fatal(n, err)
			}
			report := read(t, p, path, people.ImportOptions{})
			if report.Unchanged != 3 || report.Created+report.Updated+len(report.Refused)+len(report.Duplicates) != 0 {
				t.Errorf("%+v", report)
			}
			for _, f := range report.Refused {
				t.Error(f.Reason)
			}
		})
	}
	if _, err := p.ExportFile(context.Background(), filepath.Join(t.TempDir(), "x"), "docx", directory.Query{}); !fault.Is(err, "bad_format") {
		t.Error(err)
	}
}

func TestAFormulaIsDisarmedForSpreadsheets(t *testing.T) {
	p := office(t)
	add(t, p, map[string]string{"given": "A", "title": "=cmd()", "phone": "+1 450 555-0102"})
	var out bytes.Buffer
	if _, err := p.ExportMembers(context.Background(), &out, "csv", directory.Query{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), ",'=cmd(),") || !strings.Contains(out.String(), ",+1 450 555-0102,") {
		t.Error(out.String())
	}
}
