// The demonstration: four offices, a year of meetings, a forum without internet, and one bucket on a real
// S3 server. It does what people would do, through the same use cases as the window and the command line, and
// then proves from the disks of all four laptops that nothing was lost. It says so only if it is true.
//
//	go run ./build/demo                          the whole of it, in ./demo
//	go run ./build/demo -only-network DIR        the four homes and a folder as bucket, quickly, for tests
//	go run ./build/demo -only-network DIR -members 100000 -scans 1000000
//	                                             one large home, DIR/toronto, for measurements
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"time"
)

const (
	ordinaryMembers = 1200
	day             = 24 * time.Hour
	largeHome       = 10_000 // members from which one laptop alone is filled
)

func main() {
	only := flag.String("only-network", "", "make the homes in this folder, with a folder as bucket, and no more")
	members := flag.Int("members", ordinaryMembers, "how many members")
	scans := flag.Int("scans", 0, "at least so many scans in the past, for a large home")
	noWindow := flag.Bool("no-window", false, "end after the proof")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	d := &demo{members: *members, scans: *scans, began: time.Now(), now: time.Now}
	if err := d.run(ctx, *only, *noWindow); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		stop()
		os.Exit(1)
	}
}

// demo is one run of it.
type demo struct {
	folder  string
	members int
	scans   int
	began   time.Time
	now     func() time.Time
	ago     atomic.Int64 // how far the laptops' clocks are behind, while the past is written
	bucket  bucketServer
	laptops []*laptop
	forum   string // id of the forum's meeting
	made    ledger
}

func (d *demo) say(format string, values ...any) {
	fmt.Printf("%5.1f s  %s\n", time.Since(d.began).Seconds(), fmt.Sprintf(format, values...))
}

func (d *demo) run(ctx context.Context, only string, noWindow bool) error {
	folder := "demo"
	d.bucket = &s3Bucket{}
	if only != "" {
		folder, d.bucket = only, &folderBucket{}
	}
	if err := d.clear(folder); err != nil {
		return err
	}
	if err := d.bucket.open(d); err != nil {
		return err
	}
	defer d.bucket.close()
	if err := errors.Join(d.play(ctx), d.closeAll()); err != nil {
		return err
	}
	if only != "" || noWindow {
		return nil
	}
	return d.showWindow(ctx)
}

// clock is what the laptops take for now: the past while that is written, so that histories read true.
func (d *demo) clock() time.Time { return d.now().Add(-time.Duration(d.ago.Load())) }

func (d *demo) goBack(ago time.Duration) { d.ago.Store(int64(ago)) }

// play makes the network, and unless the home is a large one, lives through the forum's day.
func (d *demo) play(ctx context.Context) error {
	if d.members >= largeHome {
		return d.fillLarge()
	}
	d.goBack(200 * day)
	if err := d.found(ctx); err != nil {
		return err
	}
	if err := d.fill(ctx); err != nil {
		return err
	}
	d.goBack(20 * time.Hour)
	if err := d.workOfYesterday(ctx); err != nil {
		return err
	}
	d.goBack(0)
	if err := d.dayWithoutNetwork(ctx); err != nil {
		return err
	}
	return d.prove(ctx)
}

// clear makes the folder anew. It removes only what an earlier run left: a folder of another kind is refused.
func (d *demo) clear(folder string) error {
	whole, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	d.folder = whole
	entries, err := os.ReadDir(whole)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	mark := filepath.Join(whole, markName)
	if _, err := os.Stat(mark); len(entries) > 0 && err != nil {
		return fmt.Errorf("%s is not empty and no demonstration made it; choose another folder", whole)
	}
	if len(entries) > 0 {
		d.say("starting afresh in %s", folder)
		for _, entry := range entries {
			if err := os.RemoveAll(filepath.Join(whole, entry.Name())); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(whole, 0o700); err != nil {
		return err
	}
	return os.WriteFile(mark, []byte("Made by build/demo. `make demo-clean` removes it.\n"), 0o600)
}

const markName = "demonstration.txt"
