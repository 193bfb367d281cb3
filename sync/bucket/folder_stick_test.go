package bucket_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/bucket/buckettest"
)

func TestAStickWithoutLinksKeepsThePromiseOfABucket(t *testing.T) {
	paths := map[string]string{}
	buckettest.Run(t, func(t *testing.T, name string) bucket.Bucket {
		if paths[name] == "" {
			paths[name] = t.TempDir()
		}
		return bucket.FolderWithout(paths[name], true)
	})
}

func TestASharedDriveThatCanOnlyRenameKeepsThePromiseOfABucket(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there every drive can rename without replacing
	}
	paths := map[string]string{}
	buckettest.Run(t, func(t *testing.T, name string) bucket.Bucket {
		if paths[name] == "" {
			paths[name] = t.TempDir()
		}
		return bucket.FolderWithout(paths[name], false)
	})
}

func TestAWriterThatDiedDoesNotKeepOthersWaitingForEver(t *testing.T) {
	t.Parallel() // it waits
	path := t.TempDir()
	claim := filepath.Join(path, "log", ".one.claim")
	write(t, claim)
	b := bucket.FolderWithout(path, false)
	if err := b.Put(context.Background(), "log/one", []byte("x")); runtime.GOOS != "windows" && err == nil {
		t.Error("a claim of this moment was not respected")
	}
	old := time.Now().Add(-2 * time.Minute)
	if err := os.Chtimes(claim, old, old); err != nil {
		t.Fatal(err)
	}
	if err := b.Put(context.Background(), "log/one", []byte("x")); err != nil {
		t.Errorf("after its writer died: %v", err)
	}
}

func TestCopiesThatSyncProgramsMakeAreNoObjects(t *testing.T) {
	path := t.TempDir()
	const name = "20261202-laptop-1-abcdefghijklmnopqrstuvwxyz"
	for _, copied := range []string{
		name, name + " (1)", name + " (Ana's conflicted copy 2026-12-02)", name + " (copie de Mia)", name + ".sync-conflict-20261202-120000-ABCDEFG",
		name + " - Copy", name + " - Copie", "Copy of (" + name + ") (2)", name + "_conflict-20261202-120000", name + ".part", name + ".filepart", "." + name + ".swp", ".syncthing." + name + ".tmp", "~" + name,
	} {
		write(t, filepath.Join(path, "log", copied))
	}
	page, err := openFolder(t, path).List(context.Background(), "log/", "")
	if err != nil || len(page.Objects) != 1 || page.Objects[0].Key != "log/"+name {
		t.Errorf("listed %v, %v", page.Objects, err)
	}
}

// Half a copy under its final name cannot be told from an object by a folder; its name holds the hash of the
// whole, which every reader checks. The folder itself never shows anything half under a key.
func TestReadersNeverSeeHalfOfWhatWritersWrite(t *testing.T) {
	path := t.TempDir()
	body := []byte(strings.Repeat("0123456789abcdef", 40_000))
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	readers.Go(func() {
		b := openFolder(t, path)
		for {
			select {
			case <-done:
				return
			default:
			}
			page, err := b.List(context.Background(), "", "")
			if err != nil {
				t.Errorf("List: %v", err)
				return
			}
			for _, o := range page.Objects {
				if o.Size != int64(len(body)) {
					t.Errorf("%s was listed with %d bytes", o.Key, o.Size)
				}
				if got, err := b.Get(context.Background(), o.Key, 1<<20); err != nil || len(got) != len(body) {
					t.Errorf("%s had %d bytes, %v", o.Key, len(got), err)
				}
			}
		}
	})
	for range 2 { // two laptops write the same objects at once
		writers.Go(func() {
			for i := range 15 {
				if err := openFolder(t, path).Put(context.Background(), fmt.Sprintf("log/%d", i), body); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
}

func TestAFolderThatGoesAwayInTheMiddleIsNeverAShortListing(t *testing.T) {
	around := t.TempDir()
	path, away := filepath.Join(around, "stick"), filepath.Join(around, "pocket")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	b := openFolder(t, path)
	const many = 400
	for i := range many {
		write(t, filepath.Join(path, "log", fmt.Sprintf("%04d", i)))
	}
	var pulls sync.WaitGroup
	done := make(chan struct{})
	pulls.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				_ = os.Rename(path, away)
				_ = os.Rename(away, path)
			}
		}
	})
	for range 300 {
		page, err := b.List(context.Background(), "log/", "")
		if err != nil && !fault.Is(err, "bucket_missing") || err == nil && len(page.Objects) != many {
			t.Errorf("%d objects, %v", len(page.Objects), err)
		}
	}
	close(done)
	pulls.Wait()
	if err := os.Rename(path, away); err != nil {
		t.Fatal(err)
	}
	if err := b.Put(context.Background(), "log/x", []byte("x")); !fault.Is(err, "bucket_missing") {
		t.Errorf("Put: %v", err)
	}
}
