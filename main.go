// Carnet is the notebook of a municipal peer network: main opens the window, or runs one command.
package main

import (
	"embed"
	"io/fs"
	"os"

	"example.org/carnet/app/command"
)

// pageFiles are what phones are shown. A plain build needs none of them.
//
//go:embed all:frontend/dist-phone
var pageFiles embed.FS

func main() {
	os.Exit(command.Run(os.Args[1:], command.World{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Window: window, Page: page()}))
}

func page() fs.FS {
	files, err := fs.Sub(pageFiles, "frontend/dist-phone")
	if err != nil {
		panic(err) // the name is one that can be
	}
	return files
}
