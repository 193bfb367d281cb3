package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"time"
)

// limits are what the machine itself can do, whoever programs it.
type limits struct {
	syncP50, syncP99 time.Duration // one append of 4 KiB and File.Sync, beside the scans
	memory           float64       // bytes a second that one goroutine searches for a byte that is not there
	loopback         time.Duration // median of one byte there and back over TCP
}

func (b *bench) measureLimits() (err error) {
	b.limits.memory = measureMemory()
	if b.limits.loopback, err = measureLoopback(); err != nil {
		return err
	}
	d, err := newDisk(b.path("disk"))
	if err != nil {
		return err
	}
	defer d.close()
	times := make([]time.Duration, 300)
	for i := range times {
		if times[i], err = d.append(); err != nil {
			return err
		}
	}
	b.limits.syncP50, b.limits.syncP99 = at(50, times), at(99, times)
	return nil
}

// disk appends 4 KiB at a time, as plainly as can be.
type disk struct {
	file  *os.File
	block []byte
}

func newDisk(path string) (*disk, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return &disk{file: file, block: bytes.Repeat([]byte{0xa5}, 4096)}, err
}

func (d *disk) append() (time.Duration, error) {
	start := time.Now()
	if _, err := d.file.Write(d.block); err != nil {
		return 0, err
	}
	err := d.file.Sync()
	return time.Since(start), err
}

func (d *disk) close() { _ = d.file.Close() }

func measureMemory() float64 {
	const size, rounds = 256 << 20, 4
	room := bytes.Repeat([]byte{1}, size)
	start := time.Now()
	for range rounds {
		bytes.IndexByte(room, 0)
	}
	return size * rounds / time.Since(start).Seconds()
}

func measureLoopback() (time.Duration, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = listener.Close() }()
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			_, _ = io.Copy(conn, conn)
		}
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	times, one := make([]time.Duration, 1000), []byte{1}
	for i := range times {
		start := time.Now()
		if _, err := conn.Write(one); err != nil {
			return 0, err
		}
		if _, err := io.ReadFull(conn, one); err != nil {
			return 0, err
		}
		times[i] = time.Since(start)
	}
	return at(50, times), nil
}
