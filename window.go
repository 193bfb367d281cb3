//go:build desktop || dev || bindings || production

package main

import (
	"embed"

	"example.org/carnet/app/command"
	"example.org/carnet/app/desktop"
)

//go:embed all:frontend/dist
var assets embed.FS

func window(home, lang string) error {
	return desktop.Run(command.HomeDir(home), lang, assets, page())
}
