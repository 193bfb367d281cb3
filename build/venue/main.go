// Command venue lets a forum happen on one machine as it does in a hall: three laptops and two phones, each in a network
// namespace of its own, on a switch that leads nowhere else, fails and heals; laptops are killed in the middle of scans and start
// again. Afterwards every laptop must hold exactly what was acknowledged. It uses Carnet as the window does and
// knows nothing of its files. It needs Linux, root and iproute2, and touches no interface of the machine itself.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "laptop" {
		if err := beLaptop(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	var o options
	flag.IntVar(&o.scans, "scans", 2000, "passes at the doors and on the phones together")
	flag.IntVar(&o.people, "people", 600, "people of the network")
	flag.IntVar(&o.before, "before", 0, "passes that all laptops have from the office already")
	flag.BoolVar(&o.calm, "calm", false, "let nothing go wrong, to measure")
	flag.StringVar(&o.profile, "profile", "", "folder for what the laptops' processors do (pprof, one file a minute); empty for none")
	flag.Uint64Var(&o.seed, "seed", 1, "of the people's ways")
	flag.StringVar(&o.dir, "dir", "", "folder of the homes; empty makes one and removes it")
	flag.BoolVar(&o.phones, "phones", true, "let two phones be doors too; needs Chromium and the built page")
	flag.StringVar(&o.page, "page", filepath.Join("frontend", "dist-phone"), "folder of the built page for phones")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "venue:", err)
		os.Exit(1)
	}
}
