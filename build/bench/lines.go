package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"

	"example.org/carnet/store"
)

// The bytes of a beginning are compared with the same rows as lines of JSON under the best that zstd can: its highest level, with a window over
// all of them. That takes minutes of one processor, so it comes last, beside a quicker one, and for no longer than somebody has patience.

// packing is one way to pack the lines.
type packing struct {
	name   string
	best   bool
	pack   func(ctx context.Context, from io.Reader, to *os.File) error
	read   atomic.Int64
	ended  atomic.Bool
	packed int64
	took   time.Duration
	err    error
}

func (b *bench) packings(plain int64) []*packing {
	program, err := exec.LookPath("zstd")
	if err != nil {
		return []*packing{{name: "best level of klauspost/compress, no zstd here", pack: packInGo}}
	}
	with := func(best bool, arguments ...string) *packing {
		p := &packing{name: "zstd", best: best}
		for _, a := range arguments {
			p.name += " " + a
		}
		p.pack = func(ctx context.Context, from io.Reader, to *os.File) error {
			command := exec.CommandContext(ctx, program, append(arguments, "--single-thread", fmt.Sprintf("--stream-size=%d", plain), "-q", "-c")...) // with threads it takes all in before it begins
			command.Stdin, command.Stdout, command.Stderr = from, to, os.Stderr
			return command.Run()
		}
		return p
	}
	return []*packing{with(b.level == highest, "--ultra", fmt.Sprintf("-%d", b.level), "--long=31"), with(false, "-12", "--long=31")}
}

// highest is zstd's best level.
const highest = 22

func packInGo(_ context.Context, from io.Reader, to *os.File) error {
	encoder, err := zstd.NewWriter(to, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(zstd.MaxWindowSize))
	if err != nil {
		return err
	}
	if _, err := io.Copy(encoder, from); err != nil {
		return err
	}
	return encoder.Close()
}

// compareBytes judges what a beginning received.
func (b *bench) compareBytes(path string, plain, received int64, complete bool) error {
	ways := b.packings(plain)
	ctx, cancel := context.WithTimeout(context.Background(), b.patience)
	defer cancel()
	var wait sync.WaitGroup
	for n, p := range ways {
		wait.Go(func() { p.run(ctx, path, b.path(fmt.Sprintf("rows.%d.zst", n))) })
	}
	told := tellEvery(10*time.Second, ways, plain)
	wait.Wait()
	told()
	for _, p := range ways {
		what, ratio := "  bytes beside "+p.name, float64(received)/float64(max(1, p.packed))
		measured := fmt.Sprintf("%.2f x: %.2f MB of %.2f (plain %.0f MB), packed in %s", ratio, float64(received)/1e6, float64(p.packed)/1e6, float64(plain)/1e6, short(p.took))
		switch {
		case p.err != nil && ctx.Err() != nil:
			b.table.note(what, "0.7 x", fmt.Sprintf("not judged: it had read %d of %.0f MB after %s", p.read.Load()/1e6, float64(plain)/1e6, b.patience))
		case p.err != nil:
			return fmt.Errorf("%s: %w", p.name, p.err)
		case p.best || len(ways) == 1:
			b.table.row(what, "0.7 x", measured, ratio <= 0.7 && complete)
		default:
			b.table.note(what, "", measured)
		}
	}
	return nil
}

func (p *packing) run(ctx context.Context, from, to string) {
	start := time.Now()
	p.packed, p.err = func() (int64, error) {
		lines, err := os.Open(from)
		if err != nil {
			return 0, err
		}
		defer func() { _ = lines.Close() }()
		packed, err := os.Create(to)
		if err != nil {
			return 0, err
		}
		defer func() { _ = packed.Close() }()
		if err := p.pack(ctx, &counting{Reader: lines, count: &p.read}, packed); err != nil {
			return 0, err
		}
		info, err := packed.Stat()
		if err != nil {
			return 0, err
		}
		return info.Size(), nil
	}()
	p.took = time.Since(start)
	p.ended.Store(true)
}

// tellEvery says how far each has come, until it is told to stop.
func tellEvery(pause time.Duration, ways []*packing, plain int64) (stop func()) {
	quit := make(chan struct{})
	go func() {
		for {
			select {
			case <-quit:
				return
			case <-time.After(pause):
				for _, p := range ways {
					if read := p.read.Load(); !p.ended.Load() {
						fmt.Fprintf(os.Stderr, "bench: %s has read %d of %d MB\n", p.name, read/1e6, plain/1e6)
					}
				}
			}
		}
	}()
	return func() { close(quit) }
}

type counting struct {
	io.Reader
	count *atomic.Int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.count.Add(int64(n))
	return n, err
}

// writeRows writes the rows as lines of JSON, and gives their bytes.
func writeRows(s *store.Store, path string) (plain int64, err error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewWriterSize(file, 1<<20)
	if err := writeLines[store.Member](s, lines); err != nil {
		return 0, err
	}
	if err := writeLines[store.Scan](s, lines); err != nil {
		return 0, err
	}
	if err := lines.Flush(); err != nil {
		return 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// writeLines writes records as people would export them: what is empty is left out.
func writeLines[T store.Record](s *store.Store, w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for record, err := range store.All[T](s) {
		if err != nil {
			return err
		}
		data, err := json.Marshal(record)
		if err != nil {
			return err
		}
		var fields map[string]any
		if err := json.Unmarshal(data, &fields); err != nil {
			return err
		}
		for name, value := range fields {
			if value == nil || value == "" {
				delete(fields, name)
			}
		}
		if err := out.Encode(fields); err != nil {
			return err
		}
	}
	return nil
}
