package bucket

import (
	"errors"

	"golang.org/x/sys/windows"
)

func renameNew(from, to string) error {
	source, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	target, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(source, target, windows.MOVEFILE_WRITE_THROUGH)
}

func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

func isReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// cannotSyncFolders is always so: Windows has no such call for folders.
func cannotSyncFolders(error) bool { return true }

// cannotRenameNew is never so: MoveFileEx replaces only when told to.
func cannotRenameNew(error) bool { return false }
