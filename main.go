// Carnet is the notebook of a municipal peer network: main opens the window, or runs one command.
package main

import (
	"os"

	"example.org/carnet/app/command"
)

func main() {
	os.Exit(command.Run(os.Args[1:], command.World{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Window: window}))
}
