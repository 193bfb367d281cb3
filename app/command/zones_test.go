package command_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"example.org/carnet/app/meetings/zones"
)

// newZones writes the built-in zone data under another name.
func newZones(ts *testscript.TestScript, _ bool, args []string) {
	raw := zones.BuiltIn().Raw
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	ts.Check(err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		from := f.Name
		if len(args) == 4 && from == args[2] {
			from = args[3]
		}
		content, err := r.Open(from)
		ts.Check(err)
		data, err := io.ReadAll(content)
		ts.Check(err)
		if f.Name == "version" {
			data = []byte(args[1])
		}
		entry, err := w.Create(f.Name)
		ts.Check(err)
		_, err = entry.Write(data)
		ts.Check(err)
	}
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o600))
}
