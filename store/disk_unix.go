//go:build unix

package store

import "golang.org/x/sys/unix"

// freeBytes tells how much room the disk under path has left for us.
func freeBytes(path string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil
}
