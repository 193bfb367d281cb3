//go:build desktop || dev || bindings || production

package desktop

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// Run opens the window on a home and returns when it is closed; page is what phones are shown.
func Run(home, lang string, assets embed.FS, page fs.FS) error {
	shell := &wailsShell{}
	d := New(home, lang, shell, openLog(home))
	d.phones.page = page
	dist, err := fs.Sub(assets, "frontend/dist")
	if err != nil {
		return err
	}
	size := parseSize(d.preferences()["window"])
	return wails.Run(&options.App{
		Title: "Carnet", Width: size.width, Height: size.height, MinWidth: minWidth, MinHeight: minHeight,
		BackgroundColour: &options.RGBA{R: 250, G: 249, B: 246, A: 255},
		AssetServer:      &assetserver.Options{Assets: dist, Handler: d.Files()},
		SingleInstanceLock: &options.SingleInstanceLock{
			UniqueId:               "org.example.carnet:" + home,
			OnSecondInstanceLaunch: func(options.SecondInstanceData) { shell.show() },
		},
		OnStartup:      func(ctx context.Context) { shell.ctx, d.ctx = ctx, ctx },
		OnBeforeClose:  d.rememberSize,
		OnShutdown:     func(context.Context) { d.Close() },
		Bind:           d.Bound(),
		ErrorFormatter: d.FormatError,
		Linux:          &linux.Options{ProgramName: "carnet"},
		Windows:        &windows.Options{Theme: windows.SystemDefault},
	})
}

// wailsShell is the real window.
type wailsShell struct{ ctx context.Context }

func (s *wailsShell) Emit(event string, data ...any) {
	if s.ctx != nil {
		runtime.EventsEmit(s.ctx, event, data...)
	}
}

func (s *wailsShell) SaveFile(suggested string) (string, error) {
	return runtime.SaveFileDialog(s.ctx, runtime.SaveDialogOptions{DefaultFilename: suggested})
}

func (s *wailsShell) ChooseFolder() (string, error) {
	return runtime.OpenDirectoryDialog(s.ctx, runtime.OpenDialogOptions{CanCreateDirectories: true})
}

func (s *wailsShell) OpenLink(url string)        { runtime.BrowserOpenURL(s.ctx, url) }
func (s *wailsShell) OpenFile(path string) error { return openFile(path) }
func (s *wailsShell) Quit()                      { runtime.Quit(s.ctx) }

func (s *wailsShell) show() {
	if s.ctx != nil {
		runtime.WindowUnminimise(s.ctx)
		runtime.Show(s.ctx)
	}
}

// openLog keeps a technical log in the home when there is one, else on standard error.
func openLog(home string) *slog.Logger {
	f, err := os.OpenFile(filepath.Join(home, "carnet.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(f, nil))
}

// rememberSize keeps the window's size for the next time; it never holds up the closing.
func (d *Desktop) rememberSize(ctx context.Context) (prevent bool) {
	if !runtime.WindowIsMaximised(ctx) && !runtime.WindowIsFullscreen(ctx) {
		width, height := runtime.WindowGetSize(ctx)
		if err := d.setPreference("window", (size{width, height}).String()); err != nil {
			d.log.Warn("the window's size was not remembered", "error", err)
		}
	}
	return false
}
