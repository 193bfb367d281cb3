//go:build desktop || dev || bindings || production

package desktop

import (
	"os/exec"
	"runtime"
)

// openFile hands a file to the program that the person uses for such files. Wails opens links alone.
func openFile(path string) error {
	program, arguments := "xdg-open", []string{path}
	switch runtime.GOOS {
	case "darwin":
		program = "open"
	case "windows":
		program, arguments = "rundll32", []string{"url.dll,FileProtocolHandler", path}
	}
	command := exec.Command(program, arguments...)
	if err := command.Start(); err != nil {
		return err
	}
	go func() { _ = command.Wait() }() // how it ends is between the person and that program
	return nil
}
