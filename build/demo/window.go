package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// showWindow opens the window on Toronto's home, or without a display keeps a picture of it.
func (d *demo) showWindow(ctx context.Context) error {
	home := filepath.Join(d.folder, "toronto")
	program := filepath.Join("build", "bin", "carnet")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	d.leaveWords()
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("the window is not built (%s): run `make build`, then this again", program)
	}
	if os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" || runtime.GOOS != "linux" {
		d.say("opening the window on Toronto’s home; close it to end the demonstration")
		window := exec.CommandContext(ctx, program, "--home", home)
		window.Stdout, window.Stderr = os.Stdout, os.Stderr
		return window.Run()
	}
	picture := filepath.Join(d.folder, "window.png")
	shot := exec.CommandContext(ctx, filepath.Join("build", "window.sh"), home, picture)
	shot.Stdout, shot.Stderr = os.Stdout, os.Stderr
	if err := shot.Run(); err != nil {
		return errors.Join(errors.New("the window showed nothing"), err)
	}
	d.say("no display here: a picture of the real window is in %s", picture)
	return nil
}

// leaveWords says how to go on.
func (d *demo) leaveWords() {
	fmt.Println("The homes stay in demo/: toronto, montreal, vancouver, halifax. Try")
	fmt.Println("  build/bin/carnet --home demo/montreal")
	fmt.Println("  build/bin/carnet --home demo/halifax conflict list")
	if s3, ok := d.bucket.(*s3Bucket); ok {
		fmt.Println("Their bucket is stopped now. This starts it again, where they expect it:")
		fmt.Printf("  %s\n", s3.command())
	}
	fmt.Println("`make demo-clean` removes all of it.")
}
