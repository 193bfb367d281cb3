package desktop

import (
	"context"

	"example.org/carnet/app"
	"example.org/carnet/app/people"
	"example.org/carnet/store/fault"
)

// importer is one kind of import.
type importer func(*people.People, context.Context, string, people.ImportOptions) (*people.Report, error)

// preview reads a list without writing. A list whose columns say nothing comes back with its headings, for a
// person to say what they are.
func (d *Desktop) preview(c *app.Carnet, id string, o people.ImportOptions, read importer) (ImportPreview, error) {
	file, err := d.uploads.find(id)
	if err != nil {
		return ImportPreview{}, err
	}
	o.DryRun = true
	report, err := read(c.People, d.ctx, file.path, o)
	if fault.Is(err, "columns_unknown") {
		said := d.words().Error(err)
		if report, err = c.People.Headings(file.path); err == nil {
			preview := d.previewOf(id, file.name, report)
			preview.Problem = said.Text
			return preview, nil
		}
	}
	if err != nil {
		return ImportPreview{}, err
	}
	return d.previewOf(id, file.name, report), nil
}

// importList starts the job that writes a list.
func (d *Desktop) importList(c *app.Carnet, id string, o people.ImportOptions, read importer) (string, error) {
	file, err := d.uploads.find(id)
	if err != nil {
		return "", err
	}
	title := d.words().Say("import.job", map[string]string{"file": file.name})
	return startJob(d, title, func(ctx context.Context, tell progress) (ImportPreview, error) {
		o.Progress = tell
		report, err := read(c.People, ctx, file.path, o)
		if err != nil {
			return ImportPreview{}, err
		}
		d.remember(report.Refs)
		preview := d.previewOf(id, file.name, report)
		preview.Done = true
		return preview, nil
	}), nil
}

func (d *Desktop) previewOf(id, name string, r *people.Report) ImportPreview {
	p := ImportPreview{Upload: id, File: name, Encoding: r.Format, Columns: []ImportColumn{}, Rows: r.Rows, Created: r.Created, Updated: r.Updated,
		Unchanged: r.Unchanged, Refused: []RefusedRow{}, RefusedAll: len(r.Refused), Duplicates: []RefusedRow{}, DuplicatesAll: len(r.Duplicates), Sample: r.Sample}
	if p.Sample == nil {
		p.Sample = []map[string]string{}
	}
	for i, column := range r.Columns {
		p.Columns = append(p.Columns, ImportColumn{Heading: column.Heading, Field: column.Field, Example: r.Examples[i]})
	}
	for _, f := range r.Refused[:min(len(r.Refused), fewRows)] {
		p.Refused = append(p.Refused, RefusedRow{Row: f.Row, Name: f.Name, Reason: d.words().Error(f.Reason).Text})
	}
	for _, f := range r.Duplicates[:min(len(r.Duplicates), fewRows)] {
		p.Duplicates = append(p.Duplicates, RefusedRow{Row: f.Row, Name: f.Name, Member: f.Member, Reason: d.words().Say("duplicate."+f.Why, nil)})
	}
	return p
}
